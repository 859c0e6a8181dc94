// The steps of LU factorisations against plain loops, in every build.
import { Random } from '@infimum/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { describeBuilds } from '../testing/builds.ts';
import type { LuKernels } from './lu-kernels.ts';
import { LU_PANEL, luKernels } from './lu-kernels.ts';
import { Workspace } from './workspace.ts';

/** Calls the kernels on copies of the arrays, given by offset, and returns the arrays afterwards. */
function call(arrays: readonly ArrayLike<number>[], use: (kernels: LuKernels, ...offsets: number[]) => void): Float64Array[] {
  using workspace = Workspace.for({ float64: arrays.map(({ length }) => length) });
  const copies = arrays.map((array) => workspace.float64From(array));
  use(workspace.kernels(luKernels), ...copies.map(({ byteOffset }) => byteOffset));
  return copies.map((copy) => copy.slice());
}

function normals(length: number, seed: number): Float64Array {
  return new Random(seed).normals(new Float64Array(length));
}

/** A unit lower triangle below whose diagonal entries are small, so that solving with it loses nothing; something above. */
function triangle(n: number, stride: number, seed: number): Float64Array {
  return normals(n * stride, seed).map((value, k) => (k % stride < Math.floor(k / stride) ? value / n : value));
}

const seed = fc.nat(1_000_000);
const size = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.constantFrom(31, 64, 101));

