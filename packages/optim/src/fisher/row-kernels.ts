// The kernels of products with rows in 32 bits and how they are called; the descriptions hold for all builds.
import type { KernelModule } from '@infimum/linalg/kernels';
import { defineKernels } from '@infimum/linalg/kernels';
import { relaxedSimd, simd } from '../generated/fisher-kernels.ts';

/** Rows and columns of a tile of the Gram matrix, and columns that are summed in 32 bits. */
export const [GRAM_TILE, GRAM_DEPTH] = [8, 128] as const;

/**
 * The kernels: arrays are given by their byte offsets on the workspace's memory, rows of 32-bit entries by the offset of the
 * first and by how many entries they lie apart. Vectors have 64 bits. Nothing is checked: that is the caller's part.
 */
export interface RowKernels {
  /** y_i <- y_i + sum_k A_ik x_k over `cols` columns, for rows `from` <= i < `to`; all sums in 64 bits. */
  dots32(from: number, to: number, cols: number, a: number, stride: number, x: number, y: number): void;
  /** y_k <- y_k + sum_i factors_i A_ik over `rows` rows, for k < `cols`; in 64 bits. */
  combine32(rows: number, cols: number, a: number, stride: number, factors: number, y: number): void;
  /**
   * Adds A A' to a Gram matrix in 64 bits whose rows have room for whole tiles of 8, in its lower triangle; what is above is
   * changed too. Products are summed in 32 bits along runs of 128 columns, and in 64 bits beyond.
   *
   * @param scratch - room for 128 entries of 32 bits for each row, the rows rounded up to a multiple of 8
   */
  gram32(rows: number, cols: number, a: number, stride: number, gram: number, scratch: number): void;
}

/** The kernels of rows in 32 bits, for `workspace.kernels(rowKernels)`. */
export const rowKernels: KernelModule<RowKernels> = /* @__PURE__ */ defineKernels<RowKernels>({
  simd,
  relaxedSimd,
  reference: rowReference,
});

/** The kernels on a memory; byte offsets become indices into views of it. */
function rowReference(buffer: ArrayBufferLike): RowKernels {
  const singles = new Float32Array(buffer);
  const doubles = new Float64Array(buffer);
  return {
    dots32: (from, to, cols, a, stride, x, y) => {
      for (let i = from; i < to; i++) {
        let sum = 0;
        for (let k = 0, at = a / 4 + i * stride; k < cols; k++) sum += singles[at + k] * doubles[x / 8 + k];
        doubles[y / 8 + i] += sum;
      }
    },
    combine32: (rows, cols, a, stride, factors, y) => {
      for (let i = 0; i < rows; i++) {
        const factor = doubles[factors / 8 + i];
        for (let k = 0, at = a / 4 + i * stride; k < cols; k++) doubles[y / 8 + k] += factor * singles[at + k];
      }
    },
    gram32: (rows, cols, a, stride, gram) => {
      const width = 8 * Math.ceil(rows / 8);
      for (let from = 0; from < cols; from += 128) {
        const end = Math.min(cols, from + 128);
        for (let i = 0; i < rows; i++) {
          for (let j = 0; j <= i; j++) {
            const [left, right] = [a / 4 + i * stride, a / 4 + j * stride];
            let sum = 0;
            for (let k = from; k < end; k++) {
              sum = Math.fround(sum + Math.fround(singles[left + k] * singles[right + k]));
            }
            doubles[gram / 8 + i * width + j] += sum;
          }
        }
      }
    },
  };
}
