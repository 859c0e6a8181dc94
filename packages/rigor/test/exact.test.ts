// Fractions as text, ranks, and what is refused.
import { describe, expect, it } from 'vitest';
import * as rigor from '../src/index.ts';
import { numbers } from './oracle.ts';

describe('fractions', () => {
  it.each([
    ['3', '3'],
    ['-5/2', '-5/2'],
    ['7.32', '183/25'],
    ['1e-3', '1/1000'],
    ['+.5e2', '50'],
    ['6/4', '3/2'],
    ['0', '0'],
  ])('reads %s', (text, written) => {
    const value = rigor.parseFraction(text);
    expect(value && rigor.formatFraction(value)).toBe(written);
  });

  it.each(['', '.', '1/0', '1.5/2', 'x', '1e9999', '0x10', ' 1'])("does not read '%s'", (text) => {
    expect(rigor.parseFraction(text)).toBeUndefined();
  });

  it('rounds to nearest, ties to even, up to the ends of the doubles', () => {
    const two = 2n;
    expect(rigor.toNumber(rigor.fraction(1n, 3n))).toBe(1 / 3);
    expect(rigor.toNumber(rigor.fraction(-1n, 10n))).toBe(-0.1);
    expect(rigor.toNumber(rigor.fraction(two ** 53n + 1n, 1n))).toBe(2 ** 53);
    expect(rigor.toNumber(rigor.fraction(two ** 53n + 3n, 1n))).toBe(2 ** 53 + 4);
    expect(rigor.toNumber(rigor.fraction(1n, two ** 1074n))).toBe(Number.MIN_VALUE);
    expect(rigor.toNumber(rigor.fraction(1n, two ** 1075n))).toBe(0);
    expect(rigor.toNumber(rigor.fraction(two ** 1024n, 1n))).toBe(Infinity);
    expect(rigor.toNumber(rigor.fraction(two ** 1024n - 1n, 1n))).toBe(Infinity);
    expect(rigor.toNumber(rigor.fraction(0n, -7n))).toBe(0);
  });

  it('refuse what is no number', () => {
    for (const x of [Number.NaN, Infinity, -Infinity]) {
      for (const call of [rigor.dyadic, rigor.fractionOf]) expect(() => call(x)).toThrow(RangeError);
      expect(() => rigor.signOfForm([1n])([x])).toThrow(RangeError);
    }
    expect(() => rigor.fraction(1n, 0n)).toThrow(RangeError);
  });
});

describe('rankModP', () => {
  /** The rank by cross multiplication of whole numbers. */
  function rankOf(matrix: bigint[][]): number {
    const rows = matrix.map((row) => row.slice());
    let rank = 0;
    for (let col = 0; col < rows[0].length && rank < rows.length; col++) {
      const found = rows.findIndex((row, i) => i >= rank && row[col] !== 0n);
      if (found < 0) continue;
      [rows[rank], rows[found]] = [rows[found], rows[rank]];
      for (let i = rank + 1; i < rows.length; i++) {
        const [a, b] = [rows[rank][col], rows[i][col]];
        rows[i] = rows[i].map((entry, k) => a * entry - b * rows[rank][k]);
      }
      rank++;
    }
    return rank;
  }

  it('is the rank of products of small whole matrices, in doubles of any size and in bigints', () => {
    const draw = numbers(8);
    for (let turn = 0; turn < 300; turn++) {
      const [m, n, k] = [1 + (draw() % 6), 1 + (draw() % 6), draw() % 5];
      const factor = (rows: number, cols: number) =>
        Array.from({ length: rows }, () => Array.from({ length: cols }, () => BigInt((draw() % 19) - 9)));
      const [a, b] = [factor(m, k), factor(k, n)];
      const matrix = a.map((row) => Array.from({ length: n }, (_, j) => row.reduce((s, v, i) => s + v * b[i][j], 0n)));
      const rank = rankOf(matrix);
      const scale = 2 ** ((draw() % 1900) - 950);
      expect(rigor.rankModP(matrix.flat(), m, n)).toBe(rank);
      expect(
        rigor.rankModP(
          matrix.flat().map((entry) => Number(entry) * scale),
          m,
          n,
        ),
      ).toBe(rank);
    }
  });

  it('never says more than the rank, and less where the prime divides', () => {
    expect(rigor.rankModP([1e200, 0, 0, 1e-200], 2, 2)).toBe(2);
    expect(rigor.rankModP([67108859, 0, 0, 1], 2, 2)).toBe(1);
    expect(rigor.rankModP([67108859, 0, 0, 1], 2, 2, 67108837)).toBe(2);
    expect(rigor.rankModP([], 0, 3)).toBe(0);
  });
});
