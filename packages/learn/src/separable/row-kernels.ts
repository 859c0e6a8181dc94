// The kernels of separable classification and how they are called; every build gives the same bits.
import type { KernelModule } from '@infimum/linalg/kernels';
import { defineKernels } from '@infimum/linalg/kernels';
import { relaxedSimd, simd } from '../generated/kernels.ts';

/** The kernels; arrays are given by their byte offsets, rows are dense and have an even number of columns. Nothing is checked. */
export interface RowKernels {
  /** y_i = sum_j a_ij x_j for `count` rows, even columns and odd ones summed apart; how many of them are above 0. */
  rowProducts(count: number, cols: number, a: number, x: number, y: number): number;
  /** Lists the rows with y_i <= limit or NaN as 32-bit numbers, in ascending order; how many they are. */
  rowsUpTo(count: number, y: number, limit: number, list: number): number;
  /**
   * h_j += sum_i alpha p_i a_ij over the rows of weights other than 0, one after the other. `list` is room for `count` 32-bit
   * numbers.
   */
  addRows(count: number, cols: number, a: number, alpha: number, p: number, h: number, list: number): void;
}

/** The kernels, for `workspace.kernels(rowKernels)`. */
export const rowKernels: KernelModule<RowKernels> = /* @__PURE__ */ defineKernels({ simd, relaxedSimd, reference });

/** The kernels in plain TypeScript. */
function reference(buffer: ArrayBufferLike): RowKernels {
  const numbers = new Float64Array(buffer);
  const integers = new Int32Array(buffer);
  return {
    rowProducts: (count, cols, a, x, y) => {
      let above = 0;
      for (let i = 0; i < count; i++) {
        const sums = [0, 0];
        for (let j = 0; j < cols; j++) sums[j % 2] += numbers[a / 8 + i * cols + j] * numbers[x / 8 + j];
        numbers[y / 8 + i] = sums[0] + sums[1];
        if (sums[0] + sums[1] > 0) above++;
      }
      return above;
    },
    rowsUpTo: (count, y, limit, list) => {
      let listed = 0;
      for (let i = 0; i < count; i++) if (!(numbers[y / 8 + i] > limit)) integers[list / 4 + listed++] = i;
      return listed;
    },
    addRows: (count, cols, a, alpha, p, h) => {
      for (let i = 0; i < count; i++) {
        const weight = alpha * numbers[p / 8 + i];
        if (numbers[p / 8 + i] === 0) continue;
        for (let j = 0; j < cols; j++) numbers[h / 8 + j] += weight * numbers[a / 8 + i * cols + j];
      }
    },
  };
}
