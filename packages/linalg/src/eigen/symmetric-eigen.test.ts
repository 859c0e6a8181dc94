import { Random } from '@infimum/core';
import fc from 'fast-check';
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { denseMatrix, identity, matrixFromRows, transpose } from '../dense/dense-matrix.ts';
import { gram, matmul } from '../dense/matmul.ts';
import { largestDifference, randomSymmetric } from '../testing/matrices.ts';
import { symmetricEigen } from './symmetric-eigen.ts';

describe('symmetricEigen', () => {
  it('reconstructs the matrix from orthonormal vectors, with the eigenvalues of ml-matrix', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(1e6), (size, seed) => {
        const a = randomSymmetric(size, seed);
        const { values, vectors } = symmetricEigen(a);
        expect(largestDifference(gram(vectors).values, identity(size).values)).toBeLessThan(1e-13 * (size + 10));
        const scaled = denseMatrix(
          size,
          size,
          vectors.values.map((value, k) => value * values[k % size]),
        );
        const rebuilt = matmul(scaled, transpose(vectors));
        expect(largestDifference(rebuilt.values, a.values)).toBeLessThan(1e-13 * (size + 10));
        const peer = new EigenvalueDecomposition(Matrix.from1DArray(size, size, Array.from(a.values)), {
          assumeSymmetric: true,
        });
        const expected = Float64Array.from(peer.realEigenvalues).sort();
        expect(largestDifference(values, expected)).toBeLessThan(1e-13 * (size + 10));
      }),
      { numRuns: 60 },
    );
  });

  it('finds the spectrum of the path: 2 - 2 cos(k pi / (n + 1))', () => {
    const size = 60;
    const a = denseMatrix(size, size);
    for (let i = 0; i < size; i++) {
      a.values[i * size + i] = 2;
      if (i > 0) a.values[i * size + i - 1] = -1;
    }
    const expected = Float64Array.from({ length: size }, (_, k) => 2 - 2 * Math.cos(((k + 1) * Math.PI) / (size + 1)));
    expect(largestDifference(symmetricEigen(a).values, expected)).toBeLessThan(1e-13);
  });

  it('takes diagonal, zero, repeated, huge and tiny matrices', () => {
    expect(
      Array.from(
        symmetricEigen(
          matrixFromRows([
            [3, 0],
            [0, -1],
          ]),
        ).values,
      ),
    ).toEqual([-1, 3]);
    expect(Array.from(symmetricEigen(denseMatrix(3, 3)).values)).toEqual([0, 0, 0]);
    expect(Array.from(symmetricEigen(identity(4)).values)).toEqual([1, 1, 1, 1]);
    for (const size of [1e-300, 1e300]) {
      const { values } = symmetricEigen(
        matrixFromRows([
          [2 * size, size],
          [size, 2 * size],
        ]),
      );
      expect(values[0] / size).toBeCloseTo(1, 12);
      expect(values[1] / size).toBeCloseTo(3, 12);
    }
    const graded = new Random(1)
      .normals(new Float64Array(36))
      .map((value, k) => value * 10 ** -(k % 6) * 10 ** -Math.floor(k / 6));
    const matrix = denseMatrix(6, 6, graded);
    const { values } = symmetricEigen(matrix);
    const trace = [0, 1, 2, 3, 4, 5].reduce((sum, i) => sum + graded[7 * i], 0);
    expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(trace, 14);
  });

  it('takes entries whose squares underflow beside others that do not', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 8 }), fc.nat(1e6), (size, seed) => {
        const a = randomSymmetric(size, seed);
        const powers = new Random(seed + 1);
        for (let i = 0; i < size; i++) {
          for (let j = 0; j < i; j++) {
            a.values[i * size + j] *= 10 ** -powers.integer(300);
            a.values[j * size + i] = a.values[i * size + j];
          }
        }
        const { values, vectors } = symmetricEigen(a);
        expect(largestDifference(gram(vectors).values, identity(size).values)).toBeLessThan(1e-13);
        const scaled = denseMatrix(
          size,
          size,
          vectors.values.map((value, k) => value * values[k % size]),
        );
        expect(largestDifference(matmul(scaled, transpose(vectors)).values, a.values)).toBeLessThan(1e-13);
      }),
    );
  });

  it('rejects what is no square of finite numbers', () => {
    expect(() => symmetricEigen(denseMatrix(2, 3))).toThrow(expect.objectContaining({ argument: 'a', code: 'shape' }));
    expect(() => symmetricEigen(matrixFromRows([[Number.NaN]]))).toThrow(
      expect.objectContaining({ argument: 'a', code: 'not-finite', index: 0 }),
    );
  });
});
