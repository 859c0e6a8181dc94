// Bounded Hamming distances in O(n + nk/√m): few candidates are verified, many make text and pattern almost
// periodic, so that their differences have few entries.
//
// T. Chan, C. Jin, V. Vassilevska Williams, Y. Xu: Faster algorithms for text-to-pattern Hamming distances
// (FOCS 2023), arXiv 2310.13174. For study: operations are counted by kind.
import type { Iterate, LimitOptions, OptionSpecs, OptionsOf, Outcome, Steps } from '@infimum/core';
import { checkInteger, converged, Random, resolveOptions, runWith } from '@infimum/core';
import type { ColoringOperations } from '../approximate/coloring.ts';
import { coloredDistances, coloringWork, randomColors } from '../approximate/coloring.ts';
import { addOperations } from '../operations.ts';
import { packing, seed, unit, variant } from '../solver-options.ts';
import type { SumCountsOperations } from '../sums/sum-counts.ts';
import { SumCounter } from '../sums/sum-counts.ts';
import type { Sequence } from '../symbols.ts';
import { checkPair, compact } from '../symbols.ts';
import { BlockNameExtensions } from './block-name-extensions.ts';
import { kangarooDistance } from './common-extensions.ts';

const kMismatchPeriodicOptions = { variant, seed, packing, unit } as const satisfies OptionSpecs;

/** Options of `kMismatchPeriodic`. */
export type KMismatchPeriodicOptions = OptionsOf<typeof kMismatchPeriodicOptions> & LimitOptions<KMismatchPeriodicIterate>;

/** Counted operations, by kind. */
export interface KMismatchPeriodicOperations extends SumCountsOperations, ColoringOperations {
  /** Number of common extensions of text and pattern computed. */
  verifications: number;
  /** Pairs of difference entries of rare symbols. */
  pairs: number;
  /** Difference entries made, and steps of the integration. */
  integration: number;
}

/** Bounded distances and their cost. */
export interface KMismatchPeriodicDistances {
  /** min(D_i, k + 1) at every shift i = 0 … n − m, exact; k + 1 for shifts that an early end left out. */
  readonly distances: Int32Array;
  /** Shifts with at most k mismatches, ascending. */
  readonly hits: Int32Array;
  /** Number of leading shifts that are done. */
  readonly completed: number;
  /** Counters. */
  readonly operations: {
    /** Text segments. */
    readonly segments: number;
    /** Segments whose candidates were verified one by one. */
    readonly verified: number;
    /** Segments whose candidates were counted by integration. */
    readonly integrated: number;
    /** Shifts that passed the filter. */
    readonly candidates: number;
    /** Symbols that went through the X+Y lemma. */
    readonly heavy: number;
    /** Counted operations. */
    readonly operations: Readonly<KMismatchPeriodicOperations>;
  };
}

/** The state after one text segment. */
export interface KMismatchPeriodicIterate extends Iterate<KMismatchPeriodicDistances> {
  /** Number of leading shifts that are done. */
  readonly completed: number;
}

/** Colours and repeats of the filter. */
const COLOURS = 4;
const COLOURINGS = 3;
/** Attempts to filter a segment before many candidates are verified one by one. */
const FILTER_ROUNDS = 4;
/** Difference entries, per allowed mismatch, beyond which the candidates are rejected. */
const ENTRIES_PER_MISMATCH = 64;

