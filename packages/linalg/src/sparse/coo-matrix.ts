// Sparse matrices as lists of entries with their coordinates (COO).
import { asCsr } from '../inputs.ts';
import type { CsrLike } from '../matrices.ts';
import type { Triplets } from './csr-matrix.ts';
import { csrFromTriplets } from './csr-matrix.ts';

/** A sparse matrix as a list of entries in any order; entries in one place are meant to be added. */
export interface CooMatrix extends Triplets {
  readonly rowIndices: Int32Array;
  readonly columnIndices: Int32Array;
  readonly values: Float64Array;
}

/**
 * The entries of a sparse matrix with their coordinates, row by row. Time O(entries + rows). The inverse is
 * `csrFromTriplets`.
 *
 * @throws {InvalidInputError} for an argument that is no sparse matrix
 *
 * @example
 * ```ts
 * import { csrFromDense, matrixFromRows } from '@infimum/linalg';
 * import { csrToCoo } from '@infimum/linalg/sparse';
 *
 * const { rowIndices, columnIndices } = csrToCoo(csrFromDense(matrixFromRows([[1, 2], [0, 3]])));
 * console.log(rowIndices.join(' '), '|', columnIndices.join(' ')); // 0 0 1 | 0 1 1
 * ```
 */
export function csrToCoo(matrix: CsrLike): CooMatrix {
  const given = asCsr(matrix, 'matrix');
  const { rows, cols, rowPointers, columnIndices, values } = given;
  const rowIndices = new Int32Array(values.length);
  for (let i = 0; i < rows; i++) rowIndices.fill(i, rowPointers[i], rowPointers[i + 1]);
  return { rows, cols, rowIndices, columnIndices: columnIndices.slice(), values: values.slice() };
}

/**
 * The same matrix with one entry a place, in the order of rows and columns: entries in the same place are added. Time as
 * `csrFromTriplets`.
 *
 * @throws {InvalidInputError} for arrays of different lengths, indices outside the matrix, values that are not finite
 *
 * @example
 * ```ts
 * import { sumDuplicates } from '@infimum/linalg/sparse';
 *
 * const coo = { rows: 2, cols: 2, rowIndices: [1, 0, 1], columnIndices: [0, 1, 0], values: [1, 2, 3] };
 * console.log(sumDuplicates(coo).values.join(' ')); // 2 4
 * ```
 */
export function sumDuplicates(triplets: Triplets): CooMatrix {
  return csrToCoo(csrFromTriplets(triplets));
}
