import { mulberry32 } from '@infimum/core/reference-generators';
import { describe, expect, it } from 'vitest';
import { expectSame } from '../testing/expect-same.ts';
import { hammingDistances } from './hamming-distances.ts';
import { weightedDistances } from './weighted-distances.ts';

const drawn = (seed: number) => {
  const next = mulberry32(seed);
  const letters = (length: number, size: number) => Uint8Array.from({ length }, () => 65 + Math.floor(next() * size));
  return { next, letters };
};

/** By the definition. */
const truth = (text: Uint8Array, pattern: Uint8Array, weights: readonly number[], cost: (t: number, p: number) => number) =>
  Array.from({ length: Math.max(0, text.length - pattern.length + 1) }, (_, i) =>
    weights.reduce((sum, weight, j) => sum + weight * cost(text[i + j], pattern[j]), 0),
  );

const differs = (t: number, p: number) => Number(t !== p);

describe('weightedDistances', () => {
  it.each(['direct', 'transforms', 'auto'] as const)('are sums of weights by the definition, by %s', (method) => {
    for (let seed = 1; seed <= 40; seed++) {
      const { next, letters } = drawn(seed);
      const size = 1 + Math.floor(next() * 8);
      const [text, pattern] = [letters(Math.floor(next() * 400), size + 2), letters(1 + Math.floor(next() * 60), size)];
      const whole = Array.from(pattern, () => Math.floor(next() * 40) - 10);
      expect(Array.from(weightedDistances(text, pattern, { method, weights: whole }).distances)).toEqual(
        truth(text, pattern, whole, differs),
      );
      const table = Float64Array.from({ length: 10_000 }, () => 3 * next() - 1);
      const costs = (t: number, p: number) => table[100 * (t - 65) + p - 65];
      const weights = Array.from(pattern, () => next());
      const { distances } = weightedDistances(text, pattern, { method, weights, costs });
      const expected = truth(text, pattern, weights, costs);
      expect(distances).toHaveLength(expected.length);
      expected.forEach((value, i) => void expect(Math.abs(distances[i] - value)).toBeLessThan(1e-12 * 100));
    }
  });

  it('takes strings and their costs, chooses, and keeps what limits leave', () => {
    const isPurine = (symbol: number) => 'AG'.includes(String.fromCharCode(symbol));
    const costs = (t: number, p: number) => (t === p ? 0 : isPurine(t) === isPurine(p) ? 1 : 2);
    expect(Array.from(weightedDistances('GATTACA', 'AGC', { costs }).distances)).toEqual([3, 3, 6, 3, 4]);
    const { letters } = drawn(3);
    const [text, pattern] = [letters(100_000, 4), letters(3000, 4)];
    const long = weightedDistances(text, pattern);
    expect([long.method, weightedDistances(text, pattern.subarray(0, 5)).method]).toEqual(['transforms', 'direct']);
    expect(long.explanation).toMatch(/^transforms: .* ms predicted/);
    expect(weightedDistances(text, pattern, { threads: 2 }).distances).toEqual(long.distances);
    expect(weightedDistances(text.subarray(0, 20_000), pattern, { method: 'direct' }).distances).toEqual(
      long.distances.slice(0, 17_001),
    );
    const cut = weightedDistances(text, pattern, { method: 'direct', maxIterations: 2 });
    expect(cut).toMatchObject({ status: 'iteration-limit', completed: 8192 });
    expect(Array.from(cut.distances.slice(0, 8192))).toEqual(Array.from(long.distances.slice(0, 8192)));
    expect(cut.distances[8192]).toBeNaN();
  });

  it('tells whole sums of up to 2^40 apart, and gives the distances where all weigh one', () => {
    const { letters } = drawn(9);
    const [text, pattern] = [letters(20_000, 4), letters(2000, 4)];
    const weights = Array.from(pattern, (_, j) => (j === 7 ? 2 ** 40 - 3000 : 1));
    const { distances } = weightedDistances(text, pattern, { method: 'transforms', weights });
    expectSame(distances, truth(text, pattern, weights, differs));
    const plain = weightedDistances(text, pattern, { method: 'transforms' });
    expectSame(plain.distances, hammingDistances(text, pattern).distances);
  });

  it('refuses weights and costs that are none', () => {
    expect(() => weightedDistances('abc', 'ab', { weights: [1] })).toThrow(/^weights/);
    expect(() => weightedDistances('abc', 'ab', { weights: [1, Number.NaN] })).toThrow(/^weights/);
    expect(() => weightedDistances('abc', 'ab', { weights: 3 as never })).toThrow(/^weights/);
    expect(() => weightedDistances('abc', 'ab', { costs: () => Number.POSITIVE_INFINITY })).toThrow(/^costs/);
    expect(() => weightedDistances('abc', 'ab', { costs: 1 as never })).toThrow(/^costs/);
    expect(() => weightedDistances('abc', '')).toThrow(/^pattern/);
    expect(weightedDistances('a', 'abc').distances).toHaveLength(0);
    expect(weightedDistances('', 'abc', { costs: differs, method: 'transforms' }).distances).toHaveLength(0);
  });
});
