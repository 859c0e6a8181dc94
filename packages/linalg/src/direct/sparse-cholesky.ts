// The Cholesky factorisation of a sparse symmetric positive definite matrix, as L D L' with positive D.
import type { OptionSpecs, OptionsOf } from '@infimum/core';
import { fault, resolveOptions } from '@infimum/core';
import type { CsrMatrix } from '../matrices.ts';
import { order } from './fronts.ts';
import type { SparseLdl } from './sparse-ldl.ts';
import { like, sparseLdl } from './sparse-ldl.ts';

const sparseCholeskyOptions = { order, like } as const satisfies OptionSpecs;

/** Options of `sparseCholesky`. */
export type SparseCholeskyOptions = OptionsOf<typeof sparseCholeskyOptions>;

/**
 * As `sparseLdl`, for matrices that have to be positive definite: L D^(1/2) is the Cholesky factor of P A P'. `solveSparseLdl`
 * solves with it.
 *
 * @param a - a sparse symmetric matrix, n x n, of which the lower triangle is read
 * @throws {InvalidInputError} `out-of-range` with the row of the first pivot that is not positive, and as `sparseLdl`
 *
 * @example
 * ```ts
 * import { csrFromDense, matrixFromRows, solveSparseLdl, sparseCholesky } from '@infimum/linalg';
 *
 * const factor = sparseCholesky(csrFromDense(matrixFromRows([[4, 2], [2, 10]])));
 * console.log(solveSparseLdl(factor, Float64Array.of(8, 22)).x.map(Math.round).join(' ')); // 1 2
 * ```
 */
export function sparseCholesky(a: CsrMatrix, options: SparseCholeskyOptions = {}): SparseLdl {
  resolveOptions(sparseCholeskyOptions, options);
  const factor = sparseLdl(a, options);
  const bad = factor.diagonal.findIndex((pivot) => !(pivot > 0));
  if (bad < 0) return factor;
  const index = factor.permutation[bad];
  throw fault(`is not positive definite: the pivot of row ${index} is ${factor.diagonal[bad]}`, 'a', 'out-of-range', index);
}
