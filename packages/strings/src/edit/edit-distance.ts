// The edit distance of two sequences by bit vectors, in a band that is widened until it holds the distance.
import type { OptionSpecs, OptionsOf } from '@infimum/core';
import { resolveOptions } from '@infimum/core';
import { unit } from '../solver-options.ts';
import type { Sequence, SymbolArray } from '../symbols.ts';
import { toSymbols } from '../symbols.ts';
import { Column, PatternBits, WORD } from './bit-vectors.ts';
import { checkKinds } from './check-kinds.ts';

const editDistanceOptions = {
  maxDistance: {
    type: 'integer',
    min: 0,
    max: 2 ** 30,
    description: 'Distances beyond are given as this number plus one, which is faster; no limit by default',
  },
  unit,
} as const satisfies OptionSpecs;

/** Options of `editDistance`. */
export type EditDistanceOptions = OptionsOf<typeof editDistanceOptions>;

/**
 * The fewest insertions, deletions and substitutions that turn one sequence into the other (Levenshtein's distance d). Bit vectors of
 * 32 rows within a band around the diagonal that is widened until it holds the answer: time O(n d / 32) words.
 *
 * @param a - a string or an array of integers, may be empty
 * @param b - the same kind
 * @returns d, or `maxDistance` + 1 where it is larger than `maxDistance`
 * @throws {InvalidInputError} `type` unless both are strings or both are arrays of integers
 *
 * Source: G. Myers (1999); E. Ukkonen, Algorithms for approximate string matching (1985), for the band.
 *
 * @example
 * ```ts
 * import { editDistance } from '@infimum/strings';
 *
 * console.log(editDistance('kitten', 'sitting'), editDistance('kitten', 'sitting', { maxDistance: 1 })); // 3 2
 * ```
 */
export function editDistance(a: Sequence, b: Sequence, options: EditDistanceOptions = {}): number {
  const { maxDistance, unit } = resolveOptions(editDistanceOptions, options);
  checkKinds(a, b, 'b', 'a');
  const [x, y] = [toSymbols(a, 'a', unit), toSymbols(b, 'b', unit)];
  const most = Math.max(x.length, y.length);
  const limit = Math.min(maxDistance ?? most, most);
  const found = distanceWithin(x, y, limit);
  return found <= limit ? found : (maxDistance ?? limit) + 1;
}

/** The distance if it is at most k, else any number above. */
function distanceWithin(a: SymbolArray, b: SymbolArray, k: number): number {
  // Rows are the shorter one's: fewer blocks.
  const [pattern, text] = a.length <= b.length ? [a, b] : [b, a];
  const least = text.length - pattern.length;
  if (least > k) return k + 1;
  if (pattern.length === 0) return text.length;
  const bits = new PatternBits(pattern);
  for (let band = Math.max(WORD, least); ; band = Math.min(k, 2 * band)) {
    const found = banded(bits, text, Math.min(band, k));
    if (found <= Math.min(band, k)) return found;
    if (band >= k) return k + 1;
  }
}

/** The distance if it is at most k: ways of at most k edits stay within k diagonals of the main one. */
function banded(bits: PatternBits, text: SymbolArray, k: number): number {
  const column = new Column(bits);
  const { length: m, blocks } = bits;
  const n = text.length;
  let [first, last] = [0, Math.min(blocks - 1, Math.floor(k / WORD))];
  for (let j = 0; j < n; j++) {
    // Rows from j - k to j + k are within reach, row 0 being before the first symbol.
    const lowest = Math.min(blocks - 1, Math.floor(Math.min(m - 1, j + k) / WORD));
    while (last < lowest) {
      last++;
      column.open(last, column.scores[last - 1]);
    }
    while (first < last && WORD * (first + 1) < j + 1 - k) first++;
    column.advance(text[j], first, last, 1);
  }
  return last === blocks - 1 ? column.scores[last] : k + 1;
}
