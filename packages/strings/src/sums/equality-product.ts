// The equality product of two matrices: how often do a row and a column agree? Frequent values by one matrix
// product, rare values by enumeration.
//
// J. Matoušek: Computing dominances in Eⁿ (1991), for the split; T. Chan, C. Jin, V. Vassilevska Williams, Y. Xu
// (arXiv 2310.13174) count Exact Triangles with it. For study: operations are counted.
import type { DenseLike } from '@infimum/core';
import { checkInteger, checkObject, fault } from '@infimum/core';

/** A row-major matrix of counts. */
export interface CountMatrix {
  /** Number of rows. */
  readonly rows: number;
  /** Number of columns. */
  readonly cols: number;
  /** Counts, row by row. */
  readonly values: Float64Array;
}

/** Options of `equalityProduct`. */
export interface EqualityProductOptions {
  /** A value is frequent in a column of the left factor if it fills more than rows / `parts` of it; √rows by default. */
  readonly parts?: number;
}

/** Operations of the equality product, by kind. */
export interface EqualityProductOperations {
  /** Pairs of equal entries of rare values, enumerated one by one. */
  lightPairs: number;
  /** Multiply-adds of the matrix product that stands for the frequent values. */
  multiplyAdds: number;
}

/** The product and its cost. */
export interface EqualityProduct {
  /** counts[i, j] = #{k : left[i, k] = right[k, j]}, exact. */
  readonly counts: CountMatrix;
  /** Number of (column, frequent value) pairs, the inner dimension of the matrix product. */
  readonly heavy: number;
  /** Counted operations. */
  readonly operations: EqualityProductOperations;
}

/**
 * Equality product: `counts[i, j] = #{k : left[i, k] = right[k, j]}` for an n1 x n2 and an n2 x n3 matrix.
 *
 * In every column of `left`, a value that more than n1/r rows share (there are fewer than r of those) becomes one
 * column of 0s and 1s, its places in the row of `right` one row, and all of them together one matrix product. All
 * other values have at most n1/r rows each, and are enumerated: at most n1·n2·n3/r pairs. With r = √n1 both parts
 * are of the order of n1·n2·n3/√n1, and fast matrix multiplication makes the first smaller.
 *
 * @param left - n1 x n2; NaN agrees with nothing
 * @param right - n2 x n3; NaN agrees with nothing @param options - `parts` is r
 * @returns counts (n1 x n3), the number of frequent values and the counted operations
 * @throws {InvalidInputError} for shapes that do not fit, infinite entries and `parts` out of range
 *
 * Source: J. Matoušek, Computing dominances in Eⁿ (1991); T. Chan, C. Jin, V. Vassilevska Williams, Y. Xu, Faster
 * algorithms for text-to-pattern Hamming distances (arXiv 2310.13174).
 *
 * @example
 * ```ts
 * import { equalityProduct } from '@infimum/strings';
 *
 * const left = { rows: 2, cols: 2, values: Float64Array.of(0, 1, 0, 1) };
 * const right = { rows: 2, cols: 2, values: Float64Array.of(0, 0, 1, 1) };
 * console.log(equalityProduct(left, right).counts.values.join(' ')); // 2 2 2 2
 * ```
 */
export function equalityProduct(left: DenseLike, right: DenseLike, options: EqualityProductOptions = {}): EqualityProduct {
  checkObject(options, 'options');
  checkFactors(left, right);
  const { parts = Math.ceil(Math.sqrt(left.rows)) } = options;
  checkInteger(parts, 'parts', { min: 1 });
  const counts = { rows: left.rows, cols: right.cols, values: new Float64Array(left.rows * right.cols) };
  const heavy: HeavyValue[] = [];
  let lightPairs = 0;
  for (let k = 0; k < left.cols; k++) {
    const rowsOf = groupColumn(left, k);
    const colsOf = groupRow(right, k);
    for (const [value, cols] of colsOf) {
      const rows = rowsOf.get(value);
      if (!rows) continue;
      if (rows.length * parts > left.rows) heavy.push({ rows, cols });
      else lightPairs += enumerate(rows, cols, counts);
    }
  }
  addHeavyProduct(heavy, counts);
  const multiplyAdds = counts.rows * heavy.length * counts.cols;
  return { counts, heavy: heavy.length, operations: { lightPairs, multiplyAdds } };
}

