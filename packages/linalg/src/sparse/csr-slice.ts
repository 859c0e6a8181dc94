// Parts of sparse matrices and rearranged ones: chosen rows and columns, in a chosen order.
import { checkNumbers, fault } from '@infimum/core';
import { asCsr } from '../inputs.ts';
import type { CsrLike, CsrMatrix } from '../matrices.ts';
import { CsrBuilder } from './csr-builder.ts';

/** Which rows and columns to take. */
export interface CsrSelection {
  /** Rows in their new order, repetitions allowed; all by default. */
  readonly rows?: ArrayLike<number>;
  /** Columns in their new order, without repetitions; all by default. */
  readonly cols?: ArrayLike<number>;
}

/**
 * The matrix B with B_ij = A_(rows_i, cols_j): slices, submatrices and permutations. Time O(entries taken, and their
 * logarithm a row where the order of columns changes).
 *
 * @throws {InvalidInputError} `out-of-range` for an index outside the matrix or a repeated column, with its place
 *
 * @example
 * ```ts
 * import { csrFromDense, csrToDense, matrixFromRows } from '@infimum/linalg';
 * import { selectCsr } from '@infimum/linalg/sparse';
 *
 * const matrix = csrFromDense(matrixFromRows([[1, 2, 0], [0, 3, 4]]));
 * console.log(Array.from(csrToDense(selectCsr(matrix, { rows: [1], cols: [2, 0, 1] })).values).join(' ')); // 4 0 3
 * ```
 */
export function selectCsr(matrix: CsrLike, selection: CsrSelection): CsrMatrix {
  const { rows, cols } = selection ?? {};
  const given = asCsr(matrix, 'matrix');
  const { rowPointers, columnIndices, values } = given;
  if (rows) checkIndices(rows, 'rows', given.rows);
  const places = cols && placesOf(cols, given.cols);
  const count = rows?.length ?? given.rows;
  const builder = new CsrBuilder(count, cols?.length ?? given.cols);
  for (let i = 0; i < count; i++) {
    const source = rows ? rows[i] : i;
    const entries: number[] = [];
    for (let k = rowPointers[source]; k < rowPointers[source + 1]; k++) {
      if (!places) builder.push(columnIndices[k], values[k]);
      else if (places[columnIndices[k]] >= 0) entries.push(k);
    }
    if (places) {
      entries.sort((k, l) => places[columnIndices[k]] - places[columnIndices[l]]);
      for (const k of entries) builder.push(places[columnIndices[k]], values[k]);
    }
    builder.endRow();
  }
  return builder.matrix();
}

/** The new place of every column; -1 for those not taken. */
function placesOf(cols: ArrayLike<number>, bound: number): Int32Array {
  checkIndices(cols, 'cols', bound);
  const places = new Int32Array(bound).fill(-1);
  for (let j = 0; j < cols.length; j++) {
    if (places[cols[j]] >= 0) throw fault(`has column ${cols[j]} twice, again at index ${j}`, 'cols', 'out-of-range', j);
    places[cols[j]] = j;
  }
  return places;
}

function checkIndices(indices: ArrayLike<number>, argument: string, bound: number): void {
  checkNumbers(indices, argument);
  for (let k = 0; k < indices.length; k++) {
    const index = indices[k];
    if (Number.isInteger(index) && index >= 0 && index < bound) continue;
    throw fault(`is ${index} at index ${k}, expected an integer from 0 to ${bound - 1}`, argument, 'out-of-range', k);
  }
}
