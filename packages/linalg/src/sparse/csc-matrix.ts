// Sparse matrices in compressed columns (CSC), and conversion from and to compressed rows.
import { checkInteger } from '@infimum/core';
import { checkCompressed } from '../check-compressed.ts';
import { asCsr } from '../inputs.ts';
import type { CsrLike, CsrMatrix } from '../matrices.ts';
import { transposed } from './csr-transpose.ts';

/**
 * A sparse matrix. The entries of column j are those numbered `columnPointers[j]` <= k < `columnPointers[j + 1]`:
 * the value `values[k]` in row `rowIndices[k]`.
 */
export interface CscMatrix {
  /** Number of rows. */
  readonly rows: number;
  /** Number of columns. */
  readonly cols: number;
  /** Where each column begins, and where the last one ends: `cols + 1` numbers. */
  readonly columnPointers: Int32Array;
  /** The row of each entry, rising within a column. */
  readonly rowIndices: Int32Array;
  /** The value of each entry. */
  readonly values: Float64Array;
}

/**
 * The same matrix in compressed columns. Time O(entries + rows + columns).
 *
 * @throws {InvalidInputError} for an argument that is no sparse matrix
 *
 * @example
 * ```ts
 * import { csrFromDense, csrToCsc, matrixFromRows } from '@infimum/linalg';
 *
 * const { columnPointers, rowIndices, values } = csrToCsc(csrFromDense(matrixFromRows([[1, 2], [0, 3]])));
 * console.log(columnPointers.join(' '), '|', rowIndices.join(' '), '|', values.join(' ')); // 0 1 3 | 0 0 1 | 1 2 3
 * ```
 */
export function csrToCsc(matrix: CsrLike): CscMatrix {
  const given = asCsr(matrix, 'matrix');
  const { rowPointers, columnIndices, values } = transposed(given);
  return { rows: given.rows, cols: given.cols, columnPointers: rowPointers, rowIndices: columnIndices, values };
}

/**
 * The same matrix in compressed rows. Time O(entries + rows + columns).
 *
 * @throws {InvalidInputError} as `checkCsc`
 *
 * @example
 * ```ts
 * import { cscToCsr } from '@infimum/linalg/sparse';
 *
 * const columns = { columnPointers: Int32Array.of(0, 2, 3), rowIndices: Int32Array.of(0, 1, 1) };
 * const matrix = cscToCsr({ rows: 2, cols: 2, ...columns, values: Float64Array.of(1, 2, 3) });
 * console.log(matrix.columnIndices.join(' '), '|', matrix.values.join(' ')); // 0 0 1 | 1 2 3
 * ```
 */
export function cscToCsr(matrix: CscMatrix): CsrMatrix {
  checkCsc(matrix, 'matrix');
  const { rows, cols, columnPointers, rowIndices, values } = matrix;
  return transposed({ rows: cols, cols: rows, rowPointers: columnPointers, columnIndices: rowIndices, values });
}

/**
 * Checks that a matrix in compressed columns is valid: pointers that rise from 0 to the number of entries, rows that
 * rise within each column and lie in the matrix, finite values. Time O(entries + columns).
 *
 * @param matrix - the value to check, of any type
 * @param argument - its name, for the message
 * @throws {InvalidInputError} `type`, `shape`, `out-of-range` or `not-finite`, with the index
 *
 * @example
 * ```ts
 * import { checkCsc } from '@infimum/linalg';
 *
 * const columns = { columnPointers: Int32Array.of(0, 1), rowIndices: Int32Array.of(2) };
 * try {
 *   checkCsc({ rows: 2, cols: 1, ...columns, values: Float64Array.of(5) }, 'a');
 * } catch (error) {
 *   console.log((error as Error).message.startsWith('a.rowIndices')); // true
 * }
 * ```
 */
export function checkCsc(matrix: unknown, argument: string): asserts matrix is CscMatrix {
  const { rows, cols, columnPointers, rowIndices, values } = (matrix ?? {}) as Partial<CscMatrix>;
  checkInteger(rows, `${argument}.rows`, { min: 0 });
  checkInteger(cols, `${argument}.cols`, { min: 0 });
  checkCompressed(
    { lines: cols, length: rows, pointers: columnPointers, indices: rowIndices, values },
    { argument, pointers: 'columnPointers', indices: 'rowIndices', line: 'column', place: 'row' },
  );
}
