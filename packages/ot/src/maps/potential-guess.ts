// Initial guesses of the potentials between point clouds, so that iterations start near the solution.
//
// J. Thornton, M. Cuturi: Rethinking initialization of the Sinkhorn algorithm (2022), arXiv 2206.07630.
import type { MatrixLike, OptionSpecs, OptionsOf, ResolvedOptions } from '@infimum/core';
import { fault, Random, resolveOptions } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import type { PointMetric } from '../cost-matrix.ts';
import { costMatrix, exponentOnLine, pointDistance } from '../cost-matrix.ts';
import { logarithms, logSum } from '../entropic/kernels/log-kernel.ts';
import { sinkhornNewtonSparse } from '../entropic/sinkhorn-newton-sparse.ts';
import type { Potentials } from '../initial-potentials.ts';
import { wasserstein1d } from '../one-dimension/wasserstein-1d.ts';
import { a, b, metric } from '../options.ts';
import { asPointClouds } from '../point-clouds.ts';
import { total } from '../transport.ts';
import { linearMap } from './transport-map.ts';

const guessPotentialsOptions = {
  a,
  b,
  metric,
  method: {
    type: 'choice',
    choices: ['gaussian', 'sorting', 'subsample'],
    required: true,
    description:
      "'gaussian': the potentials between Gaussians with the moments of the clouds, for squared Euclidean costs. 'sorting': the exact potentials of points on the line. 'subsample': the potentials of a subsample, extended to all points",
  },
  epsilon: {
    type: 'number',
    above: 0,
    max: 1e300,
    unit: 'cost',
    description: 'Regularisation for subsample, in units of the cost; required there',
  },
  size: { type: 'integer', min: 1, default: 100, description: 'Maximum number of points of a cloud in the subsample' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the subsample' },
} as const satisfies OptionSpecs;

/** Options of `guessPotentials`. */
export type GuessPotentialsOptions = OptionsOf<typeof guessPotentialsOptions>;

/**
 * Potentials near those of a transport problem between point clouds, to start a solver from (`initial`).
 *
 * From a good guess, Sinkhorn's iteration and its accelerations need fewer sweeps. `sinkhornNewtonSparse` uses continuation
 * instead, which an initial guess switches off.
 *
 * @param sources - points x, n x d
 * @param targets - points y, m x d
 * @param options - `method` is required
 * @returns potentials of the sources and the targets
 * @throws {InvalidInputError} naming the argument and the first place at fault; `method` and `unsupported` for a metric or
 *   dimension that it is not for
 *
 * Cost: `gaussian` O((n + m) d^2 + d^3), `sorting` O(n + m), `subsample` O((n + m) size d) and a problem of that size.
 *
 * Source: J. Thornton, M. Cuturi, Rethinking initialization of the Sinkhorn algorithm (arXiv 2206.07630).
 *
 * @example
 * ```ts
 * import { guessPotentials } from '@infimum/ot/maps';
 *
 * const { source, target } = guessPotentials([[0], [1], [3]], [[1], [3], [7]], { method: 'sorting' });
 * // Exact on the line: with equal weights their mean is the transport cost, (1 + 4 + 16) / 3.
 * console.log([...source, ...target].reduce((sum, value) => sum + value, 0) / 3); // 7
 * ```
 */
export function guessPotentials(sources: MatrixLike, targets: MatrixLike, options: GuessPotentialsOptions): Potentials {
  const settings = resolveOptions(guessPotentialsOptions, options);
  const { method, metric = 'squared-euclidean' } = settings;
  const { x, y, a, b } = asPointClouds(sources, targets, settings);
  if (method === 'sorting') return sortedPotentials(x, y, a, b, metric);
  if (method === 'subsample') return carriedOver(x, y, a, b, settings);
  if (metric === 'squared-euclidean') return gaussianPotentials(x, y, a, b);
  throw fault('gaussian is for squared Euclidean costs', 'method', 'unsupported');
}

function sortedPotentials(x: DenseMatrix, y: DenseMatrix, a: Float64Array, b: Float64Array, metric: PointMetric): Potentials {
  const p = exponentOnLine(metric);
  if (x.cols !== 1 || p === undefined)
    throw fault('sorting is for points on the line and their distances', 'method', 'unsupported');
  const { sourcePotential, targetPotential } = wasserstein1d(x.values, y.values, { a, b, p });
  return { source: sourcePotential, target: targetPotential };
}

/**
 * The map T(x) = A x + o between Gaussians is the gradient of x'A x / 2 + o'x, and |x|^2 less twice that is a potential: |x|^2 -
 * x'(T(x) + o). Constants are such that the means, which are mapped to each other, have the cost between them.
 */
function gaussianPotentials(x: DenseMatrix, y: DenseMatrix, a: Float64Array, b: Float64Array): Potentials {
  const ridge = 1e-9 * (spreadAbout(x, a) + spreadAbout(y, b));
  const forth = potentialOf(linearMap(x, y, { a, b, ridge }), x.cols);
  const back = potentialOf(linearMap(y, x, { a: b, b: a, ridge }), x.cols);
  const [meanX, meanY] = [meanOf(x, a), meanOf(y, b)];
  const shift = costMatrix(meanX, meanY).values[0] - forth(meanX)[0] - back(meanY)[0];
  return { source: forth(x).map((value) => value + shift), target: back(y) };
}

/** The potential that belongs to an affine map. */
function potentialOf(map: (points: DenseMatrix) => DenseMatrix, dimension: number): (points: DenseMatrix) => Float64Array {
  const offset = map({ rows: 1, cols: dimension, values: new Float64Array(dimension) }).values;
  return (points) => {
    const mapped = map(points).values;
    const potential = new Float64Array(points.rows);
    for (let i = 0, k = 0; i < points.rows; i++) {
      for (let c = 0; c < dimension; c++, k++) {
        potential[i] += points.values[k] * (points.values[k] - mapped[k] - offset[c]);
      }
    }
    return potential;
  };
}

function meanOf({ rows, cols, values }: DenseMatrix, weights: Float64Array): DenseMatrix {
  const mass = total(weights);
  const mean = new Float64Array(cols);
  for (let i = 0, k = 0; i < rows; i++) {
    for (let c = 0; c < cols; c++, k++) mean[c] += (weights[i] / mass) * values[k];
  }
  return { rows: 1, cols, values: mean };
}

/** Mean squared distance from the mean. */
function spreadAbout(points: DenseMatrix, weights: Float64Array): number {
  const toMean = costMatrix(points, meanOf(points, weights)).values;
  return weights.reduce((sum, weight, i) => sum + weight * toMean[i], 0) / total(weights);
}

/** Solves a part of the problem, and fits the other potentials to that part. */
function carriedOver(
  x: DenseMatrix,
  y: DenseMatrix,
  a: Float64Array,
  b: Float64Array,
  { metric = 'squared-euclidean', epsilon, size, seed }: ResolvedOptions<typeof guessPotentialsOptions>,
): Potentials {
  if (epsilon === undefined) throw fault("is required for the method 'subsample'", 'epsilon', 'missing');
  const random = new Random(seed);
  const from = drawn(x, a, size, random);
  const to = drawn(y, b, size, random);
  const mass = total(from.weights) / total(to.weights);
  const weights = to.weights.map((weight) => weight * mass);
  const part = sinkhornNewtonSparse(from.weights, weights, costMatrix(from.points, to.points, metric), { epsilon });
  const reverse: PointMetric = typeof metric === 'function' ? (u, v) => metric(v, u) : metric;
  const fit = (sums: Float64Array, marginal: Float64Array) =>
    logarithms(marginal).map((log, i) => (marginal[i] > 0 ? sums[i] + epsilon * log : -Infinity));
  return {
    source: fit(softMinimum(x, to.points, part.targetPotential, metric, epsilon), a),
    target: fit(softMinimum(y, from.points, part.sourcePotential, reverse, epsilon), b),
  };
}

/** Points that have weight, drawn without repetition. */
function drawn({ rows, cols, values }: DenseMatrix, weights: Float64Array, size: number, random: Random) {
  const order = Int32Array.from({ length: rows }, (_, i) => i).filter((i) => weights[i] > 0);
  const count = Math.min(size, order.length);
  for (let k = 0; k < count; k++) {
    const other = k + random.integer(order.length - k);
    [order[k], order[other]] = [order[other], order[k]];
  }
  const points = { rows: count, cols, values: new Float64Array(count * cols) };
  for (let k = 0; k < count; k++) {
    points.values.set(values.subarray(order[k] * cols, (order[k] + 1) * cols), k * cols);
  }
  return { points, weights: Float64Array.from(order.subarray(0, count), (i) => weights[i]) };
}

/** -epsilon log sum_j exp((potential_j - c(p_i, q_j)) / epsilon). */
function softMinimum(
  p: DenseMatrix,
  q: DenseMatrix,
  potential: Float64Array,
  metric: PointMetric,
  epsilon: number,
): Float64Array {
  const distance = pointDistance(p, q, metric);
  const exponents = new Float64Array(q.rows);
  const out = new Float64Array(p.rows);
  for (let i = 0; i < p.rows; i++) {
    for (let j = 0; j < q.rows; j++) exponents[j] = (potential[j] - distance(i, j)) / epsilon;
    out[i] = -epsilon * logSum(exponents);
  }
  return out;
}
