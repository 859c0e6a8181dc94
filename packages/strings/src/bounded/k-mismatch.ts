// The public functions for distances up to k: checks, the choice of a method, and the run.
import type { LimitOptions, OptionSpecs, OptionsOf, Outcome, Steps } from '@infimum/core';
import { checkInteger, resolveOptions, runWith } from '@infimum/core';
import { chooseExact } from '../exact/hamming-distances.ts';
import type { BitSets } from '../exact/hamming-sets.ts';
import { bitSets, mergedSets, setsCounter } from '../exact/hamming-sets.ts';
import { shiftAddCounter } from '../exact/shift-add.ts';
import type { Explained } from '../hamming-solution.ts';
import { countingSteps, shiftsOf } from '../hamming-solution.ts';
import type { Matching } from '../matching.ts';
import { concerns, matches, matchingOptions, onlyWild, readMatchingPair } from '../matching.ts';
import { seed, threads } from '../solver-options.ts';
import type { Sequence, SymbolPair } from '../symbols.ts';
import { compact } from '../symbols.ts';
import { boundedDistances, ended, isTiny, isUnwatched, TINY_BOUNDED, tinyCounter } from '../tiny.ts';
import type { BoundedMethod } from './bounded-planner.ts';
import { leastExact, planBounded, planSets, planUnseen } from './bounded-planner.ts';
import type { BoundedCounter, KMismatchIterate, KMismatchSolution } from './k-mismatch-solution.ts';
import { clipped, nextClose } from './k-mismatch-solution.ts';
import { kangarooCounter } from './kangaroo.ts';
import { markingCounter } from './marking.ts';
import { scanCounter } from './scan.ts';

const kMismatchOptions = {
  method: {
    type: 'choice',
    choices: ['auto', 'scan', 'kangaroo', 'marking', 'shift-add', 'clip'],
    default: 'auto',
    description: 'The method; auto picks the one with the shortest predicted time',
  },
  seed,
  threads,
  ...matchingOptions,
} as const satisfies OptionSpecs;

/** Options of `kMismatch`. */
export type KMismatchOptions = OptionsOf<typeof kMismatchOptions> & LimitOptions<KMismatchIterate>;

/** Distances up to k, and where they are. */
export interface KMismatchHits extends KMismatchSolution, Explained<BoundedMethod> {
  /** The shifts with at most k mismatches, ascending. */
  readonly hits: Int32Array;
}

/**
 * Hamming distances up to k: min(D_i, k + 1) for every shift i, exactly, where k + 1 means ‘more than k’.
 *
 * @param text - a string or a typed array of integers, n symbols
 * @param pattern - the same kind, m ≥ 1 symbols
 * @param maxMismatches - k, an integer of at least 0; k ≥ m gives exact distances
 * @returns `distances` (`Int32Array` of length n-m+1), `hits`, `method`, `explanation`, `operations`, and how the run ended.
 *   A run that was ended early has k + 1 for shifts from `completed` on
 * @throws {InvalidInputError} as `hammingDistances`, and for a `maxMismatches` that is negative or not an integer
 *
 * Time: about k/16 instructions a shift on random text; O(n k log m) by kangaroo jumps, O(n sqrt(m log m)) at worst by
 * clipping exact distances.
 *
 * Source: G. Landau, U. Vishkin, Efficient string matching with k mismatches (1986); A. Amir, M. Lewenstein, E. Porat,
 * Faster algorithms for string matching with k mismatches (2004).
 *
 * @example
 * ```ts
 * import { kMismatch } from '@infimum/strings';
 *
 * const { distances, hits } = kMismatch('GATTACAGATTTCA', 'GATTACA', 1);
 * console.log(distances.join(' ')); // 0 2 2 2 2 2 2 1
 * console.log(hits.join(' ')); // 0 7
 * ```
 */
export function kMismatch(
  text: Sequence,
  pattern: Sequence,
  maxMismatches: number,
  options: KMismatchOptions = {},
): Outcome<KMismatchHits, KMismatchIterate> {
  const { method, seed, threads, ...reading } = resolveOptions(kMismatchOptions, options);
  const { pair, matching } = readMatchingPair(text, pattern, reading);
  checkInteger(maxMismatches, 'maxMismatches', { min: 0 });
  const k = Math.min(maxMismatches, pair.pattern.length);
  if (method === 'auto' && !matching && isTiny(pair, TINY_BOUNDED) && isUnwatched(options)) {
    return tinyMismatches(pair, k);
  }
  const chosen = chooseBounded(pair, k, method, { seed, threads, matching });
  const steps = countingSteps(chosen.create, { undecided: k + 1 });
  const outcome = runWith(kMismatchOptions, options, steps);
  const { method: used, explanation } = chosen;
  return { ...outcome, hits: hitsOf(outcome.distances, k), method: used, explanation };
}

const TOO_LITTLE = 'clip: too little work to plan';

/** Few comparisons, without the driver. */
function tinyMismatches(pair: SymbolPair, k: number): Outcome<KMismatchHits, KMismatchIterate> {
  const start = performance.now();
  const completed = shiftsOf(pair);
  const distances = new Int32Array(completed);
  const operations = { comparisons: boundedDistances(pair, k, distances) };
  const hits = hitsOf(distances, k);
  return { distances, completed, operations, hits, method: 'clip', explanation: TOO_LITTLE, ...ended(start) };
}

