// Exact Hamming distances in O(n √m): symbols by dyadic classes of frequency, the frequent ones by the X+Y lemma.
//
// T. Chan, C. Jin, V. Vassilevska Williams, Y. Xu: Faster algorithms for text-to-pattern Hamming distances
// (FOCS 2023), arXiv 2310.13174. For study: the logarithm that it saves against Abrahamson's algorithm is one of
// packed words; see `sum-counts.ts` for how costs are charged.
import type { LimitOptions, OptionSpecs, OptionsOf, Outcome, Steps } from '@infimum/core';
import { resolveOptions, runWith } from '@infimum/core';
import type { Counts, HammingIterate, HammingSolution, HammingStats, ShiftCounter } from '../hamming-solution.ts';
import { atOnce, countingSteps, shiftsOf } from '../hamming-solution.ts';
import { addOperations } from '../operations.ts';
import { packing, seed, unit, variant } from '../solver-options.ts';
import type { SumCountsOperations, SumCountsOptions } from '../sums/sum-counts.ts';
import { SumCounter } from '../sums/sum-counts.ts';
import type { CompactPair, PositionLists, Sequence } from '../symbols.ts';
import { checkPair, compact, positionLists } from '../symbols.ts';

const hammingSqrtOptions = { variant, seed, packing, unit } as const satisfies OptionSpecs;

/** Options of `hammingSqrt`. */
export type HammingSqrtOptions = OptionsOf<typeof hammingSqrtOptions> & LimitOptions<HammingSqrtIterate>;

/** Charged operations, by kind; logarithms to base 2. */
export interface HammingSqrtOperations extends SumCountsOperations {
  /** Pairs of equal symbols of the light classes. */
  pairs: number;
}

/** Work of the O(n √m) algorithm. */
export interface HammingSqrtStats extends HammingStats {
  /** Text blocks done. */
  readonly blocks: number;
  /** Symbols that went through the X+Y lemma, summed over the blocks. */
  readonly heavy: number;
  /** Folds of the lemma in all. */
  readonly folds: number;
  /** Deepest recursion of the lemma. */
  readonly depth: number;
  /** Instances of the lemma that used an ordinary convolution instead. */
  readonly abandoned: number;
  /** Charged operations. */
  readonly operations: Readonly<HammingSqrtOperations>;
}

/** Exact distances, and how they were counted. */
export interface HammingSqrtSolution extends HammingSolution {
  readonly operations: HammingSqrtStats;
}

/** An iterate: one more text block is done. */
export interface HammingSqrtIterate extends HammingIterate {
  solution(): HammingSqrtSolution;
}

/**
 * Hamming distances `D_i = #{j : text[i + j] ≠ pattern[j]}` for all shifts, in O(n·√m) charged operations.
 *
 * The text is cut into blocks of 2m symbols. In a block, a symbol with p places in the pattern and t in the block is
 * light if p + t < 2√m: its pairs are enumerated. The others fall into classes of frequencies 2^j·2√m; each is one
 * instance of `sumCounts`, whose cost O(m·(1 + j)) is balanced by the small number of symbols in its class. Always exact; the seed changes
 * only the moduli and the counters. `deterministic` draws no random number and takes O(n·√m·(log m·log log m)^(1/4)).
 *
 * @param text - n symbols: a string or an array of integers
 * @param pattern - m ≥ 1 symbols of the same kind
 * @returns the distances (none if m > n), counters, and how the run ended
 * @throws {InvalidInputError} for an empty pattern, sequences of different kinds, options out of range
 *
 * For practical use prefer `hammingDistances`: the saving is one of packed words that no processor's floating-point
 * units offer.
 *
 * Source: T. Chan, C. Jin, V. Vassilevska Williams, Y. Xu, Faster algorithms for text-to-pattern Hamming distances
 * (arXiv 2310.13174).
 *
 * @example
 * ```ts
 * import { hammingSqrt } from '@infimum/strings';
 *
 * const { distances } = hammingSqrt(Uint8Array.of(1, 2, 1, 1, 2, 2, 1), Uint8Array.of(1, 2, 1));
 * console.log(distances.join(' ')); // 0 2 2 1 1
 * ```
 */
export function hammingSqrt(
  text: Sequence,
  pattern: Sequence,
  options: HammingSqrtOptions = {},
): Outcome<HammingSqrtSolution, HammingSqrtIterate> {
  return runWith(hammingSqrtOptions, options, hammingSqrtSteps({ text, pattern }, options));
}

