// How two sequences lie beside each other with the fewest differences, as SAM files write it.
import type { OptionSpecs, OptionsOf } from '@infimum/core';
import { checkInteger, InvalidInputError, resolveOptions } from '@infimum/core';
import { unit } from '../solver-options.ts';
import type { Sequence, SymbolArray } from '../symbols.ts';
import { toSymbols } from '../symbols.ts';
import { Column, PatternBits } from './bit-vectors.ts';
import { checkKinds } from './check-kinds.ts';

const alignWithDifferencesOptions = {
  end: {
    type: 'integer',
    min: 0,
    description:
      'Position in the text after the part that is aligned, as `findWithDifferences` gives it; by default the whole text is',
  },
  unit,
} as const satisfies OptionSpecs;

/** Options of `alignWithDifferences`. */
export type AlignWithDifferencesOptions = OptionsOf<typeof alignWithDifferencesOptions>;

/** An alignment. */
export interface DifferenceAlignment {
  /** Insertions, deletions and substitutions. */
  readonly distance: number;
  /** Where the part of the text begins; 0 where the whole is aligned. */
  readonly start: number;
  /** Where it ends. */
  readonly end: number;
  /**
   * In runs: `=` matches, `X` substitutions, `I` symbols of the pattern that the text does not have, `D` symbols of the text that the
   * pattern does not have.
   */
  readonly cigar: string;
}

/** Words of columns that are kept: 512 MB. */
const MOST_WORDS = 2 ** 26;

/**
 * An alignment with the fewest differences: of the pattern with the whole text, or with a part of the text that ends at `end`. Bit
 * vectors of all columns are kept and traced back. Time and memory O(n m / 32) words, for a part O(m (m + d) / 32).
 *
 * @param text - a string or an array of integers, n symbols
 * @param pattern - the same kind, m symbols
 * @returns distance, place and CIGAR; of several alignments the one that takes matches where it can, from the end
 * @throws {InvalidInputError} `type` unless both are of one kind, `out-of-range` for an end beyond the text, `too-large` for tables
 *   of more than 2^31 cells
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
  // Backwards from the end, the text may stop anywhere: where the distance is least, the part begins.
  const reach = symbols.slice(Math.max(0, end - 2 * rows.length), end).reverse();
  const bits = new PatternBits(rows.slice().reverse());
  let [best, length] = [rows.length, 0];
  if (rows.length > 0) {
    const column = new Column(bits);
    for (let j = 0; j < reach.length; j++) {
      column.advance(reach[j], 0, bits.blocks - 1, 1);
      if (column.scores[bits.blocks - 1] < best) [best, length] = [column.scores[bits.blocks - 1], j + 1];
    }
  }
  return aligned(symbols.subarray(end - length, end), rows, end - length, end);
}

/** Aligns all of two sequences; the places are where the first one stands. */
function aligned(text: SymbolArray, pattern: SymbolArray, start: number, end: number): DifferenceAlignment {
  const [n, m] = [text.length, pattern.length];
  if (m === 0) return { distance: n, start, end, cigar: n > 0 ? `${n}D` : '' };
  const bits = new PatternBits(pattern);
  const { blocks } = bits;
  if (blocks * (n + 1) > MOST_WORDS) {
    throw new InvalidInputError(`a table of ${n} times ${m} cells does not fit`, { argument: 'text', code: 'too-large' });
  }
  const [rises, falls] = [new Int32Array(blocks * (n + 1)), new Int32Array(blocks * (n + 1))];
  const column = new Column(bits);
  rises.set(column.rises);
  for (let j = 0; j < n; j++) {
    column.advance(text[j], 0, blocks - 1, 1);
    rises.set(column.rises, (j + 1) * blocks);
    falls.set(column.falls, (j + 1) * blocks);
  }
  /** By how much row i is above row i - 1 in column j. */
  const vertical = (i: number, j: number) => {
    const [word, bit] = [j * blocks + ((i - 1) >> 5), (i - 1) & 31];
    return ((rises[word] >>> bit) & 1) - ((falls[word] >>> bit) & 1);
  };
  const runs: string[] = [];
  let [i, j, run, last] = [m, n, 0, ''];
  const add = (kind: string) => {
    if (kind !== last && run > 0) runs.push(`${run}${last}`);
    run = kind === last ? run + 1 : 1;
    last = kind;
  };
  const distance = column.scores[blocks - 1];
  while (i > 0 || j > 0) {
    if (i > 0 && j > 0 && pattern[i - 1] === text[j - 1]) {
      add('=');
      i--;
      j--;
    } else if (i > 0 && (j === 0 || vertical(i, j) === 1)) {
      add('I');
      i--;
      // The least of the value to the left and that of the diagonal is one less, and they differ by the column's difference.
    } else if (i === 0 || vertical(i, j - 1) === -1) {
      add('D');
      j--;
    } else {
      add('X');
      i--;
      j--;
    }
  }
  if (run > 0) runs.push(`${run}${last}`);
  return { distance, start, end, cigar: runs.reverse().join('') };
}
