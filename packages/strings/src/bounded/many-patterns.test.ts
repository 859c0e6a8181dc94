import { mulberry32 } from '@infimum/core/reference-generators';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { uniformPair } from '../instances.ts';
import { bruteForce } from '../testing/oracle.ts';
import { findWithMismatches } from './find-with-mismatches.ts';
import { findManyWithMismatches } from './many-patterns.ts';
import { planMany } from './many-planner.ts';
import { PieceIndex } from './piece-index.ts';

// Machines may be busy.
vi.setConfig({ testTimeout: 60_000 });

describe('findManyWithMismatches', () => {
  it('finds what one search for each pattern finds', () => {
    const { text } = uniformPair({ n: 3000, m: 1, symbols: 4 }, 1);
    const patterns = [text.slice(5, 25), text.slice(100, 140), Uint8Array.of(9, 9, 9)];
    const { occurrences, status } = findManyWithMismatches(text, patterns, 8);
    const expected = patterns.flatMap((pattern, index) =>
      findWithMismatches(text, pattern, 8).occurrences.map((found) => ({ pattern: index, ...found })),
    );
    expect(occurrences).toEqual(expected);
    expect(status).toBe('converged');
  });

  it('finds the same together as one by one', () => {
    let together = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(2, 4, 26, 3000),
        fc.integer({ min: 0, max: 4 }),
        fc.integer({ min: 10, max: 40 }),
        fc.nat(),
        (symbols, k, count, seed) => {
          const next = mulberry32(seed);
          const text = uniformPair({ n: 1500, m: 1, symbols }, seed).text;
          const patterns = Array.from({ length: count }, () => {
            const m = 1 + Math.floor(60 * next());
            const pattern = text.slice(Math.floor(next() * 1400)).subarray(0, m);
            for (let change = 0; change < 3; change++) pattern[Math.floor(next() * m)] = 1;
            return pattern;
          });
          const { occurrences, completed } = findManyWithMismatches(text, patterns, k);
          const expected = patterns.flatMap((pattern, index) =>
            bruteForce(text, pattern).flatMap((distance, position) =>
              distance <= k ? [{ pattern: index, position, distance }] : [],
            ),
          );
          expect(occurrences).toEqual(expected);
          expect(completed).toBe(count);
          together += planMany(
            text,
            patterns,
            patterns.map(() => k),
          ).together.length;
        },
      ),
      { numRuns: 25, seed: 1 },
    );
    expect(together).toBeGreaterThan(100);
  });

  it('can be ended while it searches for many together', () => {
    const { text } = uniformPair({ n: 600_000, m: 1, symbols: 4 }, 1);
    const patterns = Array.from({ length: 50 }, (_, p) => text.slice(100 * p, 100 * p + 40));
    expect(
      planMany(
        text,
        patterns,
        patterns.map(() => 2),
      ).together,
    ).toHaveLength(50);
    const part = findManyWithMismatches(text, patterns, 2, { maxIterations: 1 });
    expect([part.status, part.completed, part.occurrences.length]).toEqual(['iteration-limit', 0, 0]);
    const { occurrences } = findManyWithMismatches(text, patterns, 2);
    expect(occurrences.map(({ pattern, position }) => [pattern, position])).toEqual(patterns.map((_, p) => [p, 100 * p]));
  });

  it('keeps what it has at a limit', () => {
    const outcome = findManyWithMismatches('abcabc', ['abc', 'bca'], 0, { maxIterations: 1 });
    expect(outcome.completed).toBe(1);
    expect(outcome.occurrences.map(({ position }) => position)).toEqual([0, 3]);
  });

  it('looks at limits and signals within the search for one pattern', () => {
    const { text, pattern } = uniformPair({ n: 300_000, m: 30, symbols: 4 }, 1);
    const controller = new AbortController();
    const outcome = findManyWithMismatches(text, [pattern, pattern], 3, {
      signal: controller.signal,
      onIteration: ({ iteration }) => iteration === 2 && controller.abort(),
    });
    expect([outcome.status, outcome.completed, outcome.iterations]).toEqual(['aborted', 0, 2]);
    expect(findManyWithMismatches(text, [pattern], 3, { maxSeconds: 0 }).status).toBe('time-limit');
  });

  it('takes wildcards and no patterns at all', () => {
    const { occurrences } = findManyWithMismatches('abcab', ['a?'], 0, { wildcard: '?' });
    expect(occurrences.map(({ position }) => position)).toEqual([0, 3]);
    expect(findManyWithMismatches('abc', [], 0).occurrences).toEqual([]);
  });

  it.each([
    ['patterns', 'abc'],
    ['patterns[1]', ['a', '']],
    ['patterns[0]', [Uint8Array.of(1)]],
  ])('rejects bad %s', (argument, patterns) => {
    expect(() => findManyWithMismatches('abc', patterns as string[], 0)).toThrow(expect.objectContaining({ argument }));
  });
});

describe('PieceIndex', () => {
  it('finds every place once, in whatever blocks the text is read', () => {
    const { text } = uniformPair({ n: 300, m: 1, symbols: 2 }, 3);
    const patterns = [text.slice(10, 30), text.slice(11, 31), text.slice(50, 55), Uint8Array.of(0, 0, 0)];
    for (const block of [1, 7, 1000]) {
      const index = new PieceIndex(patterns, [2, 2, 2, 2], 1);
      const found: string[] = [];
      for (let from = 0; from < text.length; from += block) {
        index.search(text, from, from + block, (p, position, distance) => {
          found.push(`${p} ${position} ${distance}`);
        });
      }
      const expected = patterns.flatMap((pattern, p) =>
        bruteForce(text, pattern).flatMap((distance, position) => (distance <= 2 ? [`${p} ${position} ${distance}`] : [])),
      );
      // With three mismatches in three symbols no piece is exact; with two one is.
      expect(found.sort()).toEqual(expected.sort());
    }
  });
});
