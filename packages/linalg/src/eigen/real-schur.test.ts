// The real Schur form and general eigenvalues, against their definitions, ml-matrix, and theorems.
import { Random } from '@infimum/core';
import fc from 'fast-check';
import { EigenvalueDecomposition, inverse, Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { denseMatrix, identity, matrixFromRows, transpose } from '../dense/dense-matrix.ts';
import { gram, matmul } from '../dense/matmul.ts';
import type { DenseMatrix } from '../matrices.ts';
import { largestMagnitude } from '../numerics/vectors.ts';
import { largestDifference, randomMatrix } from '../testing/matrices.ts';
import { eigen } from './eigen.ts';
import { realSchur } from './real-schur.ts';

/** Matrices on which QR iterations have failed, and others. */
const HARD: Record<string, DenseMatrix> = {
  zero: denseMatrix(4, 4),
  identity: identity(5),
  cycle: matrixFromRows([
    [0, 0, 0, 1],
    [1, 0, 0, 0],
    [0, 1, 0, 0],
    [0, 0, 1, 0],
  ]),
  'jordan block': matrixFromRows([
    [2, 1, 0, 0],
    [0, 2, 1, 0],
    [0, 0, 2, 1],
    [0, 0, 0, 2],
  ]),
  nilpotent: matrixFromRows([
    [0, 1, 5],
    [0, 0, 2],
    [0, 0, 0],
  ]),
  companion: matrixFromRows([
    [0, 0, 0, -24],
    [1, 0, 0, 50],
    [0, 1, 0, -35],
    [0, 0, 1, 10],
  ]),
  'small couplings': matrixFromRows([
    [0, 1, 0, 0],
    [-1, 0, 1e-170, 0],
    [0, 1e-170, 0, 1e-300],
    [0, 0, -1e-300, 0],
  ]),
  grcar: denseMatrix(
    12,
    12,
    Float64Array.from({ length: 144 }, (_, k) => {
      const difference = (k % 12) - Math.floor(k / 12);
      return difference === -1 ? -1 : difference >= 0 && difference <= 3 ? 1 : 0;
    }),
  ),
  'badly scaled': matrixFromRows([
    [1, 1e9, 1e-9],
    [1e-9, 2, 1e8],
    [1e9, 1e-8, 3],
  ]),
};

function checkSchur(a: DenseMatrix, schur = realSchur(a)) {
  const { q, t, status } = schur;
  const n = a.rows;
  const size = largestMagnitude(a.values) || 1;
  const scaled = { ...a, values: a.values.map((value) => value / size) };
  const form = { ...t, values: t.values.map((value) => value / size) };
  expect(status).toBe('converged');
  expect(largestDifference(gram(q).values, identity(n).values)).toBeLessThan(1e-14 * (n + 10));
  expect(largestDifference(matmul(matmul(q, form), transpose(q)).values, scaled.values)).toBeLessThan(1e-14 * (n + 10) * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j + 1 < i; j++) expect(t.values[i * n + j]).toBe(0);
    if (i === 0 || t.values[i * n + i - 1] === 0) continue;
    // A block of two: standard, and next to no other.
    expect(t.values[(i - 1) * n + i - 1]).toBe(t.values[i * n + i]);
    expect(t.values[(i - 1) * n + i] * Math.sign(t.values[i * n + i - 1])).toBeLessThan(0);
    if (i + 1 < n) expect(t.values[(i + 1) * n + i]).toBe(0);
  }
}

/** |A v - λ v| over |A|, at most. */
function worstResidual(a: DenseMatrix): number {
  const n = a.rows;
  const { real, imaginary, vectors, imaginaryVectors } = eigen(a);
  const size = largestMagnitude(a.values) || 1;
  let worst = 0;
  for (let k = 0; k < n; k++) {
    let length = 0;
    for (let i = 0; i < n; i++) {
      let [re, im] = [0, 0];
      for (let j = 0; j < n; j++) {
        re += (a.values[i * n + j] / size) * vectors.values[j * n + k];
        im += (a.values[i * n + j] / size) * imaginaryVectors.values[j * n + k];
      }
      const [x, y] = [vectors.values[i * n + k], imaginaryVectors.values[i * n + k]];
      const [lr, li] = [real[k] / size, imaginary[k] / size];
      worst = Math.max(worst, Math.hypot(re - lr * x + li * y, im - lr * y - li * x));
      length += x * x + y * y;
    }
    expect(length).toBeCloseTo(1, 12);
  }
  return worst;
}

