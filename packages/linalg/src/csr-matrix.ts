// Sparse matrices in compressed rows.
import { checkFinite, checkInteger, checkMatrix, InvalidInputError } from '@infimum/core';
import type { DenseMatrix } from './dense-matrix.ts';

/**
 * A sparse matrix in compressed rows: the entries of row i are `values[k]` in column `columnIndices[k]` for
 * `rowPointers[i] <= k < rowPointers[i + 1]`, in increasing order of columns.
 */
export interface CsrMatrix {
  /** Number of rows. */
  readonly rows: number;
  /** Number of columns. */
  readonly cols: number;
  /** Where each row begins; length rows + 1. */
  readonly rowPointers: Int32Array;
  /** Column of every entry. */
  readonly columnIndices: Int32Array;
  /** Every entry. */
  readonly values: Float64Array;
}

/** Entries in any order. */
export interface Triplets {
  /** Row of every entry. */
  readonly rowIndices: ArrayLike<number>;
  /** Column of every entry. */
  readonly columnIndices: ArrayLike<number>;
  /** Every entry. */
  readonly values: ArrayLike<number>;
}

/**
 * A sparse matrix from entries in any order; entries of the same place are added. O(entries + rows + cols).
 *
 * @throws {InvalidInputError} naming the first index outside the shape
 *
 * @example
 * ```ts
 * import { csrFromTriplets } from '@infimum/linalg';
 *
 * const matrix = csrFromTriplets(2, 2, { rowIndices: [1, 0, 1], columnIndices: [0, 1, 0], values: [1, 2, 3] });
 * console.log(matrix.rowPointers.join(' '), matrix.values.join(' ')); // 0 1 2 2 4
 * ```
 */
export function csrFromTriplets(rows: number, cols: number, triplets: Triplets): CsrMatrix {
  checkInteger(rows, 'rows', { min: 0 });
  checkInteger(cols, 'cols', { min: 0 });
  const { rowIndices, columnIndices, values } = triplets;
  checkIndices(rowIndices, 'rowIndices', rows, values.length);
  checkIndices(columnIndices, 'columnIndices', cols, values.length);
  // Two stable counting sorts, by column and then by row, leave the columns of every row in order.
  const all = Int32Array.from({ length: values.length }, (_, k) => k);
  const order = sortedBy(sortedBy(all, columnIndices, cols), rowIndices, rows);
  const rowPointers = new Int32Array(rows + 1);
  const columns = new Int32Array(values.length);
  const sums = new Float64Array(values.length);
  let count = 0;
  let previous = -1;
  for (const k of order) {
    const repeated =
      previous >= 0 && rowIndices[k] === rowIndices[previous] && columnIndices[k] === columnIndices[previous];
    if (!repeated) {
      columns[count++] = columnIndices[k];
      rowPointers[rowIndices[k] + 1]++;
    }
    sums[count - 1] += values[k];
    previous = k;
  }
  for (let i = 0; i < rows; i++) rowPointers[i + 1] += rowPointers[i];
  return { rows, cols, rowPointers, columnIndices: columns.slice(0, count), values: sums.slice(0, count) };
}

/** The non-zero entries of a dense matrix; O(rows * cols). */
export function csrFromDense(matrix: DenseMatrix): CsrMatrix {
  checkMatrix(matrix, 'matrix');
  const { rows, cols, values } = matrix;
  const rowPointers = new Int32Array(rows + 1);
  const entries = values.reduce((count, value) => (value === 0 ? count : count + 1), 0);
  const columnIndices = new Int32Array(entries);
  const kept = new Float64Array(entries);
  let count = 0;
  for (let i = 0, k = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++, k++) {
      if (values[k] === 0) continue;
      columnIndices[count] = j;
      kept[count++] = values[k];
    }
    rowPointers[i + 1] = count;
  }
  return { rows, cols, rowPointers, columnIndices, values: kept };
}

/** The same matrix with its zeros; O(rows * cols). */
export function csrToDense(matrix: CsrMatrix): DenseMatrix {
  const { rows, cols, rowPointers, columnIndices, values } = matrix;
  const dense = new Float64Array(rows * cols);
  for (let i = 0; i < rows; i++) {
    for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) dense[i * cols + columnIndices[k]] = values[k];
  }
  return { rows, cols, values: dense };
}

/**
 * Checks that a matrix is in compressed rows, its indices in order and within the shape, its entries finite.
 *
 * @throws {InvalidInputError} naming the part at fault and the position in it
 */
export function checkCsr(matrix: CsrMatrix, argument: string): void {
  const { rows, cols, rowPointers, columnIndices, values } = matrix;
  checkInteger(rows, `${argument}.rows`, { min: 0 });
  checkInteger(cols, `${argument}.cols`, { min: 0 });
  const fail = (part: string, problem: string, index?: number) => {
    throw new InvalidInputError(problem, { argument: `${argument}.${part}`, code: 'shape', index });
  };
  if (rowPointers.length !== rows + 1)
    fail('rowPointers', `expected ${rows + 1} entries, got ${rowPointers.length}`);
  if (columnIndices.length !== values.length) {
    fail('columnIndices', `expected ${values.length} entries, one a value, got ${columnIndices.length}`);
  }
  if (rowPointers[0] !== 0) fail('rowPointers', `begins with ${rowPointers[0]}, not 0`, 0);
  if (rowPointers[rows] !== values.length) {
    fail('rowPointers', `ends with ${rowPointers[rows]}, but there are ${values.length} values`, rows);
  }
  for (let i = 0; i < rows; i++) {
    if (rowPointers[i + 1] < rowPointers[i]) fail('rowPointers', `falls at index ${i + 1}`, i + 1);
    for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) {
      const column = columnIndices[k];
      if (column < 0 || column >= cols)
        fail('columnIndices', `is ${column} at index ${k}, outside 0 … ${cols - 1}`, k);
      if (k > rowPointers[i] && column <= columnIndices[k - 1]) {
        fail('columnIndices', `does not rise within row ${i} at index ${k}`, k);
      }
    }
  }
  checkFinite(values, `${argument}.values`);
}

function checkIndices(indices: ArrayLike<number>, argument: string, bound: number, length: number): void {
  if (indices.length !== length) {
    throw new InvalidInputError(`expected ${length} entries, one a value, got ${indices.length}`, {
      argument,
      code: 'shape',
    });
  }
  for (let k = 0; k < length; k++) {
    if (!Number.isInteger(indices[k]) || indices[k] < 0 || indices[k] >= bound) {
      throw new InvalidInputError(`is ${indices[k]} at index ${k}, outside 0 … ${bound - 1}`, {
        argument,
        code: 'out-of-range',
        index: k,
      });
    }
  }
}

/** The items in order of their keys; equal keys stay in the order they came in. */
function sortedBy(items: Int32Array, keys: ArrayLike<number>, bound: number): Int32Array {
  const place = new Int32Array(bound + 1);
  for (const item of items) place[keys[item] + 1]++;
  for (let key = 0; key < bound; key++) place[key + 1] += place[key];
  const order = new Int32Array(items.length);
  for (const item of items) order[place[keys[item]]++] = item;
  return order;
}
