// Maps of new points, fitted to a transport plan: barycentric, entropic and linear.
//
// S. Ferradans, N. Papadakis, G. Peyré, J.-F. Aujol: Regularized discrete optimal transport (2014), arXiv 1307.5551, for the
// extension to points near a source; A.-A. Pooladian, J. Niles-Weed: Entropic estimation of optimal transport maps (2021),
// arXiv 2109.12004; R. Flamary, K. Lounici, A. Ferrari: Concentration bounds for linear Monge mapping estimation and
// optimal transport domain adaptation (2019), arXiv 1905.10155.
import type { Iterate, LimitOptions, MatrixLike, OptionSpecs, OptionsOf, Outcome, VectorLike } from '@infimum/core';
import { asMatrix, asVector, fault, InvalidInputError, Random, resolveOptions, runOptionsOf } from '@infimum/core';
import { portableExp } from '@infimum/core/portable-math';
import type { CsrMatrix, DenseMatrix } from '@infimum/linalg';
import type { Gaussian } from '../barycenters/gaussian-transport.ts';
import { gaussianMap } from '../barycenters/gaussian-transport.ts';
import type { PointMetric } from '../cost-matrix.ts';
import { pointDistance } from '../cost-matrix.ts';
import { nearestPoint } from '../geometry/spatial-blocks.ts';
import { a, b, metric } from '../options.ts';
import type { PlanLike } from '../plan-entries.ts';
import { asPlan, forEachEntry } from '../plan-entries.ts';
import type { PointClouds } from '../point-clouds.ts';
import { asPointClouds } from '../point-clouds.ts';
import type { SolvedTransport } from '../solve-transport.ts';
import { solvePointTransport } from '../solve-transport.ts';
import { total } from '../transport.ts';

