import { describe, expect, it } from 'vitest';
import { largestDifference, randomMatrix } from '../testing/matrices.ts';
import { transpose } from './dense-matrix.ts';
import { gram, matmul } from './matmul.ts';
import { pivotedQr } from './pivoted-qr.ts';

describe('pivotedQr', () => {
  it.each([
    [5, 5, 5],
    [12, 7, 3],
    [6, 11, 4],
    [40, 40, 17],
  ])('of a %d x %d matrix of rank %d gives factors, a falling diagonal and the rank', (m, n, k) => {
    const a = matmul(randomMatrix(m, k, 1), randomMatrix(k, n, 2));
    const { q, r, permutation, rank } = pivotedQr(a);
    expect(rank).toBe(k);
    const product = matmul(q, r).values;
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        expect(Math.abs(product[i * n + j] - a.values[i * n + permutation[j]])).toBeLessThan(1e-12 * m);
      }
    }
    expect(largestDifference(gram(q).values, matmul(transpose(q), q).values)).toBeLessThan(1e-13);
    for (let i = 1; i < k; i++) {
      expect(r.values[i * n + i]).toBeLessThanOrEqual(r.values[(i - 1) * n + i - 1] * (1 + 1e-12));
    }
    expect(Array.from(permutation).sort((x, y) => x - y)).toEqual(Array.from({ length: n }, (_, j) => j));
  });
});
