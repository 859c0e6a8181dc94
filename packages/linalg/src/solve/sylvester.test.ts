import { InvalidInputError, Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { transpose } from '../dense/dense-matrix.ts';
import { matmul } from '../dense/matmul.ts';
import type { DenseMatrix } from '../matrices.ts';
import { solveLyapunov, solveSylvester } from './sylvester.ts';

const draw = (rows: number, cols: number, seed: number): DenseMatrix => ({
  rows,
  cols,
  values: new Random(seed).normals(new Float64Array(rows * cols)),
});

/** |sum| over the sum of |terms|, at worst. */
function imbalance(...terms: readonly Float64Array[]): number {
  let worst = 0;
  const scale = terms.reduce((sum, term) => sum + Math.max(...term.map(Math.abs)), 0);
  for (let k = 0; k < terms[0].length; k++) {
    worst = Math.max(worst, Math.abs(terms.reduce((sum, term) => sum + term[k], 0)) / scale);
  }
  return worst;
}

describe('solveSylvester', () => {
  it.each([
    [1, 1],
    [2, 3],
    [7, 4],
    [20, 31],
  ])('meets A X + X B = C for sizes %d and %d', (m, n) => {
    const [a, b, c] = [draw(m, m, 1), draw(n, n, 2), draw(m, n, 3)];
    const x = solveSylvester(a, b, c);
    const negative = c.values.map((value) => -value);
    expect(imbalance(matmul(a, x).values, matmul(x, b).values, negative)).toBeLessThan(1e-13);
  });

  it('refuses shapes and spectra that do not fit', () => {
    expect(() => solveSylvester([[1, 2]], [[1]], [[1]])).toThrow(InvalidInputError);
    expect(() => solveSylvester([[1]], [[-1]], [[1]])).toThrow(/add up to zero/);
  });
});

describe('solveLyapunov', () => {
  it.each([1, 2, 5, 24])('meets AᵀX + XA + Q = 0 for size %d', (n) => {
    const a = draw(n, n, 4);
    const root = draw(n, n, 5);
    const q = matmul(transpose(root), root);
    const x = solveLyapunov(a, q);
    expect(imbalance(matmul(transpose(a), x).values, matmul(x, a).values, q.values)).toBeLessThan(1e-13);
    expect(transpose(x).values).toEqual(x.values);
  });
});
