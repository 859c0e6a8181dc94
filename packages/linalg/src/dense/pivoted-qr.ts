// QR with column pivoting: the largest column that is left comes first, so that the diagonal of R falls and shows the rank.
//
// P. Businger, G. Golub: Linear least squares solutions by Householder transformations (1965); norms are downdated and computed anew
// where that cancels (Z. Drmač, Z. Bujanović, 2008).
import type { MatrixLike } from '@infimum/core';
import { asDense } from '../inputs.ts';
import type { DenseMatrix } from '../matrices.ts';
import { norm } from '../numerics/vectors.ts';
import { transpose } from './dense-matrix.ts';
import type { QrFactors } from './householder-qr.ts';
import { qr } from './householder-qr.ts';

/** A P = Q R. */
export interface PivotedQrFactors extends QrFactors {
  /** Column j of A P is column `permutation[j]` of A. */
  readonly permutation: Int32Array;
  /** How many diagonal entries of R are more than rounding beside the first. */
  readonly rank: number;
}

/**
 * The QR factorization with column pivoting, A P = Q R: the diagonal of R is not negative and falls. Time 4 m n min(m, n).
 *
 * @param a - m x n
 * @throws {InvalidInputError} for a shape that does not fit the values and for entries that are not finite
 *
 * @example
 * ```ts
 * import { pivotedQr } from '@infimum/linalg';
 *
 * const { permutation, rank } = pivotedQr([[1, 0, 2], [0, 0, 0]]);
 * console.log(permutation[0], rank); // 2 1
 * ```
 */
export function pivotedQr(a: MatrixLike): PivotedQrFactors {
  const matrix = asDense(a, 'a');
  const permutation = pivotOrder(matrix);
  const { rows, cols, values } = matrix;
  const permuted = new Float64Array(values.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) permuted[i * cols + j] = values[i * cols + permutation[j]];
  }
  // The order is all that pivoting decides: the factors come from the blocked method.
  const factors = qr({ rows, cols, values: permuted });
  const least = Math.max(rows, cols) * Number.EPSILON * Math.abs(factors.r.values[0] ?? 0);
  let rank = 0;
  while (rank < factors.r.rows && factors.r.values[rank * cols + rank] > least) rank++;
  return { ...factors, permutation, rank };
}

/** The order in which columns are taken: by modified Gram-Schmidt, twice, on the columns as rows. */
function pivotOrder(matrix: DenseMatrix): Int32Array {
  const { rows: n, cols: m, values } = transpose(matrix);
  const order = Int32Array.from({ length: n }, (_, j) => j);
  const column = (j: number): Float64Array => values.subarray(j * m, (j + 1) * m);
  const norms = Float64Array.from({ length: n }, (_, j) => norm(column(j)));
  for (let k = 0; k < Math.min(m, n); k++) {
    let best = k;
    for (let j = k + 1; j < n; j++) if (norms[order[j]] > norms[order[best]]) best = j;
    [order[k], order[best]] = [order[best], order[k]];
    const pivot = column(order[k]);
    const size = norm(pivot);
    if (size === 0) break;
    for (let i = 0; i < m; i++) pivot[i] /= size;
    for (let j = k + 1; j < n; j++) {
      const other = column(order[j]);
      let along = 0;
      for (let i = 0; i < m; i++) along += pivot[i] * other[i];
      for (let i = 0; i < m; i++) other[i] -= along * pivot[i];
      norms[order[j]] = norm(other);
    }
  }
  return order;
}
