// The kernels of sparse products and how they are called; what is said here holds for all builds.
import { relaxedSimd, simd } from '../generated/sparse-kernels.ts';
import type { KernelModule } from '../webassembly/kernel-module.ts';
import { defineKernels } from '../webassembly/kernel-module.ts';
import { sparseReference } from './sparse-kernels-reference.ts';

/**
 * A block of rows of the product, `from` <= i < `to`, within the columns `low` <= j < `high`.
 *
 * @param job - address of eleven words: addresses of the pointers, columns and values of A, the same of B, pointers and
 *   columns of the mask, the columns of B, the semiring, and whether columns are to be sorted
 * @param columns - where the columns go, row after row
 * @param values - where the values go
 * @param counts - where the lengths of the rows go
 * @param scratch - address of ten words: addresses of the arrays that the accumulator needs, as they are left by
 *   the call before; and of 256 counters, 64 bytes on
 * @param stats - ten words: entries; products, each of which reads an element of B; rows that were copied, merged, small,
 *   dense and hashed; the scratch; elements of A read, and products stored before they were added up
 */
export type MultiplyRows = (
  job: number,
  from: number,
  to: number,
  low: number,
  high: number,
  columns: number,
  values: number,
  counts: number,
  scratch: number,
  stats: number,
) => void;

/** The kernels: arrays are given by their byte offsets on the workspace's memory, and nothing is checked. */
export interface SparseKernels {
  /** An accumulator for each row: copy, merge, small, dense or hash. */
  multiplyAuto: MultiplyRows;
  /** A dense accumulator, with a bit a column. */
  multiplyDense: MultiplyRows;
  /** A hash table a row. */
  multiplyHash: MultiplyRows;
  /** A heap of the rows of B. */
  multiplyHeap: MultiplyRows;
  /** All products listed, sorted and added. */
  multiplyExpanded: MultiplyRows;
  /** Only where the mask has an entry. */
  multiplyMasked: MultiplyRows;
  /** The lengths of rows `from` <= i < `to`, from `counts` on; word 10 of `stats` tells the elements of A and B read. */
  countRows(job: number, from: number, to: number, counts: number, scratch: number, stats: number): void;
  /** The values of rows `from` <= i < `to` of a product whose pattern is there. */
  refillRows(
    job: number,
    from: number,
    to: number,
    rowPointers: number,
    columnIndices: number,
    values: number,
    scratch: number,
  ): void;
  /** Y_i = sum_k A_ik X_k for rows `from` <= i < `to`; X and Y are dense with `width` columns. */
  csrGemm(
    from: number,
    to: number,
    rowPointers: number,
    columnIndices: number,
    values: number,
    width: number,
    x: number,
    y: number,
  ): void;
}

/** The kernels of sparse products, for `workspace.kernels(sparseKernels)`. */
export const sparseKernels: KernelModule<SparseKernels> = /* @__PURE__ */ defineKernels<SparseKernels>({
  simd,
  relaxedSimd,
  reference: sparseReference,
});
