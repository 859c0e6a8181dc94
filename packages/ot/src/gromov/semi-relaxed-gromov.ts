// Semi-relaxed Gromov-Wasserstein matching: a space finds its best weighted part of another, whose weights are free.
//
// C. Vincent-Cuaz, R. Flamary, M. Corneli, T. Vayer, N. Courty: Semi-relaxed Gromov-Wasserstein divergence with
// applications on graphs (2022), arXiv 2110.02753, Algorithm 1.
import {
  converged,
  type Iterate,
  type OptionSpecs,
  type OptionsOf,
  type Outcome,
  type RunOptions,
  resolveOptions,
  runOptionsOf,
  type Steps,
} from '@infimum/core';
import { type DenseMatrix, matmul } from '@infimum/linalg';
import { dot } from '@infimum/linalg/numerics';
import { a } from '../options.ts';
import { runAdvised } from '../progress.ts';
import { checkWeights, total } from '../transport.ts';
import { checkSpace, type GromovPlan } from './gromov-objective.ts';

/** Options of `semiRelaxedGromovWasserstein`. */
export const semiRelaxedGromovOptions = {
  a,
  tolerance: {
    type: 'number',
    min: 0,
    default: 1e-9,
    description: 'Gap of the linearisation, relative to the size of its terms, at which to stop',
  },
  maxIterations: { type: 'integer', min: 0, default: 1000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `semiRelaxedGromovWasserstein`. */
export type SemiRelaxedGromovOptions = OptionsOf<typeof semiRelaxedGromovOptions>;

/** A matching that chooses the weights of the second space. */
export interface SemiRelaxedGromovPlan extends GromovPlan {
  /** The weights of the second space that the plan has chosen: its column sums, length m. */
  readonly targetWeights: Float64Array;
}

/** News of an iteration. */
export interface SemiRelaxedGromovIterate extends Iterate<SemiRelaxedGromovPlan> {
  /** Distortion of the current plan. */
  readonly distortion: number;
  /** Gap of the linearisation, relative to the size of its terms. */
  readonly residual: number;
}

/**
 * Semi-relaxed Gromov-Wasserstein matching with square loss.
 *
 * Minimises `sum_ijkl (C_ik - D_jl)^2 T_ij T_kl` over plans T with row sums `a` and any column sums: the second space
 * gives only as much of itself as fits. Not convex: the answer is a stationary point, found from the plan that spreads
 * every weight evenly by conditional gradients, whose linearised problems send each row to one column, with exact line
 * search. The residual is the gap of the linearisation, relative to the size of its terms; marginal errors are those of
 * the rows.
 *
 * @param first - distances within the first space, n x n, symmetric
 * @param second - distances within the second space, m x m, symmetric
 * @param options - weights of the first space, equal by default, accuracy and limits
 * @throws {InvalidInputError} naming the argument and the first place at fault
 *
 * Cost: O(nm (n + m)) an iteration, O(nm) memory.
 *
 * Source: C. Vincent-Cuaz et al., Semi-relaxed Gromov-Wasserstein divergence (arXiv 2110.02753).
 *
 * @example
 * ```ts
 * import { semiRelaxedGromovWasserstein } from '@infimum/ot';
 *
 * const pair = { rows: 2, cols: 2, values: Float64Array.of(0, 1, 1, 0) };
 * const path = { rows: 3, cols: 3, values: Float64Array.of(0, 1, 4, 1, 0, 3, 4, 3, 0) };
 * const { distortion, targetWeights } = semiRelaxedGromovWasserstein(pair, path);
 * console.log(distortion <= 0.5, targetWeights.length); // true 3
 * ```
 */
export function semiRelaxedGromovWasserstein(
  first: DenseMatrix,
  second: DenseMatrix,
  options: SemiRelaxedGromovOptions & RunOptions<SemiRelaxedGromovIterate> = {},
): Outcome<SemiRelaxedGromovPlan, SemiRelaxedGromovIterate> {
  const steps = semiRelaxedGromovSteps(first, second, options);
  return runAdvised(steps, runOptionsOf(semiRelaxedGromovOptions, options), 'tolerance');
}

/**
 * Conditional gradients as steps.
 *
 * @throws {InvalidInputError} naming the argument at fault
 */
export function* semiRelaxedGromovSteps(
  first: DenseMatrix,
  second: DenseMatrix,
  options: SemiRelaxedGromovOptions,
): Steps<SemiRelaxedGromovPlan, SemiRelaxedGromovIterate> {
  checkSpace(first, 'first');
  checkSpace(second, 'second');
  const [n, m] = [first.rows, second.rows];
  const { a = new Float64Array(n).fill(1 / n), tolerance } = resolveOptions(
    semiRelaxedGromovOptions,
    options,
  );
  checkWeights(a, 'a', n);
  const squares = { rows: m, cols: m, values: second.values.map((value) => value * value) };
  const firstSquares = quadratic(
    a,
    first.values.map((value) => value * value),
  );
  const plan = { rows: n, cols: m, values: new Float64Array(n * m) };
  for (let i = 0; i < n; i++) plan.values.fill(a[i] / m, i * m, (i + 1) * m);
  const gradient = new Float64Array(n * m);
  const direction = { rows: n, cols: m, values: new Float64Array(n * m) };
  for (let iteration = 0; ; iteration++) {
    // a'(C^2)a + q'(D^2)q - 2 <C T D, T> with the column sums q; only the last two depend on T.
    const cross = matmul(matmul(first, plan), second);
    const weights = columnSums(plan);
    const pull = matmul(squares, { rows: m, cols: 1, values: weights }).values;
    const distortion = firstSquares + dot(weights, pull) - 2 * dot(cross.values, plan.values);
    let size = 0;
    for (let k = 0; k < gradient.length; k++) {
      gradient[k] = 2 * pull[k % m] - 4 * cross.values[k];
      size += plan.values[k] * (2 * pull[k % m] + 4 * Math.abs(cross.values[k]));
    }
    for (let i = 0; i < n; i++) towardsLeast(direction.values, gradient, plan.values, i * m, m, a[i]);
    const slope = dot(direction.values, gradient);
    const residual = size > 0 ? Math.max(0, -slope) / size : 0;
    const solution = (): SemiRelaxedGromovPlan => ({
      plan: { ...plan, values: plan.values.slice() },
      distortion: Math.max(0, distortion),
      marginalError: rowError(plan, a),
      targetWeights: weights,
    });
    yield { iteration, distortion, residual, solution };
    if (residual <= tolerance) {
      return converged(solution(), `the linearisation promises ${residual.toExponential(1)} of its terms`);
    }
    const moved = columnSums(direction);
    const change = matmul(matmul(first, direction), second);
    const curvature = quadratic(moved, squares.values) - 2 * dot(change.values, direction.values);
    const best = curvature > 0 ? Math.min(1, -slope / (2 * curvature)) : 1;
    for (let k = 0; k < plan.values.length; k++) plan.values[k] += best * direction.values[k];
  }
}

/** All of a row's weight to the column whose gradient is least, the first of them, less what the row has. */
function towardsLeast(
  direction: Float64Array,
  gradient: Float64Array,
  plan: Float64Array,
  from: number,
  cols: number,
  weight: number,
): void {
  let least = from;
  for (let k = from; k < from + cols; k++) {
    direction[k] = -plan[k];
    if (gradient[k] < gradient[least]) least = k;
  }
  direction[least] += weight;
}

/** v' M v. */
function quadratic(v: Float64Array, matrix: Float64Array): number {
  let sum = 0;
  for (let i = 0, k = 0; i < v.length; i++) {
    for (let j = 0; j < v.length; j++, k++) sum += v[i] * matrix[k] * v[j];
  }
  return sum;
}

function columnSums({ rows, cols, values }: DenseMatrix): Float64Array {
  const sums = new Float64Array(cols);
  for (let i = 0, k = 0; i < rows; i++) for (let j = 0; j < cols; j++, k++) sums[j] += values[k];
  return sums;
}

function rowError({ cols, values }: DenseMatrix, a: Float64Array): number {
  let error = 0;
  for (let i = 0; i < a.length; i++)
    error += Math.abs(total(values.subarray(i * cols, (i + 1) * cols)) - a[i]);
  return error;
}
