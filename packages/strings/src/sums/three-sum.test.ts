import { InvalidInputError } from '@infimum/core';
import { mulberry32 } from '@infimum/core/reference-generators';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { clopperPearson } from '../testing/confidence.ts';

import { triangleSamples } from './exact-triangle.ts';
import { approximateThreeSumCounts } from './three-sum.ts';

// Machines may be busy.
vi.setConfig({ testTimeout: 60_000 });

const METHODS = ['fredman', 'hash', 'sample'] as const;

function countsByDefinition(a: readonly number[], b: readonly number[], c: readonly number[]): Float64Array {
  return Float64Array.from(c, (target) => {
    let count = 0;
    for (const left of a) for (const right of b) if (left + right === target) count++;
    return count;
  });
}

/** Two progressions with some random members, and targets of which many are rich. */
function progressions(size: number, seed: number) {
  const random = mulberry32(seed);
  const draw = () => Math.floor(random() * 20 * size) - 10 * size;
  const a = Array.from({ length: size }, (_, i) => (i % 4 === 0 ? draw() : 7 * i - 100));
  const b = Array.from({ length: size }, (_, i) => (i % 5 === 0 ? draw() : -7 * i));
  const c = Array.from({ length: size }, (_, i) => (i % 2 === 0 ? 7 * i - 100 - 3 * size : draw()));
  return [a, b, c] as const;
}

