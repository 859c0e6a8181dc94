// The kernels of linalg and how they are called; what is said here holds for all three builds.
import { relaxedSimd, simd } from '../generated/kernels.ts';
import type { KernelModule } from './kernel-module.ts';
import { defineKernels } from './kernel-module.ts';
import { linalgReference } from './kernels-reference.ts';

/**
 * The kernels: vectors and matrices are given by their byte offsets (`view.byteOffset`) on the workspace's
 * memory, matrices row-major, index arrays `Int32Array`s. Nothing is checked: that is the caller's part.
 *
 * Kernels with a range work on `from` <= index < `to` of their result only. The bits of an entry do not depend
 * on the range, so ranges can be split between threads as one likes.
 */
export interface LinalgKernels {
  /** x . y */
  dot(n: number, x: number, y: number): number;
  /** y <- y + alpha x */
  axpy(n: number, alpha: number, x: number, y: number): void;
  /** x <- alpha x */
  scal(n: number, alpha: number, x: number): void;
  /** The Euclidean norm of x, without overflow or underflow on the way. */
  nrm2(n: number, x: number): number;

  /** out_i = exp(x_i), at most 2 ulp from the truth (in the reference: what `Math.exp` gives); in place if `out` is `x`. */
  exp(n: number, x: number, out: number): void;

  /** y_i = sum_j A_ij x_j for rows `from` <= i < `to`. */
  gemv(from: number, to: number, cols: number, a: number, x: number, y: number): void;
  /** y_j = sum_i A_ij x_i for columns `from` <= j < `to`. */
  gemvTransposed(from: number, to: number, rows: number, cols: number, a: number, x: number, y: number): void;

  /**
   * C <- alpha A B + beta C for rows `from` <= i < `to` of C; A has `inner` columns, B has `cols`.
   *
   * A_ik is entry i aRow + k aCol from `a` on, B_kj entry k bRow + j bCol from `b` on, C_ij entry i cRow + j: a
   * transposed matrix or a block of a larger one needs no copy. For beta = 0, C is not read. `scratch` is room
   * for GEMM_SCRATCH numbers, one for each thread.
   */
  gemm(
    from: number,
    to: number,
    cols: number,
    inner: number,
    alpha: number,
    a: number,
    aRow: number,
    aCol: number,
    b: number,
    bRow: number,
    bCol: number,
    beta: number,
    c: number,
    cRow: number,
    scratch: number,
  ): void;
  /** The lower triangle of C <- alpha A A' + beta C for rows `from` <= i < `to` of C; otherwise as `gemm`. */
  syrk(
    from: number,
    to: number,
    inner: number,
    alpha: number,
    a: number,
    aRow: number,
    aCol: number,
    beta: number,
    c: number,
    cRow: number,
    scratch: number,
  ): void;

  /**
   * Factors the n x n matrix A = L L' in place, for small n; rows are `stride` entries apart, and only the lower
   * triangle is read and written. The index of the first pivot that is not positive, or -1.
   */
  choleskyBlock(n: number, a: number, stride: number): number;
  /** B_i <- B_i L^-T for rows `from` <= i < `to` of B, with the lower triangle L of size n, for small n. */
  solveLowerRows(
    from: number,
    to: number,
    n: number,
    l: number,
    lStride: number,
    b: number,
    bStride: number,
  ): void;

  /**
   * out_i = log sum_j exp(scale (shift_j - M_ij)) for rows `from` <= i < `to`; scale > 0.
   * Entries of `shift` may be -Infinity and entries of M may be Infinity: terms that vanish.
   */
  logSumExpRows(
    from: number,
    to: number,
    cols: number,
    scale: number,
    shift: number,
    matrix: number,
    out: number,
  ): void;
  /**
   * out_j = log sum_i exp(scale (shift_i - M_ij)) for columns `from` <= j < `to`; scale > 0.
   * `sums` is room for `cols` numbers, of which the range is overwritten.
   */
  logSumExpColumns(
    from: number,
    to: number,
    rows: number,
    cols: number,
    scale: number,
    shift: number,
    matrix: number,
    out: number,
    sums: number,
  ): void;
  /** out_i = log sum_j exp(M_ij) for rows `from` <= i < `to`. */
  plainLogSumExpRows(from: number, to: number, cols: number, matrix: number, out: number): void;
  /** out_j = log sum_i exp(M_ij) for columns `from` <= j < `to`; `sums` as above. */
  plainLogSumExpColumns(
    from: number,
    to: number,
    rows: number,
    cols: number,
    matrix: number,
    out: number,
    sums: number,
  ): void;

  /** y_i = sum_j A_ij x_j for rows `from` <= i < `to` of a CSR matrix. */
  csrGemv(
    from: number,
    to: number,
    rowPointers: number,
    columnIndices: number,
    values: number,
    x: number,
    y: number,
  ): void;
  /** y_j = sum_i A_ij x_i for columns `from` <= j < `to` of a CSR matrix whose rows are sorted by column. */
  csrGemvTransposed(
    from: number,
    to: number,
    rows: number,
    rowPointers: number,
    columnIndices: number,
    values: number,
    x: number,
    y: number,
  ): void;
  /** x_i += factors_i (b_i - sum_j A_ij x_j), row after row of a CSR matrix, each with the x_j as they are by then. */
  relaxForwards: RelaxRows;
  /** The same from the last row to the first. */
  relaxBackwards: RelaxRows;
}

/** A sweep over all rows of a CSR matrix. */
export type RelaxRows = (
  rows: number,
  rowPointers: number,
  columnIndices: number,
  values: number,
  factors: number,
  b: number,
  x: number,
) => void;

/** Length of the scratch array of `gemm` and `syrk`: a block of A (96 x 256), of B (256 x 512), and a tile. */
export const GEMM_SCRATCH = 96 * 256 + 256 * 512 + 16;

/** The kernels of this package, for `workspace.kernels(linalgKernels)`. */
export const linalgKernels: KernelModule<LinalgKernels> = /* @__PURE__ */ defineKernels<LinalgKernels>({
  simd,
  relaxedSimd,
  reference: linalgReference,
});