const transportMapOptions = {
  method: {
    type: 'choice',
    was: 'kind',
    choices: ['barycentric', 'entropic', 'linear'],
    default: 'barycentric',
    description:
      "'barycentric', the default: every source goes to the mean of its targets, and a new point moves like the nearest source. 'entropic': the potentials split a new point between the targets. 'linear': the optimal map between Gaussians with the same means and covariances",
  },
  a,
  b,
  metric,
  epsilon: {
    type: 'number',
    above: 0,
    max: 1e300,
    unit: 'cost',
    description: "Entropic regularisation of the plan, in units of the cost; none by default, required for 'entropic'",
  },
  tolerance: { type: 'number', min: 0, description: 'l1 error of the marginals of an entropic plan' },
  ridge: { type: 'number', min: 0, default: 0, description: "For 'linear': added to the variances" },
  samples: { type: 'integer', min: 1, description: 'Number of random points of each cloud used for the plan; all by default' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the samples' },
} as const satisfies OptionSpecs;

/** Options of `transportMap`. */
export type TransportMapOptions = OptionsOf<typeof transportMapOptions> & LimitOptions<Iterate<object>>;

const linearMapOptions = {
  a,
  b,
  ridge: { type: 'number', min: 0, default: 0, description: 'Added to the variances' },
} as const satisfies OptionSpecs;

/** Options of `linearMap`. */
export type LinearMapOptions = OptionsOf<typeof linearMapOptions>;

const entropicMapOptions = {
  epsilon: {
    type: 'number',
    min: 0,
    max: 1e300,
    default: 0,
    unit: 'cost',
    description: 'Regularisation of the potentials, in units of the cost; 0 by default: every point goes to one target',
  },
  metric,
} as const satisfies OptionSpecs;

/** Options of `entropicMap`. */
export type EntropicMapOptions = OptionsOf<typeof entropicMapOptions>;

/** Sends points, k x d, to points, k x d. */
export type PointMap = (points: MatrixLike) => DenseMatrix;

/** A map and what it was fitted to. */
export interface FittedMap {
  /** Maps new points of the same dimension. */
  readonly map: PointMap;
  /** Transport cost of the plan that the map was fitted to; not for linear maps. */
  readonly cost?: number;
}

/**
 * A map from one cloud to another that takes new points.
 *
 * Finds a plan by `solveTransport` (for `linear` none is needed) and fits the map to it. If a limit ends the run, the map is that
 * of the plan so far; for a plan without any mass it is the identity. For the colours of two photographs, fit it to some
 * `samples`, and apply it to all pixels.
 *
 * @param sources - points x, n x d
 * @param targets - points y, m x d
 * @returns the map, the cost of the plan and how the run ended
 * @throws {InvalidInputError} naming the argument and the first place at fault
 *
 * Cost: that of `solveTransport`; a new point then takes O(nd) (`barycentric`), O(md) (`entropic`) or O(d^2) (`linear`).
 *
 * Source: S. Ferradans et al. (arXiv 1307.5551); A.-A. Pooladian, J. Niles-Weed (arXiv 2109.12004).
 *
 * @example
 * ```ts
 * import { transportMap } from '@infimum/ot';
 *
 * const x = [[0], [1], [2]];
 * const y = [[10], [12], [14]];
 * const fresh = [[0.5], [3]];
 * console.log(transportMap(x, y, { method: 'linear' }).map(fresh).values.map((z) => +z.toFixed(6)).join(' ')); // 11 16
 * console.log(transportMap(x, y).map(fresh).values.join(' ')); // 10.5 15
 * ```
 */
export function transportMap(sources: MatrixLike, targets: MatrixLike, options: TransportMapOptions = {}): Outcome<FittedMap> {
  const settings = resolveOptions(transportMapOptions, options);
  const { method, epsilon, tolerance, ridge } = settings;
  const clouds = asPointClouds(sources, targets, settings);
  const { x, y, a, b, metric } = settings.samples === undefined ? clouds : sampled(clouds, settings.samples, settings.seed);
  const limits = runOptionsOf(transportMapOptions, options);
  if (method === 'linear') return linearOutcome(x, y, a, b, ridge);
  if (method === 'entropic' && epsilon === undefined) throw fault("is required for method 'entropic'", 'epsilon', 'type');
  const solved = solvePointTransport(x, y, { ...limits, metric, a, b, epsilon, tolerance });
  const { cost, status, reason, iterations, seconds } = solved;
  const map =
    method === 'barycentric' && solved.plan
      ? displacementsOf(solved.plan, x, y)
      : method === 'barycentric'
        ? displacementMap(x, a, potentialMap(solved, y, epsilon, metric)(x))
        : potentialMap(solved, y, epsilon, metric);
  return { map, cost, status, reason, iterations, seconds };
}

/** Some points of both clouds, with their shares of the weights. */
function sampled(clouds: PointClouds, count: number, seed: number): PointClouds {
  const random = new Random(seed);
  const some = ({ rows, cols, values }: DenseMatrix, weights: Float64Array) => {
    const kept = random.sample(rows, Math.min(rows, count));
    const own = Float64Array.from(kept, (i) => weights[i]);
    const points = Float64Array.from(
      { length: kept.length * cols },
      (_, k) => values[kept[Math.floor(k / cols)] * cols + (k % cols)],
    );
    return { points: { rows: kept.length, cols, values: points }, weights: own.map((weight) => weight / total(own)) };
  };
  const [x, y] = [some(clouds.x, clouds.a), some(clouds.y, clouds.b)];
  return { x: x.points, y: y.points, a: x.weights, b: y.weights, metric: clouds.metric };
}

function potentialMap(
  { targetPotential }: SolvedTransport,
  y: DenseMatrix,
  epsilon: number | undefined,
  metric: PointMetric | undefined,
): PointMap {
  return entropicMap(y, targetPotential as Float64Array, { epsilon, metric });
}

function linearOutcome(x: DenseMatrix, y: DenseMatrix, a: Float64Array, b: Float64Array, ridge: number): Outcome<FittedMap> {
  const start = performance.now();
  const map = linearMap(x, y, { a, b, ridge });
  return {
    map,
    status: 'converged',
    reason: 'the map between Gaussians has a closed form',
    iterations: 0,
    seconds: (performance.now() - start) / 1000,
  };
}

/**
 * The barycentric map of a plan: source i goes to T(x_i) = sum_j P_ij y_j / sum_j P_ij, and a new point z to
 * z + T(x_i) - x_i with the nearest source x_i that sends mass. O(nd) a point.
 *
 * @param given - a plan, n x m, dense or sparse
 * @param sources - points x, n x d
 * @param targets - points y, m x d
 * @throws {InvalidInputError} naming `plan`, `x` or `y`
 *
 * @example
 * ```ts
 * import { barycentricMap } from '@infimum/ot/maps';
 *
 * const map = barycentricMap([[0.5, 0], [0, 0.5]], [[0], [1]], [[5], [8]]);
 * console.log(map({ rows: 2, cols: 1, values: Float64Array.of(0.25, 0.75) }).values.join(' ')); // 5.25 7.75
 * ```
 */
export function barycentricMap(given: PlanLike, sources: MatrixLike, targets: MatrixLike): PointMap {
  const plan = asPlan(given);
  const [x, y] = [asMatrix(sources, 'x'), asMatrix(targets, 'y')];
  checkRows(x, 'x', plan.rows);
  checkRows(y, 'y', plan.cols);
  if (plan.values.every((mass) => mass === 0)) throw fault('sends no mass', 'plan', 'mass');
  return displacementsOf(plan, x, y);
}

function displacementsOf(plan: DenseMatrix | CsrMatrix, x: DenseMatrix, y: DenseMatrix): PointMap {
  const { cols: dimension } = y;
  const masses = new Float64Array(x.rows);
  const images = new Float64Array(x.rows * dimension);
  forEachEntry(plan, (i, j, mass) => {
    masses[i] += mass;
    for (let k = 0; k < dimension; k++) images[i * dimension + k] += mass * y.values[j * dimension + k];
  });
  for (let k = 0; k < images.length; k++) images[k] /= masses[Math.floor(k / dimension)];
  return displacementMap(x, masses, { rows: x.rows, cols: dimension, values: images });
}

/** Every point moves as the nearest source with mass does; none does where there is no such source. */
function displacementMap(x: DenseMatrix, masses: Float64Array, images: DenseMatrix): PointMap {
  const { cols } = x;
  const heavy = Int32Array.from(masses.keys()).filter((i) => masses[i] !== 0);
  const ends = Float64Array.from(
    { length: heavy.length * cols },
    (_, k) => x.values[heavy[Math.floor(k / cols)] * cols + (k % cols)],
  );
  const nearest = nearestPoint({ rows: heavy.length, cols, values: ends });
  return (given) => {
    const points = asPointsOf(given, cols);
    const values = points.values.slice();
    for (let p = 0; p < points.rows * cols; p += cols) {
      const { index, squared } = nearest(points.values, p);
      if (index < 0) continue;
      // A source itself goes to its image without rounding.
      for (let k = 0; k < cols; k++) {
        const image = images.values[heavy[index] * cols + k];
        values[p + k] = squared === 0 ? image : values[p + k] + image - ends[index * cols + k];
      }
    }
    return { ...points, values };
  };
}

/**
 * The entropic map of potentials: z goes to sum_j p_j y_j with p_j proportional to exp((v_j - c(z, y_j)) / epsilon).
 *
 * On the sources of an entropic plan it is the barycentric projection; it takes any other point as well, and needs
 * neither plan nor sources. Without `epsilon` z goes to the one target with the least c(z, y_j) - v_j, as needed for potentials
 * of `semiDiscreteTransport`. O(md) a point.
 *
 * @param targets - points y, m x d
 * @param targetPotential - potentials of the targets, length m; -Infinity for those that get nothing
 * @throws {InvalidInputError} naming `y`, `targetPotential`, `epsilon` or `metric`
 *
 * Source: A.-A. Pooladian, J. Niles-Weed, Entropic estimation of optimal transport maps (arXiv 2109.12004).
 *
 * @example
 * ```ts
 * import { entropicMap } from '@infimum/ot/maps';
 *
 * const map = entropicMap([[0], [4]], new Float64Array(2), { epsilon: 1 });
 * console.log(map({ rows: 2, cols: 1, values: Float64Array.of(2, 9) }).values.map((z) => +z.toFixed(6)).join(' ')); // 2 4
 * ```
 */
export function entropicMap(targets: MatrixLike, targetPotential: VectorLike, options: EntropicMapOptions = {}): PointMap {
  const y = asMatrix(targets, 'y');
  const finite = Array.from(targetPotential ?? [], (value) => (value === -Infinity ? 0 : value));
  asVector(targetPotential && finite, 'targetPotential', y.rows);
  if (Array.from(targetPotential).every((value) => value === -Infinity)) {
    throw fault('leaves no target', 'targetPotential', 'mass');
  }
  const { epsilon, metric = 'squared-euclidean' } = resolveOptions(entropicMapOptions, options);
  pointDistance(y, y, metric);
  return (given) => {
    const points = asPointsOf(given, y.cols);
    const distance = pointDistance(points, y, metric);
    const values = new Float64Array(points.rows * y.cols);
    const exponents = new Float64Array(y.rows);
    for (let p = 0; p < points.rows; p++) {
      let best = 0;
      for (let j = 0; j < y.rows; j++) {
        exponents[j] = targetPotential[j] - distance(p, j);
        if (exponents[j] > exponents[best]) best = j;
      }
      const most = exponents[best];
      for (let j = 0; j < y.rows; j++) {
        const isBest = j === best ? 1 : 0;
        exponents[j] = epsilon > 0 ? portableExp((exponents[j] - most) / epsilon) : isBest;
      }
      const sum = total(exponents);
      for (let j = 0; j < y.rows; j++) {
        const share = exponents[j] / sum;
        for (let k = 0; k < y.cols; k++) values[p * y.cols + k] += share * y.values[j * y.cols + k];
      }
    }
    return { rows: points.rows, cols: y.cols, values };
  };
}

/**
 * The linear Monge map: the optimal map between Gaussians with the means and covariances of two clouds, `gaussianMap`.
 *
 * If y is the image of x under an affine map with a symmetric positive definite matrix, this is that map. O((n + m) d^2 +
 * d^3), and O(d^2) a point.
 *
 * @param sources - points x, n x d, whose covariance has full rank
 * @param targets - points y, m x d
 * @throws {InvalidInputError} naming the argument at fault; `x` and `out-of-range` for a singular covariance
 *
 * @example
 * ```ts
 * import { linearMap } from '@infimum/ot/maps';
 *
 * const x = [[0], [2]];
 * const y = [[5], [11]];
 * console.log(linearMap(x, y)({ rows: 1, cols: 1, values: Float64Array.of(1) }).values[0].toFixed(6)); // 8.000000
 * ```
 */
export function linearMap(sources: MatrixLike, targets: MatrixLike, options: LinearMapOptions = {}): PointMap {
  const { ridge, ...weights } = resolveOptions(linearMapOptions, options);
  const { x, y, a, b } = asPointClouds(sources, targets, weights);
  const { linear, offset } = mapBetween(momentsOf(x, a, ridge), momentsOf(y, b, ridge));
  return (given) => {
    const points = asPointsOf(given, x.cols);
    const { rows, cols } = points;
    const values = new Float64Array(rows * cols);
    for (let p = 0; p < rows; p++) {
      for (let i = 0; i < cols; i++) {
        let sum = offset[i];
        for (let k = 0; k < cols; k++) sum += linear.values[i * cols + k] * points.values[p * cols + k];
        values[p * cols + i] = sum;
      }
    }
    return { rows, cols, values };
  };
}

/** `gaussianMap`, whose complaint about a singular covariance names the cloud instead. */
function mapBetween(from: Gaussian, to: Gaussian) {
  try {
    return gaussianMap(from, to);
  } catch (error) {
    if (!(error instanceof InvalidInputError) || error.code === 'too-large') throw error;
    throw fault('has a singular covariance; add a ridge', error.argument.startsWith('first') ? 'x' : 'y', 'out-of-range');
  }
}

function momentsOf({ rows, cols, values }: DenseMatrix, weights: Float64Array, ridge: number): Gaussian {
  const mass = total(weights);
  const mean = new Float64Array(cols);
  for (let k = 0; k < values.length; k++) mean[k % cols] += (weights[Math.floor(k / cols)] / mass) * values[k];
  const covariance = new Float64Array(cols * cols);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < cols; k++) {
      const weighted = (weights[i] / mass) * (values[i * cols + k] - mean[k]);
      for (let l = 0; l < cols; l++) covariance[k * cols + l] += weighted * (values[i * cols + l] - mean[l]);
    }
  }
  for (let k = 0; k < cols; k++) covariance[k * cols + k] += ridge;
  // Sums in two orders may differ in the last bit, and a covariance is symmetric.
  for (let k = 0; k < cols; k++) for (let l = 0; l < k; l++) covariance[k * cols + l] = covariance[l * cols + k];
  return { mean, covariance: { rows: cols, cols, values: covariance } };
}

function asPointsOf(given: MatrixLike, dimension: number): DenseMatrix {
  const points = asMatrix(given, 'points');
  if (points.cols === dimension) return points;
  throw fault(`has points of dimension ${points.cols}, the map is for ${dimension}`, 'points', 'shape');
}

function checkRows(points: DenseMatrix, argument: string, count: number): void {
  if (points.rows === count) return;
  throw fault(`has ${points.rows} points, the plan ${count}`, argument, 'shape');
}
