// Backward errors of the factorisations on matrices that are hard for them: within a small multiple of n eps of the matrix.
import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { svd } from '../eigen/svd.ts';
import { symmetricEigen } from '../eigen/symmetric-eigen.ts';
import type { DenseMatrix } from '../matrices.ts';
import { largestMagnitude, norm } from '../numerics/vectors.ts';
import { denseMatrix, matrixFromRows, transpose } from './dense-matrix.ts';
import { leastSquares, qr } from './householder-qr.ts';
import { ldl, solveLdl } from './ldl.ts';
import { lu, solveLu } from './lu.ts';
import { gram, matmul } from './matmul.ts';

const of = (rows: number, cols: number, entry: (i: number, j: number) => number): DenseMatrix =>
  denseMatrix(
    rows,
    cols,
    Float64Array.from({ length: rows * cols }, (_, k) => entry(Math.floor(k / cols), k % cols)),
  );
const times = (a: DenseMatrix, factor: number): DenseMatrix => ({ ...a, values: a.values.map((x) => x * factor) });

const random = new Random(1);
const normal = of(12, 12, () => random.normal());
const SYMMETRIC: Record<string, DenseMatrix> = {
  'hilbert 40': of(40, 40, (i, j) => 1 / (i + j + 1)),
  wilkinson: of(21, 21, (i, j) => (i === j ? Math.abs(i - 10) : Math.abs(i - j) === 1 ? 1 : 0)),
  graded: of(12, 12, (i, j) => 10 ** -(i + j)),
  indefinite: of(12, 12, (i, j) => normal.values[i * 12 + j] + normal.values[j * 12 + i]),
  'all ones': of(9, 9, () => 1),
  'zero diagonal': of(8, 8, (i, j) => (i === j ? 0 : 1 / (1 + Math.abs(i - j)))),
};
const GENERAL: Record<string, DenseMatrix> = {
  ...SYMMETRIC,
  vandermonde: of(12, 12, (i, j) => ((i + 1) / 12) ** j),
  kahan: of(20, 20, (i, j) => (j < i ? 0 : (j === i ? 1 : -0.6) * 0.8 ** i)),
  defective: of(6, 6, (i, j) => (i === j || j === i + 1 ? 1 : 0)),
  'one subnormal column': of(6, 6, (i, j) => (j === 2 ? 1e-320 * (i + 1) : normal.values[i * 12 + j])),
  tall: of(14, 5, (i, j) => Math.sin(3 * i * (j + 1) + j * j)),
};
const SCALES = [1, 1e150, 1e-150, 1e-310, 1e306];

/** The largest entry of the difference over the largest of a. */
function backwardError(found: DenseMatrix, a: DenseMatrix): number {
  const size = largestMagnitude(a.values);
  return largestMagnitude(found.values.map((value, k) => value / size - a.values[k] / size));
}

/** A product whose right factor may be of any scale. */
function product(left: DenseMatrix, right: DenseMatrix): DenseMatrix {
  const size = largestMagnitude(right.values) || 1;
  return times(matmul(left, times(right, 1 / Math.max(size, 1e-300))), Math.max(size, 1e-300));
}

describe.each(SCALES)('at scale %f', (scale) => {
  // Subnormal matrices are known to few digits.
  const eps = scale === 1e-310 ? 1e-12 : Number.EPSILON;

  it.each(Object.entries(GENERAL))('QR and singular values of the %s matrix', (_, unscaled) => {
    const a = times(unscaled, scale);
    const { q, r } = qr(a);
    expect(backwardError(product(q, r), a)).toBeLessThan(10 * a.rows * eps);
    const identity = gram(q);
    const apart = identity.values.map((x, k) => Math.abs(x - (k % (identity.cols + 1) === 0 ? 1 : 0)));
    expect(Math.max(...apart)).toBeLessThan(10 * a.rows * Number.EPSILON);
    const { u, values, v } = svd(a);
    const scaled = { ...transpose(v), values: transpose(v).values.map((x, k) => x * values[Math.floor(k / v.rows)]) };
    expect(backwardError(product(u, scaled), a)).toBeLessThan(20 * a.rows * eps);
  });

  it.each(Object.entries(SYMMETRIC))('L D L and eigenvalues of the %s matrix', (_, unscaled) => {
    const a = times(unscaled, scale);
    const n = a.rows;
    const { lower, diagonal, offDiagonal, permutation } = ldl(a);
    const d = of(n, n, (i, j) => (i === j ? diagonal[i] : Math.abs(i - j) === 1 ? offDiagonal[Math.min(i, j)] : 0));
    const rebuilt = product(lower, transpose(product(lower, d)));
    const permuted = of(n, n, (i, j) => a.values[permutation[i] * n + permutation[j]]);
    // Pivots that are small among subnormal numbers have no digits left.
    expect(backwardError(rebuilt, permuted)).toBeLessThan(scale === 1e-310 ? 1e-5 : 10 * n * eps);
    const { values, vectors } = symmetricEigen(a);
    const scaled = of(n, n, (i, j) => vectors.values[j * n + i] * values[i]);
    expect(backwardError(product(vectors, scaled), a)).toBeLessThan(20 * n * eps);
  });

  it('solutions of systems', () => {
    const b = Float64Array.from({ length: 12 }, (_, i) => Math.cos(i));
    for (const [a, x] of [
      [times(normal, scale), solveLu(lu(times(normal, scale)), times({ rows: 12, cols: 1, values: b }, scale).values)],
      [
        times(SYMMETRIC['indefinite'], scale),
        solveLdl(
          ldl(times(SYMMETRIC['indefinite'], scale)),
          b.map((value) => value * scale),
        ),
      ],
    ] as const) {
      const size = largestMagnitude(a.values);
      for (let i = 0; i < 12; i++) {
        let rest = b[i] * (scale / size);
        for (let j = 0; j < 12; j++) rest -= (a.values[i * 12 + j] / size) * x[j];
        expect(Math.abs(rest)).toBeLessThan(100 * eps * (1 + norm(x)));
      }
    }
  });
});

describe('least squares', () => {
  it('take the largest numbers, and several right-hand sides at once', () => {
    expect(Array.from(leastSquares(matrixFromRows([[1e308], [1e308]]), Float64Array.of(1e308, 1e308)))).toEqual([
      expect.closeTo(1, 12),
    ]);
    const a = GENERAL['tall'];
    const b = of(14, 3, (i, j) => Math.cos(i * (j + 1)));
    const together = leastSquares(a, b);
    for (let c = 0; c < 3; c++) {
      const alone = leastSquares(
        a,
        Float64Array.from({ length: 14 }, (_, i) => b.values[i * 3 + c]),
      );
      alone.forEach((value, i) => {
        expect(together.values[i * 3 + c]).toBeCloseTo(value, 12);
      });
    }
    expect(() => leastSquares(matrixFromRows([[1e-300]]), Float64Array.of(1e100))).toThrow(
      expect.objectContaining({ argument: 'b', code: 'out-of-range' }),
    );
  });
});
