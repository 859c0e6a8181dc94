// The inner products of all pairs of rows, of matrices with few and long rows.
import type { FloatArray } from '@infimum/core';
import { GEMM_SCRATCH, linalgKernels, Workspace } from '@infimum/linalg/kernels';

/** Columns that are copied to where the kernels are at a time. */
const SLICE = 4096;

/** G G' of a matrix with `count` rows of length `length`, symmetric, count x count numbers. */
export function rowGram(rows: FloatArray, count: number, length: number): Float64Array {
  const width = Math.min(SLICE, length);
  using workspace = Workspace.for({ float64: [count * width, count * count, GEMM_SCRATCH] });
  const { syrk } = workspace.kernels(linalgKernels);
  const slice = workspace.float64(count * width);
  const sums = workspace.float64(count * count);
  const scratch = workspace.float64(GEMM_SCRATCH);
  sums.fill(0);
  for (let from = 0; from < length; from += width) {
    const here = Math.min(width, length - from);
    for (let i = 0; i < count; i++)
      slice.set(rows.subarray(i * length + from, i * length + from + here), i * here);
    const [at, out] = [slice.byteOffset, sums.byteOffset];
    syrk(0, count, here, 1, at, here, 1, from === 0 ? 0 : 1, out, count, scratch.byteOffset);
  }
  const gram = sums.slice();
  for (let i = 0; i < count; i++)
    for (let j = i + 1; j < count; j++) gram[i * count + j] = gram[j * count + i];
  return gram;
}
