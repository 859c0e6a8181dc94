// The diagonal of a sparse matrix, with and without checks.
import { fault } from '@infimum/core';
import { asCsr } from '../inputs.ts';
import type { CsrLike, CsrMatrix } from '../matrices.ts';

/**
 * The diagonal, with zeros where the matrix has no entry; as long as the shorter side. Time O(rows log(entries a row)).
 *
 * @throws {InvalidInputError} for an argument that is no sparse matrix
 *
 * @example
 * ```ts
 * import { csrDiagonal, csrFromDense, matrixFromRows } from '@infimum/linalg';
 *
 * console.log(csrDiagonal(csrFromDense(matrixFromRows([[5, 1], [2, 0], [1, 1]]))).join(' ')); // 5 0
 * ```
 */
export function csrDiagonal(matrix: CsrLike): Float64Array {
  const given = asCsr(matrix, 'matrix');
  return diagonalOf(given);
}

/** The same without checks; the columns of each row are in order. */
export function diagonalOf({ rows, cols, rowPointers, columnIndices, values }: CsrMatrix): Float64Array {
  return Float64Array.from({ length: Math.min(rows, cols) }, (_, i) => {
    const end = rowPointers[i + 1];
    let low = rowPointers[i];
    let high = end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (columnIndices[middle] < i) low = middle + 1;
      else high = middle;
    }
    return low < end && columnIndices[low] === i ? values[low] : 0;
  });
}

/**
 * The diagonal of a square matrix that will be divided by.
 *
 * @throws {InvalidInputError} `out-of-range` with the row of the first zero
 */
export function nonzeroDiagonalOf(matrix: CsrMatrix, argument: string): Float64Array {
  const diagonal = diagonalOf(matrix);
  const index = diagonal.indexOf(0);
  if (index < 0) return diagonal;
  throw fault(`has a zero at place ${index} of the diagonal`, argument, 'out-of-range', index);
}
