// The kernels of products with rows in 32 bits and how they are called; what is said here holds for all builds.
import type { KernelModule } from '@infimum/linalg/kernels';
import { defineKernels } from '@infimum/linalg/kernels';
import { relaxedSimd, simd } from '../generated/fisher-kernels.ts';
import { rowReference } from './row-kernels-reference.ts';

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
