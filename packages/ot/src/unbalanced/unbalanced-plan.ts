// What problems whose masses may differ have in common: their check and their plan.
import { checkMatrix } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { transportCostOf } from '../plan-metrics.ts';
import { checkWeights, total } from '../transport.ts';

/** A plan that misses its marginals on purpose. */
export interface UnbalancedPlan {
  /** Mass moved from i to j, n x m. */
  readonly plan: DenseMatrix;
  /** Transport cost, the sum of plan times cost. */
  readonly cost: number;
  /** Mass moved in all. */
  readonly mass: number;
}

/**
 * Checks weights of any total, and costs.
 *
 * @throws {InvalidInputError} naming `a`, `b` or `cost` and the first place at fault
 */
export function checkUnbalanced(a: Float64Array, b: Float64Array, cost: DenseMatrix): void {
  checkMatrix(cost, 'cost');
  checkWeights(a, 'a', cost.rows);
  checkWeights(b, 'b', cost.cols);
}

/** A plan with its cost and mass. */
export function unbalancedPlan(plan: DenseMatrix, cost: DenseMatrix): UnbalancedPlan {
  return {
    plan,
    cost: transportCostOf(plan, cost),
    mass: plan.values.reduce((all, mass) => all + mass, 0),
  };
}

/** Share of the smaller mass below which a plan counts as empty. */
const HARDLY_ANY = 1e-6;

/** The outcome; if hardly any mass moves, which is optimal where missing it is cheap, the reason says so. */
export function withMassNote<Solved extends UnbalancedPlan & { readonly reason: string }>(
  outcome: Solved,
  a: Float64Array,
  b: Float64Array,
): Solved {
  const { mass, reason } = outcome;
  if (mass >= HARDLY_ANY * Math.min(total(a), total(b))) return outcome;
  const note = `hardly any mass moves (${mass.toExponential(1)}): marginalPenalty is small against the costs; raise it`;
  return { ...outcome, reason: `${reason}; ${note}` };
}
