import { InvalidInputError, run } from '@infimum/core';
import { powerExponent } from '@infimum/core/claim';
import { mulberry32 } from '@infimum/core/reference-generators';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { almostPeriodic, periodicSymbols, uniformSymbols } from '../claims/study-instances.ts';

import { expectSame } from '../testing/expect-same.ts';
import { distancesByDefinition } from '../testing/study.ts';
import { inFull } from '../testing/tiers.ts';
import type { KMismatchPeriodicDistances } from './k-mismatch-periodic.ts';
import { kMismatchPeriodic, kMismatchPeriodicSteps } from './k-mismatch-periodic.ts';

// Machines may be busy.
vi.setConfig({ testTimeout: 60_000 });

function bounded(text: ArrayLike<number>, pattern: ArrayLike<number>, k: number): Int32Array {
  return distancesByDefinition(text, pattern).map((distance) => Math.min(distance, k + 1));
}

describe('kMismatchPeriodic', () => {
  it('gives the worked examples', () => {
    const { distances, hits } = kMismatchPeriodic('1211221', '121', 1);
    expect([...distances]).toEqual([0, 2, 2, 1, 1]);
    expect([...hits]).toEqual([0, 3, 4]);
    expect([...kMismatchPeriodic('aaaaaa', 'aab', 0).distances]).toEqual([1, 1, 1, 1]);
    expect([...kMismatchPeriodic('abcdef', 'xyz', 5).distances]).toEqual([3, 3, 3, 3]);
    expect([...kMismatchPeriodic('ab', 'abc', 1).distances]).toEqual([]);
  });

  it('is exact on periodic, noisy and planted instances, through every branch', () => {
    let [integrated, verified, heavy] = [0, 0, 0];
    const instance = fc.record({
      n: fc.integer({ min: 1, max: 250 }),
      share: fc.double({ min: 0.01, max: 1, noNaN: true }),
      period: fc.integer({ min: 1, max: 12 }),
      noise: fc.constantFrom(0, 0.02, 0.1, 1),
      planted: fc.boolean(),
      k: fc.oneof(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 300 })),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(instance, ({ n, share, period, noise, planted, k, seed }) => {
        const random = mulberry32(seed);
        const m = Math.max(1, Math.floor(n * share));
        const text = periodicSymbols(n, period, noise, random);
        const pattern = periodicSymbols(m, period, noise, random);
        if (planted) text.set(pattern, Math.floor(random() * (n - m + 1)));
        const exact = bounded(text, pattern, k);
        const { distances, hits, operations } = kMismatchPeriodic(text, pattern, k, { seed });
        expect(distances).toEqual(exact);
        expect([...hits]).toEqual([...exact.keys()].filter((i) => exact[i] <= k));
        integrated += operations.integrated;
        verified += operations.verified;
        heavy += operations.heavy;
      }),
      { numRuns: 300, seed: 1 },
    );
    expect(integrated).toBeGreaterThan(100);
    expect(verified).toBeGreaterThan(100);
    expect(heavy).toBeGreaterThan(100);
  });

  it('loses no hit whatever the seed and the variant', () => {
    const random = mulberry32(4);
    const text = periodicSymbols(3000, 3, 0.05, random);
    const pattern = periodicSymbols(400, 3, 0.02, random);
    const exact = bounded(text, pattern, 30);
    for (let seed = 0; seed < 20; seed++) {
      expectSame(kMismatchPeriodic(text, pattern, 30, { seed }).distances, exact);
    }
    expect(kMismatchPeriodic(text, pattern, 30, { variant: 'deterministic' }).distances).toEqual(exact);
  });

  it('can be ended after any segment', () => {
    const text = periodicSymbols(300, 2, 0.1, mulberry32(3));
    const pattern = text.slice(40, 80);
    const outcome = run(kMismatchPeriodicSteps({ text, pattern, k: 3 }), { maxIterations: 3 });
    expect(outcome.completed).toBe(60);
    const exact = bounded(text, pattern, 3);
    expect(outcome.distances.subarray(0, 60)).toEqual(exact.subarray(0, 60));
    expect(outcome.distances.subarray(60).every((distance) => distance === 4)).toBe(true);
  });

  it('takes a k beyond the pattern, as large as may be', () => {
    const text = periodicSymbols(100, 3, 0.3, mulberry32(5));
    const pattern = text.slice(20, 45);
    const exact = distancesByDefinition(text, pattern);
    for (const k of [25, 2 ** 31 - 1, Number.MAX_SAFE_INTEGER]) {
      expect(kMismatchPeriodic(text, pattern, k).distances).toEqual(exact);
    }
    const outcome = run(kMismatchPeriodicSteps({ text, pattern, k: 2 ** 40 }), { maxIterations: 1 });
    expect(outcome.distances.at(-1)).toBe(26);
  });

  it('rejects bad input', () => {
    expect(() => kMismatchPeriodic('abc', '', 1)).toThrow(InvalidInputError);
    expect(() => kMismatchPeriodic('abc', 'a', -1)).toThrow(/^k/);
    expect(() => kMismatchPeriodic('abc', 'a', 0.5)).toThrow(/^k/);
    expect(() => kMismatchPeriodic('abc', 'a', NaN)).toThrow(/^k/);
    expect(() => kMismatchPeriodic('abc', Uint8Array.of(1), 1)).toThrow(/^pattern/);
  });
});