describe('approximateThreeSumCounts', () => {
  const set = fc.array(fc.integer({ min: -60, max: 60 }), { maxLength: 25 });

  it('is exact by fredman and by full sampling on small sets, in any order and with repetitions', () => {
    fc.assert(
      fc.property(set, set, set, fc.nat(), (a, b, c, seed) => {
        const expected = countsByDefinition(a, b, c);
        // With kappa ≥ |A| the bound is below one; all inner indices are sampled.
        for (const method of ['fredman', 'sample'] as const) {
          expect(approximateThreeSumCounts(a, b, c, 30, { method, seed }).counts).toEqual(expected);
        }
        const { counts } = approximateThreeSumCounts(a, b, c, 30, { method: 'hash', seed });
        expect(counts.every((count, t) => count >= expected[t])).toBe(true);
      }),
    );
  });

  it('takes values up to 2^51', () => {
    const big = 2 ** 51;
    const { counts } = approximateThreeSumCounts([big, -big, 5], [big, -big, 6], [2 * big, 0, 11, 1], 3);
    expect(counts).toEqual(Float64Array.of(1, 2, 1, 0));
  });

  it.each(['hash', 'sample'] as const)('is within N / kappa for all targets with probability 1 − delta (%s)', (method) => {
    const size = 64;
    const kappa = 4;
    const delta = 0.1;
    const [a, b, c] = progressions(size, 3);
    const exact = countsByDefinition(a, b, c);
    let [failures, inexact] = [0, 0];
    for (let seed = 0; seed < 100; seed++) {
      const { counts } = approximateThreeSumCounts(a, b, c, kappa, { method, seed, delta });
      const errors = counts.map((count, t) => count - exact[t]);
      if (method === 'hash') expect(Math.min(...errors)).toBeGreaterThanOrEqual(0);
      if (errors.some((error) => error !== 0)) inexact++;
      if (errors.some((error) => Math.abs(error) > size / kappa)) failures++;
    }
    expect(clopperPearson(failures, 100, 0.95).upper).toBeLessThanOrEqual(delta);
    expect(inexact).toBeGreaterThan(0);
  });

  it('is exact by fredman with the parameter of the guarantee, which at such sizes samples every witness', () => {
    const [a, b, c] = progressions(64, 3);
    for (let seed = 0; seed < 10; seed++) {
      expect(approximateThreeSumCounts(a, b, c, 4, { seed }).counts).toEqual(countsByDefinition(a, b, c));
    }
  });

  it.each([0.05, 0.2, 0.4])(
    'is one-sided with fewer witnesses, and misses no more than the share that is left out (kappa %f)',
    (kappaInner) => {
      const size = 100;
      const side = Math.sqrt(size);
      const [a, b, c] = progressions(size, 5);
      const exact = countsByDefinition(a, b, c);
      const all = exact.reduce((sum, count) => sum + count, 0);
      let [missed, allowed] = [0, 0];
      for (let seed = 0; seed < 20; seed++) {
        const { counts, layerPairs } = approximateThreeSumCounts(a, b, c, 4, { seed, kappaInner });
        const deficits = exact.map((count, t) => count - counts[t]);
        expect(Math.min(...deficits)).toBeGreaterThanOrEqual(0);
        missed += deficits.reduce((sum, deficit) => sum + deficit, 0) / all;
        // Every pair is counted if the column of its first member is sampled, and often if it is not.
        const samples = triangleSamples(side, 4 * size, kappaInner, 0.01 / (layerPairs * side));
        expect(samples).toBeLessThan(side);
        allowed += 1 - samples / side;
      }
      expect(missed).toBeGreaterThan(0);
      expect(missed / allowed).toBeLessThan(1.02);
    },
  );

  it('spreads progressions over the grid, so that layers are few whatever the seed', () => {
    const a = Array.from({ length: 256 }, (_, i) => 7 * i);
    const b = a.map((value) => -value);
    for (let seed = 0; seed < 50; seed++) {
      expect(approximateThreeSumCounts(a, b, [0], 1, { seed, kappaInner: 0.01 }).layerPairs).toBeLessThanOrEqual(81);
    }
    // Repeated members share a cell under every hash function.
    const repeated = new Int32Array(20).fill(3);
    const { counts, layerPairs } = approximateThreeSumCounts(repeated, repeated, [6, 7], 20);
    expect([...counts]).toEqual([400, 0]);
    expect(layerPairs).toBe(400);
  });

  it('gives the same bits for the same seed', () => {
    const [a, b, c] = progressions(36, 1);
    for (const method of METHODS) {
      const first = approximateThreeSumCounts(a, b, c, 2, { method, seed: 4 });
      expect(approximateThreeSumCounts(a, b, c, 2, { method, seed: 4 })).toEqual(first);
    }
  });

  it('has no counts without sums, and zeros without members', () => {
    expect(approximateThreeSumCounts([1], [2], [], 2).counts).toHaveLength(0);
    expect(approximateThreeSumCounts([], [2], [2], 2).counts).toEqual(Float64Array.of(0));
  });

  it.each([
    ['fractions', [0.5], [1], 'a', 'not-integer'],
    ['NaN', [1], [NaN], 'b', 'not-finite'],
    ['huge members', [2 ** 53], [1], 'a', 'out-of-range'],
  ])('rejects %s', (_, a, b, argument, code) => {
    const call = () => approximateThreeSumCounts(a, b, [1], 2);
    expect(call).toThrow(InvalidInputError);
    expect(call).toThrow(expect.objectContaining({ argument, code, index: 0 }));
  });

  it('rejects a kappa for which the residues would not fit in memory', () => {
    const call = () => approximateThreeSumCounts([1, 2], [1], [2], 2 ** 20, { method: 'hash' });
    expect(call).toThrow(expect.objectContaining({ argument: 'kappa', code: 'unsupported' }));
    for (const method of ['fredman', 'sample'] as const) {
      expect(approximateThreeSumCounts([1, 2], [1], [2], 1e300, { method }).counts[0]).toBe(1);
    }
  });

  it('rejects parameters out of range', () => {
    expect(() => approximateThreeSumCounts([1], [1], [2], 0.5)).toThrow(/^kappa/);
    expect(() => approximateThreeSumCounts([1], [1], [2], 2, { delta: 1 })).toThrow(/^delta/);
    expect(() => approximateThreeSumCounts([1], [1], [2], 2, { kappaInner: 0 })).toThrow(/^kappaInner/);
    expect(() => approximateThreeSumCounts([1], [1], [2], 2, { method: 'x' as 'hash' })).toThrow(/^method/);
  });
});
