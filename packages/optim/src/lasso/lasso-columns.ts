// The interface of designs for the lasso by working sets; dense and sparse designs implement it in separate files.
/** The columns that may be used, with the residual b - A x that follows the changes of x. */
export interface CompactColumns {
  /** Number of columns. */
  readonly size: number;
  /** |a_j|² of each. */
  readonly squares: Float64Array;
  /** b - A x */
  readonly residual: Float64Array;
  /** a_j . residual */
  correlation(column: number): number;
  /** out_j <- a_j . residual for all columns. */
  correlations(out: Float64Array): void;
  /** a_j . a_k */
  product(first: number, second: number): number;
  /** residual <- residual - d a_j */
  change(column: number, d: number): void;
}

/** A restricted problem and how far it is to be solved. */
export interface RestrictedLasso {
  readonly targets: Float64Array;
  readonly l1: number;
  /** The dual gap of the restricted problem to reach. */
  readonly goal: number;
  /** A number for every column, replaced by a better one. */
  readonly point: Float64Array;
}

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
