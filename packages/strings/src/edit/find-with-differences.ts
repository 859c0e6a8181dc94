// Where a pattern occurs in a text with a few differences: symbols replaced, inserted or left out.
import type { Iterate, LimitOptions, OptionSpecs, OptionsOf, Outcome, Steps } from '@infimum/core';
import { checkInteger, converged, resolveOptions, runWith } from '@infimum/core';
import { foldAll, foldOf } from '../matching.ts';
import { complementSymbols } from '../sequences.ts';
import { strands, unit } from '../solver-options.ts';
import type { Sequence, SymbolArray } from '../symbols.ts';
import { checkPair, toSymbols } from '../symbols.ts';
import { Column, PatternBits, WORD } from './bit-vectors.ts';

/** A place where a pattern ends. */
export interface DifferenceOccurrence {
  /** Position after the last symbol in the text. */
  readonly end: number;
  /** The fewest differences of a part of the text that ends there. */
  readonly distance: number;
  /** Where both strands were searched: whether it is the pattern (+) or its reverse complement (-) that occurs. */
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

const findWithDifferencesOptions = {
  strands,
  ignoreCase: {
    type: 'boolean',
    default: false,
    description: 'Whether letters match in both cases: of strings all letters, of arrays those of ASCII',
  },
  unit,
} as const satisfies OptionSpecs;

/** Options of `findWithDifferences`. */
export type FindWithDifferencesOptions = OptionsOf<typeof findWithDifferencesOptions> & LimitOptions<DifferenceIterate>;

/**
 * All places of a text where a part of it ends that differs from the pattern by at most `maxDifferences` insertions, deletions and
 * substitutions. Where one ends, neighboring places mostly do too, with a difference more: look for the least. `alignWithDifferences`
 * gives where the part begins, and how it lies.
 *
 * Bit vectors of 32 rows; only the blocks of rows that can still be reached within k differences are kept up: O(n k / 32) words on
 * random text, O(n m / 32) at most.
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
  const searches = patterns.map((pattern) => new DifferenceSearch(pattern, maxDifferences));
  const occurrences: DifferenceOccurrence[] = [];
  let completed = 0;
  const solution = () => ({ occurrences: [...occurrences], completed });
  for (let iteration = 0; ; iteration++) {
    yield { iteration, completed, solution };
    if (completed === text.length) break;
    const to = Math.min(text.length, completed + BLOCK);
    for (let j = completed; j < to; j++) {
      for (let s = 0; s < searches.length; s++) {
        const distance = searches[s].take(text[j]);
        if (distance > maxDifferences) continue;
        const strand = searches.length === 1 ? undefined : { strand: s === 0 ? ('+' as const) : ('-' as const) };
        occurrences.push({ end: j + 1, distance, ...strand });
      }
    }
    completed = to;
  }
  return converged({ occurrences, completed }, 'the whole text has been read');
}

/** A pattern that looks at a text symbol by symbol. */
class DifferenceSearch {
  readonly #column: Column;
  readonly #k: number;
  readonly #end: number;
  /** The last block that has a row within k. */
  #last: number;

  constructor(pattern: SymbolArray, k: number) {
    const bits = new PatternBits(pattern);
    this.#column = new Column(bits);
    this.#k = k;
    this.#end = bits.blocks - 1;
    this.#last = Math.min(this.#end, Math.max(0, Math.ceil((k + 1) / WORD) - 1));
  }

  /** The least distance of a part of the text that ends with this symbol, or more than k. */
  take(symbol: number): number {
    const column = this.#column;
    const { scores } = column;
    const k = this.#k;
    const before = scores[this.#last];
    column.advance(symbol, 0, this.#last, 0);
    // A row below is at most one more than the one above it in this column or the last.
    if (this.#last < this.#end && Math.min(before, scores[this.#last]) <= k) {
      const above = scores[this.#last];
      this.#last++;
      column.open(this.#last, before);
      column.advance(symbol, this.#last, this.#last, above - before);
    }
    while (this.#last > 0 && scores[this.#last] >= k + column.rowsOf(this.#last)) this.#last--;
    return this.#last === this.#end ? scores[this.#end] : k + 1;
  }
}
