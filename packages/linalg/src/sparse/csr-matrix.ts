// Sparse matrices in compressed rows (CSR): of each row, the columns with an entry, in rising order.
import type { MatrixLike } from '@infimum/core';
import { checkInteger, checkNumber, fault } from '@infimum/core';
import { allocateFloat64 } from '../allocation.ts';
import { MOST_LINES } from '../check-compressed.ts';
import { asCsr, asDense } from '../inputs.ts';
import type { CsrLike, CsrMatrix, DenseMatrix } from '../matrices.ts';
import { tooLarge } from '../too-large.ts';

/**
 * The entries of a dense matrix that are not zero. Time O(rows cols).
 *
 * @throws {InvalidInputError} for a matrix whose shape does not fit its values, or with entries that are not finite
 *
 * @example
 * ```ts
 * import { csrFromDense, matrixFromRows } from '@infimum/linalg';
 *
 * const sparse = csrFromDense(matrixFromRows([[0, 5, 0], [7, 0, 9]]));
 * console.log(Array.from(sparse.rowPointers).join(' ')); // 0 1 3
 * console.log(Array.from(sparse.columnIndices).join(' ')); // 1 0 2
 * ```
 */
export function csrFromDense(matrix: MatrixLike): CsrMatrix {
  const given = asDense(matrix, 'matrix');
  const { rows, cols, values } = given;
  const rowPointers = new Int32Array(rows + 1);
  for (let k = 0; k < values.length; k++) if (values[k] !== 0) rowPointers[Math.floor(k / cols) + 1]++;
  for (let i = 0; i < rows; i++) rowPointers[i + 1] += rowPointers[i];
  const columnIndices = new Int32Array(rowPointers[rows]);
  const entries = new Float64Array(rowPointers[rows]);
  let next = 0;
  for (let k = 0; k < values.length; k++) {
    if (values[k] === 0) continue;
    columnIndices[next] = k % cols;
    entries[next++] = values[k];
  }
  return { rows, cols, rowPointers, columnIndices, values: entries };
}

/** Entries in any order: the value `values[k]` in row `rowIndices[k]`, column `columnIndices[k]`. */
export interface Triplets {
  /** Number of rows. */
  readonly rows: number;
  /** Number of columns. */
  readonly cols: number;
  /** Row of every entry. */
  readonly rowIndices: ArrayLike<number>;
  /** Column of every entry. */
  readonly columnIndices: ArrayLike<number>;
  /** Every entry. */
  readonly values: ArrayLike<number>;
}

/**
 * A sparse matrix from its entries in any order; values in the same place are added. Time O(entries + rows), and what
 * sorting each row takes.
 *
 * @throws {InvalidInputError} for arrays of different lengths, indices outside the matrix, values that are not finite
 *
 * @example
 * ```ts
 * import { csrFromTriplets, csrToDense } from '@infimum/linalg';
 *
 * const sparse = csrFromTriplets({ rows: 2, cols: 2, rowIndices: [1, 0, 1], columnIndices: [0, 1, 0], values: [1, 2, 3] });
 * console.log(Array.from(csrToDense(sparse).values).join(' ')); // 0 2 4 0
 * ```
 */
export function csrFromTriplets(triplets: Triplets): CsrMatrix {
  checkTriplets(triplets ?? {});
  const { rows, cols, rowIndices, columnIndices, values } = triplets;
  const entries = values.length;
  const rowPointers = new Int32Array(rows + 1);
  for (let k = 0; k < entries; k++) rowPointers[rowIndices[k] + 1]++;
  for (let i = 0; i < rows; i++) rowPointers[i + 1] += rowPointers[i];
  // By rows, and within a row in the order given, in which values in one place are to be added.
  const next = rowPointers.slice(0, rows);
  const columns = new Int32Array(entries);
  const ordered = new Float64Array(entries);
  for (let k = 0; k < entries; k++) {
    const place = next[rowIndices[k]]++;
    columns[place] = columnIndices[k];
    ordered[place] = values[k];
  }
  let count = 0;
  for (let i = 0; i < rows; i++) {
    const [from, to] = [rowPointers[i], next[i]];
    sortRow(columns, ordered, from, to);
    rowPointers[i] = count;
    let previous = -1;
    for (let k = from; k < to; k++) {
      const column = columns[k];
      const value = ordered[k];
      if (column !== previous) {
        columns[count] = column;
        ordered[count++] = value;
        previous = column;
      } else ordered[count - 1] += value;
    }
  }
  rowPointers[rows] = count;
  return { rows, cols, rowPointers, columnIndices: columns.slice(0, count), values: ordered.slice(0, count) };
}

