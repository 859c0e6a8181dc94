import { Random } from '@infimum/core';
import { useKernels, Workspace } from '@infimum/linalg/kernels';
import { afterEach, expect, it } from 'vitest';
import { rowKernels } from './row-kernels.ts';

afterEach(() => useKernels('auto'));

it.each([
  [1, 1],
  [7, 5],
  [8, 4],
  [29, 17],
  [40, 64],
])('%i rows of %i numbers have the bits of plain loops in every build', (rows, cols) => {
  const random = new Random(rows);
  const values = random.normals(new Float64Array(rows * cols));
  const x = random.normals(new Float64Array(cols));
  const factors = random.normals(new Float64Array(rows)).map((p, i) => (i % 8 < 4 ? p : 0));
  const products = Array.from(factors, (_, i) => {
    let sum = 0;
    for (let j = 0; j < cols; j++) sum += values[i * cols + j] * x[j];
    return sum;
  });
  let first: Float64Array | undefined;
  for (const build of ['reference', 'simd', 'relaxed-simd'] as const) {
    useKernels(build);
    using workspace = Workspace.for({ float64: [rows * cols, cols, rows, cols] });
    const a = workspace.float64From(values);
    const h = workspace.float64From(x);
    const long = workspace.float64From(factors);
    const sums = workspace.float64(cols);
    const kernels = workspace.kernels(rowKernels);
    kernels.addRows(rows, cols, a.byteOffset, long.byteOffset, sums.byteOffset);
    first ??= sums.slice();
    expect(sums).toEqual(first);
    kernels.rowProducts(rows, cols, a.byteOffset, h.byteOffset, long.byteOffset);
    expect(Array.from(long)).toEqual(products);
  }
  // Against the sums themselves.
  first?.forEach((sum, j) => {
    let truth = 0;
    for (let i = 0; i < rows; i++) truth += factors[i] * values[i * cols + j];
    expect(Math.abs(sum - truth)).toBeLessThan(1e-12 * rows);
  });
});
