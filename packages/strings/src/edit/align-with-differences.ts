// Alignments of two sequences with the fewest differences, in the notation of SAM files.
import type { OptionSpecs, OptionsOf } from '@infimum/core';
import { checkInteger, fault, resolveOptions } from '@infimum/core';
import { unit } from '../solver-options.ts';
import type { Sequence, SymbolArray } from '../symbols.ts';
import { checkKinds, toSymbols } from '../symbols.ts';
import { CigarRuns } from './cigar-runs.ts';
import { distanceWithin } from './edit-distance.ts';
import { BLOCK_ROWS, EditTable, MOST_WORDS } from './edit-kernels.ts';

const alignWithDifferencesOptions = {
  end: {
    type: 'integer',
    min: 0,
    description: 'Position in the text after the aligned part, as returned by `findWithDifferences`; by default the whole text',
  },
  unit,
} as const satisfies OptionSpecs;

/** Options of `alignWithDifferences`. */
export type AlignWithDifferencesOptions = OptionsOf<typeof alignWithDifferencesOptions>;

/** An alignment. */
export interface DifferenceAlignment {
  /** Insertions, deletions and substitutions. */
  readonly distance: number;
  /** The start of the aligned part of the text; 0 if the whole text is aligned. */
  readonly start: number;
  /** Where it ends. */
  readonly end: number;
  /**
   * In runs: `=` matches, `X` substitutions, `I` symbols of the pattern that the text does not have, `D` symbols of the text that the
   * pattern does not have.
   */
  readonly cigar: string;
}

/**
 * An alignment with the fewest differences: of the pattern with the whole text, or with a part of the text that ends at `end`. Bit
 * vectors of all columns are kept, within the band around the diagonal that holds the distance d, and traced back. Time and memory
 * O(n d / 64) words, for a part O(m (m + d) / 64) time.
 *
 * @param text - a string or an array of integers, n symbols
 * @param pattern - the same kind, m symbols
 * @returns distance, place and CIGAR; of several alignments, the one that prefers matches, from the end
 * @throws {InvalidInputError} `type` unless both are of one kind, `out-of-range` for an end beyond the text, `too-large` for more than
 *   2^26 words
 *
 * Source: G. Myers (1999); H. Hyyrö, A note on bit-parallel alignment computation (2004).
 *
 * @example
 * ```ts
 * import { alignWithDifferences } from '@infimum/strings';
 *
 * const { distance, cigar } = alignWithDifferences('GATACA', 'GATTACA');
 * console.log(distance, cigar); // 1 2=1I4=
 * console.log(alignWithDifferences('CCGATACACC', 'GATTACA', { end: 8 }).start); // 2
 * ```
 */
export function alignWithDifferences(
  text: Sequence,
  pattern: Sequence,
  options: AlignWithDifferencesOptions = {},
): DifferenceAlignment {
  const { end, unit } = resolveOptions(alignWithDifferencesOptions, options);
  checkKinds(text, pattern, 'pattern', 'text');
  const [symbols, rows] = [toSymbols(text, 'text', unit), toSymbols(pattern, 'pattern', unit)];
  if (end === undefined) return aligned(symbols, rows, 0, symbols.length);
  checkInteger(end, 'end', { min: 0, max: symbols.length });
  const [length, distance] =
    rows.length > 0 ? partBackwards(symbols.slice(Math.max(0, end - 2 * rows.length), end), rows) : [0, 0];
  return aligned(symbols.subarray(end - length, end), rows, end - length, end, distance);
}

/** The length and the distance of the nearest part of a text that ends where it does; it is turned round. */
function partBackwards(text: SymbolArray, pattern: SymbolArray): [length: number, distance: number] {
  const [m, columns] = [pattern.length, text.length];
  const table = new EditTable({ text: text.reverse(), pattern: pattern.slice().reverse() });
  try {
    const values = table.read(0, columns).begin(m).advance(columns, m, 1);
    let [length, distance] = [0, m];
    for (let j = 0; j < columns; j++) if (values[j] < distance) [length, distance] = [j + 1, values[j]];
    return [length, distance];
  } finally {
    table.release();
  }
}

/** Aligns all of two sequences, at a distance if it is known; the places are where the first one stands. */
function aligned(text: SymbolArray, pattern: SymbolArray, start: number, end: number, known?: number): DifferenceAlignment {
  const [n, m] = [text.length, pattern.length];
  if (m === 0 || n === 0) return { distance: n + m, start, end, cigar: n > 0 ? `${n}D` : m > 0 ? `${m}I` : '' };
  /** Words of a column within so many differences. */
  const wordsFor = (differences: number) => {
    const width = Math.min(Math.ceil(m / BLOCK_ROWS), Math.floor((2 * differences) / BLOCK_ROWS) + 2);
    if (2 * width * n <= MOST_WORDS) return width;
    throw fault(`a table of ${n} times ${m} cells with ${differences} differences does not fit`, 'text', 'too-large');
  };
  wordsFor(Math.abs(n - m));
  const distance = known ?? distanceWithin(text, pattern, Math.max(n, m));
  const width = wordsFor(distance);
  const table = new EditTable({ text, pattern }, n, width).read(0, n);
  try {
    table.band(n, distance, width);
    const vertical = table.verticals(width);
    let [i, j] = [m, n];
    const kinds = new CigarRuns();
    while (i > 0 || j > 0) {
      let kind = 'X';
      if (i > 0 && j > 0 && pattern[i - 1] === text[j - 1]) kind = '=';
      else if (i > 0 && vertical(i, j) === 1) kind = 'I';
      // The least of the value to the left and that of the diagonal is one less, and they differ by the column's difference.
      else if (i === 0 || vertical(i, j - 1) === -1) kind = 'D';
      kinds.add(kind);
      if (kind !== 'D') i--;
      if (kind !== 'I') j--;
    }
    return { distance, start, end, cigar: kinds.backwards() };
  } finally {
    table.release();
  }
}
