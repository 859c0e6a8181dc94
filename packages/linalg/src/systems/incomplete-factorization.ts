// What incomplete factorisations share: where the diagonal is.
import { fault } from '@infimum/core';
import type { CsrMatrix } from '../matrices.ts';

/**
 * Where the diagonal entry of every row is.
 *
 * @throws {InvalidInputError} `out-of-range` for a row without one
 */
export function diagonalPlaces({ rows, rowPointers, columnIndices }: CsrMatrix): Int32Array {
  const places = new Int32Array(rows);
  for (let i = 0; i < rows; i++) {
    let k = rowPointers[i];
    while (k < rowPointers[i + 1] && columnIndices[k] < i) k++;
    if (k === rowPointers[i + 1] || columnIndices[k] !== i) {
      throw fault(`has no entry at place ${i} of the diagonal`, 'a', 'out-of-range', i);
    }
    places[i] = k;
  }
  return places;
}
