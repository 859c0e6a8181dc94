import { InvalidInputError, run } from '@infimum/core';
import { mulberry32 } from '@infimum/core/reference-generators';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { shiftAddFits } from '../exact/shift-add.ts';
import { countingSteps } from '../hamming-solution.ts';
import { periodicPair, plantedPattern, uniformPair } from '../instances.ts';
import { expectSame } from '../testing/expect-same.ts';
import { bruteForce, hashOf, pairs } from '../testing/oracle.ts';
import { inFull } from '../testing/tiers.ts';
import { BOUNDED_METHODS } from './bounded-planner.ts';
import { findWithMismatches } from './find-with-mismatches.ts';
import { FingerprintExtensions } from './fingerprint-extensions.ts';
import { kMismatch } from './k-mismatch.ts';
import { kangarooCounter } from './kangaroo.ts';

// Machines may be busy.
vi.setConfig({ testTimeout: 60_000 });

const clipped = (text: ArrayLike<number>, pattern: ArrayLike<number>, k: number, wildcard?: number) =>
  bruteForce(text, pattern, wildcard).map((distance) => Math.min(distance, Math.min(k, pattern.length) + 1));

describe.each([...BOUNDED_METHODS, 'auto' as const])('kMismatch by %s', (method) => {
  it('equals brute force cut off at k + 1', () => {
    fc.assert(
      fc.property(pairs(120), fc.constantFrom(0, 1, 2, 3, 5, 8, 200), ({ text, pattern }, k) => {
        const result = kMismatch(Uint8Array.from(text), Uint8Array.from(pattern), k, { method });
        const expected = clipped(text, pattern, k);
        expect([...result.distances]).toEqual(expected);
        expect([...result.hits]).toEqual([...expected.keys()].filter((i) => expected[i] <= k));
      }),
      { numRuns: inFull(75, 150) },
    );
  });

  it('equals brute force on longer instances of every kind', () => {
    for (const [n, m, symbols, k] of [
      [3000, 400, 2, 16],
      [3000, 400, 4, 250],
      [3000, 60, 26, 3],
      [3000, 500, 600, 64],
      [2000, 700, 70_000, 9],
    ]) {
      for (const pair of [
        uniformPair({ n, m, symbols }, 1),
        periodicPair({ n, m, symbols }, { period: 7, noise: 0.02 }, 2),
        plantedPattern(uniformPair({ n, m, symbols }, 3).text, m, k, 4),
      ]) {
        if (method === 'shift-add' && !shiftAddFits(m, k)) continue;
        const { distances } = kMismatch(pair.text, pair.pattern, k, { method });
        expect(hashOf(distances)).toBe(hashOf(clipped(pair.text, pair.pattern, k)));
      }
    }
  });

  it('tells signed symbols apart', () => {
    const next = mulberry32(1);
    const draw = (length: number) => Int32Array.from({ length }, () => [-2, -1, 0, 1][Math.floor(4 * next())]);
    const [text, pattern] = [draw(300), draw(40)];
    expect([...kMismatch(text, pattern, 25, { method }).distances]).toEqual(clipped(text, pattern, 25));
  });

  it('takes wildcards', () => {
    fc.assert(
      fc.property(pairs(50), fc.nat(4), ({ text, pattern }, k) => {
        const { distances } = kMismatch(Uint8Array.from(text), Uint8Array.from(pattern), k, { method, wildcard: 1 });
        expect([...distances]).toEqual(clipped(text, pattern, k, 1));
      }),
      { numRuns: 50 },
    );
  });
});

describe('kMismatch', () => {
  it('gives the same distances for every seed', () => {
    const { text, pattern } = periodicPair({ n: 5000, m: 800, symbols: 3 }, { period: 5, noise: 0.01 }, 1);
    const results = [0, 1, 2].map((seed) => hashOf(kMismatch(text, pattern, 20, { method: 'kangaroo', seed }).distances));
    expect(new Set(results).size).toBe(1);
  });

  it('never lets fingerprints make a distance too large', () => {
    fc.assert(
      fc.property(pairs(100), fc.nat(5), fc.nat(), ({ text, pattern }, k, seed) => {
        const pair = { text: Uint8Array.from(text), pattern: Uint8Array.from(pattern) };
        const { distances } = run(countingSteps(() => kangarooCounter(pair, k, { seed, verify: false }), { undecided: k + 1 }));
        clipped(text, pattern, k).forEach((distance, i) => {
          expect(distances[i]).toBeLessThanOrEqual(distance);
        });
      }),
    );
  });

  it('ends at limits with k + 1 for undecided shifts', () => {
    const { text, pattern } = uniformPair({ n: 200_000, m: 50, symbols: 4 }, 1);
    const part = kMismatch(text, pattern, 30, { method: 'scan', maxIterations: 1 });
    expect(part.status).toBe('iteration-limit');
    expect(part.completed).toBe(65536);
    expect(part.distances.subarray(65536).every((distance) => distance === 31)).toBe(true);
  });

  it.each([
    ['maxMismatches', -1, {}, 'out-of-range'],
    ['maxMismatches', 1.5, {}, 'not-integer'],
    ['maxMismatches', Number.NaN, {}, 'not-finite'],
    ['method', 1, { method: 'magic' }, 'unknown'],
    ['seed', 1, { seed: -1 }, 'out-of-range'],
  ])('rejects a bad %s', (argument, k, options, code) => {
    const call = () => kMismatch('abc', 'ab', k, options as object);
    expect(call).toThrow(InvalidInputError);
    expect(call).toThrow(expect.objectContaining({ argument, code }));
  });
});

