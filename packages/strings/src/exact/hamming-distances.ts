// The public function for exact distances: checks, wildcards, the choice of a method, and the run.
import type { LimitOptions, OptionSpecs, OptionsOf, Outcome, Steps } from '@infimum/core';
import { fault, resolveOptions, run, runWith } from '@infimum/core';
import { WILD_SYMBOL } from '../costs.ts';
import type { Counts, DistanceCounter, Explained, HammingIterate, HammingSolution, HammingStats } from '../hamming-solution.ts';
import { countingSteps, countsUpTo, shiftsOf } from '../hamming-solution.ts';
import { concerns, matchingOptions, onlyWild, readMatchingPair } from '../matching.ts';
import { out, threads } from '../solver-options.ts';
import type { NumberedPair, Sequence, SymbolPair } from '../symbols.ts';
import { compact, numberPair } from '../symbols.ts';
import { boundedDistances, ended, isTiny, isUnwatched, TINY } from '../tiny.ts';
import { abrahamsonCounter } from './abrahamson.ts';
import type { CountingChoices } from './hamming-bitset.ts';
import { bitsetCounter, bitsetTakes } from './hamming-bitset.ts';
import { hybridCounter } from './hamming-hybrid.ts';
import { naiveCounter } from './hamming-naive.ts';
import { bitSets, setsCounter } from './hamming-sets.ts';
import { simdCounter } from './hamming-simd.ts';
import { bitsSeconds, planExact, setsSeconds } from './planner.ts';
import { shiftAddCounter } from './shift-add.ts';
import { wildcardCounter } from './wildcards.ts';

/** Exact methods. */
export const EXACT_METHODS = ['naive', 'simd', 'bitset', 'shift-add', 'hybrid', 'fft', 'ntt', 'abrahamson'] as const;

/** An exact method. */
export type ExactMethod = (typeof EXACT_METHODS)[number];

const hammingOptions = {
  method: {
    type: 'choice',
    choices: ['auto', 'naive', 'simd', 'bitset', 'shift-add', 'hybrid', 'fft', 'ntt', 'abrahamson'],
    default: 'auto',
    description: 'The method; auto picks the one with the shortest predicted time',
  },
  out,
  threads,
  ...matchingOptions,
} as const satisfies OptionSpecs;

/** Options of `hammingDistances`. */
export type HammingDistancesOptions = OptionsOf<typeof hammingOptions> & LimitOptions<HammingIterate<Counts>>;

/**
 * The exact Hamming distances between a pattern and every position of a text: D_i = #{j : T[i+j] ≠ P[j]} for i = 0 … n-m.
 *
 * @param text - a string or a typed array of integers, n symbols
 * @param pattern - the same kind, m ≥ 1 symbols; the result is empty if m > n
 * @returns `distances` (n-m+1 of them, a `Uint8Array` where m < 256, else an `Int32Array`, or `out`), `method`, `explanation`, `operations`, and how the run ended. A run
 *   that was ended early has exact distances for the first `completed` shifts and m for the others
 * @throws {InvalidInputError} `type` unless both are strings or both are integer arrays; `empty` for an empty pattern;
 *   `shape` for an `out` of the wrong length; `unknown` for another method; `unsupported` for a method that does not support the pattern,
 * or classes of symbols, which `auto`, `simd` and `bitset` support
 *
 * Time O(n sqrt(m log m)) in the worst case, O(nm / 16) with classes of symbols; memory O(n). Abort, limits and progress are checked once a block.
 *
 * Source: K. Abrahamson, Generalized string matching (1987), with the improvements of `hybrid`; see the README.
 *
 * @example
 * ```ts
 * import { hammingDistances } from '@infimum/strings';
 *
 * const { distances } = hammingDistances('GATTACA', 'TAC');
 * console.log(distances.join(' ')); // 2 3 2 0 3
 * ```
 */
export function hammingDistances(
  text: Sequence,
  pattern: Sequence,
  options: HammingDistancesOptions = {},
): Outcome<HammingSolution<Counts> & Explained<ExactMethod>, HammingIterate<Counts>> {
  const { method, out, threads, ...reading } = resolveOptions(hammingOptions, options);
  const { pair, matching } = readMatchingPair(text, pattern, reading);
  checkOut(out, shiftsOf(pair));
  if (method === 'auto' && matching === undefined && isTiny(pair, TINY) && isUnwatched(options)) {
    return tinyDistances(pair, out);
  }
  const chosen = chooseExact(pair, method, { threads, matching });
  const outcome = runWith(
    hammingOptions,
    options,
    countingSteps<HammingStats, Counts>(chosen.create, { room: out ? () => out : countsUpTo }),
  );
  if (out && outcome.distances !== out) out.set(outcome.distances);
  const distances = out ?? outcome.distances;
  return { ...outcome, distances, method: chosen.method, explanation: chosen.explanation };
}

/** Few comparisons use the plain loop without the driver, which would take longer. */
function tinyDistances(
  { text, pattern }: SymbolPair,
  out: Int32Array | undefined,
): Outcome<HammingSolution<Counts> & Explained<ExactMethod>, HammingIterate<Counts>> {
  const start = performance.now();
  const shifts = shiftsOf({ text, pattern });
  const distances = out ?? countsUpTo(pattern.length, shifts);
  const operations = { comparisons: boundedDistances({ text, pattern }, pattern.length, distances) };
  return { distances, completed: shifts, operations, method: 'naive', explanation: TOO_LITTLE, ...ended(start) };
}