/** The steps of `kMismatch`: one iteration a block of shifts. */
export function kMismatchSteps(
  pair: SymbolPair,
  maxMismatches: number,
  method: BoundedMethod | 'auto' = 'auto',
  choices: BoundedChoices = {},
): Steps<KMismatchSolution, KMismatchIterate> {
  const bound = Math.min(maxMismatches, pair.pattern.length);
  return countingSteps(chooseBounded(pair, bound, method, choices).create, { undecided: bound + 1 });
}

/** The shifts with at most k mismatches. */
function hitsOf(distances: Int32Array, k: number): Int32Array {
  const hits: number[] = [];
  const end = distances.length;
  for (let i = nextClose(distances, 0, end, k); i < end; i = nextClose(distances, i + 1, end, k)) hits.push(i);
  return Int32Array.from(hits);
}

/** Further settings of a bounded counter. */
export interface BoundedChoices {
  /** Seed of fingerprints. */
  readonly seed?: number;
  readonly threads?: number;
  /** Matches of unequal symbols. */
  readonly matching?: Matching | undefined;
}

/** A method, set up but not begun. */
export interface ChosenBounded extends Explained<BoundedMethod> {
  readonly create: () => BoundedCounter;
}

/** Sets up a method for a pair, the planner's choice for `auto`; k is at most the pattern's length. */
export function chooseBounded(
  pair: SymbolPair,
  k: number,
  method: BoundedMethod | 'auto',
  choices: BoundedChoices,
): ChosenBounded {
  if (shiftsOf(pair) === 0) {
    const used = method === 'auto' ? 'clip' : method;
    return { method: used, explanation: 'the pattern is longer than the text', create: () => clip(pair, k) };
  }
  const { matching } = choices;
  if (concerns(pair, matching)) return chooseMatching(pair, k, matching, choices.threads);
  if (method !== 'auto') {
    const create = () => boundedCounter(pair, k, method, choices);
    return { method, explanation: `${method}: as requested`, create };
  }
  if (isTiny(pair, TINY_BOUNDED)) {
    return { method: 'clip', explanation: TOO_LITTLE, create: () => tinyCounter(pair, k) };
  }
  const { threads = 1 } = choices;
  const least = leastExact(pair, threads);
  const plan = planUnseen(pair, k, threads, least) ?? planBounded(pair, k, threads, least);
  const { method: planned, explanation, exact } = plan;
  const create = () => (planned === 'clip' && exact ? clipped(exact.create(), k) : boundedCounter(pair, k, planned, choices));
  return { method: planned, explanation, create };
}

/** Matching is then not transitive, as jumps and marks require: sets of bits, or exact distances cut off at k + 1. */
function chooseMatching(pair: SymbolPair, k: number, matching: Matching, threads = 1): ChosenBounded {
  const groups = bitSets(pair, matching);
  const wild = onlyWild(pair, matching);
  const merged = groups.length === 1 ? groups[0] : mergedSets(groups);
  const plan = planSets(pair, k, merged, threads);
  const explanation = 'scan: symbols that match others are compared as sets of bits';
  if (groups.length > 1 && plan.method === 'scan' && plan.givesUp) {
    const create = () => verifiedCounter(pair, k, matching, threads, merged);
    return { method: 'scan', explanation, create };
  }
  if (!wild || (groups.length === 1 && plan.method === 'scan')) {
    return { method: 'scan', explanation, create: () => setsCounter(pair, matching, { k, threads }, groups) };
  }
  const exact = chooseExact(pair, 'auto', { threads, matching });
  return {
    method: 'clip',
    explanation: `clip: wildcards need exact distances; ${exact.explanation}`,
    create: () => clipped(exact.create(), k),
  };
}

/** Scans with one set in which symbols share bits, and compares again shifts that seem close. */
function verifiedCounter(pair: SymbolPair, k: number, matching: Matching, threads: number, merged: BitSets): BoundedCounter {
  const counter = setsCounter(pair, matching, { k, threads }, [merged]);
  const { text, pattern } = pair;
  return {
    ...counter,
    count(from, to, distances) {
      counter.count(from, to, distances);
      for (let i = 0; i < to - from; i++) {
        if (distances[i] > k) continue;
        let mismatches = 0;
        for (let j = 0; j < pattern.length && mismatches <= k; j++) {
          if (!matches(text[from + i + j], pattern[j], matching)) mismatches++;
        }
        distances[i] = mismatches;
      }
    },
  };
}

function boundedCounter(
  pair: SymbolPair,
  k: number,
  method: BoundedMethod,
  { seed = 0, threads = 1 }: BoundedChoices,
): BoundedCounter {
  switch (method) {
    case 'scan':
      return scanCounter(pair, k, threads);
    case 'kangaroo':
      return kangarooCounter(pair, k, { seed });
    case 'marking':
      return markingCounter(pair, k, { seed });
    case 'shift-add':
      return shiftAddCounter(compact(pair), k, threads);
    case 'clip':
      return clip(pair, k, threads);
  }
}

/** Exact distances by the planner's choice, cut off. */
function clip(pair: SymbolPair, k: number, threads = 1): BoundedCounter {
  return clipped(chooseExact(pair, 'auto', { threads }).create(), k);
}
