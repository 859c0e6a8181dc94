// The kernels of sparse factorizations, a separate module, loaded only by functions that factor sparse matrices.
import { relaxedSimd, simd } from '../generated/fronts-kernels.ts';
import type { KernelModule } from './kernel-module.ts';
import { defineKernels } from './kernel-module.ts';
import { GEMM_SCRATCH } from './linalg-kernels.ts';

/** Numbers of room that `factorLdl` and `factorLu` take for a front of m rows. */
export const frontScratch = (m: number): number => 32 * (m + 32) + GEMM_SCRATCH;

/** The kernels on fronts, row-major matrices without gaps, given by byte offsets as in `LinalgKernels`; nothing is checked. */
export interface FrontKernels {
  /** A_map(i),map(j) += B_ij for the count x count matrix B, or its lower triangle alone if `lower` is 1; A has rows of `stride` numbers. */
  addFront(count: number, lower: number, map: number, b: number, a: number, stride: number): void;
  /** `rows` rows of `cols` numbers from where they are `fromStride` numbers apart to where they are `toStride` apart. */
  copyRows(rows: number, cols: number, from: number, fromStride: number, to: number, toStride: number): void;
  /**
   * The columns from `from` to `to` of the m x m front A = L D L', those before them being done, of which the lower triangle is read and
   * written: L below its diagonal of ones, D on it, and what is left of A. For `least` > 0, a pivot that is smaller or has not the sign
   * that the integers at `signs` want
   * is replaced by `least` with that sign, or its own where `signs` or the integer is 0. How many were replaced, or -1 - k for a pivot k
   * that is zero or not finite.
   */
  factorLdl(m: number, from: number, to: number, a: number, least: number, signs: number, room: number): number;
  /**
   * As many of the first `width` columns of the m x m front P A Q = L U as have a pivot in the first `width` rows that is at least
   * `tolerance` times the largest entry of the column, that on the diagonal before others; the other columns come behind. Rows and
   * columns are swapped along with the integers at `rows` and `columns`. How many were eliminated.
   */
  factorLu(m: number, width: number, a: number, tolerance: number, rows: number, columns: number, scratch: number): number;
}

/** The kernels on a memory; byte offsets become indices into one view of doubles and one of integers. */
function reference(buffer: ArrayBufferLike): FrontKernels {
  const doubles = new Float64Array(buffer);
  const integers = new Int32Array(buffer);

  function addFront(count: number, lower: number, map: number, b: number, a: number, stride: number): void {
    for (let i = 0; i < count; i++) {
      const row = a / 8 + integers[map / 4 + i] * stride;
      for (let j = 0; j < (lower === 1 ? i + 1 : count); j++)
        doubles[row + integers[map / 4 + j]] += doubles[b / 8 + i * count + j];
    }
  }

  function copyRows(rows: number, cols: number, from: number, fromStride: number, to: number, toStride: number): void {
    for (let i = 0; i < rows; i++) {
      doubles.copyWithin(to / 8 + i * toStride, from / 8 + i * fromStride, from / 8 + i * fromStride + cols);
    }
  }

  function factorLdl(m: number, from: number, to: number, a: number, least: number, signs: number): number {
    const at = (i: number, j: number): number => a / 8 + i * m + j;
    let replaced = 0;
    for (let k = from; k < to; k++) {
      let pivot = doubles[at(k, k)];
      const sign = (signs && integers[signs / 4 + k]) || (pivot < 0 ? -1 : 1);
      if (least > 0 && !(sign * pivot >= least)) {
        pivot = doubles[at(k, k)] = sign * least;
        replaced++;
      }
      if (!(Math.abs(pivot) > 0 && Math.abs(pivot) < Infinity)) return -1 - k;
      for (let i = k + 1; i < m; i++) {
        const image = doubles[at(i, k)];
        doubles[at(i, k)] /= pivot;
        for (let j = k + 1; j <= i; j++) doubles[at(i, j)] -= image * doubles[at(j, k)];
      }
    }
    return replaced;
  }

  function swap(list: Float64Array | Int32Array, x: number, y: number): void {
    [list[x], list[y]] = [list[y], list[x]];
  }

  function factorLu(m: number, width: number, a: number, tolerance: number, rows: number, columns: number): number {
    const at = (i: number, j: number): number => a / 8 + i * m + j;
    let [k, last, before] = [0, width, -1];
    for (;;) {
      if (k === last) {
        // Columns that had no pivot are tried once more, as long as others have been eliminated meanwhile.
        if (last === width || k === before) return k;
        before = k;
        last = width;
      }
      let [row, bound] = [k, 0];
      for (let i = k; i < m; i++) {
        const size = Math.abs(doubles[at(i, k)]);
        if (i < width && size > Math.abs(doubles[at(row, k)])) row = i;
        bound = Math.max(bound, size);
      }
      const isPivot = (i: number): boolean => Math.abs(doubles[at(i, k)]) >= tolerance * bound;
      if (isPivot(k)) row = k;
      if (!(bound > 0 && bound < Infinity && isPivot(row))) {
        last--;
        for (let i = 0; i < m; i++) swap(doubles, at(i, k), at(i, last));
        swap(integers, columns / 4 + k, columns / 4 + last);
        continue;
      }
      for (let j = 0; j < m; j++) swap(doubles, at(k, j), at(row, j));
      swap(integers, rows / 4 + k, rows / 4 + row);
      for (let i = k + 1; i < m; i++) {
        const factor = doubles[at(i, k)] / doubles[at(k, k)];
        doubles[at(i, k)] = factor;
        for (let j = k + 1; j < m; j++) doubles[at(i, j)] -= factor * doubles[at(k, j)];
      }
      k++;
    }
  }

  return { addFront, copyRows, factorLdl, factorLu };
}

/** The kernels of sparse factorizations, for `workspace.kernels(frontKernels)`. */
export const frontKernels: KernelModule<FrontKernels> = /* @__PURE__ */ defineKernels({ simd, relaxedSimd, reference });
