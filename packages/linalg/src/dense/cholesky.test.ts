import { InvalidInputError, Random } from '@infimum/core';
import fc from 'fast-check';
import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { expect, test } from 'vitest';
import type { DenseMatrix } from '../matrices.ts';
import { largestDifference } from '../testing/matrices.ts';
import { withWorkers } from '../testing/with-workers.ts';
import { useKernels } from '../webassembly/kernel-module.ts';
import { cholesky, choleskyInTurns, solveCholesky } from './cholesky.ts';
import { denseMatrix, identity, matrixFromRows, transpose } from './dense-matrix.ts';
import { gram } from './matmul.ts';

const size = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constantFrom(63, 64, 65, 130));

/** A random positive definite matrix with condition number of about n. */
function positive(n: number, seed: number): DenseMatrix {
  const a = gram(denseMatrix(n, n, new Random(seed).normals(new Float64Array(n * n))));
  for (let i = 0; i < n; i++) a.values[i * n + i] += n;
  return a;
}

test('the factor agrees with ml-matrix, and only the lower triangle is read', () => {
  fc.assert(
    fc.property(size, fc.nat(1e6), (n, seed) => {
      const a = positive(n, seed);
      const peer = new CholeskyDecomposition(Matrix.from1DArray(n, n, Array.from(a.values)));
      const expected = peer.lowerTriangularMatrix.to1DArray();
      for (let i = 0; i < n; i++) a.values.fill(1e9, i * n + i + 1, (i + 1) * n);
      const factor = cholesky(a);
      expect(largestDifference(factor.values, expected)).toBeLessThan(1e-12 * n);
    }),
    { numRuns: 30 },
  );
});

test('solving gives what the matrix was multiplied with', () => {
  fc.assert(
    fc.property(size, fc.nat(1e6), (n, seed) => {
      const a = positive(n, seed);
      const factor = cholesky(a);
      const x = new Random(seed).normals(new Float64Array(n));
      const b = Float64Array.from({ length: n }, (_, i) => x.reduce((sum, value, j) => sum + a.values[i * n + j] * value, 0));
      expect(largestDifference(solveCholesky(factor, b), x)).toBeLessThan(1e-10);
      const inverse = solveCholesky(factor, identity(n));
      expect(largestDifference(inverse.values, transpose(inverse).values)).toBeLessThan(1e-12);
    }),
    { numRuns: 20 },
  );
});

test('in turns it is the same factor, with a pause at most every few million products', () => {
  const a = positive(640, 5);
  const work = choleskyInTurns(a);
  let pauses = 0;
  let turn = work.next();
  for (; !turn.done; turn = work.next()) pauses++;
  expect(turn.value).toEqual(cholesky(a));
  expect(pauses).toBeGreaterThanOrEqual(2); // 640³ / 6 products
});

test('the matrix min(i, j) has the factor of ones', () => {
  const n = 150;
  const values = Float64Array.from({ length: n * n }, (_, k) => Math.min(Math.floor(k / n), k % n) + 1);
  const ones = values.map((_, k) => (k % n <= Math.floor(k / n) ? 1 : 0));
  expect(cholesky(denseMatrix(n, n, values)).values).toEqual(ones);
});

test('threads do not change a bit', async () => {
  const a = positive(300, 5);
  expect(await withWorkers(2, () => cholesky(a, { threads: 2 }))).toEqual(cholesky(a));
});

test.each(['relaxed-simd', 'simd', 'reference'] as const)('the first pivot that is not positive is named (%s)', (build) => {
  useKernels(build);
  for (const place of [0, 3, 64, 100]) {
    const a = identity(120);
    a.values[place * 120 + place] = place === 3 ? 0 : -1;
    const problem = `a: is not positive definite: pivot ${place} is not positive`;
    expect(() => cholesky(a)).toThrow(
      new InvalidInputError(problem.slice(3), { argument: 'a', code: 'out-of-range', index: place }),
    );
  }
  useKernels('auto');
});

test('bad input is named', () => {
  expect(() => cholesky(matrixFromRows([[1, 2]]))).toThrow('a: must be square, got 1x2');
  expect(cholesky(denseMatrix(0, 0)).values.length).toBe(0);
  expect(() => cholesky(matrixFromRows([[Infinity]]))).toThrow(/^a: is Infinity/);
  expect(() => cholesky(identity(2), { threads: 1.5 })).toThrow(/^threads/);
});
