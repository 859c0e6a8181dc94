import { Random } from '@infimum/core';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import type { DenseMatrix } from '../matrices.ts';
import { largestDifference, randomMatrix } from '../testing/matrices.ts';
import { withWorkers } from '../testing/with-workers.ts';
import { denseMatrix, matrixFromRows } from './dense-matrix.ts';
import { solveTriangular } from './triangular.ts';

// Work that takes a second may take ten on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

/** A well-conditioned matrix; the solver must look at one triangle of it only. */
function square(size: number, seed: number): DenseMatrix {
  const matrix = denseMatrix(size, size, new Random(seed).normals(new Float64Array(size * size)));
  for (let k = 0; k < matrix.values.length; k++) matrix.values[k] /= size;
  for (let i = 0; i < size; i++) matrix.values[i * size + i] = 1 + (i % 3);
  return matrix;
}

/** T X for the triangle in question, by definition. */
function product({ rows: size, values }: DenseMatrix, x: DenseMatrix, upper: boolean, transposed: boolean): number[] {
  const out: number[] = [];
  for (let i = 0; i < size; i++) {
    for (let c = 0; c < x.cols; c++) {
      let sum = 0;
      for (let j = 0; j < size; j++) {
        const [row, column] = transposed ? [j, i] : [i, j];
        if (upper ? column >= row : column <= row) sum += values[row * size + column] * x.values[j * x.cols + c];
      }
      out.push(sum);
    }
  }
  return out;
}

test('the solution solves, for both triangles, transposed or not, one right-hand side or many', () => {
  const size = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constantFrom(63, 64, 65, 130, 193));
  fc.assert(
    fc.property(
      size,
      fc.integer({ min: 1, max: 5 }),
      fc.boolean(),
      fc.boolean(),
      fc.nat(1e6),
      (n, cols, upper, transposed, seed) => {
        const triangle = square(n, seed);
        const b = denseMatrix(n, cols, new Random(seed + 1).normals(new Float64Array(n * cols)));
        const x = solveTriangular(triangle, b, { triangle: upper ? 'upper' : 'lower', transposed });
        expect(largestDifference(product(triangle, x, upper, transposed), b.values)).toBeLessThan(1e-11);
        const side = b.values.slice(0, n);
        const single = denseMatrix(n, 1, solveTriangular(triangle, side, { triangle: upper ? 'upper' : 'lower', transposed }));
        expect(largestDifference(product(triangle, single, upper, transposed), side)).toBeLessThan(1e-11);
      },
    ),
    { numRuns: 40 },
  );
});

test('bad input is named', () => {
  const b = new Float64Array(2);
  expect(() => solveTriangular(matrixFromRows([[1, 2]]), b)).toThrow('t: must be square, got 1x2');
  expect(() =>
    solveTriangular(
      matrixFromRows([
        [1, 0],
        [1, 0],
      ]),
      b,
    ),
  ).toThrow(expect.objectContaining({ argument: 't', code: 'out-of-range', index: 1 }));
  expect(() => solveTriangular(matrixFromRows([[1]]), b)).toThrow(/^b: expected 1 entries/);
  expect(() => solveTriangular(matrixFromRows([[1]]), matrixFromRows([[1], [2]]))).toThrow(/^b: expected 1 rows/);
});

test('threads do not change a bit', async () => {
  const triangle = randomMatrix(700, 700, 1);
  for (let i = 0; i < 700; i++) triangle.values[i * 701] += 40;
  const b = randomMatrix(700, 50, 2);
  for (const upper of [false, true]) {
    for (const transposed of [false, true]) {
      const solve = (threads: number) =>
        solveTriangular(triangle, b, { triangle: upper ? 'upper' : 'lower', transposed, threads });
      expect(await withWorkers(2, () => solve(2))).toEqual(solve(1));
    }
  }
  expect(() => solveTriangular(triangle, b, { threads: 0 })).toThrow(/^threads/);
});
