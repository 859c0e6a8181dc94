// Dense matrices: a shape and its entries, row by row, in one typed array.
import { checkInteger, checkNumbers, fault } from '@infimum/core';
import { allocateFloat64 } from '../allocation.ts';
import type { DenseMatrix } from '../matrices.ts';

/**
 * A dense matrix over `values`, which are not copied; zeros if there are none.
 *
 * @throws {InvalidInputError} when the number of values does not fit the shape; `too-large` with the number of bytes
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
  if (values !== undefined) checkNumbers(values, 'values');
  const entries = values ?? allocateFloat64(rows * cols, 'rows');
  if (entries.length !== rows * cols) {
    throw fault(`${rows}x${cols} needs ${rows * cols} values, got ${entries.length}`, 'values', 'shape');
  }
  return { rows, cols, values: entries };
}

/**
 * A dense matrix from its rows, arrays or typed arrays of numbers.
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
export function matrixFromRows(rows: readonly ArrayLike<number>[]): DenseMatrix {
  if (!Array.isArray(rows)) throw fault('expected an array of rows', 'rows', 'type');
  const cols = rows[0]?.length ?? 0;
  const bad = rows.findIndex((row) => row?.length !== cols);
  if (bad >= 0) throw fault(`row ${bad} has ${rows[bad]?.length ?? 'no'} entries, row 0 has ${cols}`, 'rows', 'shape', bad);
  const values = allocateFloat64(rows.length * cols, 'rows');
  for (const [i, row] of rows.entries()) {
    for (let j = 0; j < cols; j++) {
      if (typeof row[j] !== 'number') {
        throw fault(`expected numbers, got ${typeof row[j]} in row ${i}, column ${j}`, 'rows', 'type', i);
      }
      values[i * cols + j] = row[j];
    }
  }
  return { rows: rows.length, cols, values };
}

/**
 * The transposed matrix, a copy, made tile by tile so that both sides stay in the cache. Time O(m n). Entries
 * are not looked at.
 *
 * @throws {InvalidInputError} for a shape that does not fit the number of values
 *
 * @example
 * ```ts
 * import { matrixFromRows, transpose } from '@infimum/linalg';
 *
 * console.log(transpose(matrixFromRows([[1, 2, 3], [4, 5, 6]])).values.join(' ')); // 1 4 2 5 3 6
 * ```
 */
export function transpose(matrix: DenseMatrix): DenseMatrix {
  const { rows, cols, values } = matrix ?? {};
  checkInteger(rows, 'matrix.rows', { min: 0 });
  checkInteger(cols, 'matrix.cols', { min: 0 });
  if (values?.length !== rows * cols) {
    throw fault(`${rows}x${cols} needs ${rows * cols} values, got ${values?.length ?? 'none'}`, 'matrix.values', 'shape');
  }
  checkNumbers(values, 'matrix.values');
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