/**
 * Bounded Hamming distances `min(D_i, k + 1)` for all shifts, in O(n + n·k/√m) operations after the filter.
 *
 * In every segment of m/2 shifts a one-sided filter (random colourings, whose distances are never too large) leaves
 * candidates. At most m/k of them are verified by k + 1 common extensions each. If there are more, two of them lie
 * ρ ≤ k apart, so that pattern and text agree with themselves shifted by ρ but for O(k) places: the difference
 * `[S[x] = c] − [S[x − ρ] = c]` of each symbol has O(k) entries in all, their correlation
 * `g(d) = 2·M(d) − M(d + ρ) − M(d − ρ)` is that of the matches M differenced twice, and integrating it gives M.
 *
 * @param text - n symbols: a string or an array of integers
 * @param pattern - m ≥ 1 symbols of the same kind
 * @param maxMismatches - mismatches of interest, at least 0; m or more gives plain distances
 * @returns bounded distances and hits (none if m > n), counters, and how the run ended
 * @throws {InvalidInputError} for an empty pattern, sequences of different kinds, k negative or not an integer
 *
 * The answer is exact, whatever the seed. The filter here costs O(n log m), and preparing the extensions too; the
 * theorem has linear ones.
 *
 * Source: T. Chan, C. Jin, V. Vassilevska Williams, Y. Xu, Faster algorithms for text-to-pattern Hamming distances
 * (arXiv 2310.13174).
 *
 * @example
 * ```ts
 * import { kMismatchPeriodic } from '@infimum/strings';
 *
 * const { distances, hits } = kMismatchPeriodic('abaabba', 'aba', 1);
 * console.log(distances.join(' ')); // 0 2 2 1 1
 * console.log(hits.join(' ')); // 0 3 4
 * ```
 */
export function kMismatchPeriodic(
  text: Sequence,
  pattern: Sequence,
  maxMismatches: number,
  options: KMismatchPeriodicOptions = {},
): Outcome<KMismatchPeriodicDistances, KMismatchPeriodicIterate> {
  return runWith(kMismatchPeriodicOptions, options, kMismatchPeriodicSteps({ text, pattern, k: maxMismatches }, options));
}

/**
 * The same as steps, one segment of m/2 shifts each.
 *
 * @throws {InvalidInputError} naming the argument at fault
 */
export function* kMismatchPeriodicSteps(
  { text, pattern, k }: { readonly text: Sequence; readonly pattern: Sequence; readonly k: number },
  options: KMismatchPeriodicOptions = {},
): Steps<KMismatchPeriodicDistances, KMismatchPeriodicIterate> {
  const search = new PeriodicSearch(text, pattern, k, options);
  for (; search.completed < search.shifts; search.segment()) yield search.iterate();
  yield search.iterate();
  return converged(search.solution(), 'all shifts are decided');
}

