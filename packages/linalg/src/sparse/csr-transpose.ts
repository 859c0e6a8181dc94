// Transposition of sparse matrices, by counting.
//
// F. Gustavson: Two fast algorithms for sparse matrices: multiplication and permuted transposition (1978).
import { asCsr } from '../inputs.ts';
import type { CsrLike, CsrMatrix } from '../matrices.ts';
import { tooLarge } from '../too-large.ts';

/**
 * The transposed matrix, with the columns of each row in order even where those of `matrix` are not. Time
 * O(entries + rows + columns).
 *
 * @throws {InvalidInputError} for an argument that is no sparse matrix
 *
 * @example
 * ```ts
 * import { csrFromDense, csrToDense, matrixFromRows, transposeCsr } from '@infimum/linalg';
 *
 * const transposed = transposeCsr(csrFromDense(matrixFromRows([[1, 0, 2], [0, 3, 0]])));
 * console.log(Array.from(csrToDense(transposed).values).join(' ')); // 1 0 0 3 2 0
 * ```
 */
export function transposeCsr(matrix: CsrLike): CsrMatrix {
  const given = asCsr(matrix, 'matrix');
  return transposed(given);
}

/** Rows of the largest transpose: pointers to them and places in them take 4 GB. */
const MOST_ROWS = 2 ** 29;

/** The same without checks, for matrices that are known to be sound up to the order of columns. */
export function transposed({ rows, cols, rowPointers, columnIndices, values }: CsrMatrix): CsrMatrix {
  if (cols > MOST_ROWS) throw tooLarge(8 * (cols + 1), 'cols');
  const pointers = new Int32Array(cols + 1);
  for (const column of columnIndices) pointers[column + 1]++;
  for (let j = 0; j < cols; j++) pointers[j + 1] += pointers[j];
  const next = pointers.slice(0, cols);
  const indices = new Int32Array(columnIndices.length);
  const entries = new Float64Array(values.length);
  for (let i = 0; i < rows; i++) {
    for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) {
      const place = next[columnIndices[k]]++;
      indices[place] = i;
      entries[place] = values[k];
    }
  }
  return { rows: cols, cols: rows, rowPointers: pointers, columnIndices: indices, values: entries };
}
