// Sparse matrices in compressed rows (CSR): of each row, the columns with an entry, in rising order.
import { checkInteger, checkMatrix, InvalidInputError } from '@infimum/core';
import type { DenseMatrix } from './dense-matrix.ts';

/**
 * A sparse matrix. The entries of row i are those numbered `rowPointers[i]` <= k < `rowPointers[i + 1]`: the
 * value `values[k]` in column `columnIndices[k]`.
 */
export interface CsrMatrix {
  /** Number of rows. */
  readonly rows: number;
  /** Number of columns. */
  readonly cols: number;
  /** Where each row begins, and where the last one ends: `rows + 1` numbers. */
  readonly rowPointers: Int32Array;
  /** The column of each entry, rising within a row. */
  readonly columnIndices: Int32Array;
  /** The value of each entry. */
  readonly values: Float64Array;
}

/**
 * The entries of a dense matrix that are not zero.
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
export function csrFromDense(matrix: DenseMatrix): CsrMatrix {
  checkMatrix(matrix, 'matrix');
  const { rows, cols, values } = matrix;
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
 * A sparse matrix from its entries in any order; values in the same place are added.
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
  checkTriplets(triplets);
  const { rows, cols, rowIndices, columnIndices, values } = triplets;
  const order = Int32Array.from({ length: values.length }, (_, k) => k);
  // The sort is stable, so that values in one place are added in the order in which they were given.
  order.sort((k, l) => rowIndices[k] - rowIndices[l] || columnIndices[k] - columnIndices[l]);
  const rowPointers = new Int32Array(rows + 1);
  const columns = new Int32Array(order.length);
  const sums = new Float64Array(order.length);
  let count = 0;
  let previous = -1;
  for (const k of order) {
    const place = rowIndices[k] * cols + columnIndices[k];
    if (place !== previous) {
      columns[count++] = columnIndices[k];
      rowPointers[rowIndices[k] + 1]++;
      previous = place;
    }
    sums[count - 1] += values[k];
  }
  for (let i = 0; i < rows; i++) rowPointers[i + 1] += rowPointers[i];
  return { rows, cols, rowPointers, columnIndices: columns.slice(0, count), values: sums.slice(0, count) };
}

/** The same matrix with its zeros. */
export function csrToDense(matrix: CsrMatrix): DenseMatrix {
  checkCsr(matrix, 'matrix');
  const { rows, cols, rowPointers, columnIndices, values } = matrix;
  const dense = new Float64Array(rows * cols);
  for (let i = 0; i < rows; i++) {
    for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) dense[i * cols + columnIndices[k]] = values[k];
  }
  return { rows, cols, values: dense };
}

/**
 * Checks that a sparse matrix is one: pointers that rise from 0 to the number of entries, columns that rise
 * within each row and lie in the matrix, finite values.
 *
 * @throws {InvalidInputError} `type`, `shape`, `out-of-range` or `not-finite`, with the index
 */
export function checkCsr(matrix: unknown, argument: string): asserts matrix is CsrMatrix {
  const { rows, cols, rowPointers, columnIndices, values } = (matrix ?? {}) as Partial<CsrMatrix>;
  checkInteger(rows, `${argument}.rows`, { min: 0 });
  checkInteger(cols, `${argument}.cols`, { min: 0 });
  const fail = (
    part: string,
    code: 'type' | 'shape' | 'out-of-range' | 'not-finite',
    problem: string,
    index?: number,
  ) => new InvalidInputError(problem, { argument: `${argument}.${part}`, code, index });
  if (!(rowPointers instanceof Int32Array)) throw fail('rowPointers', 'type', 'expected an Int32Array');
  if (!(columnIndices instanceof Int32Array)) throw fail('columnIndices', 'type', 'expected an Int32Array');
  if (!(values instanceof Float64Array)) throw fail('values', 'type', 'expected a Float64Array');
  if (rowPointers.length !== rows + 1) {
    throw fail('rowPointers', 'shape', `expected ${rows + 1} pointers, got ${rowPointers.length}`);
  }
  if (columnIndices.length !== values.length) {
    throw fail('columnIndices', 'shape', `expected ${values.length} indices, got ${columnIndices.length}`);
  }
  if (rowPointers[0] !== 0) throw fail('rowPointers', 'out-of-range', 'must begin with 0', 0);
  if (rowPointers[rows] !== values.length) {
    throw fail('rowPointers', 'out-of-range', `must end with the number of entries, ${values.length}`, rows);
  }
  for (let i = 0; i < rows; i++) {
    if (rowPointers[i + 1] < rowPointers[i])
      throw fail('rowPointers', 'out-of-range', `falls at index ${i + 1}`, i + 1);
  }
  for (let i = 0; i < rows; i++) {
    for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) {
      const column = columnIndices[k];
      if (column < 0 || column >= cols) {
        throw fail('columnIndices', 'out-of-range', `is ${column} at index ${k}, of ${cols} columns`, k);
      }
      if (k > rowPointers[i] && column <= columnIndices[k - 1]) {
        throw fail('columnIndices', 'out-of-range', `does not rise within row ${i}, at index ${k}`, k);
      }
      if (!Number.isFinite(values[k])) throw fail('values', 'not-finite', `is ${values[k]} at index ${k}`, k);
    }
  }
}

function checkTriplets({ rows, cols, rowIndices, columnIndices, values }: Triplets): void {
  checkInteger(rows, 'rows', { min: 0 });
  checkInteger(cols, 'cols', { min: 0 });
  for (const [argument, { length }] of Object.entries({ rowIndices, columnIndices })) {
    if (length === values.length) continue;
    throw new InvalidInputError(`expected ${values.length} entries, got ${length}`, {
      argument,
      code: 'shape',
    });
  }
  for (let k = 0; k < values.length; k++) {
    checkIndex(rowIndices[k], 'rowIndices', rows, k);
    checkIndex(columnIndices[k], 'columnIndices', cols, k);
    if (Number.isFinite(values[k])) continue;
    throw new InvalidInputError(`is ${values[k]} at index ${k}`, {
      argument: 'values',
      code: 'not-finite',
      index: k,
    });
  }
}

function checkIndex(value: number, argument: string, bound: number, index: number): void {
  if (Number.isInteger(value) && value >= 0 && value < bound) return;
  const problem = `is ${value} at index ${index}, expected an integer from 0 to ${bound - 1}`;
  throw new InvalidInputError(problem, { argument, code: 'out-of-range', index });
}
