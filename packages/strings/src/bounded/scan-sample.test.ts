import { describe, expect, it } from 'vitest';
import { bitSets } from '../exact/hamming-sets.ts';
import { periodicPair, uniformPair } from '../instances.ts';
import type { SymbolPair } from '../symbols.ts';
import { bruteForce } from '../testing/oracle.ts';
import { kMismatch } from './k-mismatch.ts';
import { sampleScan } from './scan-sample.ts';

/** Symbols a shift that a whole scan compares. */
const scanned = ({ text, pattern }: SymbolPair, k: number): number => {
  const { operations, distances } = kMismatch(text, pattern, k, { method: 'scan' });
  return (operations.comparisons ?? NaN) / (64 * Math.ceil(distances.length / 64));
};

describe('sampled shifts', () => {
  it.each([
    ['few symbols', uniformPair({ n: 30_000, m: 3000, symbols: 2 }, 1), [0, 5, 100, 600]],
    ['bytes', uniformPair({ n: 30_000, m: 500, symbols: 26 }, 2), [1, 60, 499]],
    ['symbols of two bytes', uniformPair({ n: 30_000, m: 2000, symbols: 5000 }, 3), [0, 64, 700]],
    ['symbols of four bytes', uniformPair({ n: 30_000, m: 900, symbols: 100_000 }, 4), [3, 300]],
    ['periods', periodicPair({ n: 30_000, m: 2000, symbols: 9 }, { period: 5, noise: 0 }, 5), [4, 400, 1999]],
  ] as const)('are compared as a whole scan compares all of them: %s', (_, pair, bounds) => {
    for (const k of bounds) {
      const { symbols, mismatches } = sampleScan(pair, k);
      const all = scanned(pair, k);
      expect(symbols).toBeGreaterThan(0.75 * all);
      expect(symbols).toBeLessThan(1.25 * all);
      expect(mismatches).toBeGreaterThanOrEqual(0);
      expect(mismatches).toBeLessThanOrEqual(k);
    }
  });

  it('count the mismatches of all shifts where these are few', () => {
    const { text, pattern } = uniformPair({ n: 60, m: 20, symbols: 3 }, 6);
    const exact = bruteForce(text, pattern);
    const mean = exact.reduce((sum, distance) => sum + Math.min(distance, 12), 0) / exact.length;
    expect(sampleScan({ text, pattern }, 12).mismatches).toBeCloseTo(mean, 9);
  });

  it('are compared as sets of bits where symbols match others', () => {
    const { text, pattern } = uniformPair({ n: 20_000, m: 1000, symbols: 5 }, 7);
    const matching = { wildcard: 3, sets: new Map<number, readonly number[]>() };
    const [sets] = bitSets({ text, pattern }, matching);
    const plain = sampleScan({ text, pattern }, 50).symbols;
    const wild = sampleScan({ text, pattern }, 50, sets).symbols;
    // A pair of random symbols mismatches with 4/5, and with 12/25 where one of five is wild.
    expect(wild / plain).toBeGreaterThan(1.2);
    expect(wild / plain).toBeLessThan(2.2);
  });
});
