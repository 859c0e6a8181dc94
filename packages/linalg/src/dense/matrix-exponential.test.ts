import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { symmetricEigen } from '../eigen/symmetric-eigen.ts';
import type { DenseMatrix } from '../matrices.ts';
import { matrixNorm } from '../solve/matrix-norm.ts';
import { scaleMatrix, trace } from './arithmetic.ts';
import { denseMatrix, identity, matrixFromRows, transpose } from './dense-matrix.ts';
import { determinant, lu } from './lu.ts';
import { matmul } from './matmul.ts';
import { matrixExponential } from './matrix-exponential.ts';

const random = new Random(11);
const normal = (n: number): DenseMatrix => denseMatrix(n, n, random.normals(new Float64Array(n * n)));

/** The largest entry of the difference over the largest of what is expected. */
function difference(found: DenseMatrix, expected: DenseMatrix): number {
  const rest = { ...found, values: found.values.map((value, k) => value - expected.values[k]) };
  return matrixNorm(rest, 'largest-entry') / matrixNorm(expected, 'largest-entry');
}

/** e^A by its series in long numbers: 60 digits after the point, in whole numbers. */
function series(a: DenseMatrix, terms: number): DenseMatrix {
  const n = a.rows;
  const one = 10n ** 60n;
  // Entries are exact: whole numbers over a power of two.
  const exact = Array.from(a.values, (value) => (BigInt(Math.round(value * 2 ** 40)) * one) / 2n ** 40n);
  let term = Array.from({ length: n * n }, (_, k) => (k % (n + 1) === 0 ? one : 0n));
  const sum = term.slice();
  for (let k = 1; k <= terms; k++) {
    const next = Array.from({ length: n * n }, () => 0n);
    for (let i = 0; i < n; i++) {
      for (let l = 0; l < n; l++) {
        for (let j = 0; j < n; j++) next[i * n + j] += term[i * n + l] * exact[l * n + j];
      }
    }
    term = next.map((value) => value / one / BigInt(k));
    term.forEach((value, place) => {
      sum[place] += value;
    });
  }
  return denseMatrix(
    n,
    n,
    Float64Array.from(sum, (value) => Number((value * 10n ** 25n) / one) / 1e25),
  );
}

describe('the matrix exponential', () => {
  it('is its series in sixty digits, over the ranges of all degrees', () => {
    for (const size of [1e-3, 0.05, 0.4, 1, 2.5, 8]) {
      const raw = normal(5);
      const a = { ...raw, values: raw.values.map((value) => Math.round(((value * size) / 4) * 2 ** 40) / 2 ** 40) };
      expect(difference(matrixExponential(a), series(a, 150))).toBeLessThan(5e-15 * Math.max(1, size));
    }
  });

  it('has the closed forms of diagonals, nilpotent matrices, rotations, and triangles of unlike scale', () => {
    const diagonal = matrixExponential(
      matrixFromRows([
        [-800, 0, 0],
        [0, 2, 0],
        [0, 0, 700],
      ]),
    );
    expect(diagonal.values[0]).toBe(0);
    expect(diagonal.values[4] / Math.exp(2)).toBeCloseTo(1, 14);
    expect(diagonal.values[8] / Math.exp(700)).toBeCloseTo(1, 12);
    expect(
      Array.from(
        matrixExponential(
          matrixFromRows([
            [0, 3, 1],
            [0, 0, 2],
            [0, 0, 0],
          ]),
        ).values,
      ),
    ).toEqual([1, 3, 4, 0, 1, 2, 0, 0, 1]);
    for (const angle of [0.1, 1, 50]) {
      const turn = matrixExponential(
        matrixFromRows([
          [0, -angle],
          [angle, 0],
        ]),
      ).values;
      expect(Math.abs(turn[0] - Math.cos(angle))).toBeLessThan(1e-14 * (1 + angle));
      expect(Math.abs(turn[2] - Math.sin(angle))).toBeLessThan(1e-14 * (1 + angle));
    }
    // Al-Mohy and Higham's example of what squaring too often loses.
    for (const b of [1, 1e3, 1e6, 1e9]) {
      const upper = matrixFromRows([
        [1, b],
        [0, -1],
      ]);
      const expected = matrixFromRows([
        [Math.E, b * Math.sinh(1)],
        [0, 1 / Math.E],
      ]);
      const found = matrixExponential(upper);
      const other = transpose(matrixExponential(transpose(upper)));
      for (const { values } of [found, other]) {
        values.forEach((value, k) => {
          expect(value).toBeCloseTo(expected.values[k], k === 1 ? 5 - Math.log10(b) : 14);
        });
        expect(Math.abs(values[1] / expected.values[1] - 1)).toBeLessThan(1e-14);
      }
    }
  });

  it('agrees with the eigenvalues of symmetric matrices, and det e^A = e^(tr A)', () => {
    for (const factor of [0.01, 1, 10]) {
      const raw = normal(12);
      const a = {
        ...raw,
        values: raw.values.map((value, k) => factor * (value + raw.values[(k % 12) * 12 + Math.floor(k / 12)])),
      };
      const { values, vectors } = symmetricEigen(a);
      const scaled = { ...vectors, values: vectors.values.map((value, k) => value * Math.exp(values[k % 12])) };
      expect(difference(matrixExponential(a), matmul(scaled, transpose(vectors)))).toBeLessThan(1e-12 * (1 + factor));
      expect(Math.abs(Math.log(determinant(lu(matrixExponential(raw)))) / trace(raw) - 1)).toBeLessThan(1e-9);
    }
  });

  it('is a group of one parameter: e^A e^-A = I, e^((s + t) A) = e^(s A) e^(t A)', () => {
    const a = normal(9);
    const of = (t: number): DenseMatrix => matrixExponential(scaleMatrix(a, t));
    expect(difference(matmul(of(0.7), of(-0.7)), identity(9))).toBeLessThan(1e-12);
    expect(difference(matmul(of(0.3), of(0.9)), of(1.2))).toBeLessThan(1e-13);
    expect(Array.from(matrixExponential(denseMatrix(3, 3)).values)).toEqual(Array.from(identity(3).values));
  });

  it('takes any scale, and refuses what is beyond the numbers', () => {
    expect(matrixNorm(matrixExponential(scaleMatrix(identity(2), -1e300)))).toBe(0);
    // I + A: the entries of A are there.
    expect(difference(matrixExponential(scaleMatrix(normal(4), 1e-310)), identity(4))).toBeLessThan(1e-308);
    expect(() => matrixExponential(scaleMatrix(identity(2), 1e300))).toThrow(
      expect.objectContaining({ argument: 'a', code: 'out-of-range' }),
    );
    expect(() =>
      matrixExponential(
        matrixFromRows([
          [0, 1e308],
          [1e308, 0],
        ]),
      ),
    ).toThrow(expect.objectContaining({ code: 'out-of-range' }));
    // The sum of a column is beyond the numbers already.
    const full = denseMatrix(3, 3, new Float64Array(9).fill(1e308));
    expect(() => matrixExponential(full)).toThrow(expect.objectContaining({ code: 'out-of-range' }));
    expect(() => matrixExponential(denseMatrix(2, 3))).toThrow(expect.objectContaining({ code: 'shape' }));
    expect(() => matrixExponential(matrixFromRows([[Number.NaN]]))).toThrow(expect.objectContaining({ code: 'not-finite' }));
  });
});
