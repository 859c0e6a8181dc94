// Rounding of an approximate plan to one with exact marginals.
//
// J. Altschuler, J. Weed, P. Rigollet: Near-linear time approximation algorithms for optimal transport via Sinkhorn
// iteration (2017), arXiv 1705.09634, Algorithm 2.
import type { VectorLike } from '@infimum/core';
import { checkNonNegative } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { csrToDense } from '@infimum/linalg';
import type { PlanLike } from './plan-entries.ts';
import { asPlan } from './plan-entries.ts';
import { asMarginals, total } from './transport.ts';

/**
 * The plan scaled down where a marginal is too large, plus a product plan for what is then missing; O(nm).
 *
 * It differs from the given plan by at most twice its marginal error in the l1 norm.
 *
 * @param given - an approximate plan, n x m, non-negative
 * @param a - source weights, length n
 * @param b - target weights, length m, of the same total (relative 1e-9)
 * @throws {InvalidInputError} naming `plan`, `a` or `b` and the first place at fault
 *
 * @example
 * ```ts
 * import { roundToPolytope } from '@infimum/ot';
 *
 * const half = [0.5, 0.5];
 * const rough = [[0.6, 0], [0, 0.4]];
 * console.log(roundToPolytope(rough, half, half).values.map((mass) => +mass.toFixed(3)).join(' ')); // 0.5 0 0 0.5
 * ```
 */
export function roundToPolytope(given: PlanLike, sources: VectorLike, targets: VectorLike): DenseMatrix {
  const plan = asPlan(given);
  checkNonNegative(plan.values, 'plan');
  const { a, b } = asMarginals({ a: sources, b: targets }, plan.rows, plan.cols);
  const dense = 'rowPointers' in plan ? csrToDense(plan) : { ...plan, values: plan.values.slice() };
  const { rows, cols, values } = dense;
  const columnSums = new Float64Array(cols);
  for (let i = 0, k = 0; i < rows; i++) {
    const row = values.subarray(k, k + cols);
    const sum = total(row);
    const factor = sum > a[i] ? a[i] / sum : 1;
    for (let j = 0; j < cols; j++, k++) {
      values[k] *= factor;
      columnSums[j] += values[k];
    }
  }
  const factors = columnSums.map((sum, j) => (sum > b[j] ? b[j] / sum : 1));
  const missingRows = a.slice();
  const missingColumns = b.slice();
  for (let i = 0, k = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++, k++) {
      values[k] *= factors[j];
      missingRows[i] -= values[k];
      missingColumns[j] -= values[k];
    }
  }
  const missing = total(missingRows);
  if (!(missing > 0)) return dense;
  for (let i = 0, k = 0; i < rows; i++) {
    const share = Math.max(0, missingRows[i]) / missing;
    for (let j = 0; j < cols; j++, k++) values[k] += share * Math.max(0, missingColumns[j]);
  }
  return dense;
}
