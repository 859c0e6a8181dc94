// The kernels of LU factorisations, a module apart: what does not factor need not carry them.
import { relaxedSimd, simd } from '../generated/lu-kernels.ts';
import type { KernelModule } from './kernel-module.ts';
import { defineKernels } from './kernel-module.ts';
import { luReference } from './lu-kernels-reference.ts';

/** Columns of a panel of `luPanel`. */
export const LU_PANEL = 8;

/** The kernels on matrices whose rows are `stride` numbers apart, given by byte offsets as in `LinalgKernels`; nothing is checked. */
export interface LuKernels {
  /**
   * P A = L U in place for `rows` rows of `width` <= 8 columns, rows >= width, with the largest entry of each column as its pivot. The
   * row that was swapped with row k is the integer pivots_k, counted from `first`. `packed` is room for 8 (rows + 1) numbers.
   */
  luPanel(
    first: number,
    rows: number,
    width: number,
    a: number,
    stride: number,
    pivots: number,
    packed: number,
  ): void;
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

/** The kernels of LU factorisations, for `workspace.kernels(luKernels)`. */
export const luKernels: KernelModule<LuKernels> = /* @__PURE__ */ defineKernels<LuKernels>({
  simd,
  relaxedSimd,
  reference: luReference,
});
