// Wasserstein barycentres of point clouds: the support is free to move.
//
// M. Cuturi, A. Doucet: Fast computation of Wasserstein barycenters (2014), arXiv 1310.4375, Algorithm 2 with exact plans.
import type { Iterate, MatrixLike, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import { asMatrix, converged, fault, resolveOptions, stalled } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { costMatrix } from '../cost-matrix.ts';
import { RepeatedSimplex } from '../exact/network-simplex.ts';
import type { InnerLimits } from '../inner-runs.ts';
import { InnerRuns } from '../inner-runs.ts';
import { checkIsVector, checkIsVectors, weights } from '../options.ts';
import { barycentricProjection } from '../plan-entries.ts';
import { runAdvised } from '../progress.ts';
import { asWeights, checkEqualMass } from '../transport.ts';
import { mixingWeights } from './mixing-weights.ts';

const freeSupportBarycenterOptions = {
  pointWeights: {
    type: 'value',
    check: checkIsVector,
    description: "Weights of the barycentre's points, length n, positive; equal, of the clouds' total, by default",
  },
  cloudWeights: { type: 'value', check: checkIsVectors, description: 'Point weights of each cloud; 1/n each' },
  weights,
  tolerance: { type: 'number', min: 0, default: 1e-9, description: 'Largest move, relative to coordinates' },
  maxIterations: { type: 'integer', min: 0, default: 100, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `freeSupportBarycenter`. */
export type FreeSupportBarycenterOptions = OptionsOf<typeof freeSupportBarycenterOptions> & RunOptions<PointBarycenterIterate>;

/** A barycentre with its points. */
export interface PointBarycenter {
  /** Points of the barycentre, n x d. */
  readonly points: DenseMatrix;
  /** sum_k w_k W_2^2 to the clouds, of the points before the last move. */
  readonly regularizedCost: number;
}

/** News of an iteration. */
export interface PointBarycenterIterate extends Iterate<PointBarycenter> {
  /** Objective before the move. */
  readonly regularizedCost: number;
  /** Largest move of a coordinate. */
  readonly displacement: number;
}

/**
 * The barycentre of point clouds for squared Euclidean costs, with as many points as the first guess has.
 *
 * Minimises sum_k w_k W_2^2(X, Y_k) over the points X: computes exact plans from X to every cloud, moves every point to the
 * mean of its targets, and repeats. The objective never rises; the result is a local minimum that depends on the first
 * guess.
 *
 * @param clouds - point clouds, each n_k x d
 * @param initial - first guess of the points, n x d
 * @throws {InvalidInputError} naming the argument and the first place at fault
 *
 * Cost: one `emd` a cloud and iteration.
 *
 * Source: M. Cuturi, A. Doucet, Fast computation of Wasserstein barycenters (arXiv 1310.4375).
 *
 * @example
 * ```ts
 * import { freeSupportBarycenter } from '@infimum/ot';
 *
 * const cloud = (...values: number[]) => ({ rows: 2, cols: 1, values: Float64Array.from(values) });
 * const { points } = freeSupportBarycenter([cloud(0, 1), cloud(6, 9)], cloud(2, 3));
 * console.log(points.values.join(' ')); // 3 5
 * ```
 */
export function freeSupportBarycenter(
  clouds: readonly MatrixLike[],
  initial: MatrixLike,
  options: FreeSupportBarycenterOptions = {},
): Outcome<PointBarycenter, PointBarycenterIterate> {
  const steps = freeSupportBarycenterSteps(clouds, initial, options);
  return runAdvised(freeSupportBarycenterOptions, options, steps, 'tolerance');
}

/** The alternation of plans and points as steps. Limits among the options end the exact plans of a step too. */
export function* freeSupportBarycenterSteps(
  given: readonly MatrixLike[],
  start: MatrixLike,
  options: FreeSupportBarycenterOptions & InnerLimits,
): Steps<PointBarycenter, PointBarycenterIterate> {
  const settings = resolveOptions(freeSupportBarycenterOptions, options);
  const { pointWeights, cloudWeights, weights, tolerance } = settings;
  const { clouds, initial, masses } = asClouds(given, start, cloudWeights);
  const a = asPointWeights(pointWeights, masses[0], initial.rows);
  masses.forEach((mass) => {
    checkEqualMass(a, mass);
  });
  const shares = mixingWeights(weights, clouds.length);
  let points: DenseMatrix = { ...initial, values: initial.values.slice() };
  const inner = new InnerRuns(options);
  // Points that move a little change a plan a little: the next one begins with its basis.
  const simplexes = masses.map((mass) => new RepeatedSimplex(a, mass));
  let displacement = Infinity;
  for (let iteration = 0; ; iteration++) {
    const { moved, objective: regularizedCost, unfinished } = move(points, clouds, simplexes, shares, inner);
    const current = points;
    const solution = () => ({ points: { ...current, values: current.values.slice() }, regularizedCost });
    yield { iteration, regularizedCost, displacement, solution };
    if (unfinished !== undefined) return stalled(solution(), `a plan is not exact: ${unfinished}`);
    const scale = current.values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    if (displacement <= tolerance * scale) {
      return converged(solution(), `the points move by ${displacement.toExponential(1)}`);
    }
    displacement = moved.reduce((most, value, k) => Math.max(most, Math.abs(value - current.values[k])), 0);
    points = { ...initial, values: moved };
  }
}

/** Where the points go, the objective before, and why a plan is not optimal, if one is not. */
function move(
  points: DenseMatrix,
  clouds: readonly DenseMatrix[],
  simplexes: readonly RepeatedSimplex[],
  shares: Float64Array,
  inner: InnerRuns,
) {
  const moved = new Float64Array(points.values.length);
  let objective = 0;
  let unfinished: string | undefined;
  clouds.forEach((cloud, k) => {
    const steps = simplexes[k].steps(costMatrix(points, cloud));
    const { plan, cost, status, reason } = inner.run(steps);
    if (status !== 'converged') unfinished = reason;
    const projected = barycentricProjection(plan, cloud).values;
    for (let i = 0; i < moved.length; i++) moved[i] += shares[k] * projected[i];
    objective += shares[k] * cost;
  });
  return { moved, objective, unfinished };
}

function asClouds(given: readonly MatrixLike[], start: MatrixLike, cloudWeights: readonly VectorLike[] | undefined) {
  if (!Array.isArray(given) || given.length === 0) throw fault('must not be empty', 'clouds', 'empty');
  const initial = asMatrix(start, 'initial');
  if (cloudWeights !== undefined && cloudWeights.length !== given.length) {
    throw fault(`expected ${given.length} vectors, got ${cloudWeights.length}`, 'cloudWeights', 'shape');
  }
  const clouds = Array.from(given, (one: MatrixLike, k) => {
    const cloud = asMatrix(one, `clouds[${k}]`);
    if (cloud.cols === initial.cols) return cloud;
    throw fault(`has points of dimension ${cloud.cols}, initial of ${initial.cols}`, `clouds[${k}]`, 'shape');
  });
  const masses = clouds.map(({ rows }, k) => {
    const weights = cloudWeights?.[k];
    return weights === undefined ? new Float64Array(rows).fill(1 / rows) : asWeights(weights, `cloudWeights[${k}]`, rows);
  });
  return { clouds, initial, masses };
}

function asPointWeights(given: VectorLike | undefined, mass: Float64Array, count: number): Float64Array {
  if (given === undefined) {
    const all = mass.reduce((sum, weight) => sum + weight, 0);
    return new Float64Array(count).fill(all / count);
  }
  const weights = asWeights(given, 'pointWeights', count);
  const empty = weights.indexOf(0);
  if (empty >= 0) throw fault(`is zero at index ${empty}, which leaves the point undetermined`, 'pointWeights', 'mass', empty);
  return weights;
}
