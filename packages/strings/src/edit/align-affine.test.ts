import { describe, expect, it } from 'vitest';
import { alignAffine } from './align-affine.ts';

/** Whole numbers from 0 to below `most`. */
const drawer = (seed: number) => {
  let state = seed;
  return (most: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * most);
  };
};

interface Scores {
  readonly match: number;
  readonly mismatch: number;
  readonly gapOpen: number;
  readonly gapExtend: number;
}

/** The largest score of all alignments of all of two sequences, by trying a gap of every length in every place. */
const bestScore = (text: string, pattern: string, { match, mismatch, gapOpen, gapExtend }: Scores): number => {
  const table = Array.from({ length: pattern.length + 1 }, () => new Array<number>(text.length + 1).fill(-Infinity));
  table[0][0] = 0;
  for (let i = 0; i <= pattern.length; i++) {
    for (let j = 0; j <= text.length; j++) {
      if (i > 0 && j > 0) {
        const same = pattern[i - 1] === text[j - 1] ? match : -mismatch;
        table[i][j] = Math.max(table[i][j], table[i - 1][j - 1] + same);
      }
      for (let l = 1; l <= i; l++) table[i][j] = Math.max(table[i][j], table[i - l][j] - gapOpen - l * gapExtend);
      for (let l = 1; l <= j; l++) table[i][j] = Math.max(table[i][j], table[i][j - l] - gapOpen - l * gapExtend);
    }
  }
  return table[pattern.length][text.length];
};

/** The score of a CIGAR string, whose runs have to be true. */
const scoreOf = (cigar: string, text: string, pattern: string, scores: Scores): number => {
  let [i, j, total] = [0, 0, 0];
  for (const [, digits, kind] of cigar.matchAll(/(\d+)([=XID])/g)) {
    const count = Number(digits);
    if (kind === 'I' || kind === 'D') total -= scores.gapOpen + count * scores.gapExtend;
    for (let k = 0; k < count; k++) {
      if (kind === '=' || kind === 'X') {
        expect(pattern[i] === text[j]).toBe(kind === '=');
        total += kind === '=' ? scores.match : -scores.mismatch;
      }
      if (kind !== 'D') i++;
      if (kind !== 'I') j++;
    }
  }
  expect([i, j]).toEqual([pattern.length, text.length]);
  return total;
};

describe('alignAffine', () => {
  it('has the largest score of all alignments, of wholes and of parts', () => {
    for (let seed = 1; seed <= 120; seed++) {
      const draw = drawer(seed);
      const letters = (most: number) => Array.from({ length: draw(most) }, () => 'ACG'[draw(3)]).join('');
      const [text, pattern] = [letters(12), letters(10)];
      const scores = { match: draw(4), mismatch: draw(5), gapOpen: draw(6), gapExtend: draw(3) };
      const parts = { global: [-Infinity], fit: [-Infinity], local: [0] };
      for (let from = 0; from <= text.length; from++) {
        for (let to = from; to <= text.length; to++) {
          const part = text.slice(from, to);
          parts.fit.push(bestScore(part, pattern, scores));
          for (let p = 0; p <= pattern.length; p++) {
            for (let q = p; q <= pattern.length; q++) parts.local.push(bestScore(part, pattern.slice(p, q), scores));
          }
        }
      }
      parts.global.push(bestScore(text, pattern, scores));
      for (const scope of ['global', 'fit', 'local'] as const) {
        if (seed > 60 && scope === 'local') continue;
        const found = alignAffine(text, pattern, { ...scores, scope });
        expect(found.score, `${scope} ${seed}`).toBe(Math.max(...parts[scope]));
        const { start, end, patternStart, patternEnd, cigar } = found;
        const own = scoreOf(cigar, text.slice(start, end), pattern.slice(patternStart, patternEnd), scores);
        expect(own, `${scope} ${seed}`).toBe(found.score);
        if (scope !== 'local') expect([patternStart, patternEnd]).toEqual([0, pattern.length]);
      }
    }
  });

  it('refuses tables that do not fit and scores that are none', () => {
    expect(() => alignAffine(new Uint8Array(2 ** 20), new Uint8Array(2 ** 11))).toThrow(/does not fit/);
    expect(() => alignAffine('a'.repeat(1000), 'a'.repeat(1000), { match: 1_000_000 })).toThrow(/overflow/);
    expect(() => alignAffine('a', 'a', { gapOpen: -1 })).toThrow(/^gapOpen/);
    expect(alignAffine('', 'aa').score).toBe(-8);
    expect(alignAffine('', '', { scope: 'local' })).toMatchObject({ score: 0, cigar: '' });
  });
});
