// Occurrences of a pattern in a text with a few differences: symbols replaced, inserted or deleted.
import type { Iterate, LimitOptions, OptionSpecs, OptionsOf, Outcome, Steps } from '@infimum/core';
import { checkInteger, converged, resolveOptions, runWith } from '@infimum/core';
import { foldAll, foldOf, matchingOptions } from '../matching.ts';
import { complementSymbols } from '../sequences.ts';
import { strands, unit } from '../solver-options.ts';
import type { Sequence, SymbolArray } from '../symbols.ts';
import { checkPair, toSymbols } from '../symbols.ts';
import { EditTable } from './edit-kernels.ts';

/** A place where a pattern ends. */
export interface DifferenceOccurrence {
  /** Position after the last symbol in the text. */
  readonly end: number;
  /** The fewest differences of a part of the text that ends there. */
  readonly distance: number;
  /** If both strands were searched: whether the pattern (+) or its reverse complement (-) occurs. */
  readonly strand?: '+' | '-';
}

/** Places found so far. */
export interface DifferenceOccurrences {
  /** In order. */
  readonly occurrences: readonly DifferenceOccurrence[];
  /** Symbols of the text that have been read. */
  readonly completed: number;
}

/** One more block of the text has been read. */
export interface DifferenceIterate extends Iterate<DifferenceOccurrences> {
  /** Symbols of the text that have been read. */
  readonly completed: number;
}

const findWithDifferencesOptions = { strands, ignoreCase: matchingOptions.ignoreCase, unit } as const satisfies OptionSpecs;

/** Options of `findWithDifferences`. */
export type FindWithDifferencesOptions = OptionsOf<typeof findWithDifferencesOptions> & LimitOptions<DifferenceIterate>;

/**
 * All end positions of parts of a text that differ from the pattern by at most `maxDifferences` insertions, deletions and substitutions.
 * Positions next to an end position are mostly end positions too, with one more difference: take the local minimum. `alignWithDifferences`
 * gives the start and the alignment of such a part.
 *
 * Bit vectors of 64 rows; only the blocks of rows that can still be reached within k differences are kept up: O(n k / 64) words on
 * random text, O(n m / 64) at most.
 *
 * @param text - a string or an array of integers, n symbols
 * @param pattern - the same kind, m ≥ 1 symbols
 * @param maxDifferences - k, an integer of at least 0
 * @returns `occurrences`, and how the run ended: those of the first `completed` symbols where `status` is not `converged`
 * @throws {InvalidInputError} as `findWithMismatches`
 *
 * Source: G. Myers, A fast bit-vector algorithm for approximate string matching (1999), section 4.
 *
 * @example
 * ```ts
 * import { findWithDifferences } from '@infimum/strings';
 *
 * const { occurrences } = findWithDifferences('CCGATACACC', 'GATTACA', 1);
 * console.log(occurrences.map(({ end, distance }) => `${end}:${distance}`).join(' ')); // 8:1
 * ```
 */
export function findWithDifferences(
  text: Sequence,
  pattern: Sequence,
  maxDifferences: number,
  options: FindWithDifferencesOptions = {},
): Outcome<DifferenceOccurrences, DifferenceIterate> {
  const reading = resolveOptions(findWithDifferencesOptions, options);
  const pair = checkPair(text, pattern, reading.unit);
  checkInteger(maxDifferences, 'maxDifferences', { min: 0 });
  const fold = foldOf(typeof text === 'string', reading);
  const patterns = [foldAll(pair.pattern, fold)];
  if (reading.strands === 'both') {
    patterns.push(foldAll(complementSymbols(toSymbols(pattern, 'pattern', reading.unit)), fold));
  }
  const steps = findDifferencesSteps(foldAll(pair.text, fold), patterns, maxDifferences);
  return runWith(findWithDifferencesOptions, options, steps);
}

/** Symbols of the text in an iteration. */
const BLOCK = 2 ** 16;

/** The steps of `findWithDifferences`, for one pattern or two strands. */
export function* findDifferencesSteps(
  text: SymbolArray,
  patterns: readonly SymbolArray[],
  maxDifferences: number,
): Steps<DifferenceOccurrences, DifferenceIterate> {
  // No distance is larger than the pattern is long.
  const k = Math.min(maxDifferences, patterns[0].length);
  const tables = patterns.map((pattern) => new EditTable({ text, pattern }, Math.min(BLOCK, text.length)).begin(k));
  const occurrences: DifferenceOccurrence[] = [];
  let completed = 0;
  const solution = () => ({ occurrences: [...occurrences], completed });
  try {
    for (let iteration = 0; ; iteration++) {
      yield { iteration, completed, solution };
      if (completed === text.length) break;
      const to = Math.min(text.length, completed + BLOCK);
      const found = tables.map((table) => table.read(completed, to).advance(to - completed, k, 0));
      for (let j = 0; j < to - completed; j++) {
        for (let s = 0; s < found.length; s++) {
          const distance = found[s][j];
          if (distance > k) continue;
          const strand = found.length === 1 ? undefined : { strand: s === 0 ? ('+' as const) : ('-' as const) };
          occurrences.push({ end: completed + j + 1, distance, ...strand });
        }
      }
      completed = to;
    }
  } finally {
    for (const table of tables) table.release();
  }
  return converged({ occurrences, completed }, 'the whole text was read');
}
