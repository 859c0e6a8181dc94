// The types of matrices and right-hand sides that functions accept and return.
import type { MatrixLike, VectorLike } from '@infimum/core';

/** A dense matrix, row-major: the entry in row i and column j is `values[i * cols + j]`. */
export interface DenseMatrix {
  /** Number of rows. */
  readonly rows: number;
  /** Number of columns. */
  readonly cols: number;
  /** The entries, row by row. */
  readonly values: Float64Array;
}

/**
 * A sparse matrix. The entries of row i are those numbered `rowPointers[i]` <= k < `rowPointers[i + 1]`: the
 * value `values[k]` in column `columnIndices[k]`.
 */
export interface CsrMatrix {
  /** Number of rows. */
  readonly rows: number;
  /** Number of columns. */
  readonly cols: number;
  /** Where each row begins, and where the last one ends: `rows + 1` numbers. */
  readonly rowPointers: Int32Array;
  /** The column of each entry, rising within a row. */
  readonly columnIndices: Int32Array;
  /** The value of each entry. */
  readonly values: Float64Array;
}

/** A sparse matrix whose lists may be plain arrays. */
export interface CsrLike {
  /** Number of rows. */
  readonly rows: number;
  /** Number of columns. */
  readonly cols: number;
  /** Where each row begins, and where the last one ends: `rows + 1` numbers. */
  readonly rowPointers: VectorLike;
  /** The column of each entry, rising within a row. */
  readonly columnIndices: VectorLike;
  /** The value of each entry. */
  readonly values: VectorLike;
}

/** A matrix, dense or sparse. */
export type AnyMatrix = MatrixLike | CsrLike;

/** A right-hand side, or several in the columns of a matrix. */
export type RightSide = VectorLike | MatrixLike;

/** What a right-hand side is solved to: a vector for a vector, a matrix for a matrix. */
export type SolutionFor<B extends RightSide> = B extends VectorLike ? Float64Array : DenseMatrix;
