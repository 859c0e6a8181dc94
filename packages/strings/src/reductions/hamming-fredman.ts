// Approximate Hamming distances through approximate 3SUM counting: the paper's route to O(n / ε^0.93).
//
// T. Chan, C. Jin, V. Vassilevska Williams, Y. Xu: Faster algorithms for text-to-pattern Hamming distances
// (FOCS 2023), arXiv 2310.13174. For study: with ordinary matrix multiplication the exponent is not reached, and
// even with a fast one the gain at ε = 0.01 would be a factor 1.4. It shows how the method works and counts its operations.
import type { Iterate, LimitOptions, OptionSpecs, OptionsOf, Outcome, ResolvedOptions, Steps } from '@infimum/core';
import { converged, Random, resolveOptions, runWith } from '@infimum/core';
import { coarseColors, coarseRepeats } from '../approximate/coarsening.ts';
import type { ColoringOperations } from '../approximate/coloring.ts';
import { coloringWork, raiseByColoring } from '../approximate/coloring.ts';
import { exactDistances } from '../exact/hamming-distances.ts';
import { shiftsOf } from '../hamming-solution.ts';
import { addOperations } from '../operations.ts';
import { delta, epsilon, seed, unit } from '../solver-options.ts';
import { approximateThreeSumCounts } from '../sums/three-sum.ts';
import type { ThreeSumOperations } from '../sums/three-sum-solution.ts';
import { newThreeSumOperations } from '../sums/three-sum-solution.ts';
import type { CompactPair, Sequence } from '../symbols.ts';
import { checkPair, compact } from '../symbols.ts';
import { threeSumInstance } from './three-sum-equivalence.ts';

export const fredmanOptions = {
  epsilon,
  delta,
  seed,
  kappaInner: {
    type: 'number',
    above: 0,
    description: 'Parameter of the triangle instances; by default what the guarantee needs',
  },
} as const satisfies OptionSpecs;

const hammingFredmanOptions = { ...fredmanOptions, unit } as const satisfies OptionSpecs;

/** Options of `hammingFredman`. */
export type HammingFredmanOptions = OptionsOf<typeof hammingFredmanOptions> & LimitOptions<HammingFredmanIterate>;

/** Approximate distances and their cost. */
export interface HammingFredmanDistances {
  /** Approximate distance at every shift i = 0 … n − m; m for shifts that an early end left out. */
  readonly distances: Float64Array;
  /** Number of leading shifts that are done. */
  readonly completed: number;
  /** Counters. */
  readonly operations: {
    /** Text blocks done. */
    readonly blocks: number;
    /** Shifts below (1 + ε)·m/2, which random colourings decided. */
    readonly coarse: number;
    /** Most pairs of layers in a block. */
    readonly layerPairs: number;
    /** Counted operations. */
    readonly operations: Readonly<ThreeSumOperations & ColoringOperations>;
  };
}

/** The state after one text block. */
export interface HammingFredmanIterate extends Iterate<HammingFredmanDistances> {
  /** Number of leading shifts that are done. */
  readonly completed: number;
}

/**
 * Hamming distances to within a factor 1 ± epsilon, for all shifts at once with probability at least 1 − delta, by
 * approximate 3SUM counting.
 *
 * The matches at shift i are the pairs of `A = {y + M·text[y]}` and `B = {−(x + M·pattern[x])}` with sum i. In every
 * text block of 2m symbols they are counted to within epsilon·m/2, never too many, by Exact Triangle instances. If the resulting distance
 * is at least (1 + epsilon)·m/2, this is accurate enough; the other shifts get the largest distance of log2(2n/delta) random colourings
 * with 2/epsilon colours, which is never too large.
 *
 * @param text - n symbols: a string or an array of integers
 * @param pattern - m ≥ 1 symbols of the same kind
 * @param options - epsilon is required; limits are checked once a text block
 * @returns the distances (none if m > n), counters, and how the run ended
 * @throws {InvalidInputError} for an empty pattern, sequences of different kinds, options out of range
 *
 * Cost: with ordinary matrix multiplication O(m^2.25) a block, times the pairs of layers (4 to 30 at m ≤ 256); for study at m up to some hundreds.
 *
 * Source: T. Chan, C. Jin, V. Vassilevska Williams, Y. Xu, Faster algorithms for text-to-pattern Hamming distances
 * (arXiv 2310.13174).
 *
 * @example
 * ```ts
 * import { hammingFredman } from '@infimum/strings';
 *
 * const { distances } = hammingFredman('abaabba', 'aba', { epsilon: 0.5 });
 * console.log(distances.join(' ')); // 0 2 2 1 1
 * ```
 */
export function hammingFredman(
  text: Sequence,
  pattern: Sequence,
  options: HammingFredmanOptions,
): Outcome<HammingFredmanDistances, HammingFredmanIterate> {
  return runWith(hammingFredmanOptions, options, hammingFredmanSteps({ text, pattern }, options));
}

