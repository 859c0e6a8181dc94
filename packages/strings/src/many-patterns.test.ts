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
