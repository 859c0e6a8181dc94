// Dense matrices: a shape and its entries, row by row, in one typed array.
import { checkInteger, InvalidInputError } from '@infimum/core';

/** A dense matrix, row-major: the entry in row i and column j is `values[i * cols + j]`. */
export interface DenseMatrix {
  /** Number of rows. */
  readonly rows: number;
  /** Number of columns. */
  readonly cols: number;
  /** The entries, row by row. */
  readonly values: Float64Array;
}

/**
 * A dense matrix over `values`, which are not copied; zeros if there are none.
 *
 * @throws {InvalidInputError} when the number of values does not fit the shape
 *
 * @example
 * ```ts
 * import { denseMatrix } from '@infimum/linalg';
 *
 * const matrix = denseMatrix(2, 3, new Float64Array([1, 2, 3, 4, 5, 6]));
 * console.log(matrix.values[1 * matrix.cols + 2]); // 6
 * ```
 */
export function denseMatrix(rows: number, cols: number, values?: Float64Array): DenseMatrix {
  checkInteger(rows, 'rows', { min: 0 });
  checkInteger(cols, 'cols', { min: 0 });
  const entries = values ?? new Float64Array(rows * cols);
  if (entries.length !== rows * cols) {
    const problem = `${rows}x${cols} needs ${rows * cols} values, got ${entries.length}`;
    throw new InvalidInputError(problem, { argument: 'values', code: 'shape' });
  }
  return { rows, cols, values: entries };
}

/**
 * A dense matrix from nested arrays.
 *
 * @throws {InvalidInputError} when the rows differ in length
 *
 * @example
 * ```ts
 * import { matrixFromRows, transpose } from '@infimum/linalg';
 *
 * console.log(Array.from(transpose(matrixFromRows([[1, 2], [3, 4]])).values).join(' ')); // 1 3 2 4
 * ```
 */
export function matrixFromRows(rows: readonly (readonly number[])[]): DenseMatrix {
  const cols = rows[0]?.length ?? 0;
  const bad = rows.findIndex((row) => row.length !== cols);
  if (bad >= 0) {
    const problem = `row ${bad} has ${rows[bad].length} entries, row 0 has ${cols}`;
    throw new InvalidInputError(problem, { argument: 'rows', code: 'shape', index: bad });
  }
  return { rows: rows.length, cols, values: Float64Array.from(rows.flat()) };
}

/**
 * The transposed matrix, a copy, made tile by tile so that both sides stay in the cache. Time O(m n); nothing is checked.
 *
 * @example
 * ```ts
 * import { matrixFromRows, transpose } from '@infimum/linalg';
 *
 * console.log(transpose(matrixFromRows([[1, 2, 3], [4, 5, 6]])).values.join(' ')); // 1 4 2 5 3 6
 * ```
 */
export function transpose({ rows, cols, values }: DenseMatrix): DenseMatrix {
  const transposed = new Float64Array(values.length);
  for (let top = 0; top < rows; top += TILE) {
    for (let left = 0; left < cols; left += TILE) {
      const bottom = Math.min(top + TILE, rows);
      const right = Math.min(left + TILE, cols);
      for (let i = top; i < bottom; i++) {
        for (let j = left; j < right; j++) transposed[j * rows + i] = values[i * cols + j];
      }
    }
  }
  return { rows: cols, cols: rows, values: transposed };
}

const TILE = 16;

/**
 * The identity matrix, n x n.
 *
 * @throws {InvalidInputError} for a size that is no integer from 0 on
 *
 * @example
 * ```ts
 * import { identity } from '@infimum/linalg';
 *
 * console.log(identity(2).values.join(' ')); // 1 0 0 1
 * ```
 */
export function identity(size: number): DenseMatrix {
  const matrix = denseMatrix(size, size);
  for (let i = 0; i < size; i++) matrix.values[i * size + i] = 1;
  return matrix;
}
