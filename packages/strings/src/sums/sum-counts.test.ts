import { InvalidInputError, Random } from '@infimum/core';
import { mulberry32 } from '@infimum/core/reference-generators';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';

import { expectSame } from '../testing/expect-same.ts';
import { sumsByDefinition } from '../testing/study.ts';
import { inFull, isFull } from '../testing/tiers.ts';
import type { SumCounts } from './sum-counts.ts';
import { SumCounter, sumCounts } from './sum-counts.ts';

// Machines may be busy.
vi.setConfig({ testTimeout: 60_000 });

const VARIANTS = ['randomized', 'deterministic'] as const;

describe('sumCounts', () => {
  const counts = fc.oneof(
    fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 300 }),
    fc.array(fc.constantFrom(0, 0, 0, 1), { minLength: 100, maxLength: 600 }),
    fc.integer({ min: 65, max: 400 }).map((length) => Array.from({ length }, () => 1)),
  );

  it.each(VARIANTS)('is the convolution (%s)', (variant) => {
    fc.assert(
      fc.property(counts, counts, fc.nat(), fc.constantFrom(1, 2), (a, b, seed, packing) => {
        const x = Float64Array.from(a);
        const y = Float64Array.from(b);
        const result = sumCounts(x, y, { variant, seed, packing: packing as 1 | 2 });
        expect(result.counts).toEqual(sumsByDefinition(x, y));
        expect(result.fallbacks).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ['a negative entry', Int32Array.of(1, -1), 'x', 'negative', 1],
    ['a fraction', Float64Array.of(0.5), 'x', 'not-integer', 0],
    ['NaN', Float64Array.of(0, 0, NaN), 'x', 'not-finite', 2],
    ['Infinity', Float64Array.of(Infinity), 'x', 'not-finite', 0],
    ['an integer that is not safe', Float64Array.of(2 ** 53), 'x', 'out-of-range', 0],
    ['nothing', new Uint8Array(0), 'x', 'empty', undefined],
    ['big integers', BigInt64Array.of(1n), 'x', 'type', undefined],
    ['no big integers', new BigInt64Array(0), 'x', 'type', undefined],
    ['a list', [1], 'x', 'type', undefined],
    ['products that are not safe', Float64Array.of(2 ** 52), 'y', 'out-of-range', undefined],
  ])('rejects %s', (_, x, argument, code, index) => {
    const call = () => sumCounts(x as Float64Array, Float64Array.of(2));
    expect(call).toThrow(InvalidInputError);
    expect(call).toThrow(expect.objectContaining({ argument, code, index }));
  });

  it('rejects options out of range', () => {
    const one = Uint8Array.of(1);
    expect(() => sumCounts(one, one, { variant: 'other' as 'randomized' })).toThrow(/^variant/);
    expect(() => sumCounts(one, one, { seed: -1 })).toThrow(/^seed/);
    expect(() => sumCounts(one, one, { packing: 3 as 2 })).toThrow(/^packing/);
  });

  it('keeps large multiplicities exact', () => {
    const x = Float64Array.of(2 ** 25, 1, 0, 2 ** 24 + 1);
    const y = Float64Array.of(3, 2 ** 25 + 7, 5);
    for (const packing of [1, 2] as const) {
      expect(sumCounts(x, y, { packing }).counts).toEqual(sumsByDefinition(x, y));
    }
  });

  it('draws no random number in the deterministic variant', () => {
    const draws = [vi.spyOn(Random.prototype, 'uint32'), vi.spyOn(Random.prototype, 'integer')];
    const x = FAMILIES.grid(2 ** 16);
    const { folds, counts } = sumCounts(x, x, { variant: 'deterministic' });
    expect(folds).toBeGreaterThan(0);
    for (const draw of draws) expect(draw).not.toHaveBeenCalled();
    expectSame(sumCounts(x, x, { variant: 'deterministic', seed: 99 }).counts, counts);
    const randomized = sumCounts(x, x);
    expect(draws[0]).toHaveBeenCalled();
    expectSame(randomized.counts, counts);
    for (const draw of draws) draw.mockRestore();
  });

  it('is exact whatever the seed, while the folds vary', () => {
    const x = FAMILIES.interval(2 ** 16);
    const expected = sumsByDefinition(x, x);
    const folds = new Set<number>();
    for (let seed = 0; seed < inFull(10, 30); seed++) {
      const result = sumCounts(x, x, { seed });
      expectSame(result.counts, expected);
      folds.add(result.folds);
    }
    expect(folds.size).toBeGreaterThan(1);
  });
});

/** Sets, as indicator vectors of length U, that hash badly: with 1 and with 16 ways a sum on average. */
const FAMILIES = {
  interval: (universe: number) => members(universe, range(Math.sqrt(universe))),
  'long interval': (universe: number) => members(universe, range(4 * Math.sqrt(universe))),
  progression: (universe: number) => {
    const size = Math.round(Math.sqrt(universe));
    return members(
      universe,
      range(size).map((i) => i * Math.floor(universe / size)),
    );
  },
  cluster: (universe: number) => {
    const random = mulberry32(1);
    const size = Math.round(Math.sqrt(universe));
    const starts = range(8).map(() => Math.floor(random() * (universe - size)));
    return members(
      universe,
      starts.flatMap((start) => range(size / 8).map(() => start + Math.floor((random() * size) / 4))),
    );
  },
  grid: (universe: number) => {
    const side = Math.round(1.06 * universe ** 0.25);
    const step = Math.floor(universe / side);
    return members(
      universe,
      range(side).flatMap((i) => range(side).map((j) => i * step + j)),
    );
  },
  random: (universe: number) => {
    const random = mulberry32(2);
    return members(
      universe,
      range(Math.sqrt(universe)).map(() => Math.floor(random() * universe)),
    );
  },
};

describe('the recursion', () => {
  it('leaves to an ordinary convolution what folding does not finish', () => {
    // An interval: many sums are as frequent as the modulus.
    const x = FAMILIES.interval(2 ** 16);
    for (const foldLimit of [0, 1]) {
      const result = new SumCounter({ seed: 1 }, foldLimit).count(x, x);
      expect(differences(result, x)).toBe(0);
      expect(result.fallbacks).toBe(1);
      expect(result.folds).toBe(foldLimit);
      expect(result.operations.exactConvolution).toBeGreaterThan(2 ** 17 * 16);
    }
    expect(sumCounts(x, x, { seed: 1 }).fallbacks).toBe(0);
  });

  const universes = inFull([2 ** 14, 2 ** 16], [2 ** 14, 2 ** 16, 2 ** 18]);
  const cases = Object.entries(FAMILIES).flatMap(([name, family]) =>
    VARIANTS.map((variant) => [name, variant, family] as const),
  );

  it.each(cases)('stays short and cheap on the family %s (%s)', (name, variant, family) => {
    // The two-dimensional progression is the dearest one.
    for (const universe of name === 'grid' ? inFull(universes, [...universes, 2 ** 20]) : universes) {
      const x = family(universe);
      const result = sumCounts(x, x, { variant, seed: 1 });
      expect(differences(result, x)).toBe(0);
      expect(result.folds).toBeLessThanOrEqual(20);
      expect(result.depth).toBeLessThanOrEqual(2);
      expect(result.fallbacks).toBe(0);
      expect(charged(result) / universe).toBeLessThanOrEqual(42);
    }
  });

  const intervals = [16, 18, ...inFull([], [20])].flatMap((exponent) => [
    [exponent, 1],
    [exponent, 16],
  ]);

  it.each(intervals)("has the specification's folds on intervals, U = 2^%i with mean count %i", (exponent, meanCount) => {
    const universe = 2 ** exponent;
    const x = new Float64Array(universe).fill(1, 0, Math.round(Math.sqrt(2 * universe * meanCount)));
    for (const [variant, most] of [
      ['randomized', 11],
      ['deterministic', 6],
    ] as const) {
      const result = sumCounts(x, x, { variant, seed: 0 });
      expect(result.folds).toBeLessThanOrEqual(most);
      expect(result.depth).toBeLessThanOrEqual(2);
      // What an ordinary convolution costs.
      expect(charged(result) / universe).toBeLessThan(2 * Math.log2(2 * universe));
    }
  });

  it('costs as many operations per element of the universe at every size, on random sets', () => {
    for (const universe of inFull(universes, [...universes, 2 ** 20])) {
      const result = sumCounts(FAMILIES.random(universe), FAMILIES.random(universe));
      expect(result.folds).toBe(0);
      expect(charged(result) / universe).toBeCloseTo(2 * Math.log2(131), 6);
    }
  });

  it('costs less than an ordinary convolution even where it folds, and the more so the longer', () => {
    const share = (universe: number) => {
      const x = FAMILIES.interval(universe);
      return charged(sumCounts(x, x, { seed: 1 })) / (2 * universe * Math.log2(2 * universe));
    };
    expect(share(2 ** 16)).toBeLessThan(0.8);
    if (isFull) expect(share(2 ** 20)).toBeLessThan(0.75);
  });
});

function charged({ operations }: SumCounts): number {
  return operations.packedConvolution + operations.exactConvolution + operations.folding;
}

/** Number of wrong counts, by enumeration of the pairs of members. */
function differences({ counts }: SumCounts, x: Float64Array): number {
  const places = Array.from(x.keys()).filter((i) => x[i] > 0);
  const left = counts.slice();
  for (const a of places) for (const b of places) left[a + b]--;
  return left.reduce((wrong, count) => wrong + (count === 0 ? 0 : 1), 0);
}

function range(length: number): number[] {
  return Array.from({ length: Math.round(length) }, (_, i) => i);
}

function members(universe: number, values: readonly number[]): Float64Array {
  const indicator = new Float64Array(universe);
  for (const value of values) indicator[value] = 1;
  return indicator;
}