/**
 * The steps of `hammingDistances` without wildcards: one iteration a block of shifts.
 *
 * @throws {InvalidInputError} `unsupported` for a method that does not take the pattern
 */
export function hammingSteps(
  pair: SymbolPair,
  method: ExactMethod | 'auto' = 'auto',
  threads = 1,
): Steps<HammingSolution, HammingIterate> {
  return countingSteps(chooseExact(pair, method, { threads }).create);
}

/** A method, set up but not begun. */
export interface ChosenMethod extends Explained<ExactMethod> {
  /** The planner's predictions, if it was used. */
  readonly seconds?: number;
  readonly create: () => DistanceCounter;
}

/**
 * Sets up a method for a pair, the planner's choice for `auto`.
 *
 * @throws {InvalidInputError} `unsupported` for a method that does not take the pattern, or classes of symbols
 */
export function chooseExact(
  pair: SymbolPair,
  method: ExactMethod | 'auto',
  { threads = 1, matching }: CountingChoices = {},
): ChosenMethod {
  if (shiftsOf(pair) === 0 || !concerns(pair, matching)) return choosePlain(pair, method, threads);
  const isWild = onlyWild(pair, matching);
  if (!isWild && method !== 'auto' && method !== 'simd' && method !== 'bitset') {
    throw fault(`does not support symbol classes; use auto, simd or bitset, not ${method}`, 'method', 'unsupported');
  }
  const chosen = isWild && method !== 'bitset' ? choosePlain(pair, method, threads) : undefined;
  if (method === 'auto' || !chosen) {
    const groups = bitSets(pair, matching).length;
    const symbols = new Set<number>(pair.pattern).size;
    const bits = method !== 'simd' && bitsetTakes(pair, matching) ? bitsSeconds(pair, symbols, threads) : Infinity;
    // Wildcards take two passes of a plain method and their difference.
    const passes = chosen ? 2 * (chosen.seconds ?? 0) + (WILD_SYMBOL * pair.text.length) / 1e9 : Infinity;
    const sets = method === 'bitset' || (chosen && groups > 1) ? Infinity : setsSeconds(pair, groups, threads);
    if (method === 'bitset' || bits < Math.min(sets, passes)) {
      const explanation = 'bitset: symbols that stand for several have bits where they match';
      return { method: 'bitset', explanation, seconds: bits, create: () => bitsetCounter(pair, { threads, matching }) };
    }
    if (sets <= passes) {
      const explanation = 'simd: symbols that stand for several are compared as sets of bits';
      return { method: 'simd', explanation, seconds: sets, create: () => setsCounter(pair, matching, { threads }) };
    }
  }
  const planned = chosen ?? choosePlain(pair, method, threads);
  const wildcard = matching.wildcard as number;
  const plain = (symbols: SymbolPair) => (symbols === pair ? planned : choosePlain(symbols, 'auto', threads)).create();
  return { ...planned, create: () => wildcardCounter(pair, wildcard, plain) };
}

function choosePlain(pair: SymbolPair, method: ExactMethod | 'auto', threads: number): ChosenMethod {
  const shifts = shiftsOf(pair);
  if (shifts === 0) {
    const explanation = 'the pattern is longer than the text';
    return { method: method === 'auto' ? 'naive' : method, explanation, create: () => naiveCounter(pair) };
  }
  if (method === 'auto') {
    if (isTiny(pair, TINY)) {
      return { method: 'naive', explanation: TOO_LITTLE, create: () => naiveCounter(pair) };
    }
    let known: NumberedPair | undefined;
    const numbered = () => {
      known ??= numberPair(pair);
      return known;
    };
    const { method, explanation, predictedSeconds } = planExact(pair, threads, numbered);
    const create = () => exactCounter(pair, method, threads, numbered);
    return { method, explanation, seconds: predictedSeconds[method] ?? 0, create };
  }
  return { method, explanation: `${method}: as requested`, create: () => exactCounter(pair, method, threads) };
}

const TOO_LITTLE = 'naive: too little work to plan';

function exactCounter(
  pair: SymbolPair,
  method: ExactMethod,
  threads: number,
  numbered = () => numberPair(pair),
): DistanceCounter {
  switch (method) {
    case 'naive':
      return naiveCounter(pair, threads);
    case 'simd':
      return simdCounter(pair, threads, numbered());
    case 'bitset':
      return bitsetCounter(pair, { threads });
    case 'shift-add':
      return shiftAddCounter(compact(pair), pair.pattern.length, threads);
    case 'hybrid':
      return hybridCounter(compact(pair, numbered()), { threads });
    case 'fft':
      return hybridCounter(compact(pair), { kappa: 0, simplex: false, threads });
    case 'ntt':
      return hybridCounter(compact(pair), { transform: 'modular', kappa: 0, threads });
    case 'abrahamson':
      return abrahamsonCounter(compact(pair), undefined, undefined, threads);
  }
}

/** Exact distances by the planner's choice, without limits. */
export function exactDistances(pair: SymbolPair, { wildcard }: { readonly wildcard?: number | undefined } = {}): Int32Array {
  if (wildcard === undefined && isTiny(pair, TINY)) {
    const distances = new Int32Array(shiftsOf(pair));
    boundedDistances(pair, pair.pattern.length, distances);
    return distances;
  }
  const matching = wildcard === undefined ? undefined : { wildcard, sets: new Map() };
  return run(countingSteps(chooseExact(pair, 'auto', { matching }).create)).distances;
}

function checkOut(out: Int32Array | undefined, shifts: number): void {
  if (out && out.length !== shifts) throw fault(`expected ${shifts} entries, got ${out.length}`, 'out', 'shape');
}
