// The alignment of a pattern at a position of a text: the mismatches, and formats for people and other programs.
import type { OptionSpecs, OptionsOf } from '@infimum/core';
import { checkInteger, resolveOptions } from '@infimum/core';
import { foldAll, foldOf, matches, matchingOf, matchingOptions } from '../matching.ts';
import { complementSymbols } from '../sequences.ts';
import type { Sequence } from '../symbols.ts';
import { checkPair, toSymbols } from '../symbols.ts';

const alignOptions = {
  ...matchingOptions,
  strand: {
    type: 'choice',
    choices: ['+', '-'],
    default: '+',
    description: 'Whether the pattern or its reverse complement is at this position',
  },
} as const satisfies OptionSpecs;

/** Options of `alignOccurrence`. */
export type AlignOccurrenceOptions = OptionsOf<typeof alignOptions>;

/** A pattern at a place of a text. */
export interface Alignment {
  /** Places of the text, from the position on, that do not match: offsets from 0 to m-1, ascending. */
  readonly mismatches: Int32Array;
  /** A bar for each match, a dot for each mismatch. */
  readonly bars: string;
  /** The same in runs, as the SAM format has it: 5=1X2= for five matches, a mismatch, two matches. */
  readonly cigar: string;
}

/**
 * The alignment of a pattern at one position of a text.
 *
 * @param text - a string or an array of integers, n symbols
 * @param pattern - the same kind, m symbols
 * @param position - 0 ≤ position ≤ n - m, as returned by `findWithMismatches`
 * @returns the mismatches, and two ways to write them. Time O(m), and O(n) to read a string
 * @throws {InvalidInputError} as `findWithMismatches`; `out-of-range` for a position at which the pattern does not fit into the text
 *
 * @example
 * ```ts
 * import { alignOccurrence } from '@infimum/strings';
 *
 * const { mismatches, bars, cigar } = alignOccurrence('ccGATTTCAcc', 'GATTACA', 2);
 * console.log(mismatches.join(' '), bars, cigar); // 4 ||||.|| 4=1X2=
 * ```
 */
export function alignOccurrence(
  text: Sequence,
  pattern: Sequence,
  position: number,
  options: AlignOccurrenceOptions = {},
): Alignment {
  const { strand, ...rest } = resolveOptions(alignOptions, options);
  const reading = { ...rest, strands: strand === '-' ? ('both' as const) : ('forward' as const) };
  const given = checkPair(text, pattern, reading.unit);
  const { length: m } = given.pattern;
  checkInteger(position, 'position', { min: 0, max: given.text.length - m });
  const isString = typeof text === 'string';
  const fold = foldOf(isString, reading);
  const matching = matchingOf(isString, reading) ?? { wildcard: undefined, sets: new Map() };
  const written = strand === '+' ? given.pattern : complementSymbols(toSymbols(pattern, 'pattern', reading.unit));
  const symbols = foldAll(written, fold);
  const window = foldAll(given.text.subarray(position, position + m), fold);
  const mismatches: number[] = [];
  let bars = '';
  let cigar = '';
  let run = 0;
  for (let j = 0; j < m; j++) {
    const match = matches(window[j], symbols[j], matching);
    if (!match) mismatches.push(j);
    if (j > 0 && (bars[j - 1] === '|') !== match) {
      cigar += `${run}${match ? 'X' : '='}`;
      run = 0;
    }
    bars += match ? '|' : '.';
    run++;
  }
  cigar += `${run}${bars[m - 1] === '|' ? '=' : 'X'}`;
  return { mismatches: Int32Array.from(mismatches), bars, cigar };
}
