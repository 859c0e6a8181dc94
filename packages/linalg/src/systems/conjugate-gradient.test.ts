import { InvalidInputError, Random } from '@infimum/core';
import fc from 'fast-check';
import { Matrix, solve } from 'ml-matrix';
import { expect, test } from 'vitest';
import { denseMatrix, identity, matrixFromRows } from '../dense/dense-matrix.ts';
import { gram } from '../dense/matmul.ts';
import type { LinearOperator } from '../linear-operator.ts';
import type { DenseMatrix } from '../matrices.ts';
import { matvec } from '../matvec.ts';
import { csrFromDense, csrFromTriplets } from '../sparse/csr-matrix.ts';
import { withWorkers } from '../testing/with-workers.ts';
import { conjugateGradient, conjugateGradientSteps } from './conjugate-gradient.ts';

function positive(n: number, seed: number): DenseMatrix {
  const a = gram(denseMatrix(n, n, new Random(seed).normals(new Float64Array(n * n))));
  for (let i = 0; i < n; i++) a.values[i * n + i] += n;
  return a;
}

/** The second difference -u'' on n inner points of [0, 1], times h². */
function poisson(n: number) {
  const rowIndices: number[] = [];
  const columnIndices: number[] = [];
  const values: number[] = [];
  for (let i = 0; i < n; i++) {
    for (const [j, value] of [
      [i - 1, -1],
      [i, 2],
      [i + 1, -1],
    ]) {
      if (j < 0 || j >= n) continue;
      rowIndices.push(i);
      columnIndices.push(j);
      values.push(value);
    }
  }
  return csrFromTriplets({ rows: n, cols: n, rowIndices, columnIndices, values });
}

test('agrees with a direct solver of ml-matrix, for every form of A', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 25 }), fc.nat(1e6), fc.boolean(), (n, seed, jacobi) => {
      const a = positive(n, seed);
      const b = new Random(seed + 1).normals(new Float64Array(n));
      const expected = solve(Matrix.from1DArray(n, n, Array.from(a.values)), Matrix.columnVector(Array.from(b))).to1DArray();
      const operator: LinearOperator = (x, out) => out.set(matvec(a, x));
      const preconditioner = jacobi ? 'jacobi' : undefined;
      for (const outcome of [
        conjugateGradient(a, b, { preconditioner, tolerance: 1e-12 }),
        conjugateGradient(csrFromDense(a), b, { preconditioner, tolerance: 1e-12 }),
        conjugateGradient(operator, b, { tolerance: 1e-12 }),
      ]) {
        expect(outcome.status).toBe('converged');
        expect(outcome.relativeResidual).toBeLessThanOrEqual(1e-12);
        outcome.x.forEach((value, i) => {
          expect(Math.abs(value - expected[i])).toBeLessThan(1e-10);
        });
      }
    }),
    { numRuns: 30 },
  );
});

test('solves the Poisson problem -u″ = 1, u(0) = u(1) = 0, whose differences are exact: u = t (1 - t) / 2', () => {
  const n = 99;
  const h = 1 / (n + 1);
  const { x, status, iterations } = conjugateGradient(poisson(n), new Float64Array(n).fill(h * h));
  expect(status).toBe('converged');
  // By symmetry, only half of the eigenvectors are in b: at most 50 steps in exact arithmetic.
  expect(iterations).toBeLessThanOrEqual(50);
  x.forEach((value, i) => {
    const t = (i + 1) * h;
    expect(Math.abs(value - (t * (1 - t)) / 2)).toBeLessThan(1e-9);
  });
});

test('takes as many steps as A has eigenvalues', () => {
  const diagonal = Float64Array.from({ length: 60 }, (_, i) => [1, 10, 1000][i % 3]);
  const operator: LinearOperator = (x, out) => out.set(x.map((value, i) => diagonal[i] * value));
  const { iterations, status } = conjugateGradient(operator, new Float64Array(60).fill(1));
  expect([status, iterations]).toEqual(['converged', 3]);
});

test('the Jacobi preconditioner solves a diagonal system in one step', () => {
  const a = identity(40);
  for (let i = 0; i < 40; i++) a.values[i * 41] = 10 ** (i % 9);
  const { iterations, status } = conjugateGradient(a, new Float64Array(40).fill(1), { preconditioner: 'jacobi' });
  expect([status, iterations]).toEqual(['converged', 1]);
});