class PeriodicSearch {
  readonly shifts: number;
  completed = 0;
  readonly #text: Int32Array;
  readonly #pattern: Int32Array;
  readonly #alphabetSize: number;
  readonly #k: number;
  readonly #random: Random;
  readonly #counter: SumCounter;
  readonly #distances: Int32Array;
  readonly #operations: KMismatchPeriodicOperations = {
    coloring: 0,
    verifications: 0,
    pairs: 0,
    integration: 0,
    packedConvolution: 0,
    exactConvolution: 0,
    folding: 0,
    selection: 0,
  };
  #extensions: BlockNameExtensions | undefined;
  #segments = 0;
  #verified = 0;
  #integrated = 0;
  #candidates = 0;
  #heavy = 0;

  constructor(text: Sequence, pattern: Sequence, k: number, options: KMismatchPeriodicOptions) {
    const { unit, ...lemma } = resolveOptions(kMismatchPeriodicOptions, options);
    const pair = compact(checkPair(text, pattern, unit));
    checkInteger(k, 'k', { min: 0 });
    this.#counter = new SumCounter(lemma);
    this.#random = new Random(lemma.seed, 1);
    this.#text = pair.text;
    this.#pattern = pair.pattern;
    this.#alphabetSize = pair.alphabetSize;
    this.#k = Math.min(k, pair.pattern.length);
    this.shifts = Math.max(0, pair.text.length - pair.pattern.length + 1);
    this.#distances = new Int32Array(this.shifts).fill(this.#k + 1);
  }

  /** Decides the next ⌊m/2⌋ shifts. */
  segment(): void {
    const length = this.#pattern.length;
    const start = this.completed;
    const end = Math.min(this.shifts, start + Math.max(1, length >> 1));
    let candidates = Array.from({ length: end - start }, (_, i) => start + i);
    let integrated = false;
    for (let round = 0; round < FILTER_ROUNDS && !integrated; round++) {
      candidates = this.#filter(candidates, start, end);
      if (candidates.length < 2 || candidates.length * this.#k <= length) break;
      integrated = this.#integrate(candidates);
    }
    this.#candidates += candidates.length;
    if (!integrated) this.#verify(candidates);
    this.completed = end;
    this.#segments++;
  }

  iterate(): KMismatchPeriodicIterate {
    return { iteration: this.#segments, completed: this.completed, solution: () => this.solution() };
  }

  solution(): KMismatchPeriodicDistances {
    const hits: number[] = [];
    for (let i = 0; i < this.shifts; i++) if (this.#distances[i] <= this.#k) hits.push(i);
    return {
      distances: this.#distances.slice(),
      hits: Int32Array.from(hits),
      completed: this.completed,
      operations: {
        segments: this.#segments,
        verified: this.#verified,
        integrated: this.#integrated,
        candidates: this.#candidates,
        heavy: this.#heavy,
        operations: { ...this.#operations },
      },
    };
  }

  /** Shifts whose coloured distance is at most k for all colourings; no shift with D ≤ k is lost. */
  #filter(candidates: number[], start: number, end: number): number[] {
    const text = this.#text.subarray(start, end + this.#pattern.length - 1);
    for (let repeat = 0; repeat < COLOURINGS && candidates.length > 0; repeat++) {
      const colors = randomColors(this.#alphabetSize, COLOURS, this.#random);
      const coarse = coloredDistances({ text, pattern: this.#pattern }, colors);
      this.#operations.coloring += coloringWork(text, this.#pattern, colors);
      candidates = candidates.filter((i) => coarse[i - start] <= this.#k);
    }
    return candidates;
  }

  /** Few candidates: k + 1 extensions each. */
  #verify(candidates: readonly number[]): void {
    if (candidates.length === 0) return;
    this.#extensions ??= new BlockNameExtensions(this.#text, this.#pattern);
    for (const i of candidates) {
      const { distance, jumps } = kangarooDistance(this.#extensions, this.#pattern.length, i, this.#k);
      this.#distances[i] = distance;
      this.#operations.verifications += jumps;
    }
    this.#verified++;
  }

  /**
   * Many candidates: integrates the correlation of differences with the period of the two closest ones. False if the
   * differences have too many entries, which means that the colourings accepted false candidates.
   */
  #integrate(candidates: readonly number[]): boolean {
    const period = smallestGap(candidates);
    const [first, last] = [candidates[0], candidates[candidates.length - 1]];
    const text = this.#text.subarray(first, last + this.#pattern.length);
    const inText = differenceEntries(text, period, this.#alphabetSize);
    const inPattern = differenceEntries(this.#pattern, period, this.#alphabetSize);
    this.#operations.integration += inText.count + inPattern.count;
    if (inText.count + inPattern.count > ENTRIES_PER_MISMATCH * (this.#k + 1)) return false;
    const matches = integrate(this.#correlate(inText, inPattern, text.length, period), period);
    this.#operations.integration += matches.length;
    const origin = this.#pattern.length + 2 * period;
    for (let i = first; i <= last; i++) {
      const distance = this.#pattern.length - matches[origin + i - first];
      this.#distances[i] = Math.min(distance, this.#k + 1);
    }
    this.#integrated++;
    return true;
  }

  /** g(d) at index m + 2ρ + d, for the d that the integration needs: up to the last shift. */
  #correlate(inText: Entries, inPattern: Entries, textLength: number, period: number): Float64Array {
    const length = this.#pattern.length;
    const origin = length + 2 * period;
    const correlation = new Float64Array(origin + textLength - length + 1);
    for (const [symbol, ours] of inPattern.bySymbol) {
      const theirs = inText.bySymbol.get(symbol);
      if (!theirs) continue;
      if (ours.length + theirs.length < 2 * Math.sqrt(textLength)) {
        this.#operations.pairs += correlatePairs(theirs, ours, origin, correlation);
      } else {
        this.#correlateFrequent(theirs, ours, textLength, period, origin, correlation);
      }
    }
    return correlation;
  }

  /** A frequent symbol: the X+Y lemma for each combination of signs. */
  #correlateFrequent(
    inText: readonly Entry[],
    inPattern: readonly Entry[],
    textLength: number,
    period: number,
    origin: number,
    correlation: Float64Array,
  ): void {
    const length = this.#pattern.length + period;
    this.#heavy++;
    for (const textSign of [1, -1]) {
      for (const patternSign of [1, -1]) {
        const x = new Float64Array(length);
        const y = new Float64Array(textLength + period);
        for (const { place, sign } of inPattern) if (sign === patternSign) x[length - 1 - place] = 1;
        for (const { place, sign } of inText) if (sign === textSign) y[place] = 1;
        const { counts, operations } = this.#counter.count(x, y);
        for (let s = 0; s < counts.length; s++) {
          const index = origin + s - (length - 1);
          if (index < correlation.length) correlation[index] += textSign * patternSign * counts[s];
        }
        addOperations(this.#operations, operations);
      }
    }
  }
}

/** A place where a symbol begins (+1) or ends (−1) to differ from the one a period before. */
interface Entry {
  readonly place: number;
  readonly sign: number;
}

interface Entries {
  readonly count: number;
  readonly bySymbol: ReadonlyMap<number, readonly Entry[]>;
}

/** The entries of [S[x] = c] − [S[x−ρ] = c], x = 0 … |S| + ρ − 1, nothing outside S, for all symbols c ≥ 0. */
function differenceEntries(symbols: Int32Array, period: number, alphabetSize: number): Entries {
  const bySymbol = new Map<number, Entry[]>();
  let count = 0;
  const add = (symbol: number, place: number, sign: number): void => {
    if (symbol < 0 || symbol >= alphabetSize) return;
    const entries = bySymbol.get(symbol);
    if (entries) entries.push({ place, sign });
    else bySymbol.set(symbol, [{ place, sign }]);
    count++;
  };
  for (let place = 0; place < symbols.length + period; place++) {
    const here = place < symbols.length ? symbols[place] : -1;
    const before = place >= period ? symbols[place - period] : -1;
    if (here === before) continue;
    add(here, place, 1);
    add(before, place, -1);
  }
  return { count, bySymbol };
}

/** A rare symbol: one product a pair. */
function correlatePairs(
  inText: readonly Entry[],
  inPattern: readonly Entry[],
  origin: number,
  correlation: Float64Array,
): number {
  for (const ours of inPattern) {
    for (const theirs of inText) {
      const index = origin + theirs.place - ours.place;
      if (index < correlation.length) correlation[index] += theirs.sign * ours.sign;
    }
  }
  return inPattern.length * inText.length;
}

/** M(d + ρ) = 2·M(d) − M(d − ρ) − g(d), from M = 0 left of all overlaps. */
function integrate(correlation: Float64Array, period: number): Float64Array {
  const matches = new Float64Array(correlation.length);
  for (let index = 2 * period; index < matches.length; index++) {
    matches[index] = 2 * matches[index - period] - matches[index - 2 * period] - correlation[index - period];
  }
  return matches;
}

function smallestGap(ascending: readonly number[]): number {
  let gap = Infinity;
  for (let i = 1; i < ascending.length; i++) gap = Math.min(gap, ascending[i] - ascending[i - 1]);
  return gap;
}
