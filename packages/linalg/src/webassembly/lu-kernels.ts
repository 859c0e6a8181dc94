// The kernels of LU factorisations, a separate module, loaded only by functions that factor.
import { relaxedSimd, simd } from '../generated/lu-kernels.ts';
import type { KernelModule } from './kernel-module.ts';
import { defineKernels } from './kernel-module.ts';

/** Columns of a panel of `luPanel`. */
export const LU_PANEL = 8;

/** The kernels on matrices whose rows are `stride` numbers apart, given by byte offsets as in `LinalgKernels`; nothing is checked. */
export interface LuKernels {
  /**
   * P A = L U in place for `rows` rows of `width` <= 8 columns, rows >= width, with the largest entry of each column as its pivot. The
   * row that was swapped with row k is the integer pivots_k, counted from `first`. `packed` is room for 8 (rows + 1) numbers.
   */
  luPanel(first: number, rows: number, width: number, a: number, stride: number, pivots: number, packed: number): void;
  /** Swaps row k of `cols` numbers with row pivots_k for `from` <= k < `to`, one after the other. */
  swapRows(from: number, to: number, cols: number, a: number, stride: number, pivots: number): void;
  /** B <- L^-1 B for a small n x n triangle L, whose diagonal counts as one, and `cols` columns of B. */
  solveUnitLower(n: number, cols: number, l: number, lStride: number, b: number, bStride: number): void;
  /** x <- L^-1 x for the lower triangle of A, whose diagonal counts as one; `sums` is room for 8 numbers. */
  substituteUnitLower(n: number, a: number, stride: number, x: number, sums: number): void;
  /** x <- U^-1 x for the upper triangle of A; `sums` is room for 8 numbers. */
  substituteUpper(n: number, a: number, stride: number, x: number, sums: number): void;
  /** products_i = sum_j A_ij x_j and sizes_i = sum_j |A_ij x_j|. */
  productsAndSizes(rows: number, cols: number, a: number, x: number, products: number, sizes: number): void;
}

/** The kernels on a memory; byte offsets become indices into one view of doubles and one of integers. */
function reference(buffer: ArrayBufferLike): LuKernels {
  const doubles = new Float64Array(buffer);
  const integers = new Int32Array(buffer);

  function swap(cols: number, x: number, y: number): void {
    const kept = doubles.slice(x, x + cols);
    doubles.copyWithin(x, y, y + cols);
    doubles.set(kept, y);
  }

  function luPanel(first: number, rows: number, width: number, a: number, stride: number, pivots: number): void {
    a /= 8;
    for (let k = 0; k < width; k++) {
      let pivotRow = k;
      for (let i = k + 1; i < rows; i++) {
        const [size, largest] = [doubles[a + i * stride + k], doubles[a + pivotRow * stride + k]].map(Math.abs);
        if (size > largest) pivotRow = i;
      }
      integers[pivots / 4 + k] = first + pivotRow;
      if (pivotRow !== k) swap(width, a + k * stride, a + pivotRow * stride);
      const row = a + k * stride;
      if (doubles[row + k] === 0) continue;
      for (let below = row + stride; below < a + rows * stride; below += stride) {
        doubles[below + k] /= doubles[row + k];
        for (let j = k + 1; j < width; j++) doubles[below + j] -= doubles[below + k] * doubles[row + j];
      }
    }
  }

  function swapRows(from: number, to: number, cols: number, a: number, stride: number, pivots: number): void {
    for (let k = from; k < to; k++) swap(cols, a / 8 + k * stride, a / 8 + integers[pivots / 4 + k] * stride);
  }

  function solveUnitLower(n: number, cols: number, l: number, lStride: number, b: number, bStride: number): void {
    for (let i = 1; i < n; i++) {
      for (let k = 0; k < i; k++) {
        const factor = doubles[l / 8 + i * lStride + k];
        for (let j = 0; j < cols; j++) {
          doubles[b / 8 + i * bStride + j] -= factor * doubles[b / 8 + k * bStride + j];
        }
      }
    }
  }

  function substituteUnitLower(n: number, a: number, stride: number, x: number): void {
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < i; j++) doubles[x / 8 + i] -= doubles[a / 8 + i * stride + j] * doubles[x / 8 + j];
    }
  }

  function substituteUpper(n: number, a: number, stride: number, x: number): void {
    for (let i = n - 1; i >= 0; i--) {
      const row = a / 8 + i * stride;
      for (let j = i + 1; j < n; j++) doubles[x / 8 + i] -= doubles[row + j] * doubles[x / 8 + j];
      doubles[x / 8 + i] /= doubles[row + i];
    }
  }

  function productsAndSizes(rows: number, cols: number, a: number, x: number, products: number, sizes: number): void {
    for (let i = 0; i < rows; i++) {
      let [sum, size] = [0, 0];
      for (let j = 0; j < cols; j++) {
        const term = doubles[a / 8 + i * cols + j] * doubles[x / 8 + j];
        sum += term;
        size += Math.abs(term);
      }
      doubles[products / 8 + i] = sum;
      doubles[sizes / 8 + i] = size;
    }
  }

  return { luPanel, swapRows, solveUnitLower, substituteUnitLower, substituteUpper, productsAndSizes };
}

/** The kernels of LU factorisations, for `workspace.kernels(luKernels)`. */
export const luKernels: KernelModule<LuKernels> = /* @__PURE__ */ defineKernels({ simd, relaxedSimd, reference });