/**
 * The O(n √m) algorithm as steps, one text block of 2m symbols each.
 *
 * @throws {InvalidInputError} naming the argument at fault
 */
export function hammingSqrtSteps(
  { text, pattern }: { readonly text: Sequence; readonly pattern: Sequence },
  options: HammingSqrtOptions = {},
): Steps<HammingSqrtSolution, HammingSqrtIterate> {
  const { unit, ...lemma } = resolveOptions(hammingSqrtOptions, options);
  return countingSteps(() => hammingSqrtCounter(compact(checkPair(text, pattern, unit)), lemma));
}

/** Pairs that take as long as the sums of a frequent symbol, for each place of the pattern; and pairs between two pauses. */
const PAIRS_PER_SUM = 64;
const PAIRS_PER_TURN = 2 ** 24;

/**
 * The O(n √m) algorithm on numbered symbols, block by block.
 *
 * @throws {InvalidInputError} for options out of range
 */
function hammingSqrtCounter(
  pair: CompactPair,
  options: SumCountsOptions = {},
): ShiftCounter<HammingSqrtSolution['operations']> {
  const { alphabetSize, text } = pair;
  const patternLength = pair.pattern.length;
  const patternLists = positionLists(pair.pattern, alphabetSize);
  const threshold = lightThreshold(patternLength, options.variant === 'deterministic');
  const counter = new SumCounter(options);
  const work: HammingSqrtOperations = { pairs: 0, packedConvolution: 0, exactConvolution: 0, folding: 0, selection: 0 };
  let [blocks, heavy, folds, depth, abandoned] = [0, 0, 0, 0, 0];
  return {
    patternLength,
    shifts: shiftsOf(pair),
    /** A block of 2m symbols has m + 1 shifts. */
    shiftsPerStep: patternLength + 1,
    count: (from, to, distances) => atOnce(countInTurns(from, to, distances)),
    countInTurns,
    operations: () => ({ blocks, pairs: work.pairs, heavy, folds, depth, abandoned, operations: { ...work } }),
    release: () => {},
  };

  function* countInTurns(from: number, to: number, distances: Counts): Generator<undefined, void> {
    let pairs = 0;
    const block = distances.subarray(0, to - from).fill(patternLength);
    const places = positionLists(text, alphabetSize, from, to + patternLength - 1);
    for (let symbol = 0; symbol < alphabetSize; symbol++) {
      const inPattern = group(patternLists, symbol);
      const inText = group(places, symbol);
      if (inText.length === 0) continue;
      if (inPattern.length + inText.length < threshold) {
        work.pairs += enumerateMatches(inPattern, inText, block);
        pairs += inPattern.length * inText.length;
      } else {
        countMatches(inPattern, inText, block);
        pairs += PAIRS_PER_SUM * patternLength;
      }
      if (pairs < PAIRS_PER_TURN) continue;
      pairs = 0;
      yield;
    }
    blocks++;
  }

  /** A frequent symbol: its matches at shift i are the sums y + (m − 1 − x) = m − 1 + i. */
  function countMatches(inPattern: Int32Array, inText: Int32Array, distances: Counts): void {
    const length = patternLength;
    const x = new Float64Array(length);
    const y = new Float64Array(2 * length);
    for (const place of inPattern) x[length - 1 - place] = 1;
    for (const place of inText) y[place] = 1;
    const found = counter.count(x, y);
    for (let i = 0; i < distances.length; i++) distances[i] -= found.counts[length - 1 + i];
    heavy++;
    folds += found.folds;
    depth = Math.max(depth, found.depth);
    abandoned += found.fallbacks;
    addOperations(work, found.operations);
  }
}

/** Frequency from which a symbol is counted by the lemma: 2√m, and 2√(mτ), τ = √(log m·log log m), without randomness. */
function lightThreshold(length: number, deterministic: boolean): number {
  if (!deterministic || length <= 4) return 2 * Math.sqrt(length);
  const log = Math.log2(length);
  return 2 * Math.sqrt(length * Math.sqrt(log * Math.log2(log)));
}

/** A rare symbol: one comparison a pair. */
function enumerateMatches(inPattern: Int32Array, inText: Int32Array, distances: Counts): number {
  for (const x of inPattern) {
    for (const y of inText) {
      const shift = y - x;
      if (shift >= 0 && shift < distances.length) distances[shift]--;
    }
  }
  return inPattern.length * inText.length;
}

function group({ start, positions }: PositionLists, symbol: number): Int32Array {
  return positions.subarray(start[symbol], start[symbol + 1]);
}
