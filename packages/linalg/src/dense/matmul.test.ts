import { InvalidInputError, Random } from '@infimum/core';
import fc from 'fast-check';
import { Matrix } from 'ml-matrix';
import { expect, test } from 'vitest';
import type { DenseMatrix } from '../matrices.ts';
import { matvec } from '../matvec.ts';
import { csrFromDense } from '../sparse/csr-matrix.ts';
import { largestDifference } from '../testing/matrices.ts';
import { withWorkers } from '../testing/with-workers.ts';
import { denseMatrix, matrixFromRows, transpose } from './dense-matrix.ts';
import { gram, matmul } from './matmul.ts';

const side = fc.integer({ min: 1, max: 30 });
const seed = fc.nat(1_000_000);

function normal(rows: number, cols: number, seed: number): DenseMatrix {
  return denseMatrix(rows, cols, new Random(seed).normals(new Float64Array(rows * cols)));
}

const peer = ({ rows, cols, values }: DenseMatrix): Matrix => Matrix.from1DArray(rows, cols, Array.from(values));

function expectClose(actual: ArrayLike<number>, expected: readonly number[]): void {
  expect(largestDifference(actual, expected)).toBeLessThanOrEqual(1e-12);
}

test('products agree with ml-matrix', () => {
  fc.assert(
    fc.property(side, side, side, seed, (rows, inner, cols, seed) => {
      const [a, b] = [normal(rows, inner, seed), normal(inner, cols, seed + 1)];
      expectClose(matmul(a, b).values, peer(a).mmul(peer(b)).to1DArray());
      expectClose(gram(a).values, peer(a).transpose().mmul(peer(a)).to1DArray());
      const x = b.values.slice(0, inner);
      const expected = peer(a)
        .mmul(Matrix.columnVector(Array.from(x)))
        .to1DArray();
      expectClose(matvec(a, x), expected);
      expectClose(matvec(csrFromDense(a), x), expected);
    }),
    { numRuns: 40 },
  );
});

test('integers multiply exactly', () => {
  const a = matrixFromRows([
    [1, -2, 3],
    [4, 5, -6],
  ]);
  expect(matmul(a, transpose(a)).values.join()).toBe('14,-24,-24,77');
  expect(gram(transpose(a)).values.join()).toBe('14,-24,-24,77');
});

test('threads do not change a bit', async () => {
  const [a, b] = [normal(421, 90, 1), normal(90, 77, 2)];
  expect(await withWorkers(2, () => matmul(a, b, { threads: 2 }))).toEqual(matmul(a, b));
  expect(await withWorkers(2, () => gram(transpose(a), { threads: 2 }))).toEqual(gram(transpose(a)));
});

test('the result is not on shared memory, and inputs stay as they are', () => {
  const a = normal(5, 5, 1);
  const before = a.values.slice();
  const product = matmul(a, a, { threads: 2 });
  expect(product.values.buffer).toBeInstanceOf(ArrayBuffer);
  expect(product.values.buffer.byteLength).toBe(200);
  expect(a.values).toEqual(before);
});

test('bad input is named', () => {
  const a = normal(2, 3, 1);
  expect(() => matmul(a, a)).toThrow('b: expected 3 rows, as many as a has columns, got 2');
  expect(() => matmul(a, denseMatrix(2, 0))).toThrow(InvalidInputError);
  expect(() => matmul(matrixFromRows([[Number.NaN]]), matrixFromRows([[1]]))).toThrow(/^a: is NaN at row 0/);
  expect(() => matmul(a, transpose(a), { threads: 0 })).toThrow(/^threads/);
  expect(() => gram({ ...a, rows: 7 })).toThrow(/^a: shape 7x3/);
  expect(() => matvec(a, new Float64Array(2))).toThrow(/^x: expected 3 entries/);
});
