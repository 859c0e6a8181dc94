// Checks of dense arguments that may be empty: a matrix without rows or columns is one like any other.
import { checkInteger, checkList, checkMatrix, checkVector } from '@infimum/core';
import type { DenseMatrix } from './dense/dense-matrix.ts';

/**
 * As `checkMatrix`, for matrices that may have no entries.
 *
 * @throws {InvalidInputError} naming the argument
 */
export function checkDense(matrix: DenseMatrix, argument: string): void {
  const isEmpty = matrix?.rows === 0 || matrix?.cols === 0;
  if (isEmpty && matrix.values instanceof Float64Array && matrix.values.length === 0) {
    checkInteger(matrix.rows, `${argument}.rows`, { min: 0 });
    checkInteger(matrix.cols, `${argument}.cols`, { min: 0 });
    checkList(matrix.values, `${argument}.values`); // without memory, there are no entries either
    return;
  }
  checkMatrix(matrix, argument);
}

/**
 * As `checkVector`, for vectors that may have no entries where none are expected.
 *
 * @throws {InvalidInputError} naming the argument
 */
export function checkEntriesOf(values: Float64Array, argument: string, length: number): void {
  if (length === 0 && values instanceof Float64Array && values.length === 0) {
    checkList(values, argument);
    return;
  }
  checkVector(values, argument, length);
}
