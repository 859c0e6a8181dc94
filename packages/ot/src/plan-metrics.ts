// Figures of merit of a plan, dense or sparse, computed from plan and costs alone.
import { portableLog } from '@infimum/core/portable-math';
import type { CsrMatrix, DenseMatrix } from '@infimum/linalg';
import { absoluteSum } from '@infimum/linalg/numerics';
import { forEachEntry } from './plan-entries.ts';

/** Sum over all positive entries of `term(mass, cost)`; a dense plan lies beside its costs. */
function sumOver(plan: DenseMatrix | CsrMatrix, { values: costs }: DenseMatrix, term: (mass: number, cost: number) => number) {
  let sum = 0;
  if ('rowPointers' in plan) {
    forEachEntry(plan, (i, j, mass) => {
      sum += term(mass, costs[i * plan.cols + j]);
    });
    return sum;
  }
  const { rows, cols, values } = plan;
  for (let k = 0; k < rows * cols; k++) if (values[k] > 0) sum += term(values[k], costs[k]);
  return sum;
}

/** <C, P>. */
export function transportCostOf(plan: DenseMatrix | CsrMatrix, cost: DenseMatrix): number {
  return sumOver(plan, cost, (mass, price) => mass * price);
}

/** <C, P> + epsilon sum P log P. */
export function entropicCostOf(plan: DenseMatrix | CsrMatrix, cost: DenseMatrix, epsilon: number): number {
  return sumOver(plan, cost, (mass, price) => mass * (price + epsilon * portableLog(mass)));
}

/** Sum of the absolute differences between the marginals of a plan and the weights. */
export function marginalErrorOf(plan: DenseMatrix | CsrMatrix, a: Float64Array, b: Float64Array): number {
  const missingRows = a.slice();
  const missingColumns = b.slice();
  const { rows, cols, values } = plan;
  const isSparse = 'rowPointers' in plan;
  for (let i = 0; i < rows; i++) {
    const from = isSparse ? plan.rowPointers[i] : i * cols;
    const to = isSparse ? plan.rowPointers[i + 1] : from + cols;
    let sum = 0;
    for (let k = from; k < to; k++) {
      sum += values[k];
      missingColumns[isSparse ? plan.columnIndices[k] : k - from] -= values[k];
    }
    missingRows[i] -= sum;
  }
  return absoluteSum(missingRows) + absoluteSum(missingColumns);
}

/** Sum of the absolute differences. */
export function distance(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += Math.abs(x[i] - y[i]);
  return sum;
}

/** Weights times potentials; entries without a potential, because their mass is negligible, contribute 0. */
export function pairing(weights: Float64Array, potential: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) if (potential[i] > -Infinity) sum += weights[i] * potential[i];
  return sum;
}
