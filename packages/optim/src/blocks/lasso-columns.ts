// What the lasso by working sets asks of a design; dense and sparse ones answer in files of their own.
import { InvalidInputError } from '@infimum/core';
import type { CsrMatrix, DenseMatrix } from '@infimum/linalg';
import { lassoDenseColumns } from './lasso-dense-columns.ts';
import { lassoSparseColumns } from './lasso-sparse-columns.ts';

/** A restricted problem and how far it is to be solved. */
export interface RestrictedLasso {
  /** The columns that may be used; all others are zero. */
  readonly block: Int32Array;
  readonly targets: Float64Array;
  readonly l1: number;
  /** The dual gap of the restricted problem to reach. */
  readonly goal: number;
  /** The point, replaced by a better one. */
  readonly x: Float64Array;
  /** b - A x, kept up to date. */
  readonly residual: Float64Array;
  /** A' (b - A x) at the point that is given. */
  readonly correlations: Float64Array;
}

/** A design in the form that suits it. */
export interface LassoColumns {
  readonly rows: number;
  readonly cols: number;
  /**
   * out <- A' y, and |a_j| of every column if screening pays.
   *
   * @throws {InvalidInputError} naming `design` if it has entries that are not finite
   */
  begin(y: Float64Array, out: Float64Array): Float64Array | undefined;
  /** out <- A' y */
  multiplyTransposed(y: Float64Array, out: Float64Array): void;
  /** Solves the problem on few columns. */
  solve(problem: RestrictedLasso): void;
}

/**
 * Checks a design.
 *
 * @throws {InvalidInputError} naming `design`
 */
export function lassoColumns(design: DenseMatrix | CsrMatrix): LassoColumns {
  if (typeof design !== 'object' || design === null)
    throw new InvalidInputError('expected a dense or sparse matrix', { argument: 'design', code: 'type' });
  return 'rowPointers' in design ? lassoSparseColumns(design) : lassoDenseColumns(design);
}
