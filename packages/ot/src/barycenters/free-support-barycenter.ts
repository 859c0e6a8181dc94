// Wasserstein barycentres of point clouds: the support is free to move.
//
// M. Cuturi, A. Doucet: Fast computation of Wasserstein barycenters (2014), arXiv 1310.4375, Algorithm 2 with exact plans.
import type { Iterate, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { checkMatrix, converged, InvalidInputError, resolveOptions, stalled } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { costMatrix } from '../cost-matrix.ts';
import { RepeatedSimplex } from '../exact/network-simplex.ts';
import type { InnerLimits } from '../inner-runs.ts';
import { InnerRuns } from '../inner-runs.ts';
import { checkIsVector, weights } from '../options.ts';
import { barycentricProjection } from '../plan-entries.ts';
import { runAdvised } from '../progress.ts';
import { checkEqualMass, checkWeights } from '../transport.ts';
import { mixingWeights } from './mixing-weights.ts';

export const freeSupportBarycenterOptions = {
  pointWeights: {
    type: 'value',
    check: checkIsVector,
    description:
      "Weights of the barycentre's points, length n, positive; equal, of the clouds' total, by default",
  },
  cloudWeights: { type: 'value', check: checkIsList, description: 'Point weights of each cloud; 1/n each' },
  weights,
  tolerance: { type: 'number', min: 0, default: 1e-9, description: 'Largest move, relative to coordinates' },
  maxIterations: { type: 'integer', min: 0, default: 100, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `freeSupportBarycenter`. */
export type FreeSupportBarycenterOptions = OptionsOf<typeof freeSupportBarycenterOptions> &
  RunOptions<PointBarycenterIterate>;

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
 * Minimises sum_k w_k W_2^2(X, Y_k) over the points X: exact plans from X to every cloud, then every point moves to the
 * mean of where its mass goes, and so on. The objective never rises; the result is a local minimum that depends on
 * the first guess.
 *
 * @param clouds - point clouds, each n_k x d
 * @param initial - first guess of the points, n x d
 * @param options - weights, accuracy and limits
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
  clouds: readonly DenseMatrix[],
  initial: DenseMatrix,
  options: FreeSupportBarycenterOptions = {},
): Outcome<PointBarycenter, PointBarycenterIterate> {
  const steps = freeSupportBarycenterSteps(clouds, initial, options);
  return runAdvised(freeSupportBarycenterOptions, options, steps, 'tolerance');
}

/** The alternation of plans and points as steps. Limits among the options end the exact plans of a step too. */
export function* freeSupportBarycenterSteps(
  clouds: readonly DenseMatrix[],
  initial: DenseMatrix,
  options: FreeSupportBarycenterOptions & InnerLimits,
): Steps<PointBarycenter, PointBarycenterIterate> {
  const settings = resolveOptions(freeSupportBarycenterOptions, options);
  const { pointWeights, cloudWeights, weights, tolerance } = settings;
  const masses = checkClouds(clouds, initial, cloudWeights);
  const a = checkPointWeights(pointWeights, masses[0], initial.rows);
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
    if (unfinished !== undefined) return stalled(solution(), `a plan is not the exact one: ${unfinished}`);
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

function checkClouds(
  clouds: readonly DenseMatrix[],
  initial: DenseMatrix,
  cloudWeights: readonly Float64Array[] | undefined,
): Float64Array[] {
  if (!Array.isArray(clouds) || clouds.length === 0) {
    throw new InvalidInputError('must not be empty', { argument: 'clouds', code: 'empty' });
  }
  checkMatrix(initial, 'initial');
  if (cloudWeights !== undefined && cloudWeights.length !== clouds.length) {
    const problem = `expected ${clouds.length} vectors, got ${cloudWeights.length}`;
    throw new InvalidInputError(problem, { argument: 'cloudWeights', code: 'shape' });
  }
  return Array.from(clouds, (cloud: DenseMatrix, k) => {
    checkMatrix(cloud, `clouds[${k}]`);
    if (cloud.cols !== initial.cols) {
      throw new InvalidInputError(`has points of dimension ${cloud.cols}, initial of ${initial.cols}`, {
        argument: `clouds[${k}]`,
        code: 'shape',
      });
    }
    const mass = cloudWeights?.[k] ?? new Float64Array(cloud.rows).fill(1 / cloud.rows);
    checkWeights(mass, `cloudWeights[${k}]`, cloud.rows);
    return mass;
  });
}

function checkPointWeights(
  weights: Float64Array | undefined,
  mass: Float64Array,
  count: number,
): Float64Array {
  if (weights === undefined) {
    const all = mass.reduce((sum, weight) => sum + weight, 0);
    return new Float64Array(count).fill(all / count);
  }
  checkWeights(weights, 'pointWeights', count);
  const empty = weights.indexOf(0);
  if (empty >= 0) {
    throw new InvalidInputError(`is zero at index ${empty}: such a point has no place`, {
      argument: 'pointWeights',
      code: 'mass',
      index: empty,
    });
  }
  return weights;
}

function checkIsList(value: unknown, argument: string): asserts value is readonly Float64Array[] {
  if (Array.isArray(value)) return;
  throw new InvalidInputError('expected a list of Float64Arrays', { argument, code: 'type' });
}
