import { InvalidInputError, Random } from '@infimum/core';
import { expect, test, vi } from 'vitest';
import { denseMatrix } from './dense/dense-matrix.ts';
import { lanczos } from './eigen/lanczos.ts';
import { svds } from './eigen/svds.ts';
import { matvec } from './matvec.ts';
import { prepareMatrix } from './prepared-matrix.ts';
import { spgemm } from './products/spgemm.ts';
import { csrFromDense } from './sparse/csr-matrix.ts';
import { fivePointLaplacian } from './sparse/grid-stencils.ts';
import { bicgstab } from './systems/bicgstab.ts';
import { conjugateGradient, conjugateGradientSteps } from './systems/conjugate-gradient.ts';
import { gaussSeidel } from './systems/gauss-seidel.ts';
import { gmres } from './systems/gmres.ts';
import { jacobi } from './systems/jacobi.ts';
import { lsmr } from './systems/lsmr.ts';
import { lsqr } from './systems/lsqr.ts';
import { minres } from './systems/minres.ts';
import { describeBuilds } from './testing/builds.ts';
import { largestDifference } from './testing/matrices.ts';
import { withWorkers } from './testing/with-workers.ts';
import { rehearsal } from './webassembly/rehearsal.ts';

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

const laplacian = fivePointLaplacian(20);
const target = Float64Array.from({ length: 400 }, (_, i) => Math.sin(i));

test.each([
  ['conjugateGradient', conjugateGradient],
  ['minres', minres],
  ['gmres', gmres],
  ['bicgstab', bicgstab],
  ['lsqr', lsqr],
  ['lsmr', lsmr],
  ['jacobi', jacobi],
  ['gaussSeidel', gaussSeidel],
] as const)('%s takes it as it takes the matrix, to the last bit', (_, solver) => {
  using prepared = prepareMatrix(laplacian);
  const options = { maxIterations: 60 };
  const expected = solver(laplacian, target, options).x;
  for (let repeat = 0; repeat < 2; repeat++) expect(solver(prepared, target, options).x).toEqual(expected);
});

test('eigenvalues, singular values and products of sparse matrices take it, too', () => {
  using prepared = prepareMatrix(laplacian);
  expect(lanczos(prepared, { count: 3 }).values).toEqual(lanczos(laplacian, { count: 3 }).values);
  expect(svds(prepared, { count: 2 }).values).toEqual(svds(laplacian, { count: 2 }).values);
  expect(spgemm(prepared, prepared).matrix).toEqual(spgemm(laplacian, laplacian).matrix);
  expect(matvec(prepared, target)).toEqual(prepared.multiply(target));
});

test('its memory has room for one solve at a time, and others find their own', () => {
  const prepared = prepareMatrix(laplacian);
  const bytes = rehearsal.bytes;
  const [first, second] = [1, 2].map(() => conjugateGradientSteps(prepared, target));
  first.next();
  expect(rehearsal.bytes).toBe(bytes);
  second.next();
  expect(rehearsal.bytes).toBeGreaterThan(bytes);
  const ends = [first, second].map((steps) => {
    for (;;) {
      const next = steps.next();
      if (next.done) return next.value.solution.x;
    }
  });
  expect(ends[0]).toEqual(ends[1]);
  expect(rehearsal.bytes).toBe(bytes);
  // Released while it is in use, its memory is nobody else's.
  const third = conjugateGradientSteps(prepared, target);
  third.next();
  prepared.release();
  using other = prepareMatrix(laplacian);
  let end = third.next();
  while (!end.done) end = third.next();
  expect(end.value.solution.x).toEqual(ends[0]);
  expect(other.multiply(target).length).toBe(400);
});

test('bad input is named', () => {
  expect(() => prepareMatrix({ ...dense, rows: 3 })).toThrow(InvalidInputError);
  expect(() => prepareMatrix(dense, { threads: 0 })).toThrow(/^threads/);
  using prepared = prepareMatrix(sparse);
  expect(() => prepared.multiply(y)).toThrow(/^x: expected 40 entries/);
  expect(() => prepared.multiplyTransposed(x)).toThrow(/^x: expected 9001 entries/);
  expect(() => prepared.multiply(x.map(() => Number.NaN))).toThrow(/^x: is NaN at index 0/);
});
