// The kernels of linalg and how they are called; the descriptions hold for all three builds.
import { relaxedSimd, simd } from '../generated/kernels.ts';
import type { KernelModule } from './kernel-module.ts';
import { defineKernels } from './kernel-module.ts';

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
  solveLowerRows(from: number, to: number, n: number, l: number, lStride: number, b: number, bStride: number): void;

  /**
   * out_i = log sum_j exp(scale (shift_j - M_ij)) for rows `from` <= i < `to`; scale > 0.
   * Entries of `shift` may be -Infinity and entries of M may be Infinity: terms that vanish.
   */
  logSumExpRows(from: number, to: number, cols: number, scale: number, shift: number, matrix: number, out: number): void;
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
  plainLogSumExpColumns(from: number, to: number, rows: number, cols: number, matrix: number, out: number, sums: number): void;

  /** y_i = sum_j A_ij x_j for rows `from` <= i < `to` of a CSR matrix. */
  csrGemv(from: number, to: number, rowPointers: number, columnIndices: number, values: number, x: number, y: number): void;
  /** x_i += factors_i (b_i - sum_j A_ij x_j), row after row of a CSR matrix, each with the x_j as they are by then. */
  relaxForwards: RelaxRows;
  /** The same from the last row to the first. */
  relaxBackwards: RelaxRows;
}

