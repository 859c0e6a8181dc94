import { InvalidInputError, Random } from '@infimum/core';
import { expect, test, vi } from 'vitest';
import { denseMatrix } from './dense/dense-matrix.ts';
import { matvec } from './matvec.ts';
import { prepareMatrix } from './prepared-matrix.ts';
import { csrFromDense } from './sparse/csr-matrix.ts';
import { describeBuilds } from './testing/builds.ts';
import { largestDifference } from './testing/matrices.ts';
import { withWorkers } from './testing/with-workers.ts';

// Work that takes a second may take ten on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const [rows, cols] = [9001, 40];
const random = new Random(1);
const dense = denseMatrix(rows, cols, random.normals(new Float64Array(rows * cols)));
for (let k = 0; k < dense.values.length; k++) if (k % 3 > 0) dense.values[k] = 0;
const sparse = csrFromDense(dense);
const [x, y] = [random.normals(new Float64Array(cols)), random.normals(new Float64Array(rows))];
const image = Float64Array.from({ length: rows }, (_, i) => {
  return x.reduce((sum, value, j) => sum + dense.values[i * cols + j] * value, 0);
});
const back = Float64Array.from({ length: cols }, (_, j) => {
  return y.reduce((sum, value, i) => sum + dense.values[i * cols + j] * value, 0);
});

describeBuilds('a prepared matrix', () => {
  test.each([
    ['dense', dense],
    ['sparse', sparse],
  ])('multiplies like a plain loop: %s', (_, a) => {
    using prepared = prepareMatrix(a);
    for (let repeat = 0; repeat < 2; repeat++) {
      expect(largestDifference(prepared.multiply(x), image)).toBeLessThan(1e-12);
      expect(largestDifference(prepared.multiplyTransposed(y), back)).toBeLessThan(1e-10);
    }
    expect([prepared.rows, prepared.cols]).toEqual([rows, cols]);
  });
});

test.each([
  ['dense', dense],
  ['sparse', sparse],
])('threads do not change a bit of a prepared matrix or of a product: %s', async (_, a) => {
  using one = prepareMatrix(a);
  const products = await withWorkers(2, () => {
    using two = prepareMatrix(a, { threads: 2 });
    return [two.multiply(x), two.multiplyTransposed(y)];
  });
  expect(products).toEqual([one.multiply(x), one.multiplyTransposed(y)]);
  expect(await withWorkers(2, () => matvec(a, x, { threads: 2 }))).toEqual(matvec(a, x, { threads: 1 }));
  expect(largestDifference(matvec(a, x, { threads: 2 }), matvec(a, x))).toBeLessThan(1e-12);
});

test('bad input is named', () => {
  expect(() => prepareMatrix({ ...dense, rows: 3 })).toThrow(InvalidInputError);
  expect(() => prepareMatrix(dense, { threads: 0 })).toThrow(/^threads/);
  using prepared = prepareMatrix(sparse);
  expect(() => prepared.multiply(y)).toThrow(/^x: expected 40 entries/);
  expect(() => prepared.multiplyTransposed(x)).toThrow(/^x: expected 9001 entries/);
  expect(() => prepared.multiply(x.map(() => Number.NaN))).toThrow(/^x: is NaN at index 0/);
});
