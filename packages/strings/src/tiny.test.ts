import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { approximateHammingDistances } from './approximate/approximate-hamming-distances.ts';
import { findWithMismatches } from './bounded/find-with-mismatches.ts';
import { kMismatch } from './bounded/k-mismatch.ts';
import { hammingDistances } from './exact/hamming-distances.ts';
import { bruteForce } from './testing/oracle.ts';
import { isTiny, isUnwatched, TINY, TINY_BOUNDED } from './tiny.ts';

const symbols = (kind: 0 | 1 | 2, values: number[]) =>
  kind === 0 ? String.fromCharCode(...values.map((value) => 97 + value)) : kind === 1 ? Uint8Array.from(values) : values;

const sequences = fc
  .record({
    kind: fc.constantFrom(0, 1, 2),
    text: fc.array(fc.nat(3), { maxLength: 60 }),
    pattern: fc.array(fc.nat(3), { minLength: 1, maxLength: 12 }),
    k: fc.nat(14),
  })
  .map(({ kind, text, pattern, k }) => ({
    text: symbols(kind, text),
    pattern: symbols(kind, pattern),
    exact: text.length < pattern.length ? [] : Array.from(bruteForce(text, pattern)),
    m: pattern.length,
    k,
  }));

describe('searches with next to nothing to do', () => {
  it('give what brute force gives, and the same whether somebody looks on or not', () => {
    const watched = { onIteration: () => {} };
    fc.assert(
      fc.property(sequences, ({ text, pattern, exact, m, k }) => {
        const bound = Math.min(k, m) + 1;
        const close = exact.flatMap((distance, position) => (distance < bound ? [{ position, distance }] : []));
        const all = [{}, watched].map((options) => {
          const hamming = hammingDistances(text, pattern, options);
          const bounded = kMismatch(text, pattern, k, options);
          const found = findWithMismatches(text, pattern, k, options);
          const near = approximateHammingDistances(text, pattern, { epsilon: 0.1, ...options });
          expect(Array.from(hamming.distances)).toEqual(exact);
          expect(Array.from(bounded.distances)).toEqual(exact.map((distance) => Math.min(distance, bound)));
          expect(Array.from(bounded.hits)).toEqual(close.map(({ position }) => position));
          expect(found.occurrences).toEqual(close);
          expect(Array.from(near.distances)).toEqual(exact);
          return [hamming, bounded, found, near].map(({ seconds: _, iterations: __, ...same }) => same);
        });
        expect(all[0]).toEqual(all[1]);
      }),
    );
  });

  it('are told by their comparisons and by what looks on', () => {
    const pair = (n: number, m: number) => ({ text: new Uint8Array(n), pattern: new Uint8Array(m) });
    expect(isTiny(pair(7, 3), TINY)).toBe(true);
    expect(isTiny(pair(2, 3), TINY)).toBe(false);
    expect(isTiny(pair(163, 100), TINY_BOUNDED)).toBe(false);
    expect(isUnwatched(undefined)).toBe(true);
    for (const option of [{ maxSeconds: 1 }, { maxIterations: 0 }, { trace: true }, { onIteration: () => {} }]) {
      expect(isUnwatched(option)).toBe(false);
    }
    expect(kMismatch('GATTACA', 'TAC', 0, { maxIterations: 0 })).toMatchObject({ completed: 0, hits: new Int32Array() });
  });

  it('name bad bounds', () => {
    expect(() => kMismatch('GATTACA', 'TAC', -1)).toThrow(/maxMismatches/);
    expect(() => findWithMismatches('GATTACA', 'TAC', Number.NaN)).toThrow(/maxMismatches/);
  });
});