/** A sweep over all rows of a CSR matrix. */
type RelaxRows = (
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

/** The kernels on a memory; byte offsets become indices into one view of doubles and one of integers. */
function reference(buffer: ArrayBufferLike): LinalgKernels {
  const doubles = new Float64Array(buffer);
  const integers = new Int32Array(buffer);

  function dot(n: number, x: number, y: number): number {
    x /= 8;
    y /= 8;
    let sum = 0;
    for (let i = 0; i < n; i++) sum += doubles[x + i] * doubles[y + i];
    return sum;
  }

  function axpy(n: number, alpha: number, x: number, y: number): void {
    x /= 8;
    y /= 8;
    for (let i = 0; i < n; i++) doubles[y + i] += alpha * doubles[x + i];
  }

  function scal(n: number, alpha: number, x: number): void {
    x /= 8;
    for (let i = 0; i < n; i++) doubles[x + i] *= alpha;
  }

  function nrm2(n: number, x: number): number {
    x /= 8;
    let largest = 0;
    for (let i = 0; i < n; i++) largest = Math.max(largest, Math.abs(doubles[x + i]));
    if (largest === 0 || !(largest < Infinity)) return largest;
    const factor = 2 ** -Math.max(-1022, Math.min(1023, Math.floor(Math.log2(largest))));
    let sum = 0;
    for (let i = 0; i < n; i++) sum += (doubles[x + i] * factor) ** 2;
    return Math.sqrt(sum) / factor;
  }

  function exp(n: number, x: number, out: number): void {
    x /= 8;
    out /= 8;
    for (let i = 0; i < n; i++) doubles[out + i] = Math.exp(doubles[x + i]);
  }

  function gemv(from: number, to: number, cols: number, a: number, x: number, y: number): void {
    for (let i = from; i < to; i++) doubles[y / 8 + i] = dot(cols, a + 8 * i * cols, x);
  }

  function gemvTransposed(from: number, to: number, rows: number, cols: number, a: number, x: number, y: number): void {
    doubles.fill(0, y / 8 + from, y / 8 + to);
    for (let i = 0; i < rows; i++) {
      axpy(to - from, doubles[x / 8 + i], a + 8 * (i * cols + from), y + 8 * from);
    }
  }

  /** As `gemm`, of which row i has `colsOf(i)` entries. */
  const rowsOfProduct =
    (colsOf: (i: number, cols: number) => number): LinalgKernels['gemm'] =>
    (from, to, cols, inner, alpha, a, aRow, aCol, b, bRow, bCol, beta, c, cRow) => {
      for (let i = from; i < to; i++) {
        for (let j = 0; j < colsOf(i, cols); j++) {
          let sum = 0;
          for (let k = 0; k < inner; k++) {
            sum += doubles[a / 8 + i * aRow + k * aCol] * doubles[b / 8 + k * bRow + j * bCol];
          }
          const address = c / 8 + i * cRow + j;
          doubles[address] = beta === 0 ? alpha * sum : alpha * sum + beta * doubles[address];
        }
      }
    };
  const gemm = rowsOfProduct((_, cols) => cols);
  const lower = rowsOfProduct((i) => i + 1);
  const syrk: LinalgKernels['syrk'] = (from, to, inner, alpha, a, aRow, aCol, beta, c, cRow, scratch) =>
    lower(from, to, to, inner, alpha, a, aRow, aCol, a, aCol, aRow, beta, c, cRow, scratch);

  function choleskyBlock(n: number, a: number, stride: number): number {
    for (let i = 0; i < n; i++) {
      const row = a + 8 * i * stride;
      solveLowerRows(0, 1, i, a, stride, row, stride);
      const pivot = doubles[row / 8 + i] - dot(i, row, row);
      if (!(pivot > 0)) return i;
      doubles[row / 8 + i] = Math.sqrt(pivot);
    }
    return -1;
  }

  function solveLowerRows(from: number, to: number, n: number, l: number, lStride: number, b: number, bStride: number): void {
    for (let i = from; i < to; i++) {
      const x = b + 8 * i * bStride;
      for (let j = 0; j < n; j++) {
        const row = l + 8 * j * lStride;
        doubles[x / 8 + j] = (doubles[x / 8 + j] - dot(j, row, x)) / doubles[row / 8 + j];
      }
    }
  }

  /** log sum_k exp(term(k)), k < n, by the largest term. */
  function logSumExp(n: number, term: (k: number) => number): number {
    let largest = -Infinity;
    for (let k = 0; k < n; k++) largest = Math.max(largest, term(k));
    if (largest === -Infinity) return largest;
    let sum = 0;
    for (let k = 0; k < n; k++) sum += Math.exp(term(k) - largest);
    return largest + Math.log(sum);
  }

  const logSumExpRows: LinalgKernels['logSumExpRows'] = (from, to, cols, scale, shift, matrix, out) => {
    for (let i = from; i < to; i++) {
      const row = matrix / 8 + i * cols;
      const term = (j: number): number => scale * (doubles[shift / 8 + j] - doubles[row + j]);
      doubles[out / 8 + i] = logSumExp(cols, term);
    }
  };

  const logSumExpColumns: LinalgKernels['logSumExpColumns'] = (from, to, rows, cols, scale, shift, matrix, out) => {
    for (let j = from; j < to; j++) {
      const column = matrix / 8 + j;
      const term = (i: number): number => scale * (doubles[shift / 8 + i] - doubles[column + i * cols]);
      doubles[out / 8 + j] = logSumExp(rows, term);
    }
  };

  function plainLogSumExpRows(from: number, to: number, cols: number, matrix: number, out: number): void {
    for (let i = from; i < to; i++) {
      const row = matrix / 8 + i * cols;
      doubles[out / 8 + i] = logSumExp(cols, (j) => doubles[row + j]);
    }
  }

  function plainLogSumExpColumns(from: number, to: number, rows: number, cols: number, matrix: number, out: number): void {
    for (let j = from; j < to; j++) {
      const column = matrix / 8 + j;
      doubles[out / 8 + j] = logSumExp(rows, (i) => doubles[column + i * cols]);
    }
  }

  const csrGemv: LinalgKernels['csrGemv'] = (from, to, rowPointers, columnIndices, values, x, y) => {
    for (let i = from; i < to; i++) {
      let sum = 0;
      for (let k = integers[rowPointers / 4 + i]; k < integers[rowPointers / 4 + i + 1]; k++) {
        sum += doubles[values / 8 + k] * doubles[x / 8 + integers[columnIndices / 4 + k]];
      }
      doubles[y / 8 + i] = sum;
    }
  };

  const relax =
    (backwards: boolean): RelaxRows =>
    (rows, rowPointers, columnIndices, values, factors, b, x) => {
      for (let row = 0; row < rows; row++) {
        const i = backwards ? rows - 1 - row : row;
        const [start, end] = [integers[rowPointers / 4 + i], integers[rowPointers / 4 + i + 1]];
        let rest = doubles[b / 8 + i];
        for (let entry = start; entry < end; entry++) {
          const k = backwards ? entry : start + end - 1 - entry;
          rest -= doubles[values / 8 + k] * doubles[x / 8 + integers[columnIndices / 4 + k]];
        }
        doubles[x / 8 + i] += doubles[factors / 8 + i] * rest;
      }
    };

  return {
    dot,
    axpy,
    scal,
    nrm2,
    exp,
    gemv,
    gemvTransposed,
    gemm,
    syrk,
    choleskyBlock,
    solveLowerRows,
    logSumExpRows,
    logSumExpColumns,
    plainLogSumExpRows,
    plainLogSumExpColumns,
    csrGemv,
    relaxForwards: relax(false),
    relaxBackwards: relax(true),
  };
}

/** The kernels of this package, for `workspace.kernels(linalgKernels)`. */
export const linalgKernels: KernelModule<LinalgKernels> = /* @__PURE__ */ defineKernels({ simd, relaxedSimd, reference });
