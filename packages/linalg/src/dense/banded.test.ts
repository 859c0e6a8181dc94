import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { solve } from '../solve/solve.ts';
import { largestDifference } from '../testing/matrices.ts';
import { solveBanded } from './banded.ts';
import { denseMatrix } from './dense-matrix.ts';

describe('solveBanded', () => {
  it.each([
    [1, 0, 0],
    [5, 1, 1],
    [9, 2, 0],
    [9, 0, 3],
    [30, 3, 5],
    [4, 3, 3],
  ])('solves what the dense matrix of size %d with %d and %d diagonals has as its solution', (n, lower, upper) => {
    const random = new Random(n);
    const diagonals = Array.from({ length: lower + upper + 1 }, () => random.normals(new Float64Array(n)));
    const a = denseMatrix(n, n);
    for (let i = 0; i < n; i++) {
      for (let j = Math.max(0, i - lower); j <= Math.min(n - 1, i + upper); j++) {
        a.values[i * n + j] = diagonals[upper - (j - i)][j];
      }
    }
    const b = { rows: n, cols: 2, values: random.normals(new Float64Array(2 * n)) };
    const expected = solve(a, b).x.values;
    const x = solveBanded({ lower, upper, diagonals }, b).values;
    expect(largestDifference(x, expected)).toBeLessThan(1e-10 * Math.max(1, ...expected.map(Math.abs)));
  });

  it('refuses what is no band, and singular ones', () => {
    const fault = (argument: string) => expect.objectContaining({ name: 'InvalidInputError', argument });
    expect(() => solveBanded({ lower: 1, upper: 0, diagonals: [[1, 1]] }, [1, 1])).toThrow(fault('a.diagonals'));
    expect(() => solveBanded({ lower: 0, upper: 0, diagonals: [[1, 0]] }, [1, 1])).toThrow(fault('a'));
    expect(() => solveBanded({ lower: 0, upper: 0, diagonals: [[1, 1]] }, [1])).toThrow(fault('b'));
  });
});
