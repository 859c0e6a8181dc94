// All builds against plain sums.
import { Random } from '@infimum/core';
import type { KernelBuild } from '@infimum/linalg/kernels';
import { useKernels, Workspace } from '@infimum/linalg/kernels';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { basisKernels } from './basis-kernels.ts';

const builds: readonly KernelBuild[] = ['reference', 'simd', 'relaxed-simd'];

afterEach(() => useKernels('auto'));

describe.each(builds)('rows of a basis, build %s', (build) => {
  const sizes = fc.tuple(
    fc.integer({ min: 0, max: 11 }),
    fc.integer({ min: 1, max: 6 }),
    fc.integer({ min: 0, max: 1 }),
    fc.nat(1000),
  );

  it('have the products of plain sums', () => {
    useKernels(build);
    fc.assert(
      fc.property(sizes, ([rows, eights, gap, seed]) => {
        const [count, stride] = [8 * eights, 8 * (eights + gap)];
        const random = new Random(seed);
        using workspace = Workspace.for({
          float64: [(rows + 1) * stride, rows + 1, stride, stride, stride, rows + 1],
          int32: [rows + 1],
        });
        const a = random.normals(workspace.float64((rows + 1) * stride));
        const factors = random.normals(workspace.float64(rows + 1));
        const from = random.normals(workspace.float64(stride));
        const [combined, x] = [workspace.float64(stride), random.normals(workspace.float64(stride))];
        const product = workspace.float64(rows + 1);
        const index = workspace.int32(rows + 1);
        for (let t = 0; t < rows; t++) index[t] = (3 * t + seed) % rows;
        const at = (view: Float64Array | Int32Array) => view.byteOffset;
        const { combine, times, rankOne } = workspace.kernels(basisKernels);
        const row = (i: number) => a.slice(i * stride, i * stride + stride);

        combine(count, rows, at(a), stride, at(index), at(factors), at(from), at(combined));
        for (let k = 0; k < stride; k++) {
          let sum = k < count ? from[k] : 0;
          if (k < count) for (let t = 0; t < rows; t++) sum -= factors[t] * row(index[t])[k];
          expect(combined[k]).toBeCloseTo(sum, 12);
        }

        times(rows, count, at(a), stride, at(x), at(product));
        for (let i = 0; i <= rows; i++) {
          let sum = 0;
          if (i < rows) for (let k = 0; k < count; k++) sum += row(i)[k] * x[k];
          expect(product[i]).toBeCloseTo(sum, 12);
        }

        const before = a.slice();
        rankOne(rows, count, at(a), stride, at(factors), at(x));
        for (let i = 0; i <= rows; i++) {
          for (let k = 0; k < stride; k++) {
            const added = i < rows && k < count ? factors[i] * x[k] : 0;
            expect(a[i * stride + k]).toBeCloseTo(before[i * stride + k] + added, 12);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('have the least ratio of a plain loop, and the entries that come near to it', () => {
    useKernels(build);
    const whole = fc.array(fc.tuple(fc.integer({ min: -3, max: 3 }), fc.integer({ min: 0, max: 4 })), { maxLength: 13 });
    fc.assert(
      fc.property(whole, fc.nat(3), (pairs, start) => {
        const n = pairs.length;
        using workspace = Workspace.for({ float64: [n, n] });
        const entries = workspace.float64From(pairs.map(([entry]) => entry));
        const values = workspace.float64From(pairs.map(([, value]) => value));
        const { leastRatio, nextWithin } = workspace.kernels(basisKernels);
        const ratios = pairs.map(([entry, value]) => (entry > 0.5 ? value / entry : Infinity));
        const least = Math.min(Infinity, ...ratios);
        expect(leastRatio(n, 0.5, entries.byteOffset, values.byteOffset)).toBe(least);
        if (least === Infinity || start > n) return;
        const next = ratios.findIndex((ratio, k) => k >= start && ratio <= least * (1 + 1e-12));
        expect(nextWithin(n, start, 0.5, least * (1 + 1e-12), entries.byteOffset, values.byteOffset)).toBe(next < 0 ? n : next);
      }),
    );
  });

  it('pass over what is not a number in the ratios', () => {
    useKernels(build);
    using workspace = Workspace.for({ float64: [6, 6] });
    const entries = workspace.float64From([1, NaN, 2, 1, 1, NaN]);
    const values = workspace.float64From([NaN, 1, 3, 5, NaN, 1]);
    const { leastRatio, nextWithin } = workspace.kernels(basisKernels);
    expect(leastRatio(6, 0, entries.byteOffset, values.byteOffset)).toBe(1.5);
    expect(nextWithin(6, 0, 0, 1.5, entries.byteOffset, values.byteOffset)).toBe(2);
    expect(nextWithin(6, 3, 0, 1.5, entries.byteOffset, values.byteOffset)).toBe(6);
  });

  it('have the least and the greatest number of a plain loop, and find what is too large or none', () => {
    useKernels(build);
    const numbers = fc.array(fc.oneof(fc.double(), fc.double({ min: -5, max: 5, noNaN: true })), { maxLength: 13 });
    fc.assert(
      fc.property(numbers, (list) => {
        using workspace = Workspace.for({ float64: [list.length, 2] });
        const values = workspace.float64From(list);
        const bounds = workspace.float64From([1, 2]);
        const { widen } = workspace.kernels(basisKernels);
        const areInside = list.every((value) => Math.abs(value) <= 1e300);
        expect(widen(list.length, values.byteOffset, 1e300, bounds.byteOffset)).toBe(areInside ? 1 : 0);
        if (!areInside) return;
        // Either zero may be the least of zeros.
        expect(bounds[0] + 0).toBe(Math.min(1, ...list) + 0);
        expect(bounds[1] + 0).toBe(Math.max(2, ...list) + 0);
      }),
      { numRuns: 300 },
    );
  });

  it('leave infinite and denormal numbers as they are', () => {
    useKernels(build);
    using workspace = Workspace.for({ float64: [8, 8, 8, 1] });
    const a = workspace.float64From([1e308, -1e308, 5e-324, 0, -0, 1, 2, 3]);
    const y = workspace.float64From([1e308, 0, 5e-324, 0, 0, 0, 0, 1]);
    const product = workspace.float64(8);
    const factor = workspace.float64From([1]);
    const kernels = workspace.kernels(basisKernels);
    kernels.rankOne(1, 8, a.byteOffset, 8, factor.byteOffset, y.byteOffset);
    expect([...a]).toEqual([Infinity, -1e308, 1e-323, 0, 0, 1, 2, 4]);
    kernels.times(1, 8, a.byteOffset, 8, y.byteOffset, product.byteOffset);
    expect(product[0]).toBe(Infinity);
  });
});
