// Approximate 3SUM counting: for every c of a set, how many pairs of two other sets add up to it? By hashing into a
// grid of Exact Triangle instances, and the two baselines: hashing with one convolution, and sampling.
//
// T. Chan, C. Jin, V. Vassilevska Williams, Y. Xu: Faster algorithms for text-to-pattern Hamming distances
// (FOCS 2023), arXiv 2310.13174. For study: the gain lies in fast matrix multiplication; operations are counted.
import { checkChoice, checkInteger, checkNumber, checkObject, Random } from '@infimum/core';
import type { IntegerSet } from './sumset.ts';
import { checkedIntegers } from './sumset.ts';
import { countByHashing, countBySampling } from './three-sum-baselines.ts';
import type { ThreeSumCounts } from './three-sum-solution.ts';
import { newThreeSumOperations } from './three-sum-solution.ts';
import { countByTriangles } from './three-sum-triangles.ts';

/** How 3SUM solutions are counted. */
export type ThreeSumMethod = 'fredman' | 'hash' | 'sample';

/** Options of `approximateThreeSumCounts`. */
export interface ApproximateThreeSumCountsOptions {
  /**
   * `fredman`, the default: the paper's route, never too large. `hash`: one convolution of length O(N·kappa)
   * modulo each of three random primes, never too small. `sample`: look-ups for kappa² sampled members, two-sided.
   */
  readonly method?: ThreeSumMethod;
  /** Probability with which some count may be off by more than N / kappa (`fredman`, `sample`); 0.01 by default. */
  readonly delta?: number;
  /** Seed, 0 by default. */
  readonly seed?: number;
  /**
   * Parameter of the triangle instances of `fredman`; 4·kappa·(layer pairs) by default, which the guarantee needs.
   * Smaller values sample fewer witnesses: each count then misses at most 4·(layer pairs)·N / kappaInner.
   */
  readonly kappaInner?: number;
}

/**
 * Approximate 3SUM counting: `counts[t] ≈ #{(a, b) ∈ A x B : a + b = c[t]}` to within N / kappa, N = max(|A|, |B|),
 * for all t at once with probability at least 1 − delta.
 *
 * Method `fredman` hashes values almost linearly, `h(a + b) ∈ h(a) + h(b) + {0, 1}`, into a grid of √N x √N cells,
 * deals crowded cells out to layers, and reads a pair of layers with one row of B's grid as an Exact Triangle
 * instance: rows and inner index are the cell of a, the columns the sum of the inner indices. Every pair (a, b)
 * belongs to exactly one instance, so that no count is too large.
 *
 * @param a - integers of at most 2^51 in magnitude; repeated members count as often as they occur
 * @param b - likewise
 * @param c - the requested sums, likewise
 * @param kappa - at least 1
 * @returns the counts in the order of c, and the counted operations
 * @throws {InvalidInputError} for members that are no integers of that size, with the index, and options out of range;
 *   `unsupported` for a kappa above 2^20 / N with method `hash`
 *
 * The bound of `hash` holds for sets whose sums do not share many prime factors by design: a random prime of about
 * N·kappa divides a given number below 2^52 up to 52 / log(N·kappa) times as often as a random number.
 *
 * Source: T. Chan, C. Jin, V. Vassilevska Williams, Y. Xu, Faster algorithms for text-to-pattern Hamming distances
 * (arXiv 2310.13174).
 *
 * @example
 * ```ts
 * import { approximateThreeSumCounts } from '@infimum/strings';
 *
 * const { counts } = approximateThreeSumCounts([1, 2, 3], [10, 20, 21], [22, 23, 30], 4);
 * console.log(counts.join(' ')); // 2 2 0
 * ```
 */
export function approximateThreeSumCounts(
  a: IntegerSet,
  b: IntegerSet,
  c: IntegerSet,
  kappa: number,
  options: ApproximateThreeSumCountsOptions = {},
): ThreeSumCounts {
  checkObject(options, 'options');
  const { method = 'fredman', delta = 0.01, seed = 0, kappaInner } = options;
  const sets = { a: checkedIntegers(a, 'a'), b: checkedIntegers(b, 'b'), c: checkedIntegers(c, 'c') };
  checkNumber(kappa, 'kappa', { min: 1 });
  checkChoice(method, 'method', ['fredman', 'hash', 'sample']);
  checkNumber(delta, 'delta', { above: 0, below: 1 });
  checkInteger(seed, 'seed', { min: 0, max: Number.MAX_SAFE_INTEGER });
  if (kappaInner !== undefined) checkNumber(kappaInner, 'kappaInner', { above: 0 });
  const random = new Random(seed);
  const operations = newThreeSumOperations();
  if (sets.a.length === 0 || sets.b.length === 0 || sets.c.length === 0) {
    return { counts: new Float64Array(sets.c.length), layerPairs: 0, operations };
  }
  if (method === 'hash') return countByHashing(sets, kappa, random, operations);
  if (method === 'sample') return countBySampling(sets, kappa, delta, random, operations);
  return countByTriangles(sets, { kappa, kappaInner, delta }, random, operations);
}