describe('operations after the filter', () => {
  const all = [1, 2, 7, 64].flatMap((period) => [8, 64].map((k) => [period, k] as const));
  const cases = inFull([all[0], all[5]], all);

  it.each(cases)('grow like n where text and pattern have period %i, k = %i', (period, k) => {
    const m = 2 ** 12;
    const sizes = [2 ** 14, 2 ** 15, 2 ** 16, 2 ** 17];
    const work = sizes.map((n) => {
      const result = kMismatchPeriodic(...almostPeriodic(n, m, { period, k }), k);
      expect(result.hits.length).toBeGreaterThan(0);
      expect(operations(result)).toBeLessThan(n + (n * k) / Math.sqrt(m));
      return operations(result);
    });
    // The work is done for shifts, of which there are n - m + 1.
    const exponent = powerExponent(
      sizes.map((n) => n - m + 1),
      work,
    );
    expect(Math.abs(exponent - 1)).toBeLessThan(0.1);
  });

  it('are flat in m where k ≤ √m', () => {
    const n = 2 ** 15;
    const k = 32;
    const perSymbol = [2 ** 10, 2 ** 11, 2 ** 12, 2 ** 13].map(
      (m) => operations(kMismatchPeriodic(...almostPeriodic(n, m, { period: 2, k }), k)) / n,
    );
    expect(Math.max(...perSymbol)).toBeLessThan(2);
    // Longer patterns have fewer segments, so that there is less to do.
    expect(perSymbol[3]).toBeLessThan(perSymbol[0]);
  });

  it('stay below 512 (n + nk/√m) where frequent symbols need the lemma', () => {
    const n = 2 ** 15;
    const m = 2 ** 12;
    const k = 250;
    const [text, pattern] = almostPeriodic(n, m, { period: 1, k });
    const result = kMismatchPeriodic(text, pattern, k);
    expect(result.operations.heavy).toBeGreaterThan(0);
    expectSame(result.distances, bounded(text, pattern, k));
    expect(operations(result)).toBeLessThan(512 * (n + (n * k) / Math.sqrt(m)));
  });

  it('are few where nothing comes near the pattern', () => {
    const text = uniformSymbols(2 ** 15, 4, mulberry32(8));
    const pattern = uniformSymbols(2 ** 12, 4, mulberry32(9));
    expect(operations(kMismatchPeriodic(text, pattern, 64))).toBe(0);
  });
});

function operations({ operations }: KMismatchPeriodicDistances): number {
  const { verifications, pairs, packedConvolution, exactConvolution, folding } = operations.operations;
  return verifications + pairs + packedConvolution + exactConvolution + folding;
}
