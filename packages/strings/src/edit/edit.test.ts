import type { KernelBuild } from '@infimum/linalg/kernels';
import { useKernels } from '@infimum/linalg/kernels';
import { afterEach, describe, expect, it } from 'vitest';
import { reverseComplement } from '../sequences.ts';
import { alignAffine } from './align-affine.ts';
import { alignWithDifferences } from './align-with-differences.ts';
import { editDistance } from './edit-distance.ts';
import { findWithDifferences } from './find-with-differences.ts';

/** Whole numbers from 0 to below `most`. */
const drawer = (seed: number) => {
  let state = seed;
  return (most: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * most);
  };
};
type Draw = ReturnType<typeof drawer>;

const letters = (draw: Draw, length: number, size: number) => Array.from({ length }, () => 'ACGTNRYKM'[draw(size)]).join('');

/** A copy with edits. */
const edited = (draw: Draw, text: string, edits: number, size: number) => {
  let copy = text;
  for (let k = 0; k < edits; k++) {
    const at = draw(copy.length + 1);
    const kind = draw(3);
    copy = copy.slice(0, at) + (kind < 2 ? letters(draw, 1, size) : '') + copy.slice(kind > 0 ? at + 1 : at);
  }
  return copy;
};

/** The last row of the table, by the recurrence; the first row is zero where a part of the text may begin anywhere. */
const lastRow = (text: string, pattern: string, isFree: boolean): number[] => {
  let column = Array.from({ length: pattern.length + 1 }, (_, i) => i);
  const row = [pattern.length];
  for (let j = 1; j <= text.length; j++) {
    const next = [isFree ? 0 : j];
    for (let i = 1; i <= pattern.length; i++) {
      const same = pattern[i - 1] === text[j - 1] ? 0 : 1;
      next.push(Math.min(column[i] + 1, next[i - 1] + 1, column[i - 1] + same));
    }
    column = next;
    row.push(column[pattern.length]);
  }
  return row;
};

const COUNT = process.env['INFIMUM_FULL'] ? 10_000 : 1500;

describe('editDistance', () => {
  it('is that of the recurrence, for drawn pairs near and far, with limits', () => {
    for (let seed = 1; seed <= COUNT; seed++) {
      const draw = drawer(seed);
      const size = 1 + draw(5);
      const a = letters(draw, draw(draw(4) === 0 ? 300 : 70), size);
      const b = draw(2) === 0 ? edited(draw, a, draw(20), size) : letters(draw, draw(100), size);
      const truth = lastRow(b, a, false)[b.length];
      expect(editDistance(a, b)).toBe(truth);
      const maxDistance = draw(truth + 4);
      expect(editDistance(b, a, { maxDistance })).toBe(Math.min(truth, maxDistance + 1));
    }
  });

  it('holds on long sequences in a band', () => {
    const draw = drawer(9);
    const a = letters(draw, 20_000, 4);
    const b = edited(draw, a, 300, 4);
    const found = editDistance(a, b);
    expect(found).toBeLessThanOrEqual(300);
    expect(found).toBeGreaterThan(200);
    expect(editDistance(a, b, { maxDistance: found - 1 })).toBe(found);
    expect(editDistance(a, b, { maxDistance: found })).toBe(found);
    expect(editDistance(a.slice(0, 700), b.slice(0, 800))).toBe(lastRow(b.slice(0, 800), a.slice(0, 700), false)[800]);
  });

  it('takes strings, code points, and arrays of any integers', () => {
    expect(editDistance('', 'abc')).toBe(3);
    expect(editDistance([1, -5, 70_000], [1, 70_000])).toBe(1);
    const large = Uint32Array.of(2 ** 32 - 1, 7, 2 ** 31);
    expect(editDistance(large, large.slice())).toBe(0);
    expect(editDistance(large, Int32Array.of(-1, 7, -(2 ** 31)))).toBe(2);
    expect(alignWithDifferences(large, Int32Array.of(-1, 7)).cigar).toBe('1X1=1D');
    expect(editDistance(Uint8Array.of(1, 2), Int32Array.of(2, 1, 2))).toBe(1);
    expect(editDistance('a😀b', 'a😁b')).toBe(1);
    expect(editDistance('a😀b', 'ab', { unit: 'code-point' })).toBe(1);
    expect(() => editDistance('a', [1] as never)).toThrow(/^b: must be a string/);
    expect(() => editDistance('a', 'b', { maxDistance: -1 })).toThrow(/^maxDistance/);
  });
});