test('begins where it is told to, with iterate 0, and counts up', () => {
  const a = matrixFromRows([
    [4, 1],
    [1, 3],
  ]);
  const steps = conjugateGradientSteps(a, new Float64Array([6, 7]), { initial: new Float64Array([1, 1]) });
  const first = steps.next().value;
  if (!('iteration' in first)) throw new Error('expected an iterate');
  expect(first.iteration).toBe(0);
  expect(Array.from(first.solution().x)).toEqual([1, 1]);
  expect(first.relativeResidual).toBeCloseTo(Math.sqrt((1 + 9) / (36 + 49)), 15);
  const exactStart = conjugateGradient(a, new Float64Array([6, 7]), { initial: new Float64Array([1, 2]) });
  expect([exactStart.status, exactStart.iterations]).toEqual(['converged', 0]);
});

test('a right-hand side of zero has the solution zero, from anywhere', () => {
  const outcome = conjugateGradient(identity(3), new Float64Array(3), { initial: new Float64Array([1, 2, 3]) });
  expect(outcome.status).toBe('converged');
  expect(Array.from(outcome.x)).toEqual([0, 0, 0]);
});

test('threads do not change a bit', async () => {
  const a = positive(300, 3);
  const b = new Random(4).normals(new Float64Array(300));
  const one = conjugateGradient(a, b);
  const two = await withWorkers(2, () => conjugateGradient(a, b, { threads: 2 }));
  expect(two.x).toEqual(one.x);
  expect(two.iterations).toBe(one.iterations);
});

test('says why it stalls', () => {
  const b = new Float64Array([1, 2]);
  const indefinite = conjugateGradient(
    matrixFromRows([
      [1, 0],
      [0, -1],
    ]),
    b,
  );
  expect([indefinite.status, indefinite.reason]).toEqual(['stalled', 'the matrix is not positive definite']);
  const negative: LinearOperator = (x, out) => out.set(x.map((value) => -value));
  const wrong = conjugateGradient(identity(2), b, { preconditioner: negative });
  expect([wrong.status, wrong.reason]).toEqual(['stalled', 'the preconditioner is not positive definite']);
  const precise = conjugateGradient(positive(30, 1), new Float64Array(30).fill(1), { tolerance: 0 });
  expect(precise.reason).toMatch(/^rounding limits the relative residual to/);
  expect(precise.relativeResidual).toBeLessThan(1e-14);
  const broken = conjugateGradient((_, out) => out.fill(Number.NaN), b);
  expect(broken.status).toBe('stalled');
});

test('limits end the run with what has been reached', () => {
  const outcome = conjugateGradient(poisson(200), new Float64Array(200).fill(1), { maxIterations: 5 });
  expect([outcome.status, outcome.iterations]).toEqual(['iteration-limit', 5]);
  expect(outcome.x.every(Number.isFinite)).toBe(true);
});

test('huge and tiny systems are solved alike', () => {
  for (const factor of [1e-150, 1, 1e150]) {
    const { x, status } = conjugateGradient(identity(3), new Float64Array([factor, 2 * factor, 3 * factor]));
    expect(status).toBe('converged');
    expect(Array.from(x, (value) => value / factor)).toEqual([1, 2, 3]);
  }
});

test('bad input is named before any work', () => {
  const b = new Float64Array([1, 2]);
  const a = identity(2);
  expect(() => conjugateGradient(identity(3), b)).toThrow('a: expected 2x2, the length of b, got 3x3');
  expect(() => conjugateGradient(a, new Float64Array([1, Number.NaN]))).toThrow(/^b: is NaN at index 1/);
  expect(() => conjugateGradient(a, new Float64Array(0))).toThrow(InvalidInputError);
  expect(() => conjugateGradient(a, b, { tolerance: -1 })).toThrow(/^tolerance/);
  expect(() => conjugateGradient(a, b, { threads: 0 })).toThrow(/^threads/);
  expect(() => conjugateGradient(a, b, { initial: new Float64Array(3) })).toThrow(/^initial/);
  expect(() => conjugateGradient((_, out) => out, b, { preconditioner: 'jacobi' })).toThrow(
    expect.objectContaining({ argument: 'preconditioner', code: 'unsupported' }),
  );
  expect(() =>
    conjugateGradient(
      matrixFromRows([
        [1, 0],
        [0, 0],
      ]),
      b,
      { preconditioner: 'jacobi' },
    ),
  ).toThrow(expect.objectContaining({ argument: 'a', index: 1 }));
});
