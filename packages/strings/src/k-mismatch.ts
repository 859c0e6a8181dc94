// The public functions for distances up to k: checks, the choice of a method, and the run.
import { checkChoice, checkInteger, type Outcome, type RunOptions, run, type Steps } from '@infimum/core';
import { NUMBER, SIMD_COMPARISON } from './costs.ts';
import { chooseExact, hammingDistances, type SequenceOptions } from './hamming-distances.ts';
import { ownWidth } from './hamming-simd.ts';
import { countingSteps, shiftsOf } from './hamming-solution.ts';
import {
  type BoundedCounter,
  clipped,
  type KMismatchIterate,
  type KMismatchSolution,
} from './k-mismatch-solution.ts';
import { kangarooCounter } from './kangaroo.ts';
import { markingCounter } from './marking.ts';
import { planExact } from './planner.ts';
import { scanCounter } from './scan.ts';
import { shiftAddCounter } from './shift-add.ts';
import { checkPair, compact, type Sequence, type SymbolPair, toSymbols } from './symbols.ts';
import { countSymbol, wildcardSymbol } from './wildcards.ts';

/** k-bounded methods. */
export const BOUNDED_METHODS = ['scan', 'kangaroo', 'marking', 'shift-add', 'clip'] as const;

/** A k-bounded method; `clip` cuts exact distances off. */
export type BoundedMethod = (typeof BOUNDED_METHODS)[number];

/** Options of `kMismatch`. */
export interface KMismatchOptions extends RunOptions<KMismatchIterate>, SequenceOptions {
  /** The method; `auto` (default) takes the one that is predicted to be fastest. */
  readonly method?: BoundedMethod | 'auto';
  /** Seed of the fingerprints of `kangaroo` and `marking`; 0 by default. The distances do not depend on it. */
  readonly seed?: number;
}

/** Distances up to k, where they are, and how they came about. */
export interface KMismatchResult extends KMismatchSolution {
  /** The shifts with at most k mismatches, ascending. */
  readonly hits: Int32Array;
  /** The method that was used. */
  readonly method: BoundedMethod;
  /** Why it was chosen, in one sentence. */
  readonly explanation: string;
}

/**
 * Hamming distances up to k: min(D_i, k + 1) for every shift i, exactly, where k + 1 says «more than k».
 *
 * @param text - a string or a typed array of integers, n symbols
 * @param pattern - the same kind, m ≥ 1 symbols
 * @param maxMismatches - k, an integer of at least 0; k ≥ m gives exact distances
 * @returns `distances` (`Int32Array` of length n-m+1), `hits`, `method`, `explanation`, `stats`, and how the run ended.
 *   A run that was ended early has k + 1 for shifts from `completed` on
 * @throws {InvalidInputError} as `hammingDistances`, and for a `maxMismatches` that is negative or no integer
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
): Outcome<KMismatchResult, KMismatchIterate> {
  const pair = checkPair(text, pattern, options.unit);
  checkInteger(maxMismatches, 'maxMismatches', { min: 0 });
  const { method = 'auto', seed = 0 } = options;
  checkChoice(method, 'method', ['auto', ...BOUNDED_METHODS]);
  checkInteger(seed, 'seed', { min: 0 });
  const k = Math.min(maxMismatches, pair.pattern.length);
  if (hasWildcards(pair, options)) return clipWithWildcards(text, pattern, k, options);
  const chosen = chooseBounded(pair, k, method, seed);
  const outcome = run(countingSteps(chosen.create, { undecided: k + 1 }), options);
  const { method: used, explanation } = chosen;
  return { ...outcome, hits: hitsOf(outcome.distances, k), method: used, explanation };
}

/** The steps of `kMismatch` without wildcards: one iteration a block of shifts. */
export function kMismatchSteps(
  pair: SymbolPair,
  k: number,
  method: BoundedMethod | 'auto' = 'auto',
  seed = 0,
): Steps<KMismatchSolution, KMismatchIterate> {
  const bound = Math.min(k, pair.pattern.length);
  return countingSteps(chooseBounded(pair, bound, method, seed).create, { undecided: bound + 1 });
}

/** The shifts with at most k mismatches. */
function hitsOf(distances: Int32Array, k: number): Int32Array {
  const hits: number[] = [];
  for (let i = 0; i < distances.length; i++) if (distances[i] <= k) hits.push(i);
  return Int32Array.from(hits);
}

interface ChosenMethod {
  readonly method: BoundedMethod;
  readonly explanation: string;
  readonly create: () => BoundedCounter;
}

function chooseBounded(
  pair: SymbolPair,
  k: number,
  method: BoundedMethod | 'auto',
  seed: number,
): ChosenMethod {
  if (method !== 'auto') {
    return {
      method,
      explanation: `${method}: as asked`,
      create: () => boundedCounter(pair, k, method, seed),
    };
  }
  if (shiftsOf(pair) === 0) {
    return {
      method: 'clip',
      explanation: 'the pattern is longer than the text',
      create: () => clip(pair, k),
    };
  }
  const plan = planBounded(pair, k);
  return { ...plan, create: () => boundedCounter(pair, k, plan.method, seed) };
}

