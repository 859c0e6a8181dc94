// The kernels of separable classification and how they are called; every build gives the same bits.
import { defineKernels, type KernelModule } from '@infimum/linalg/kernels';
import { relaxedSimd, simd } from '../generated/kernels.ts';

/** The kernels; arrays are given by their byte offsets, rows are dense. Nothing is checked: that is the caller's part. */
export interface RowKernels {
  /** y_i = sum_j a_ij x_j for `count` rows, each summed from its first column on. */
  rowProducts(count: number, cols: number, a: number, x: number, y: number): void;
  /** h_j += sum_i p_i a_ij for `count` rows: four at a time, the rest one by one. */
  addRows(count: number, cols: number, a: number, p: number, h: number): void;
}

/** The kernels, for `workspace.kernels(rowKernels)`. */
export const rowKernels: KernelModule<RowKernels> = /* @__PURE__ */ defineKernels<RowKernels>({
  simd,
  relaxedSimd,
  reference: rowReference,
});

/** The kernels in plain TypeScript. */
function rowReference(buffer: ArrayBufferLike): RowKernels {
  const numbers = new Float64Array(buffer);
  return {
    rowProducts: (count, cols, a, x, y) => {
      for (let i = 0; i < count; i++) {
        let sum = 0;
        for (let j = 0; j < cols; j++) sum += numbers[a / 8 + i * cols + j] * numbers[x / 8 + j];
        numbers[y / 8 + i] = sum;
      }
    },
    addRows: (count, cols, a, p, h) => {
      const term = (i: number, j: number) => numbers[p / 8 + i] * numbers[a / 8 + i * cols + j];
      let i = 0;
      for (; i + 4 <= count; i += 4) {
        if (numbers.subarray(p / 8 + i, p / 8 + i + 4).every((weight) => weight === 0)) continue;
        for (let j = 0; j < cols; j++)
          numbers[h / 8 + j] += term(i, j) + term(i + 1, j) + (term(i + 2, j) + term(i + 3, j));
      }
      for (; i < count; i++) for (let j = 0; j < cols; j++) numbers[h / 8 + j] += term(i, j);
    },
  };
}
