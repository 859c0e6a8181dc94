// Figures of merit of a plan, dense or sparse, computed from plan and costs alone.
import type { CsrMatrix, DenseMatrix } from '@infimum/linalg';

/** Sum over all entries of `term(mass, index of the cost)`. */
function sumOver(plan: DenseMatrix | CsrMatrix, term: (mass: number, index: number) => number): number {
  let sum = 0;
  if (!('rowPointers' in plan)) {
    for (let k = 0; k < plan.values.length; k++) sum += term(plan.values[k], k);
    return sum;
  }
  for (let i = 0; i < plan.rows; i++) {
    for (let k = plan.rowPointers[i]; k < plan.rowPointers[i + 1]; k++) {
      sum += term(plan.values[k], i * plan.cols + plan.columnIndices[k]);
    }
  }
  return sum;
}

/** <C, P>. */
export function transportCostOf(plan: DenseMatrix | CsrMatrix, cost: DenseMatrix): number {
  return sumOver(plan, (mass, index) => mass * cost.values[index]);
}

/** <C, P> + epsilon sum P log P. */
export function entropicCostOf(plan: DenseMatrix | CsrMatrix, cost: DenseMatrix, epsilon: number): number {
  return sumOver(plan, (mass, index) =>
    mass > 0 ? mass * (cost.values[index] + epsilon * Math.log(mass)) : 0,
  );
}