function boundedCounter(pair: SymbolPair, k: number, method: BoundedMethod, seed: number): BoundedCounter {
  switch (method) {
    case 'scan':
      return scanCounter(pair, k);
    case 'kangaroo':
      return kangarooCounter(pair, k, { seed });
    case 'marking':
      return shiftsOf(pair) === 0 ? clip(pair, k) : markingCounter(pair, k, { seed });
    case 'shift-add':
      return shiftAddCounter(compact(pair), k);
    case 'clip':
      return clip(pair, k);
  }
}

/** Exact distances by the planner's choice, cut off. */
function clip(pair: SymbolPair, k: number): BoundedCounter {
  return clipped(chooseExact(pair, 'auto').create(), k);
}

/** Groups of neighbouring shifts at which the chooser looks: periods shorter than a group show in every one. */
const SAMPLED_GROUPS = 4;
const GROUP = 16;

/** A comparison while scanning, in comparisons that do not look at their counts. */
const SCAN = 1.4;

/** Nanoseconds of a kangaroo jump and of the fingerprints of a text symbol. */
const JUMP = 60;
const FINGERPRINT = 45;

/** Chooses by the number of symbols until k + 1 mismatches, and of mismatches, at sampled shifts. */
function planBounded(pair: SymbolPair, k: number): { method: BoundedMethod; explanation: string } {
  const { text, pattern } = pair;
  const shifts = shiftsOf(pair);
  const m = pattern.length;
  const { symbols, jumps } = sampleShifts(pair, k);
  const numbering = ownWidth(pair) === 1 ? 0 : NUMBER * text.length;
  const nanoseconds: Partial<Record<BoundedMethod, number>> = {
    scan: SCAN * SIMD_COMPARISON[1] * symbols * shifts + numbering,
    kangaroo: (jumps + 1) * JUMP * shifts + FINGERPRINT * (text.length + m),
  };
  // Exact methods compare everything, or begin with numbering the text: below that a plan is not worth making.
  if ((nanoseconds.scan ?? 0) >= Math.min(NUMBER * text.length, SIMD_COMPARISON[1] * m * shifts)) {
    nanoseconds.clip = Math.min(...Object.values(planExact(pair).predictedSeconds)) * 1e9;
  }
  const cost = (method: BoundedMethod) => nanoseconds[method] ?? Infinity;
  const methods = (Object.keys(nanoseconds) as BoundedMethod[]).sort((a, b) => cost(a) - cost(b));
  const list = methods.map((method) => `${method} ${(cost(method) / 1e6).toPrecision(2)} ms`).join(', ');
  const found = `${Math.round(symbols)} of ${m} symbols in a group of shifts and ${Math.round(jumps)} mismatches a shift`;
  return { method: methods[0], explanation: `${methods[0]}: predicted ${list}, from ${found} for k = ${k}` };
}

/** Averages over sampled groups: symbols until the last shift has k + 1 mismatches, and mismatches of a shift. */
function sampleShifts({ text, pattern }: SymbolPair, k: number): { symbols: number; jumps: number } {
  const m = pattern.length;
  const shifts = shiftsOf({ text, pattern });
  const groups = Math.max(1, Math.min(SAMPLED_GROUPS, Math.floor(shifts / GROUP)));
  const size = Math.min(GROUP, shifts);
  let symbols = 0;
  let jumps = 0;
  for (let g = 0; g < groups; g++) {
    const first = Math.floor((g * (shifts - size)) / Math.max(1, groups - 1));
    let longest = 0;
    for (let i = first; i < first + size; i++) {
      let [j, mismatches] = [0, 0];
      for (; j < m && mismatches <= k; j++) if (text[i + j] !== pattern[j]) mismatches++;
      longest = Math.max(longest, j);
      jumps += Math.min(k, mismatches) / (groups * size);
    }
    symbols += longest / groups;
  }
  // Scanning looks after every eighth symbol, or less often where bytes cannot hold so many mismatches.
  const step = k < 240 ? 8 : 120;
  return { symbols: Math.min(m, step * Math.ceil(symbols / step)), jumps };
}

function hasWildcards(pair: SymbolPair, { wildcard, unit }: SequenceOptions): boolean {
  if (wildcard === undefined) return false;
  const symbol = wildcardSymbol(wildcard, (value) => toSymbols(value, 'wildcard', unit));
  return countSymbol(pair.text, symbol) + countSymbol(pair.pattern, symbol) > 0;
}

/** With wildcards equality is not transitive, which jumps and marks rest on: exact distances, cut off. */
function clipWithWildcards(
  text: Sequence,
  pattern: Sequence,
  k: number,
  { unit, wildcard, signal, maxSeconds, maxIterations }: KMismatchOptions,
): Outcome<KMismatchResult, KMismatchIterate> {
  const exact = hammingDistances(text, pattern, { unit, wildcard, signal, maxSeconds, maxIterations });
  const { completed, status, reason, iterations, seconds, stats } = exact;
  const distances = exact.distances.map((distance, i) => (i < completed ? Math.min(distance, k + 1) : k + 1));
  const explanation = `clip: wildcards need exact distances; ${exact.explanation}`;
  const hits = hitsOf(distances, k);
  return {
    distances,
    hits,
    completed,
    stats,
    method: 'clip',
    explanation,
    status,
    reason,
    iterations,
    seconds,
  };
}
