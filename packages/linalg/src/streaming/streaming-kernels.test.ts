import { Random } from '@infimum/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { describeBuilds } from '../testing/builds.ts';
import { largestDifference } from '../testing/matrices.ts';
import { Workspace } from '../webassembly/workspace.ts';
import type { StreamingKernels } from './streaming-kernels.ts';
import { streamingKernels } from './streaming-kernels.ts';

// Rows and columns around the groups that the kernels handle at once: pairs, fours and eights.
const rows = fc.integer({ min: 0, max: 20 });
const cols = fc.oneof(fc.integer({ min: 1, max: 13 }), fc.constantFrom(63, 64, 65));
const seed = fc.nat(1e6);

const normals = (length: number, seed: number): Float64Array => new Random(seed).normals(new Float64Array(length));

/** Calls the kernels on copies of the arrays, and returns the last one afterwards. */
function call(arrays: readonly Float64Array[], use: (kernels: StreamingKernels, ...offsets: number[]) => void): Float64Array {
  using workspace = Workspace.for({ float64: arrays.map(({ length }) => length) });
  const copies = arrays.map((array) => workspace.float64From(array));
  use(workspace.kernels(streamingKernels), ...copies.map(({ byteOffset }) => byteOffset));
  return copies[copies.length - 1].slice();
}

describeBuilds('streaming kernels', () => {
  test('squareNorms sums the squares of each row', () => {
    fc.assert(
      fc.property(rows, cols, seed, (rows, cols, seed) => {
        const x = normals(rows * cols, seed);
        const expected = Array.from({ length: rows }, (_, i) =>
          x.subarray(i * cols, (i + 1) * cols).reduce((sum, value) => sum + value ** 2, 0),
        );
        const out = call([x, new Float64Array(rows)], ({ squareNorms }, x, out) => squareNorms(rows, cols, x, out));
        expect(largestDifference(out, expected)).toBeLessThan(1e-12);
      }),
    );
  });

  test('accumulateRows adds the weighted rows', () => {
    fc.assert(
      fc.property(rows, cols, seed, (rows, cols, seed) => {
        const [x, weights, y] = [normals(rows * cols, seed), normals(rows, seed + 1), normals(cols, seed + 2)];
        const expected = y.map((value, j) => weights.reduce((sum, weight, i) => sum + weight * x[i * cols + j], value));
        const sum = call([x, weights, y], ({ accumulateRows }, x, weights, y) => {
          accumulateRows(rows, cols, x, weights, y);
        });
        expect(largestDifference(sum, expected)).toBeLessThan(1e-12);
      }),
    );
  });

  test('ojaRows is the product of the matrices I + gain x x', () => {
    fc.assert(
      fc.property(rows, cols, seed, (rows, cols, seed) => {
        const x = normals(rows * cols, seed).map((value) => value / Math.sqrt(cols));
        const gains = normals(rows, seed + 1).map((value) => value / 4);
        const v = normals(cols, seed + 2);
        const expected = v.slice();
        for (let i = 0; i < rows; i++) {
          const row = x.subarray(i * cols, (i + 1) * cols);
          const product = row.reduce((sum, value, j) => sum + value * expected[j], 0);
          for (let j = 0; j < cols; j++) expected[j] += gains[i] * product * row[j];
        }
        const moved = call([x, gains, v], ({ ojaRows }, x, gains, v) => ojaRows(rows, cols, x, gains, v));
        expect(largestDifference(moved, expected)).toBeLessThan(1e-11 * (1 + Math.max(...expected.map(Math.abs))));
      }),
    );
  });
});
