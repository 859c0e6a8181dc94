// The inner products of all pairs of rows, of matrices with few and long rows.
import type { FloatArray } from '@infimum/core';
import { GEMM_SCRATCH, layout, matrixPlace, placedGram, scratch } from '@infimum/linalg/kernels';

/** Columns that are copied to where the kernels are at a time. */
const SLICE = 4096;

/** G G' of a matrix with `count` rows of length `length`, symmetric, count x count numbers. */
export function rowGram(rows: FloatArray, count: number, length: number): Float64Array {
  const width = Math.min(SLICE, length);
  using memory = layout({ slice: count * width, sums: count * count, gemmScratch: scratch(GEMM_SCRATCH) });
  const { workspace, slice, sums, gemmScratch } = memory;
  for (let from = 0; from < length; from += width) {
    const here = Math.min(width, length - from);
    for (let i = 0; i < count; i++) slice.set(rows.subarray(i * length + from, i * length + from + here), i * here);
    const [a, c] = [matrixPlace(slice, here), matrixPlace(sums, count)];
    placedGram(workspace, { rows: count, inner: here, a, beta: from === 0 ? 0 : 1, c, scratch: gemmScratch });
  }
  const gram = sums.slice();
  for (let i = 0; i < count; i++) for (let j = i + 1; j < count; j++) gram[i * count + j] = gram[j * count + i];
  return gram;
}
