// Occurrences of a pattern in a text with a few mismatches: the function for most uses.
import type { Iterate, LimitOptions, OptionSpecs, OptionsOf, Outcome, Steps } from '@infimum/core';
import { checkInteger, converged, resolveOptions, runWith } from '@infimum/core';
import { shiftsOf } from '../hamming-solution.ts';
import { foldAll, foldOf, matchingOptions, readMatchingPair } from '../matching.ts';
import { complementSymbols } from '../sequences.ts';
import { strands, threads } from '../solver-options.ts';
import type { Sequence, SymbolArray, SymbolPair } from '../symbols.ts';
import { toSymbols } from '../symbols.ts';
import { boundedDistances, ended, isTiny, isUnwatched, TINY_BOUNDED } from '../tiny.ts';
import type { BoundedChoices } from './k-mismatch.ts';
import { chooseBounded } from './k-mismatch.ts';
import { nextClose } from './k-mismatch-solution.ts';

/** A place where a pattern occurs. */
export interface Occurrence {
  /** Position of its first symbol in the text. */
  readonly position: number;
  /** Number of mismatches. */
  readonly distance: number;
  /** If both strands were searched: whether the pattern (+) or its reverse complement (-) occurs. */
  readonly strand?: '+' | '-';
}

/** Places found so far. */
export interface Occurrences {
  /** In order. */
  readonly occurrences: readonly Occurrence[];
  /** Number of shifts that have been decided. */
  readonly completed: number;
}

/** One more block of shifts has been decided. */
export interface FindIterate extends Iterate<Occurrences> {
  /** Number of shifts that have been decided. */
  readonly completed: number;
}

const findOptions = { threads, strands, ...matchingOptions } as const satisfies OptionSpecs;

/** Options of `findWithMismatches`. */
export type FindWithMismatchesOptions = OptionsOf<typeof findOptions> & LimitOptions<FindIterate>;

/**
 * All places of a text where a pattern occurs with at most `maxMismatches` symbols replaced, in order.
 *
 * @param text - a string or a typed array of integers
 * @param pattern - the same kind, not empty
 * @param maxMismatches - an integer of at least 0
 * @returns `occurrences`, and how the run ended: the places of the first `completed` shifts where `status` is not `converged`
 * @throws {InvalidInputError} as `kMismatch`
 *
 * Time as `kMismatch`; no distances are stored, so memory is that of a block and the places.
 *
 * @example
 * ```ts
 * import { findWithMismatches } from '@infimum/strings';
 *
 * const { occurrences } = findWithMismatches('GATTACAGATTTCA', 'GATTACA', 1);
 * console.log(occurrences.map(({ position, distance }) => `${position}:${distance}`).join(' ')); // 0:0 7:1
 *
 * // Bases of a family, on both strands.
 * const { occurrences: sites } = findWithMismatches('ccGAATTCgg', 'GRATTY', 0, {
 *   classes: 'iupac',
 *   strands: 'both',
 *   ignoreCase: true,
 * });
 * console.log(sites.map(({ position, strand }) => `${position}${strand}`).join(' ')); // 2+ 2-
 * ```
 */
export function findWithMismatches(
  text: Sequence,
  pattern: Sequence,
  maxMismatches: number,
  options: FindWithMismatchesOptions = {},
): Outcome<Occurrences, FindIterate> {
  const { threads, ...reading } = resolveOptions(findOptions, options);
  const { strands } = reading;
  const { pair, matching } = readMatchingPair(text, pattern, reading);
  checkInteger(maxMismatches, 'maxMismatches', { min: 0 });
  if (!matching && strands === 'forward' && isTiny(pair, TINY_BOUNDED) && isUnwatched(options)) {
    return tinySearch(pair, Math.min(maxMismatches, pair.pattern.length));
  }
  const fold = foldOf(typeof pattern === 'string', reading);
  const other = strands === 'both' ? foldAll(complementSymbols(toSymbols(pattern, 'pattern', reading.unit)), fold) : undefined;
  return runWith(findOptions, options, findSteps(pair, maxMismatches, { threads, matching }, other));
}

/** Few comparisons, without the driver. */
function tinySearch(pair: SymbolPair, k: number): Outcome<Occurrences, FindIterate> {
  const start = performance.now();
  const completed = shiftsOf(pair);
  const distances = new Int32Array(completed);
  boundedDistances(pair, k, distances);
  const occurrences: Occurrence[] = [];
  for (let i = 0; i < completed; i++) {
    if (distances[i] <= k) occurrences.push({ position: i, distance: distances[i] });
  }
  return { occurrences, completed, ...ended(start, DECIDED) };
}

/** Why a whole search ended. */
const DECIDED = 'all shifts are decided';

/**
 * The steps of `findWithMismatches`: one iteration a block of shifts.
 *
 * @param other - the pattern of the other strand, searched for too
 */
export function* findSteps(
  pair: SymbolPair,
  maxMismatches: number,
  choices: BoundedChoices = {},
  other?: SymbolArray,
): Steps<Occurrences, FindIterate> {
  const k = Math.min(maxMismatches, pair.pattern.length);
  const searches: ReturnType<typeof strandSearch>[] = [];
  try {
    searches.push(strandSearch(pair, k, choices, other && '+'));
    if (other) searches.push(strandSearch({ ...pair, pattern: other }, k, choices, '-'));
    const [{ shifts }] = searches;
    const completed = () => Math.min(...searches.map((search) => search.completed));
    const solution = () => ({ occurrences: together(searches, completed()), completed: completed() });
    for (let iteration = 0; ; iteration++) {
      yield { iteration, completed: completed(), solution };
      if (completed() === shifts) break;
      // Strands may have different blocks: the one that is behind continues.
      searches.find((search) => search.completed === completed())?.advance();
    }
    return converged(solution(), DECIDED);
  } finally {
    for (const search of searches) search.release();
  }
}

/** The places of all searches at the first so many shifts, in order. */
function together(searches: readonly ReturnType<typeof strandSearch>[], shifts: number): Occurrence[] {
  const all = searches.flatMap(({ occurrences }) => occurrences.filter(({ position }) => position < shifts));
  return searches.length === 1 ? all : all.sort((a, b) => a.position - b.position);
}

/** The search for one pattern, block by block. */
function strandSearch(pair: SymbolPair, k: number, choices: BoundedChoices, strand: '+' | '-' | undefined) {
  const counter = chooseBounded(pair, k, 'auto', choices).create();
  const { shifts, shiftsPerStep } = counter;
  const distances = new Int32Array(Math.min(shifts, shiftsPerStep));
  const occurrences: Occurrence[] = [];
  return {
    occurrences,
    shifts,
    completed: 0,
    advance(): void {
      const from = this.completed;
      const to = Math.min(shifts, from + shiftsPerStep);
      counter.count(from, to, distances);
      for (let i = nextClose(distances, 0, to - from, k); i < to - from; i = nextClose(distances, i + 1, to - from, k)) {
        occurrences.push({ position: from + i, distance: distances[i], ...(strand && { strand }) });
      }
      this.completed = to;
    },
    release: () => counter.release(),
  };
}
