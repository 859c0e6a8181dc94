// The edit distance of two sequences by bit vectors, in a band that is widened until it holds the distance.
import type { OptionSpecs, OptionsOf } from '@infimum/core';
import { resolveOptions } from '@infimum/core';
import { unit } from '../solver-options.ts';
import type { Sequence, SymbolArray } from '../symbols.ts';
import { checkKinds, toSymbols } from '../symbols.ts';
import { EditTable } from './edit-kernels.ts';

const editDistanceOptions = {
  maxDistance: {
    type: 'integer',
    min: 0,
    max: 2 ** 30,
    description: 'Larger distances are returned as this number plus one, which is faster; no limit by default',
  },
  unit,
} as const satisfies OptionSpecs;

/** Options of `editDistance`. */
export type EditDistanceOptions = OptionsOf<typeof editDistanceOptions>;

/**
 * The Levenshtein distance d: the fewest insertions, deletions and substitutions that turn one sequence into the other. Bit vectors of
 * 64 rows within a band around the diagonal that is widened until it holds the answer: time O(n d / 64) words, memory O(n + mσ / 64).
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

/** Diagonals of the first band. */
const LEAST_BAND = 64;

/** The distance if it is at most k, else any number above. */
export function distanceWithin(a: SymbolArray, b: SymbolArray, k: number): number {
  // Rows are the shorter one's: fewer blocks.
  const [pattern, text] = a.length <= b.length ? [a, b] : [b, a];
  const least = text.length - pattern.length;
  if (least > k) return k + 1;
  if (pattern.length === 0) return text.length;
  const table = new EditTable({ text, pattern }).read(0, text.length);
  try {
    for (let band = Math.max(LEAST_BAND, least); ; band *= 2) {
      // Paths of at most k edits stay within k diagonals of the main one.
      const found = table.band(text.length, Math.min(band, k));
      if (found <= band || band >= k) return found;
    }
  } finally {
    table.release();
  }
}
