// What the lasso by working sets asks of a design; dense and sparse ones answer in files of their own.
import { InvalidInputError } from '@infimum/core';
import type { CsrMatrix, DenseMatrix } from '@infimum/linalg';
import { lassoDenseColumns } from './lasso-dense-columns.ts';
import type { CompactColumns } from './lasso-descent.ts';
import { lassoSparseColumns } from './lasso-sparse-columns.ts';

/** A design in the form that suits it; the columns of the working set lie together. */
export interface LassoColumns extends CompactColumns {
  readonly rows: number;
  readonly cols: number;
  /** How small a part of the dual gap of the whole problem that of the working set should be: 0 where passes are dear. */
  readonly gapShare: number;
  /**
   * Sets the residual to y, out <- A' y, and gives |a_j| of every column if screening pays.
   *
   * @throws {InvalidInputError} naming `design` if it has entries that are not finite
   */
  begin(y: Float64Array, out: Float64Array): Float64Array | undefined;
  /** out <- A' residual */
  multiplyTransposed(out: Float64Array): void;
  /** Takes more columns into the working set, in rising order. */
  take(columns: Int32Array): void;
  /** Gives memory back. */
  release(): void;
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