describe('the real Schur form', () => {
  it('puts random matrices together again', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.nat(1e6), (n, seed) => checkSchur(randomMatrix(n, n, seed))),
      { numRuns: 60 },
    );
  });

  it.each(Object.entries(HARD))('of the %s matrix, at any scale', (_, a) => {
    for (const scale of [1, 1e150, 1e-150, 1e-310]) {
      checkSchur({ ...a, values: a.values.map((value) => value * scale) });
    }
  });

  it('brings the eigenvalues forward that are asked for, with their invariant subspace', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 16 }), fc.nat(1e6), (n, seed) => {
        const a = randomMatrix(n, n, seed);
        const schur = realSchur(a, { first: (real) => real < 0 });
        checkSchur(a, schur);
        const { real, leading } = schur;
        expect(leading).toBe(real.filter((value) => value < 0).length);
        for (const [k, value] of real.entries()) expect(value < 0).toBe(k < leading);
        const unordered = realSchur(a).real;
        expect(largestDifference(Float64Array.from(real).sort(), unordered.sort())).toBeLessThan(1e-8);
      }),
      { numRuns: 80 },
    );
  });

  it('solves the Riccati equation A X + X A - X G X + H = 0 by the stable subspace of its Hamiltonian', () => {
    const random = new Random(3);
    const n = 4;
    const [a, g, h] = [randomMatrix(n, n, 1), gram(randomMatrix(n, n, 2)), gram(randomMatrix(n, n, random.integer(99)))];
    const m = denseMatrix(2 * n, 2 * n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        m.values[i * 2 * n + j] = a.values[i * n + j];
        m.values[i * 2 * n + n + j] = -g.values[i * n + j];
        m.values[(n + i) * 2 * n + j] = -h.values[i * n + j];
        m.values[(n + i) * 2 * n + n + j] = -a.values[j * n + i];
      }
    }
    const { q, leading } = realSchur(m, { first: (real) => real < 0 });
    expect(leading).toBe(n);
    const part = (row: number) =>
      new Matrix(Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => q.values[(row + i) * 2 * n + j])));
    const x = part(n).mmul(inverse(part(0)));
    const matrix = ({ values }: DenseMatrix) => Matrix.from1DArray(n, n, Array.from(values));
    const rest = matrix(a)
      .transpose()
      .mmul(x)
      .add(x.mmul(matrix(a)))
      .sub(x.mmul(matrix(g)).mmul(x))
      .add(matrix(h));
    expect(Math.max(...rest.to1DArray().map(Math.abs))).toBeLessThan(1e-9);
  });

  it('brings all of a pair forward that becomes two real eigenvalues on the way', () => {
    // The Hamiltonian of a Jordan block of four rows: four eigenvalues 1 and four -1, which rounding makes pairs here and there.
    const a = [1, 2, 0, 0, 0, 1, 1, 0, 1, 0, 1, 2, 0, -1, 0, 1];
    const b = [-1, 0, 0, 1];
    const h = denseMatrix(8, 8);
    for (let i = 0; i < 4; i++) {
      for (let j = 0; j < 4; j++) {
        h.values[8 * i + j] = a[4 * i + j];
        h.values[8 * i + 4 + j] = -b[i] * b[j];
        h.values[8 * (4 + i) + 4 + j] = -a[4 * j + i];
      }
    }
    const { real, leading } = realSchur(h, { first: (part) => part < 0 });
    expect(leading).toBe(4);
    expect(real.every((part, k) => part < 0 === k < 4)).toBe(true);
  });
});

describe('general eigenvalues', () => {
  it('are those of ml-matrix, with vectors that belong to them', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 25 }), fc.nat(1e6), (n, seed) => {
        const a = randomMatrix(n, n, seed);
        expect(worstResidual(a)).toBeLessThan(1e-14 * (n + 10));
        const peer = new EigenvalueDecomposition(Matrix.from1DArray(n, n, Array.from(a.values)));
        const { real, imaginary } = eigen(a);
        for (let k = 0; k < n; k++) {
          const distances = peer.realEigenvalues.map((value, l) =>
            Math.hypot(value - real[k], peer.imaginaryEigenvalues[l] - imaginary[k]),
          );
          expect(Math.min(...distances)).toBeLessThan(1e-8);
        }
      }),
      { numRuns: 60 },
    );
  });

  it.each(Object.entries(HARD))('of the %s matrix have small residuals, at any scale', (_, a) => {
    for (const scale of [1, 1e150, 1e-150, 1e-310]) {
      expect(worstResidual({ ...a, values: a.values.map((value) => value * scale) })).toBeLessThan(
        scale === 1e-310 ? 1e-9 : 1e-14,
      );
    }
  });

  it('of companion matrices are the roots, and of triangular ones the diagonal', () => {
    expect(Array.from(eigen(HARD['companion']).real.sort(), (value) => Math.round(value * 1e9) / 1e9)).toEqual([1, 2, 3, 4]);
    expect(
      Array.from(
        eigen(
          matrixFromRows([
            [3, 5],
            [0, -1],
          ]),
        ).real,
      ),
    ).toEqual([3, -1]);
  });

  it('refuse what is no square of finite numbers', () => {
    expect(() => eigen(denseMatrix(2, 3))).toThrow(expect.objectContaining({ argument: 'a', code: 'shape' }));
    expect(() => realSchur(matrixFromRows([[Number.NaN]]))).toThrow(expect.objectContaining({ argument: 'a' }));
    expect(() => realSchur(identity(2), { last: 1 } as object)).toThrow(
      expect.objectContaining({ argument: 'last', code: 'unknown' }),
    );
  });
});