describe('kMismatch with wildcards', () => {
  const { text, pattern } = uniformPair({ n: 200_000, m: 60, symbols: 5 }, 1);
  const options = { wildcard: 3 };

  it('reports iterations and traces, and ends at limits and aborts', () => {
    const completed: number[] = [];
    const whole = kMismatch(text, pattern, 40, {
      ...options,
      trace: true,
      onIteration: (iterate) => completed.push(iterate.completed),
    });
    expect(completed[0]).toBe(0);
    expect(completed.at(-1)).toBe(whole.distances.length);
    expect(whole.trace?.map((row) => row.completed)).toEqual(completed);
    const part = kMismatch(text, pattern, 40, { ...options, maxIterations: 1 });
    expect(part.status).toBe('iteration-limit');
    expect(part.completed).toBe(completed[1]);
    expectSame(part.distances.subarray(0, part.completed), whole.distances.subarray(0, part.completed));
    expect(part.distances.subarray(part.completed).every((distance) => distance === 41)).toBe(true);
    const controller = new AbortController();
    const aborted = kMismatch(text, pattern, 40, {
      ...options,
      signal: controller.signal,
      onIteration: ({ iteration }) => iteration === 2 && controller.abort(),
    });
    expect([aborted.status, aborted.completed]).toEqual(['aborted', completed[2]]);
  });
});

describe('threads', () => {
  it('change no distance, with wildcards or without', () => {
    const { text, pattern } = uniformPair({ n: 600_000, m: 80, symbols: 4 }, 1);
    for (const options of [{ method: 'scan' as const }, { method: 'clip' as const }, { wildcard: 2 }]) {
      const alone = kMismatch(text, pattern, 40, options).distances;
      expectSame(kMismatch(text, pattern, 40, { ...options, threads: 2 }).distances, alone);
    }
    expect(findWithMismatches(text, pattern, 40, { threads: 2 }).occurrences).toEqual(
      findWithMismatches(text, pattern, 40).occurrences,
    );
  });
});

describe('FingerprintExtensions', () => {
  it('tell symbols apart that agree modulo 2^31 - 1', () => {
    const text = Int32Array.from({ length: 200 }, (_, i) => (i === 150 ? -1 : 1));
    const pattern = new Int32Array(200).fill(1);
    expect(new FingerprintExtensions({ text, pattern }, 1).at(0, 0)).toBe(150);
  });

  it('equal the definition', () => {
    fc.assert(
      fc.property(pairs(200), fc.nat(), fc.nat(), ({ text, pattern }, a, b) => {
        const [i, j] = [a % (text.length + 1), b % (pattern.length + 1)];
        let length = 0;
        while (i + length < text.length && j + length < pattern.length && text[i + length] === pattern[j + length]) length++;
        const pair = { text: Uint8Array.from(text), pattern: Uint8Array.from(pattern) };
        expect(new FingerprintExtensions(pair, 1).at(i, j)).toBe(length);
      }),
      { numRuns: inFull(250, 500) },
    );
  });
});

describe('findWithMismatches', () => {
  it('says how far it came', () => {
    const aborted = findWithMismatches('aaaa', 'a', 0, { signal: AbortSignal.abort() });
    expect([aborted.status, aborted.completed, aborted.occurrences]).toEqual(['aborted', 0, []]);
    expect(findWithMismatches('aaaa', 'b', 0).status).toBe('converged');
  });

  it('finds what was planted, and nothing else', () => {
    const text = uniformPair({ n: 20_000, m: 1, symbols: 4 }, 7).text;
    const pair = plantedPattern(text, 100, 7, 11);
    const { occurrences: found, status } = findWithMismatches(pair.text, pair.pattern, 10);
    expect(status).toBe('converged');
    const expected = bruteForce(pair.text, pair.pattern)
      .map((distance, position) => ({ position, distance }))
      .filter(({ distance }) => distance <= 10);
    expect(expected.map(({ distance }) => distance)).toContain(7);
    expect(found).toEqual(expected);
  });
});
