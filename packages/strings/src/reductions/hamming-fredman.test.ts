import { InvalidInputError, run } from '@infimum/core';
import { mulberry32 } from '@infimum/core/reference-generators';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { uniformSymbols } from '../claims/study-instances.ts';
import { clopperPearson } from '../testing/confidence.ts';

import { distancesByDefinition } from '../testing/study.ts';
import { inFull } from '../testing/tiers.ts';
import { hammingFredman, hammingFredmanSteps } from './hamming-fredman.ts';

// Machines may be busy.
vi.setConfig({ testTimeout: 60_000 });

/** A text with a noisy copy of the pattern, so that both large and small distances occur. */
function planted(m: number, alphabetSize: number, seed: number) {
  const random = mulberry32(seed);
  const text = uniformSymbols(4 * m, alphabetSize, random);
  const pattern = uniformSymbols(m, alphabetSize, random);
  for (let j = 0; j < m; j++) if (random() < 0.8) text[m + j] = pattern[j];
  return { text, pattern };
}

describe('hammingFredman', () => {
  it('gives the worked examples, which are small enough to be exact', () => {
    const distances = (text: string, pattern: string) => [...hammingFredman(text, pattern, { epsilon: 0.2 }).distances];
    expect(distances('1211221', '121')).toEqual([0, 2, 2, 1, 1]);
    expect(distances('aaaaaa', 'aab')).toEqual([1, 1, 1, 1]);
    expect(distances('abcabc', 'xyz')).toEqual([3, 3, 3, 3]);
    expect(distances('ab', 'abc')).toEqual([]);
  });

  it('keeps the relative error of all shifts below epsilon on small inputs', () => {
    const symbols = fc.array(fc.nat(12), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(symbols, symbols, fc.constantFrom(0.2, 0.5, 0.9), fc.nat(), (t, p, epsilon, seed) => {
        const [text, pattern] = [Int32Array.from(t), Int32Array.from(p)];
        const exact = distancesByDefinition(text, pattern);
        const { distances } = hammingFredman(text, pattern, { epsilon, seed, delta: 1e-9 });
        expect(worstError(distances, exact)).toBeLessThanOrEqual(epsilon);
      }),
      { numRuns: 40 },
    );
  });

  it('keeps it for small distances, which colourings decide, with probability 1 − delta', () => {
    const { text, pattern } = planted(48, 30, 1);
    const exact = distancesByDefinition(text, pattern);
    const epsilon = 0.3;
    const delta = 0.1;
    // Without a failure, 36 runs say that a probability is below 0.1.
    const seeds = inFull(40, 100);
    let [failures, inexact] = [0, 0];
    for (let seed = 0; seed < seeds; seed++) {
      const { distances, operations } = hammingFredman(text, pattern, { epsilon, delta, seed });
      expect(operations.coarse).toBeGreaterThan(0);
      expect(distances.every((distance, i) => exact[i] > 0 || distance === 0)).toBe(true);
      // The others are exact: at this size every witness is sampled.
      exact.forEach((distance, i) => {
        if (distance >= (1 + epsilon) * 24) expect(distances[i]).toBe(distance);
      });
      if (worstError(distances, exact) > 0) inexact++;
      if (worstError(distances, exact) > epsilon) failures++;
    }
    expect(clopperPearson(failures, seeds, 0.95).upper).toBeLessThanOrEqual(delta);
    expect(inexact).toBeGreaterThan(0);
  });

  it('never undercounts a large distance, however few witnesses are sampled', () => {
    const { text, pattern } = planted(64, 6, 2);
    const exact = distancesByDefinition(text, pattern);
    let above = 0;
    let [missed, matches] = [0, 0];
    for (let seed = 0; seed < 10; seed++) {
      const { distances, operations } = hammingFredman(text, pattern, { epsilon: 0.5, seed, kappaInner: 0.3 });
      expect(operations.layerPairs).toBeGreaterThan(1);
      // Half of the witnesses are sampled (6 of 12 columns), and with a match all those of its row and column.
      exact.forEach((distance, i) => {
        if (distances[i] < 48) return;
        missed += distances[i] - distance;
        matches += 64 - distance;
      });
      for (let i = 0; i < exact.length; i++) {
        if (distances[i] >= 48) expect(distances[i]).toBeGreaterThanOrEqual(exact[i]);
        else expect(distances[i]).toBeLessThanOrEqual(exact[i]);
        if (distances[i] > exact[i]) above++;
      }
    }
    expect(above).toBeGreaterThan(0);
    expect(missed).toBeLessThan(0.5 * matches);
  });

  it('counts its operations, and gives the same bits for the same seed', () => {
    const { text, pattern } = planted(32, 5, 3);
    const { operations, distances } = hammingFredman(text, pattern, { epsilon: 0.5, seed: 7 });
    const again = hammingFredman(text, pattern, { epsilon: 0.5, seed: 7 });
    expect(again.distances).toEqual(distances);
    expect(again.operations).toEqual(operations);
    const { checks, equalityProducts, instances, multiplyAdds } = operations.operations;
    for (const count of [checks, equalityProducts, instances, multiplyAdds]) expect(count).toBeGreaterThan(0);
    expect(operations.blocks).toBe(3);
  });

  it('can be ended after any block', () => {
    const { text, pattern } = planted(20, 4, 5);
    const outcome = run(hammingFredmanSteps({ text, pattern }, { epsilon: 0.5 }), { maxIterations: 1 });
    expect(outcome.completed).toBe(21);
    expect(outcome.distances.subarray(21).every((distance) => distance === 20)).toBe(true);
  });

  it('rejects bad input', () => {
    expect(() => hammingFredman('abc', '', { epsilon: 0.5 })).toThrow(InvalidInputError);
    expect(() => hammingFredman('abc', 'a', { epsilon: 0 })).toThrow(/^epsilon/);
    expect(() => hammingFredman('abc', 'a', { epsilon: 1 })).toThrow(/^epsilon/);
    expect(() => hammingFredman('abc', 'a', { epsilon: 0.5, delta: 1 })).toThrow(/^delta/);
    expect(() => hammingFredman('abc', 'a', { epsilon: 0.5, kappaInner: -1 })).toThrow(/^kappaInner/);
  });
});

function worstError(distances: Float64Array, exact: Int32Array): number {
  return distances.reduce((worst, distance, i) => Math.max(worst, Math.abs(distance - exact[i]) / Math.max(1, exact[i])), 0);
}
