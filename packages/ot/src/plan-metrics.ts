// Figures of merit of a plan, dense or sparse, computed from plan and costs alone.
import { portableLog } from '@infimum/core';
import type { CsrMatrix, DenseMatrix } from '@infimum/linalg';
import { forEachEntry } from './plan-entries.ts';
import { total } from './transport.ts';

/** Sum over all entries of `term(mass, index of the cost)`. */
function sumOver(plan: DenseMatrix | CsrMatrix, term: (mass: number, index: number) => number): number {
  let sum = 0;
  forEachEntry(plan, (i, j, mass) => {
    sum += term(mass, i * plan.cols + j);
  });
  return sum;
}

/** <C, P>. */
export function transportCostOf(plan: DenseMatrix | CsrMatrix, cost: DenseMatrix): number {
  return sumOver(plan, (mass, index) => mass * cost.values[index]);
}

/** <C, P> + epsilon sum P log P. */
export function entropicCostOf(plan: DenseMatrix | CsrMatrix, cost: DenseMatrix, epsilon: number): number {
  return sumOver(plan, (mass, index) => mass * (cost.values[index] + epsilon * portableLog(mass)));
}

/** Sum of the absolute differences between the marginals of a plan and the weights. */
export function marginalErrorOf(plan: DenseMatrix | CsrMatrix, a: Float64Array, b: Float64Array): number {
  const missingRows = a.slice();
  const missingColumns = b.slice();
  for (let i = 0; i < plan.rows; i++) {
    let sum = 0;
    const [from, to] =
      'rowPointers' in plan
        ? [plan.rowPointers[i], plan.rowPointers[i + 1]]
        : [i * plan.cols, (i + 1) * plan.cols];
    for (let k = from; k < to; k++) {
      sum += plan.values[k];
      missingColumns['columnIndices' in plan ? plan.columnIndices[k] : k - from] -= plan.values[k];
    }
    missingRows[i] -= sum;
  }
  return total(missingRows.map(Math.abs)) + total(missingColumns.map(Math.abs));
}

/** Sum of the absolute differences. */
export function distance(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += Math.abs(x[i] - y[i]);
  return sum;
}

/** Weights times potentials, where what has no potential, because it has no mass to speak of, counts nothing. */
export function pairing(weights: Float64Array, potential: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) if (potential[i] > -Infinity) sum += weights[i] * potential[i];
  return sum;
}