describe('findWithDifferences', () => {
  it('finds all ends of drawn patterns with their distances', () => {
    for (let seed = 1; seed <= COUNT / 3; seed++) {
      const draw = drawer(seed);
      const size = 1 + draw(4);
      const pattern = letters(draw, 1 + draw(draw(3) === 0 ? 200 : 40), size);
      const text = letters(draw, draw(60), size) + edited(draw, pattern, draw(6), size) + letters(draw, draw(200), size);
      const k = draw(Math.min(pattern.length, 12) + 1);
      const { occurrences, completed } = findWithDifferences(text, pattern, k);
      const truth = lastRow(text, pattern, true)
        .map((distance, end) => ({ end, distance }))
        .filter(({ end, distance }) => end > 0 && distance <= k);
      expect(occurrences).toEqual(truth);
      expect(completed).toBe(text.length);
    }
  });

  it('searches both strands, of RNA too, and in both cases', () => {
    const text = 'CCCGAUUACACCCC';
    const found = (pattern: string, options: object) =>
      findWithDifferences(text, pattern, 1, options).occurrences.filter(({ distance }) => distance === 0);
    expect(found('GATTACA', { strands: 'both' })).toEqual([{ end: 10, distance: 0, strand: '+' }]);
    expect(found(reverseComplement('GATTACA'), { strands: 'both' })).toEqual([{ end: 10, distance: 0, strand: '-' }]);
    expect(found('gauuaca', { ignoreCase: true })).toEqual([{ end: 10, distance: 0 }]);
    expect(found('GATTACA', {})).toEqual([]);
  });

  it('takes any number of differences', () => {
    for (const k of [3, 2 ** 31, 1e15]) {
      const { occurrences } = findWithDifferences('xabx', 'abc', k);
      expect(occurrences.map(({ distance }) => distance)).toEqual([3, 2, 1, 1]);
    }
  });

  it('keeps what it has where a limit ends it', () => {
    const text = 'ACGT'.repeat(50_000);
    const { status, occurrences, completed } = findWithDifferences(text, 'ACGTACGT', 0, { maxIterations: 1 });
    expect(status).toBe('iteration-limit');
    expect(completed).toBe(2 ** 16);
    expect(occurrences).toHaveLength(2 ** 14 - 1);
  });
});

describe('alignWithDifferences', () => {
  /** Applies a CIGAR string: its cost, and whether its runs are true. */
  const follow = (cigar: string, text: string, pattern: string) => {
    let [i, j, cost] = [0, 0, 0];
    for (const [, count, kind] of cigar.matchAll(/(\d+)([=XID])/g)) {
      for (let k = 0; k < Number(count); k++) {
        if (kind === '=' || kind === 'X') expect(pattern[i] === text[j]).toBe(kind === '=');
        if (kind !== '=') cost++;
        if (kind !== 'D') i++;
        if (kind !== 'I') j++;
      }
    }
    expect([i, j]).toEqual([pattern.length, text.length]);
    return cost;
  };

  it('has as many differences as the distance, of wholes and of parts', () => {
    for (let seed = 1; seed <= COUNT / 3; seed++) {
      const draw = drawer(seed);
      const size = 1 + draw(4);
      const pattern = letters(draw, draw(100), size);
      const text = draw(2) === 0 ? edited(draw, pattern, draw(10), size) : letters(draw, draw(90), size);
      const whole = alignWithDifferences(text, pattern);
      expect(whole.distance).toBe(lastRow(text, pattern, false)[text.length]);
      expect(follow(whole.cigar, text, pattern)).toBe(whole.distance);
      if (pattern.length === 0) continue;
      const long = letters(draw, draw(50), size) + text + letters(draw, draw(50), size);
      const end = draw(long.length + 1);
      const part = alignWithDifferences(long, pattern, { end });
      expect(part.end).toBe(end);
      expect(part.distance).toBe(lastRow(long, pattern, true)[end]);
      expect(follow(part.cigar, long.slice(part.start, end), pattern)).toBe(part.distance);
    }
  });

  it('keeps a band of columns where sequences are long and near', () => {
    const draw = drawer(12);
    const pattern = letters(draw, 30_000, 4);
    const text = edited(draw, pattern, 200, 4);
    const { distance, cigar } = alignWithDifferences(text, pattern);
    expect(distance).toBe(editDistance(text, pattern));
    expect(follow(cigar, text, pattern)).toBe(distance);
    expect(() => alignWithDifferences(letters(draw, 40_000, 4), letters(draw, 60_000, 4))).toThrow(/does not fit/);
  });

  it('refuses tables that do not fit, and ends beyond the text', () => {
    expect(() => alignWithDifferences(new Uint8Array(2 ** 20), new Uint8Array(2 ** 14))).toThrow(/does not fit/);
    expect(() => alignWithDifferences('abc', 'abc', { end: 4 })).toThrow(/^end/);
    expect(alignWithDifferences('abc', '').cigar).toBe('3D');
    expect(alignWithDifferences('', 'abc').cigar).toBe('3I');
  });
});

describe('the kernels', () => {
  afterEach(() => useKernels('auto'));

  it('give the same in every build', () => {
    const answers = (['reference', 'simd', 'relaxed-simd'] satisfies KernelBuild[]).map((build) => {
      useKernels(build);
      return Array.from({ length: 60 }, (_, seed) => {
        const draw = drawer(seed);
        const size = 1 + draw(5);
        const a = letters(draw, draw(180), size);
        const b = draw(2) === 0 ? edited(draw, a, draw(20), size) : letters(draw, draw(180), size);
        const maxDistance = draw(40);
        const [match, mismatch, gapOpen, gapExtend] = [draw(5), draw(6), draw(8), draw(4)];
        const scores = { match, mismatch, gapOpen, gapExtend };
        const times = (factor: number) =>
          Object.fromEntries(Object.entries(scores).map(([name, value]) => [name, factor * value]));
        const alignments = (['global', 'fit', 'local'] as const).map((scope) => {
          const found = alignAffine(a, b, { ...scores, scope });
          // Scores of 32 bits, with the same alignment.
          const wide = alignAffine(a, b, { ...times(10_000), scope });
          expect(wide).toEqual({ ...found, score: 10_000 * found.score });
          return found;
        });
        return [
          editDistance(a, b),
          editDistance(a, b, { maxDistance }),
          alignWithDifferences(a, b),
          b === '' ? [] : findWithDifferences(a, b, maxDistance).occurrences,
          ...alignments,
        ];
      });
    });
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
  });
});