describeBuilds('steps of LU factorisations', () => {
  test('a panel becomes L U with its rows swapped, the pivots largest, and nothing else is touched', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: LU_PANEL }),
        fc.nat(40),
        fc.constantFrom<'normal' | 'small' | 'deficient'>('normal', 'small', 'deficient'),
        seed,
        (width, more, kind, seed) => {
          const [rows, stride] = [width + more, width + 5];
          const drawn = normals(rows * stride, seed);
          const before = kind === 'small' ? drawn.map(Math.round) : drawn;
          if (kind === 'deficient') {
            for (let i = 0; i < rows; i++) before[i * stride + (width >> 1)] = width > 1 ? before[i * stride] : 0;
          }
          using workspace = Workspace.for({ float64: [rows * stride, LU_PANEL * (rows + 1)], int32: [width] });
          const a = workspace.float64From(before);
          const packed = workspace.scratch(LU_PANEL * (rows + 1));
          const pivots = workspace.int32(width);
          const { luPanel } = workspace.kernels(luKernels);
          luPanel(100, rows, width, a.byteOffset, stride, pivots.byteOffset, packed);
          const swapped = before.slice();
          pivots.forEach((pivot, k) => {
            const other = pivot - 100;
            expect(other >= k && other < rows).toBe(true);
            for (let j = 0; j < width; j++) {
              const [x, y] = [k * stride + j, other * stride + j];
              [swapped[x], swapped[y]] = [swapped[y], swapped[x]];
            }
          });
          let [largest, apart, touched] = [0, 0, 0];
          for (let i = 0; i < rows; i++) {
            for (let j = 0; j < width; j++) {
              let sum = 0;
              for (let k = 0; k <= Math.min(i, j); k++) {
                const factor = k === i ? 1 : a[i * stride + k];
                sum += factor * a[k * stride + j];
                if (k < i) largest = Math.max(largest, Math.abs(factor));
              }
              apart = Math.max(apart, Math.abs(sum - swapped[i * stride + j]));
            }
            for (let j = width; j < stride; j++) {
              if (!Object.is(a[i * stride + j], before[i * stride + j])) touched++;
            }
          }
          expect(largest).toBeLessThanOrEqual(1);
          expect(apart).toBeLessThan(1e-13);
          expect(touched).toBe(0);
        },
      ),
      { numRuns: 40 },
    );
  });

  test('the first of equal pivots is taken', () => {
    using workspace = Workspace.for({ float64: [4, LU_PANEL * 5], int32: [1] });
    const a = workspace.float64From([1, -2, 2, 2]);
    const pivots = workspace.int32(1);
    const packed = workspace.scratch(LU_PANEL * 5);
    workspace.kernels(luKernels).luPanel(0, 4, 1, a.byteOffset, 1, pivots.byteOffset, packed);
    expect([pivots[0], ...a]).toEqual([1, -2, -0.5, -1, -1]);
  });

  test('rows are swapped one after the other', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.nat(9), seed, (rows, cols, seed) => {
        const random = new Random(seed);
        const stride = cols + 2;
        const before = normals(rows * stride, seed);
        const pivots = Int32Array.from({ length: rows }, (_, k) => k + random.integer(rows - k));
        using workspace = Workspace.for({ float64: [before.length], int32: [rows] });
        const a = workspace.float64From(before);
        const places = workspace.int32From(pivots);
        const from = random.integer(rows);
        workspace.kernels(luKernels).swapRows(from, rows, cols, a.byteOffset, stride, places.byteOffset);
        const expected = before.slice();
        for (let k = from; k < rows; k++) {
          for (let j = 0; j < cols; j++) {
            const [x, y] = [k * stride + j, pivots[k] * stride + j];
            [expected[x], expected[y]] = [expected[y], expected[x]];
          }
        }
        expect(Array.from(a)).toEqual(Array.from(expected));
      }),
    );
  });

  test('triangles are solved with: one side, and many', () => {
    fc.assert(
      fc.property(size, size, seed, (n, cols, seed) => {
        const [stride, sideStride] = [n + 1, cols + 3];
        const t = triangle(n, stride, seed);
        for (let i = 0; i < n; i++) t[i * stride + i] = 2; // which counts as one in L
        const sides = normals(n * sideStride, seed + 1);
        const [, many] = call([t, sides], ({ solveUnitLower }, t, b) => solveUnitLower(n, cols, t, stride, b, sideStride));
        let [apart, touched] = [0, 0];
        for (let i = 0; i < n; i++) {
          for (let j = 0; j < sideStride; j++) {
            let sum = many[i * sideStride + j];
            if (j < cols) {
              for (let k = 0; k < i; k++) sum += t[i * stride + k] * many[k * sideStride + j];
              apart = Math.max(apart, Math.abs(sum - sides[i * sideStride + j]));
            } else if (!Object.is(sum, sides[i * sideStride + j])) touched++;
          }
        }
        const x = normals(n, seed + 2);
        const [, lower] = call([t, x, new Float64Array(LU_PANEL)], ({ substituteUnitLower }, t, x, sums) =>
          substituteUnitLower(n, t, stride, x, sums),
        );
        const upperTriangle = t.map((value, k) => (k % stride > Math.floor(k / stride) ? value / (n + 1) : value));
        const [, upper] = call([upperTriangle, x, new Float64Array(LU_PANEL)], ({ substituteUpper }, t, x, sums) =>
          substituteUpper(n, t, stride, x, sums),
        );
        for (let i = 0; i < n; i++) {
          let [below, above] = [lower[i], 2 * upper[i]];
          for (let k = 0; k < i; k++) below += t[i * stride + k] * lower[k];
          for (let k = i + 1; k < n; k++) above += upperTriangle[i * stride + k] * upper[k];
          apart = Math.max(apart, Math.abs(below - x[i]), Math.abs(above - x[i]));
        }
        expect(apart).toBeLessThan(1e-12);
        expect(touched).toBe(0);
      }),
      { numRuns: 30 },
    );
  });

  test('products come with the sums of their magnitudes', () => {
    fc.assert(
      fc.property(size, size, seed, (rows, cols, seed) => {
        const [a, x] = [normals(rows * cols, seed), normals(cols, seed + 1)];
        const out = new Float64Array(rows);
        const [, , products, sizes] = call([a, x, out, out], ({ productsAndSizes }, a, x, products, sizes) =>
          productsAndSizes(rows, cols, a, x, products, sizes),
        );
        let apart = 0;
        for (let i = 0; i < rows; i++) {
          let [sum, size] = [0, 0];
          for (let j = 0; j < cols; j++) {
            sum += a[i * cols + j] * x[j];
            size += Math.abs(a[i * cols + j] * x[j]);
          }
          apart = Math.max(apart, Math.abs(products[i] - sum), Math.abs(sizes[i] - size));
        }
        expect(apart).toBeLessThan(1e-12);
      }),
    );
  });
});
