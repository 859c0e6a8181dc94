import { Random } from '@infimum/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { describeBuilds } from '../testing/builds.ts';
import { largestDifference } from '../testing/matrices.ts';
import type { DenseKernels } from './dense-kernels.ts';
import { denseKernels } from './dense-kernels.ts';
import { Workspace } from './workspace.ts';

const size = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.constantFrom(31, 64, 101));
const seed = fc.nat(1_000_000);
const zeros = (length: number): number[] => new Array<number>(length).fill(0);

function normals(length: number, seed: number): Float64Array {
  return new Random(seed).normals(new Float64Array(length));
}

/** Calls the kernels on copies of the arrays, given by offset, and returns the arrays afterwards. */
function call(
  arrays: readonly ArrayLike<number>[],
  use: (kernels: DenseKernels, ...offsets: number[]) => void,
): Float64Array[] {
  using workspace = Workspace.for({ float64: arrays.map(({ length }) => length) });
  const copies = arrays.map((array) => workspace.float64From(array));
  use(workspace.kernels(denseKernels), ...copies.map(({ byteOffset }) => byteOffset));
  return copies.map((copy) => copy.slice());
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(largestDifference(actual, expected)).toBeLessThanOrEqual(tolerance);
}

describeBuilds('updates of rows that are apart', () => {
  // Rows of `cols` numbers, three more between them, which nothing may touch.
  const shape = { rows: size, cols: size, seed };
  const strided = (rows: number, stride: number, seed: number): Float64Array => normals(rows * stride, seed);

  test('products with vectors and updates of rank one are those of plain loops', () => {
    fc.assert(
      fc.property(shape.rows, shape.cols, shape.seed, (rows, cols, seed) => {
        const stride = cols + 3;
        const [a, x, y] = [strided(rows, stride, seed), normals(cols, seed + 1), normals(rows, seed + 2)];
        const tolerance = 1e-13 * (rows + cols + 1);
        const [, , image] = call([a, x, zeros(rows)], ({ gemvRows }, a, x, out) => gemvRows(rows, cols, a, stride, x, out));
        const expected = Array.from({ length: rows }, (_, i) =>
          x.reduce((sum, value, j) => sum + value * a[i * stride + j], 0),
        );
        expectClose(image, expected, tolerance);
        const [, , back] = call([a, y, zeros(cols)], ({ gemvColumns }, a, y, out) =>
          gemvColumns(rows, cols, a, stride, y, out),
        );
        const sums = Array.from({ length: cols }, (_, j) => y.reduce((sum, value, i) => sum + value * a[i * stride + j], 0));
        expectClose(back, sums, tolerance);
        const [updated] = call([a, y, x], ({ ger }, a, y, x) => ger(rows, cols, -0.7, y, x, a, stride));
        const outer = a.map((value, k) => {
          const [i, j] = [Math.floor(k / stride), k % stride];
          return j < cols ? value - 0.7 * y[i] * x[j] : value;
        });
        expectClose(updated, outer, tolerance);
      }),
    );
  });

  test('rotations and reflections are those of plain loops, and keep norms', () => {
    fc.assert(
      fc.property(size, seed, (n, seed) => {
        const random = new Random(seed);
        const [x, y] = [normals(n, seed), normals(n, seed + 1)];
        const angle = random.normal();
        const [c, s] = [Math.cos(angle), Math.sin(angle)];
        const [turned, other] = call([x, y], ({ rotatePair }, x, y) => rotatePair(n, c, s, x, y));
        expectClose(
          turned,
          x.map((value, i) => c * value + s * y[i]),
          1e-14,
        );
        expectClose(
          other,
          y.map((value, i) => c * value - s * x[i]),
          1e-14,
        );
        for (const v2 of [0, random.normal()]) {
          const v1 = random.normal();
          const factor = 2 / (1 + v1 * v1 + v2 * v2);
          const stride = n + 2;
          const rows = normals(3 * stride, seed + 3);
          const [reflected] = call([rows], ({ reflectRows }, a) => reflectRows(n, v1, v2, factor, a, stride));
          const plain = rows.slice();
          for (let j = 0; j < n; j++) {
            const sum = factor * (rows[j] + v1 * rows[stride + j] + v2 * rows[2 * stride + j]);
            plain[j] -= sum;
            plain[stride + j] -= v1 * sum;
            plain[2 * stride + j] -= v2 * sum;
          }
          expectClose(reflected, plain, 1e-13);
          // Columns: the same of the transposed matrix, with a fourth column that stays.
          const columns = Float64Array.from({ length: 4 * n }, (_, k) =>
            k % 4 < 3 ? rows[(k % 4) * stride + Math.floor(k / 4)] : 7,
          );
          const [across] = call([columns], ({ reflectColumns }, a) => reflectColumns(n, v1, v2, factor, a, 4));
          expectClose(
            across,
            columns.map((_, k) => (k % 4 < 3 ? plain[(k % 4) * stride + Math.floor(k / 4)] : 7)),
            1e-13,
          );
        }
      }),
    );
  });

  test('sequences of rotations do one after the other', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 12 }), fc.integer({ min: 1, max: 20 }), seed, (rows, cols, seed) => {
        const random = new Random(seed);
        const stride = 8 * Math.ceil(cols / 8) + 8;
        const matrix = normals(rows * stride, seed);
        const expected = matrix.slice();
        const [sequences, rotations]: [number[], number[]] = [[], []];
        for (let q = 0; q < 4; q++) {
          const step = random.uniform() < 0.5 ? 1 : -1;
          const length = 1 + Math.floor(random.uniform() * (rows - 1));
          const first =
            step === 1
              ? Math.floor(random.uniform() * (rows - length))
              : rows - 1 - Math.floor(random.uniform() * (rows - length));
          sequences.push(first, length, step);
          for (let r = 0; r < length; r++) {
            const angle = random.normal();
            const [c, s] = [Math.cos(angle), Math.sin(angle)];
            rotations.push(c, s);
            const [x, y] = [(first + r * step) * stride, (first + (r + 1) * step) * stride];
            for (let j = 0; j < stride - 8; j++) {
              [expected[x + j], expected[y + j]] = [
                c * expected[x + j] + s * expected[y + j],
                c * expected[y + j] - s * expected[x + j],
              ];
            }
          }
        }
        using workspace = Workspace.for({ float64: [matrix.length, rotations.length], int32: [sequences.length] });
        const z = workspace.float64From(matrix);
        const turns = workspace.float64From(rotations);
        const lists = workspace.int32From(Int32Array.from(sequences));
        workspace.kernels(denseKernels).rotateRows(cols, z.byteOffset, stride, 4, lists.byteOffset, turns.byteOffset);
        expectClose(z, expected, 1e-13);
      }),
    );
  });
});
