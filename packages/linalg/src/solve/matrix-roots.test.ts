import { describe, expect, it } from 'vitest';
import { identity } from '../dense/dense-matrix.ts';
import { gram, matmul } from '../dense/matmul.ts';
import { matrixExponential } from '../dense/matrix-exponential.ts';
import type { DenseMatrix } from '../matrices.ts';
import { norm } from '../numerics/vectors.ts';
import { largestDifference, randomMatrix } from '../testing/matrices.ts';
import { matrixLogarithm, matrixSquareRoot } from './matrix-roots.ts';

const times = (a: DenseMatrix, factor: number) => ({ ...a, values: a.values.map((value) => factor * value) });

describe('the square root of a matrix', () => {
  it.each([1, 2, 5, 20])('of size %d squares to it', (n) => {
    const definite = gram(randomMatrix(n, n, n));
    for (let i = 0; i < n; i++) definite.values[i * n + i] += 1;
    const general = randomMatrix(n, n, n + 1);
    for (let i = 0; i < n; i++) general.values[i * n + i] += 2 * n;
    for (const a of [definite, general, times(general, 1e8)]) {
      const root = matrixSquareRoot(a);
      expect(largestDifference(matmul(root, root).values, a.values)).toBeLessThan(1e-12 * norm(a.values));
    }
  });

  it('does not exist for eigenvalues on the negative axis', () => {
    const fault = expect.objectContaining({ argument: 'a', code: 'out-of-range' });
    expect(() => matrixSquareRoot([[-1]])).toThrow(fault);
    expect(() =>
      matrixSquareRoot([
        [0, 1],
        [0, 0],
      ]),
    ).toThrow(fault);
  });
});

describe('the logarithm of a matrix', () => {
  it.each([1, 2, 5, 20])('of size %d is what the exponential came from', (n) => {
    for (const size of [1e-3, 0.5, 2]) {
      const a = times(randomMatrix(n, n, n + 2), size / Math.sqrt(n));
      const found = matrixLogarithm(matrixExponential(a));
      expect(largestDifference(found.values, a.values)).toBeLessThan(1e-12 * (1 + norm(a.values)) * n);
    }
    expect(largestDifference(matrixLogarithm(identity(n)).values, new Float64Array(n * n))).toBeLessThan(1e-15);
  });
});
