// Plans with few entries: compressed rows from a list of shipments, and the balance of the two masses.
import type { VectorLike } from '@infimum/core';
import { asVector, checkObject } from '@infimum/core';
import type { CsrMatrix } from '@infimum/linalg';
import { checkCsr, csrFromTriplets } from '@infimum/linalg';

/** A sparse matrix in compressed rows, of plain or typed arrays. */
export interface CsrLike {
  /** Number of rows. */
  readonly rows: number;
  /** Number of columns. */
  readonly cols: number;
  /** Where each row begins, and the end, rows + 1 integers. */
  readonly rowPointers: VectorLike;
  /** The column of every entry, rising within a row. */
  readonly columnIndices: VectorLike;
  /** The entries. */
  readonly values: VectorLike;
}

/**
 * A sparse matrix of typed arrays, checked.
 *
 * @throws {InvalidInputError} naming the argument
 */
export function asCsrMatrix(given: CsrLike, argument: string): CsrMatrix {
  checkObject(given, argument);
  const { rows, cols, rowPointers, columnIndices, values } = given;
  const whole = (list: VectorLike) =>
    Array.isArray(list) && list.every(Number.isInteger) ? Int32Array.from(list) : (list as Int32Array);
  const matrix = {
    rows,
    cols,
    rowPointers: whole(rowPointers),
    columnIndices: whole(columnIndices),
    values: Array.isArray(values) && values.length > 0 ? asVector(values, `${argument}.values`) : (values as Float64Array),
  };
  checkCsr(matrix, argument);
  return matrix;
}

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
export function planOf({ sources, targets, masses }: Shipments, n: number, m: number): CsrMatrix {
  let kept = 0;
  for (const mass of masses) if (mass > 0) kept++;
  const rowIndices = new Int32Array(kept);
  const columnIndices = new Int32Array(kept);
  const values = new Float64Array(kept);
  for (let k = 0, at = 0; k < masses.length; k++) {
    if (!(masses[k] > 0)) continue;
    rowIndices[at] = sources[k];
    columnIndices[at] = targets[k];
    values[at++] = masses[k];
  }
  return csrFromTriplets({ rows: n, cols: m, rowIndices, columnIndices, values });
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
