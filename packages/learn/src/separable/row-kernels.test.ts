import { Random } from '@infimum/core';
import { useKernels, Workspace } from '@infimum/linalg/kernels';
import { afterEach, expect, it } from 'vitest';
import { rowKernels } from './row-kernels.ts';

afterEach(() => useKernels('auto'));

it.each([
  [1, 2],
  [7, 6],
  [8, 4],
  [29, 18],
  [40, 64],
  [150, 36],
])('%i rows of %i numbers have the bits of plain loops in every build', (rows, cols) => {
  const random = new Random(rows);
  const values = random.normals(new Float64Array(rows * cols));
  const x = random.normals(new Float64Array(cols));
  const factors = random.normals(new Float64Array(rows)).map((p, i) => (i % 3 > 0 ? p : 0));
  const products = Array.from(factors, (_, i) => {
    let [even, odd] = [0, 0];
    for (let j = 0; j < cols; j += 2) even += values[i * cols + j] * x[j];
    for (let j = 1; j < cols; j += 2) odd += values[i * cols + j] * x[j];
    return even + odd;
  });
  let first: Float64Array | undefined;
  for (const build of ['reference', 'simd', 'relaxed-simd'] as const) {
    useKernels(build);
    using workspace = Workspace.for({ float64: [rows * cols, cols, rows, cols], int32: [rows] });
    const a = workspace.float64From(values);
    const h = workspace.float64From(x);
    const long = workspace.float64From(factors);
    const sums = workspace.float64(cols);
    const kernels = workspace.kernels(rowKernels);
    const list = workspace.int32(rows);
    kernels.addRows(rows, cols, a.byteOffset, 3, long.byteOffset, sums.byteOffset, list.byteOffset);
    first ??= sums.slice();
    expect(sums).toEqual(first);
    const above = kernels.rowProducts(rows, cols, a.byteOffset, h.byteOffset, long.byteOffset);
    expect(above).toBe(products.filter((product) => product > 0).length);
    const listed = kernels.rowsUpTo(rows, long.byteOffset, 0.5, list.byteOffset);
    const expected = Array.from(products.keys()).filter((i) => products[i] <= 0.5);
    expect(Array.from(list.subarray(0, listed))).toEqual(expected);
    expect(Array.from(long)).toEqual(products);
  }
  // Against the sums themselves.
  first?.forEach((sum, j) => {
    let truth = 0;
    for (let i = 0; i < rows; i++) truth += 3 * factors[i] * values[i * cols + j];
    expect(Math.abs(sum - truth)).toBeLessThan(1e-12 * rows);
  });
});
