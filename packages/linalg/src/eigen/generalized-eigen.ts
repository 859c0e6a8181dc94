// A x = λ B x for symmetric A and positive definite B, by the Cholesky factor of B.
//
// G. Golub, C. Van Loan: Matrix Computations, 8.7.
import type { MatrixLike } from '@infimum/core';
import { fault, InvalidInputError } from '@infimum/core';
import { cholesky } from '../dense/cholesky.ts';
import { transpose } from '../dense/dense-matrix.ts';
import { solveTriangular } from '../dense/triangular.ts';
import { asSquare } from '../inputs.ts';
import type { SymmetricEigen } from './symmetric-eigen.ts';
import { symmetricEigen } from './symmetric-eigen.ts';

/**
 * Eigenvalues λ and eigenvectors x of A x = λ B x with symmetric A, of which only the lower triangle is read, and symmetric positive
 * definite B: X' A X = diag(values) and X' B X = I. With B = L L', those of L^-1 A L'^-1 and L'^-1 times its vectors. Time about 11 n³
 * operations. Errors grow with the condition of B.
 *
 * @param a - symmetric, n x n
 * @param b - symmetric positive definite, n x n
 * @throws {InvalidInputError} `shape` for matrices that are not square or of different sizes, `out-of-range` naming `b` where it is not
 *   positive definite
 *
 * @example
 * ```ts
 * import { generalizedEigen } from '@infimum/linalg/dense';
 *
 * const { values } = generalizedEigen([[2, 0], [0, 6]], [[1, 0], [0, 2]]);
 * console.log(values.map((value) => Math.round(value * 1e9) / 1e9).join(' ')); // 2 3
 * ```
 */
export function generalizedEigen(a: MatrixLike, b: MatrixLike): SymmetricEigen {
  const [matrix, metric] = [asSquare(a), asSquare(b, 'b')];
  const n = matrix.rows;
  if (metric.rows !== n) throw fault(`expected ${n}x${n}, as a is, got ${metric.rows}x${metric.cols}`, 'b', 'shape');
  const factor = metricFactor(() => cholesky(metric), 'b');
  const symmetric = matrix.values.map((value, k) => (k % n > k / n ? matrix.values[(k % n) * n + Math.floor(k / n)] : value));
  const half = solveTriangular(factor, { ...matrix, values: symmetric });
  const found = symmetricEigen(solveTriangular(factor, transpose(half)));
  return { ...found, vectors: solveTriangular(factor, found.vectors, { transposed: true }) };
}

/** A Cholesky factor. @throws {InvalidInputError} naming the matrix where it is not positive definite */
export function metricFactor<Factor>(factored: () => Factor, argument: string): Factor {
  try {
    return factored();
  } catch (error) {
    if (!(error instanceof InvalidInputError) || error.code !== 'out-of-range') throw error;
    throw fault(error.message.replace(/^\w+: /, ''), argument, error.code, error.index);
  }
}
