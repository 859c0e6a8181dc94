// What incomplete factorisations share: where the diagonal is.
import { InvalidInputError } from '@infimum/core';
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
      const problem = `has no entry at place ${i} of the diagonal`;
      throw new InvalidInputError(problem, { argument: 'a', code: 'out-of-range', index: i });
    }
    places[i] = k;
  }
  return places;
}
