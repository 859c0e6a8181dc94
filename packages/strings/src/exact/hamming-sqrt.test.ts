import { InvalidInputError, Random, run } from '@infimum/core';
import { powerExponent } from '@infimum/core/claim';
import { mulberry32 } from '@infimum/core/reference-generators';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { periodicSymbols, uniformSymbols } from '../claims/study-instances.ts';
import { uniformPair, zipfPair } from '../instances.ts';

import { expectSame } from '../testing/expect-same.ts';
import { distancesByDefinition } from '../testing/study.ts';
import { inFull, isFull } from '../testing/tiers.ts';
import { hammingDistances } from './hamming-distances.ts';
import type { HammingSqrtSolution } from './hamming-sqrt.ts';
import { hammingSqrt, hammingSqrtSteps } from './hamming-sqrt.ts';

// Machines may be busy.
vi.setConfig({ testTimeout: 60_000 });

const VARIANTS = ['randomized', 'deterministic'] as const;

describe('hammingSqrt', () => {
  it.each(VARIANTS)('gives the worked examples (%s)', (variant) => {
    const distances = (text: string, pattern: string) => [...hammingSqrt(text, pattern, { variant }).distances];
    expect(distances('1211221', '121')).toEqual([0, 2, 2, 1, 1]);
    expect(distances('abc', 'abc')).toEqual([0]);
    expect(distances('abcabc', 'xyz')).toEqual([3, 3, 3, 3]);
    expect(distances('aaaaaa', 'aaa')).toEqual([0, 0, 0, 0]);
    expect(distances('aaaaaa', 'aab')).toEqual([1, 1, 1, 1]);
    expect(distances('ab', 'abc')).toEqual([]);
    expect(distances('', 'a')).toEqual([]);
  });

  it('agrees with the definition, whatever the variant, the seed and the packing', () => {
    const instance = fc.tuple(fc.integer({ min: 1, max: 7 }), fc.boolean()).chain(([size, plain]) => {
      const symbols = fc.integer({ min: 0, max: plain ? size : 2 ** 31 - 1 });
      return fc.tuple(fc.array(symbols, { minLength: 1, maxLength: 400 }), fc.array(symbols, { minLength: 1, maxLength: 120 }));
    });
    fc.assert(
      fc.property(
        instance,
        fc.constantFrom(...VARIANTS),
        fc.nat(),
        fc.constantFrom<1 | 2>(1, 2),
        ([t, p], variant, seed, packing) => {
          const [text, pattern] = [Int32Array.from(t), Int32Array.from(p)];
          const { distances, operations, completed } = hammingSqrt(text, pattern, { variant, seed, packing });
          expect(distances).toEqual(distancesByDefinition(text, pattern));
          expect(completed).toBe(distances.length);
          expect(operations.abandoned).toBe(0);
        },
      ),
    );
  });

  it("gives the specification's reference numbers", () => {
    const uniform = [uniformPair({ n: 65536, m: 1024, symbols: 4 }, 5), 49549757, 708, 46726, 1576820877] as const;
    const zipf = () => [zipfPair({ n: 131072, m: 16384, symbols: 4096 }, 5), 1840475229, 15966, 56803, 797914901] as const;
    for (const [pair, sum, least, place, hash] of isFull ? [uniform, zipf()] : [uniform]) {
      const { distances } = hammingSqrt(pair.text, pair.pattern);
      expect(distances.reduce((total, distance) => total + distance, 0)).toBe(sum);
      expect(distances[place]).toBe(least);
      expect(distances.indexOf(distances.reduce((a, b) => Math.min(a, b)))).toBe(place);
      expect(distances.reduce((code, distance) => (Math.imul(code, 31) + distance) | 0, 0) >>> 0).toBe(hash);
    }
  });

  it('is Las Vegas: the seed changes the moduli and never the distances', () => {
    // Bursts of one symbol: 200 shifts with up to 200 matches, where the mean count would be 1.2 and p is 157.
    const m = 8192;
    const text = new Int32Array(2 * m).fill(7, 5000, 5200);
    const pattern = new Int32Array(m).fill(8).fill(7, 4000, 4200);
    const expected = distancesByDefinition(text, pattern);
    const folds = new Set<number>();
    for (let seed = 0; seed < 20; seed++) {
      const { distances, operations } = hammingSqrt(text, pattern, { seed });
      expectSame(distances, expected);
      folds.add(operations.folds);
    }
    expect(Math.max(...folds)).toBeGreaterThan(0);
    expectSame(hammingSqrt(text, pattern, { variant: 'deterministic' }).distances, expected);
  });

  it('draws no random number in the deterministic variant', () => {
    const draw = vi.spyOn(Random.prototype, 'uint32');
    const text = periodicSymbols(4096, 7, 0.01, mulberry32(1));
    hammingSqrt(text, text.slice(0, 1024), { variant: 'deterministic' });
    expect(draw).not.toHaveBeenCalled();
    draw.mockRestore();
  });

  it('can be ended within a block of many frequent symbols', () => {
    const { text, pattern } = uniformPair({ n: 2 ** 15, m: 2 ** 14, symbols: 64 }, 3);
    const { completed, distances, status } = hammingSqrt(text, pattern, { maxIterations: 1 });
    expect([completed, status]).toEqual([0, 'iteration-limit']);
    expect(distances.every((distance) => distance === 2 ** 14)).toBe(true);
    const whole = hammingSqrt(text, pattern);
    expectSame(whole.distances, hammingDistances(text, pattern, { method: 'simd' }).distances);
  });

  it('can be ended after any block, with bounds for what is left', () => {
    const text = uniformSymbols(400, 4, mulberry32(2));
    const pattern = text.slice(50, 100);
    const outcome = run(hammingSqrtSteps({ text, pattern }), { maxIterations: 2 });
    expect(outcome.status).toBe('iteration-limit');
    expect(outcome.completed).toBe(102);
    const exact = distancesByDefinition(text, pattern);
    expect(outcome.distances.subarray(0, 102)).toEqual(exact.subarray(0, 102));
    expect(outcome.distances.subarray(102).every((distance) => distance === 50)).toBe(true);
    const iterations = [...hammingSqrtSteps({ text, pattern })].map(({ iteration }) => iteration);
    expect(iterations).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('rejects bad input', () => {
    expect(() => hammingSqrt('abc', '')).toThrow(InvalidInputError);
    expect(() => hammingSqrt('abc', Uint8Array.of(1))).toThrow(/^pattern/);
    expect(() => hammingSqrt('abc', 'a', { seed: -1 })).toThrow(/^seed/);
    expect(() => hammingSqrt('abc', 'a', { variant: 'x' as 'deterministic' })).toThrow(/^variant/);
  });
});

describe('growth of the charged operations', () => {
  const exponents = inFull([8, 9, 10, 11, 12], [8, 9, 10, 11, 12, 13, 14]);

  it('is that of √m at σ = √m, n fixed in patterns', () => {
    const lengths = exponents.map((exponent) => 2 ** exponent);
    const perSymbol = lengths.map((m) => {
      const random = mulberry32(5);
      const [text, pattern] = [4 * m, m].map((length) => uniformSymbols(length, Math.round(Math.sqrt(m)), random));
      return charged(hammingSqrt(text, pattern)) / (4 * m);
    });
    const slope = powerExponent(lengths, perSymbol);
    expect(Math.abs(slope - 0.5)).toBeLessThan(0.03);
    expect(perSymbol[0] / Math.sqrt(lengths[0])).toBeCloseTo(21, 0);
  });

  it("has the specification's constant on a period of 7 with noise, and falls on Zipf symbols", () => {
    const scaled = (pair: readonly [Int32Array, Int32Array]) =>
      charged(hammingSqrt(...pair)) / (pair[0].length * Math.sqrt(pair[1].length));
    const sizes = inFull([6, 8, 10, 12], [6, 8, 10, 12, 14]);
    const periodic = sizes.map((exponent) => {
      const m = 2 ** exponent;
      const random = mulberry32(5);
      return scaled([periodicSymbols(4 * m, 7, 0.01, random), periodicSymbols(m, 7, 0.01, random)]);
    });
    expect(periodic[0]).toBeCloseTo(18.5, 1);
    if (isFull) expect(periodic[4]).toBeCloseTo(2.4, 1);
    const zipf = sizes.map((exponent) => {
      const m = 2 ** exponent;
      const { text, pattern } = zipfPair({ n: 4 * m, m, symbols: Math.sqrt(m) }, 5);
      return scaled([Int32Array.from(text), Int32Array.from(pattern)]);
    });
    for (const values of [periodic, zipf]) {
      for (let i = 1; i < values.length; i++) expect(values[i]).toBeLessThan(values[i - 1]);
    }
  });

  it('has a deterministic variant that costs no more than 1.2 times as much on frequent symbols', () => {
    const m = 4096;
    const random = mulberry32(5);
    const [text, pattern] = [4 * m, m].map((length) => periodicSymbols(length, 7, 0.01, random));
    const randomized = charged(hammingSqrt(text, pattern));
    const deterministic = charged(hammingSqrt(text, pattern, { variant: 'deterministic' }));
    expect(deterministic).toBeLessThan(1.2 * randomized);
  });
});

function charged({ operations }: HammingSqrtSolution): number {
  const { pairs, packedConvolution, exactConvolution, folding } = operations.operations;
  return pairs + packedConvolution + exactConvolution + folding;
}
