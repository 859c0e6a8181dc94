import { describe, expect, it } from 'vitest';
import { findWithMismatches } from './find-with-mismatches.ts';
import { uniformPair } from './instances.ts';
import { findManyWithMismatches } from './many-patterns.ts';

describe('findManyWithMismatches', () => {
  it('finds what one search for each pattern finds', () => {
    const { text } = uniformPair({ n: 3000, m: 1, symbols: 4 }, 1);
    const patterns = [text.slice(5, 25), text.slice(100, 140), Uint8Array.of(9, 9, 9)];
    const { occurrences, status } = findManyWithMismatches(text, patterns, 8);
    const expected = patterns.flatMap((pattern, index) =>
      findWithMismatches(text, pattern, 8).map((found) => ({ pattern: index, ...found })),
    );
    expect(occurrences).toEqual(expected);
    expect(status).toBe('converged');
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
    expect(() => findManyWithMismatches('abc', patterns as string[], 0)).toThrow(
      expect.objectContaining({ argument }),
    );
  });
});