/** Where one frequent value of one k stands. */
interface HeavyValue {
  readonly rows: readonly number[];
  readonly cols: readonly number[];
}

/** Rows of column `k` by value; NaN belongs to no group. */
function groupColumn({ rows, cols, values }: DenseLike, k: number): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  for (let i = 0; i < rows; i++) addTo(groups, values[i * cols + k], i);
  return groups;
}

/** Columns of row `k` by value. */
function groupRow({ cols, values }: DenseLike, k: number): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  for (let j = 0; j < cols; j++) addTo(groups, values[k * cols + j], j);
  return groups;
}

function addTo(groups: Map<number, number[]>, value: number, index: number): void {
  if (Number.isNaN(value)) return;
  const group = groups.get(value);
  if (group) group.push(index);
  else groups.set(value, [index]);
}

function enumerate(rows: readonly number[], cols: readonly number[], counts: CountMatrix): number {
  for (const i of rows) for (const j of cols) counts.values[i * counts.cols + j]++;
  return rows.length * cols.length;
}

/** Adds the product of the 0/1 matrices n1 x h and h x n3 of the frequent values. */
function addHeavyProduct(heavy: readonly HeavyValue[], counts: CountMatrix): void {
  const inner = heavy.length;
  const left = new Uint8Array(counts.rows * inner);
  const right = new Uint8Array(inner * counts.cols);
  heavy.forEach(({ rows, cols }, h) => {
    for (const i of rows) left[i * inner + h] = 1;
    for (const j of cols) right[h * counts.cols + j] = 1;
  });
  for (let i = 0; i < counts.rows; i++) {
    const row = counts.values.subarray(i * counts.cols, (i + 1) * counts.cols);
    for (let h = 0; h < inner; h++) {
      if (left[i * inner + h] === 0) continue;
      const offset = h * counts.cols;
      for (let j = 0; j < row.length; j++) row[j] += right[offset + j];
    }
  }
}

function checkFactors(left: DenseLike, right: DenseLike): void {
  checkEntries(left, 'left');
  checkEntries(right, 'right');
  if (left.cols !== right.rows) {
    throw fault(`expected ${left.cols} rows for the columns of left, got ${right.rows}`, 'right', 'shape');
  }
}

/** Checks a matrix of numbers in which NaN stands for an empty place. */
export function checkEntries(matrix: DenseLike, argument: string, integers = false): void {
  if (typeof matrix !== 'object' || matrix === null || !ArrayBuffer.isView(matrix.values)) {
    throw fault('expected a matrix { rows, cols, values }', argument, 'type');
  }
  const { rows, cols, values } = matrix;
  checkInteger(rows, `${argument}.rows`, { min: 1 });
  checkInteger(cols, `${argument}.cols`, { min: 1 });
  if (values.length !== rows * cols) {
    throw fault(`shape ${rows}x${cols} needs ${rows * cols} values, got ${values.length}`, argument, 'shape');
  }
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (Number.isNaN(value)) continue;
    if (!Number.isFinite(value)) throw fault(`is ${value} at index ${index}`, argument, 'not-finite', index);
    if (integers && !(Number.isInteger(value) && Math.abs(value) <= LARGEST_ENTRY)) {
      throw fault(
        `is ${value} at index ${index}, not an integer within 2^51`,
        argument,
        Number.isInteger(value) ? 'out-of-range' : 'not-integer',
        index,
      );
    }
  }
}

/** Sums and differences of two entries up to here are exact. */
const LARGEST_ENTRY = 2 ** 51;