/** Sorts the entries of a row by column; equal columns keep their order. */
export function sortRow(columns: Int32Array, values: Float64Array, from: number, to: number): void {
  if (to - from > MOST_INSERTED) {
    sortLongRow(columns, values, from, to);
    return;
  }
  for (let k = from + 1; k < to; k++) {
    const column = columns[k];
    const value = values[k];
    let place = k;
    for (; place > from && columns[place - 1] > column; place--) {
      columns[place] = columns[place - 1];
      values[place] = values[place - 1];
    }
    columns[place] = column;
    values[place] = value;
  }
}

/** Rows up to this length are sorted by insertion. */
const MOST_INSERTED = 32;

function sortLongRow(columns: Int32Array, values: Float64Array, from: number, to: number): void {
  let rises = true;
  for (let k = from + 1; k < to && rises; k++) rises = columns[k - 1] <= columns[k];
  if (rises) return;
  const [oldColumns, oldValues] = [columns.slice(from, to), values.slice(from, to)];
  const order = Int32Array.from(oldColumns, (_, k) => k).sort((k, l) => oldColumns[k] - oldColumns[l]);
  order.forEach((k, place) => {
    columns[from + place] = oldColumns[k];
    values[from + place] = oldValues[k];
  });
}

/**
 * The same matrix with its zeros. Time and memory O(rows cols).
 *
 * @throws {InvalidInputError} as `checkCsr`
 *
 * @example
 * ```ts
 * import { csrFromTriplets, csrToDense } from '@infimum/linalg';
 *
 * const a = csrFromTriplets({ rows: 2, cols: 2, rowIndices: [0, 1], columnIndices: [1, 0], values: [5, 7] });
 * console.log(csrToDense(a).values.join(' ')); // 0 5 7 0
 * ```
 */
export function csrToDense(matrix: CsrLike): DenseMatrix {
  const given = asCsr(matrix, 'matrix');
  const { rows, cols, rowPointers, columnIndices, values } = given;
  const dense = allocateFloat64(rows * cols, 'matrix');
  for (let i = 0; i < rows; i++) {
    for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) dense[i * cols + columnIndices[k]] = values[k];
  }
  return { rows, cols, values: dense };
}

function checkTriplets({ rows, cols, rowIndices, columnIndices, values }: Triplets): void {
  checkInteger(rows, 'rows', { min: 0 });
  checkInteger(cols, 'cols', { min: 0 });
  if (rows >= MOST_LINES) throw tooLarge(4 * (rows + 1), 'rows');
  if (cols >= MOST_LINES) throw fault('columns are counted in 32 bits', 'cols', 'too-large');
  if (values?.length === undefined) throw fault('expected an array of numbers', 'values', 'type');
  for (const [argument, indices] of Object.entries({ rowIndices, columnIndices })) {
    if (indices?.length === values.length) continue;
    throw fault(`expected ${values.length} entries, got ${indices?.length ?? 'none'}`, argument, 'shape');
  }
  for (let k = 0; k < values.length; k++) {
    checkIndex(rowIndices[k], 'rowIndices', rows, k);
    checkIndex(columnIndices[k], 'columnIndices', cols, k);
    if (Number.isFinite(values[k])) continue;
    if (typeof values[k] !== 'number') checkNumber(values[k], `values[${k}]`);
    throw fault(`is ${values[k]} at index ${k}`, 'values', 'not-finite', k);
  }
}

function checkIndex(value: number, argument: string, bound: number, index: number): void {
  if (Number.isInteger(value) && value >= 0 && value < bound) return;
  if (typeof value !== 'number') checkNumber(value, `${argument}[${index}]`);
  throw fault(`is ${value} at index ${index}, expected an integer from 0 to ${bound - 1}`, argument, 'out-of-range', index);
}
