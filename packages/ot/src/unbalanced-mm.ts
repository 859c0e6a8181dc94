// Unbalanced transport without entropy, by majorisation-minimisation: multiplicative updates that keep zeros.
//
// L. Chapel, R. Flamary, H. Wu, C. Févotte, G. Gasso: Unbalanced optimal transport through non-negative penalized linear
// regression (2021), arXiv 2106.04145.
import {
  checkChoice,
  checkNumber,
  converged,
  type Outcome,
  portableExp,
  type RunOptions,
  run,
  type Steps,
} from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { checkUnbalanced, type UnbalancedPlan, unbalancedPlan, withMassNote } from './unbalanced-plan.ts';
import type { UnbalancedIterate } from './unbalanced-sinkhorn.ts';

/** Options of `unbalancedMmSteps`. */
export interface UnbalancedMmStepsOptions {
  /** Price of missing the marginals; positive. In units of the cost for `kl`, of cost over mass for `l2`. */
  readonly marginalPenalty: number;
  /** What misses are measured by: `kl`, the default, or `l2`, half the squared difference. */
  readonly divergence?: 'kl' | 'l2';
  /** Largest relative change of the plan at which the iteration ends; 1e-9 by default. */
  readonly tolerance?: number;
}

/** Options of `unbalancedMm`. */
export interface UnbalancedMmOptions extends UnbalancedMmStepsOptions, RunOptions<UnbalancedIterate> {
  /** Iteration limit; 10 000 by default. */
  readonly maxIterations?: number;
}

/**
 * Unbalanced transport by majorisation-minimisation.
 *
 * Minimises `<C, P> + rho D(P 1, a) + rho D(P' 1, b)` over all non-negative n x m matrices, rho the
 * `marginalPenalty`, with `kl` D(p, q) = sum p log(p / q) - p + q or `l2` D(p, q) = sum (p - q)^2 / 2. Every update
 * multiplies the entries by factors that lower a surrogate: the objective never rises, and plans tend to be sparse.
 * Convergence is sublinear.
 *
 * @param a - source weights, length n, non-negative
 * @param b - target weights, length m, non-negative, of any total
 * @param cost - costs, n x m, finite, non-negative
 * @param options - `marginalPenalty` is required
 * @throws {InvalidInputError} naming the argument and the first place at fault
 *
 * Cost: O(nm) an iteration, O(nm) memory.
 *
 * Source: L. Chapel et al., Unbalanced optimal transport through non-negative penalized linear regression (arXiv
 * 2106.04145).
 *
 * @example
 * ```ts
 * import { unbalancedMm } from '@infimum/ot';
 *
 * const one = Float64Array.of(1);
 * const cost = { rows: 1, cols: 1, values: Float64Array.of(2) };
 * console.log(unbalancedMm(one, one, cost, { marginalPenalty: 1 }).mass.toFixed(6)); // 0.367879
 * ```
 */
export function unbalancedMm(
  a: Float64Array,
  b: Float64Array,
  cost: DenseMatrix,
  options: UnbalancedMmOptions,
): Outcome<UnbalancedPlan, UnbalancedIterate> {
  return withMassNote(
    run(unbalancedMmSteps(a, b, cost, options), { maxIterations: 10_000, ...options }),
    a,
    b,
  );
}

/**
 * Majorisation-minimisation as steps.
 *
 * @throws {InvalidInputError} naming the argument at fault
 */
export function* unbalancedMmSteps(
  a: Float64Array,
  b: Float64Array,
  cost: DenseMatrix,
  { marginalPenalty, divergence = 'kl', tolerance = 1e-9 }: UnbalancedMmStepsOptions,
): Steps<UnbalancedPlan, UnbalancedIterate> {
  checkUnbalanced(a, b, cost);
  checkNumber(marginalPenalty, 'marginalPenalty', { above: 0 });
  checkChoice(divergence, 'divergence', ['kl', 'l2']);
  checkNumber(tolerance, 'tolerance', { min: 0 });
  const { rows, cols } = cost;
  const factors =
    divergence === 'kl' ? klFactors(a, b, cost, marginalPenalty) : l2Factors(a, b, cost, marginalPenalty);
  const values = cost.values.map((_, k) => a[Math.floor(k / cols)] * b[k % cols]);
  const scale = values.reduce((all, mass) => all + mass, 0);
  for (let k = 0; k < values.length; k++) values[k] /= Math.sqrt(scale);
  const solution = () => unbalancedPlan({ rows, cols, values: values.slice() }, cost);
  let change = Infinity;
  for (let iteration = 0; ; iteration++) {
    yield { iteration, change, solution };
    if (change <= tolerance)
      return converged(solution(), `the plan changes by ${change.toExponential(1)} of itself`);
    change = update(values, factors, rows, cols);
  }
}

/** One update of all entries; returns the largest change, relative to the largest entry. */
function update(values: Float64Array, factors: UpdateFactors, rows: number, cols: number): number {
  const { rowSums, columnSums } = marginalsOf(values, rows, cols);
  const factor = factors(rowSums, columnSums);
  let largest = 0;
  let moved = 0;
  for (let i = 0, k = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++, k++) {
      const mass = values[k];
      if (mass === 0) continue;
      values[k] = mass * factor(k, i, j);
      largest = Math.max(largest, mass);
      moved = Math.max(moved, Math.abs(values[k] - mass));
    }
  }
  return moved / largest;
}

/** For given sums of rows and columns: what entry k, in row i and column j, is multiplied by. */
type UpdateFactors = (
  rowSums: Float64Array,
  columnSums: Float64Array,
) => (k: number, i: number, j: number) => number;

/** exp(-C_ij / (2 rho)) sqrt(a_i b_j / (r_i c_j)). */
function klFactors(
  a: Float64Array,
  b: Float64Array,
  { values }: DenseMatrix,
  penalty: number,
): UpdateFactors {
  const kernel = values.map((c) => portableExp(-c / (2 * penalty)));
  return (rowSums, columnSums) => {
    const rowFactors = rowSums.map((sum, i) => Math.sqrt(a[i] / sum));
    const columnFactors = columnSums.map((sum, j) => Math.sqrt(b[j] / sum));
    return (k, i, j) => kernel[k] * rowFactors[i] * columnFactors[j];
  };
}

/** max(0, rho (a_i + b_j) - C_ij) / (rho (r_i + c_j)). */
function l2Factors(
  a: Float64Array,
  b: Float64Array,
  { values }: DenseMatrix,
  penalty: number,
): UpdateFactors {
  return (rowSums, columnSums) => (k, i, j) =>
    Math.max(0, a[i] + b[j] - values[k] / penalty) / (rowSums[i] + columnSums[j]);
}

function marginalsOf(values: Float64Array, rows: number, cols: number) {
  const rowSums = new Float64Array(rows);
  const columnSums = new Float64Array(cols);
  for (let i = 0, k = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++, k++) {
      rowSums[i] += values[k];
      columnSums[j] += values[k];
    }
  }
  return { rowSums, columnSums };
}