/**
 * The same as steps, one text block of 2m symbols each.
 *
 * @throws {InvalidInputError} naming the argument at fault
 */
export function* hammingFredmanSteps(
  { text, pattern }: { readonly text: Sequence; readonly pattern: Sequence },
  options: HammingFredmanOptions,
): Steps<HammingFredmanDistances, HammingFredmanIterate> {
  const search = new FredmanSearch(text, pattern, options);
  for (; search.completed < search.shifts; search.block()) yield search.iterate();
  yield search.iterate();
  return converged(search.solution(), 'all shifts are estimated');
}

class FredmanSearch {
  readonly shifts: number;
  completed = 0;
  readonly #pair: CompactPair;
  readonly #settings: ResolvedOptions<typeof hammingFredmanOptions>;
  readonly #random: Random;
  readonly #distances: Float64Array;
  readonly #operations: ThreeSumOperations & ColoringOperations = { ...newThreeSumOperations(), coloring: 0 };
  #blocks = 0;
  #coarse = 0;
  #layerPairs = 0;

  constructor(text: Sequence, pattern: Sequence, options: HammingFredmanOptions) {
    this.#settings = resolveOptions(hammingFredmanOptions, options);
    this.#pair = compact(checkPair(text, pattern, this.#settings.unit));
    this.#random = new Random(this.#settings.seed);
    this.shifts = shiftsOf(this.#pair);
    this.#distances = new Float64Array(this.shifts).fill(this.#pair.pattern.length);
  }

  /** Estimates the m + 1 shifts of the next block. */
  block(): void {
    const length = this.#pair.pattern.length;
    const text = this.#pair.text.subarray(this.completed, this.completed + 2 * length);
    const shifts = text.length - length + 1;
    const distances = this.#distances.subarray(this.completed, this.completed + shifts);
    this.#subtractMatches(text, distances);
    // Below this, epsilon·m/2 may be more than a share epsilon of the distance.
    const limit = ((1 + this.#settings.epsilon) * length) / 2;
    if (distances.some((distance) => distance < limit)) this.#refine(text, distances, limit);
    this.completed += shifts;
    this.#blocks++;
  }

  iterate(): HammingFredmanIterate {
    return { iteration: this.#blocks, completed: this.completed, solution: () => this.solution() };
  }

  solution(): HammingFredmanDistances {
    return {
      distances: this.#distances.slice(),
      completed: this.completed,
      operations: {
        blocks: this.#blocks,
        coarse: this.#coarse,
        layerPairs: this.#layerPairs,
        operations: { ...this.#operations },
      },
    };
  }

  /** Distances that are at most epsilon·m/2 too large: N/κ for N ≤ 2m and κ = 4/epsilon. */
  #subtractMatches(text: Int32Array, distances: Float64Array): void {
    const { epsilon, delta, kappaInner } = this.#settings;
    const { a, b } = threeSumInstance(text, this.#pair.pattern);
    const blocks = Math.ceil(this.shifts / (this.#pair.pattern.length + 1));
    const options = { delta: delta / (2 * blocks), seed: this.#random.integer(2 ** 32) };
    const { counts, layerPairs, operations } = approximateThreeSumCounts(
      a,
      b,
      Int32Array.from(distances, (_, i) => i),
      Math.ceil(4 / epsilon),
      kappaInner === undefined ? options : { ...options, kappaInner },
    );
    for (let i = 0; i < distances.length; i++) distances[i] -= counts[i];
    this.#layerPairs = Math.max(this.#layerPairs, layerPairs);
    addOperations(this.#operations, operations);
  }

  /** Small distances: the largest of several coarse ones, each at least (1 − epsilon)·D with probability 1/2. */
  #refine(text: Int32Array, distances: Float64Array, limit: number): void {
    const colors = coarseColors(this.#settings.epsilon);
    // A colour for every symbol keeps them all apart.
    const enough = this.#pair.alphabetSize <= colors;
    const repeats = enough ? 0 : coarseRepeats(this.#pair.text.length, this.#settings.delta / 2);
    const largest = new Float64Array(distances.length);
    const pair = { text, pattern: this.#pair.pattern, alphabetSize: this.#pair.alphabetSize };
    if (enough) {
      largest.set(exactDistances(pair));
      const apart = Int32Array.from({ length: this.#pair.alphabetSize }, (_, symbol) => symbol);
      this.#operations.coloring += coloringWork(text, this.#pair.pattern, apart);
    }
    for (let repeat = 0; repeat < repeats; repeat++) {
      const colorOf = raiseByColoring(pair, colors, this.#random, largest);
      this.#operations.coloring += coloringWork(text, this.#pair.pattern, colorOf);
    }
    for (let i = 0; i < distances.length; i++) {
      if (distances[i] >= limit) continue;
      distances[i] = largest[i];
      this.#coarse++;
    }
  }
}
