// Plans with few entries, as exact methods give them: compressed rows from a list of shipments, their cost, their
// marginal error, and the balance of masses that differ by rounding.
import type { CsrMatrix, DenseMatrix } from '@infimum/linalg';

/** Masses moved between pairs of positions, in any order, no pair twice. */
export interface Shipments {
  /** Source of every shipment. */
  readonly sources: Int32Array;
  /** Target of every shipment. */
  readonly targets: Int32Array;
  /** Mass of every shipment; nothing is kept of those without. */
  readonly masses: Float64Array;
}

/** The n x m matrix of the shipments, sorted by row and column; O(n + m + shipments). */
export function planOf(shipments: Shipments, n: number, m: number): CsrMatrix {
  const { sources, targets, masses } = shipments;
  const kept = Int32Array.from(masses.keys()).filter((k) => masses[k] > 0);
  // Sorting by the less significant index first leaves the columns of a row in order.
  const order = stableOrder(stableOrder(kept, targets, m), sources, n);
  const rowPointers = new Int32Array(n + 1);
  for (const k of order) rowPointers[sources[k] + 1]++;
  for (let i = 0; i < n; i++) rowPointers[i + 1] += rowPointers[i];
  return {
    rows: n,
    cols: m,
    rowPointers,
    columnIndices: order.map((k) => targets[k]),
    values: Float64Array.from(order, (k) => masses[k]),
  };
}

/** Sum of plan times cost. */
export function sparseCost(
  { rows, rowPointers, columnIndices, values }: CsrMatrix,
  cost: DenseMatrix,
): number {
  let sum = 0;
  for (let i = 0; i < rows; i++) {
    for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) {
      sum += values[k] * cost.values[i * cost.cols + columnIndices[k]];
    }
  }
  return sum;
}

/** Sum of the absolute differences between the marginals of a plan and the weights. */
export function sparseMarginalError(plan: CsrMatrix, a: Float64Array, b: Float64Array): number {
  const columnSums = new Float64Array(plan.cols);
  let error = 0;
  for (let i = 0; i < plan.rows; i++) {
    let rowSum = 0;
    for (let k = plan.rowPointers[i]; k < plan.rowPointers[i + 1]; k++) {
      rowSum += plan.values[k];
      columnSums[plan.columnIndices[k]] += plan.values[k];
    }
    error += Math.abs(rowSum - a[i]);
  }
  for (let j = 0; j < plan.cols; j++) error += Math.abs(columnSums[j] - b[j]);
  return error;
}

/** The factor that gives `b` the mass of `a`: one but for rounding, and itself free of the rounding of sums. */
export function balance(a: Float64Array, b: Float64Array): number {
  return compensatedSum(a) / compensatedSum(b);
}

/** A. Neumaier's sum (1974): what an addition rounds off is kept and added in the end. */
function compensatedSum(values: Float64Array): number {
  let sum = 0;
  let lost = 0;
  for (const value of values) {
    const next = sum + value;
    lost += sum >= value ? sum - next + value : value - next + sum;
    sum = next;
  }
  return sum + lost;
}

/** The items in order of their keys from 0 … bound-1; equal keys stay in the order they came in. */
function stableOrder(items: Int32Array, keys: Int32Array, bound: number): Int32Array {
  const place = new Int32Array(bound + 1);
  for (const item of items) place[keys[item] + 1]++;
  for (let key = 0; key < bound; key++) place[key + 1] += place[key];
  const order = new Int32Array(items.length);
  for (const item of items) order[place[keys[item]]++] = item;
  return order;
}
