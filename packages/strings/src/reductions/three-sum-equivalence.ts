// Text-to-pattern Hamming distances and counting 3SUM in a range are the same problem: both reductions.
//
// T. Chan, C. Jin, V. Vassilevska Williams, Y. Xu: Faster algorithms for text-to-pattern Hamming distances
// (FOCS 2023), arXiv 2310.13174, section 6. For study.
import { checkFunction, checkInteger, checkNumbers, checkObject } from '@infimum/core';
import { hammingSqrt } from '../exact/hamming-sqrt.ts';
import type { IntegerSet } from '../sums/sumset.ts';
import { checkedIntegers } from '../sums/sumset.ts';
import type { Sequence, StringUnit } from '../symbols.ts';
import { checkPair, compact } from '../symbols.ts';

/** Counts `#{(a, b) : a + b = c}` for c = 0 … size-1, exactly. */
export type RangeSumCounter = (a: Float64Array, b: Float64Array, size: number) => ArrayLike<number>;

/** Options of `hammingViaThreeSum`. */
export interface HammingViaThreeSumOptions {
  /** The counter of sums; by default all pairs, O(n·m). */
  readonly counter?: RangeSumCounter;
  /** Symbols of strings: UTF-16 code units (default) or code points. */
  readonly unit?: StringUnit;
}

/**
 * Hamming distances through counting 3SUM: with `A = {y + M·text[y]}` and `B = {−(x + M·pattern[x])}`, M = 4n, a sum
 * lies in 0 … n−m exactly if the symbols agree, and is then the shift y − x.
 *
 * @param text - n symbols: a string or an array of integers
 * @param pattern - m ≥ 1 symbols of the same kind
 * @returns D_i for every shift i = 0 … n − m; none if m > n
 * @throws {InvalidInputError} for an empty pattern and sequences of different kinds
 *
 * Source: T. Chan, C. Jin, V. Vassilevska Williams, Y. Xu, Faster algorithms for text-to-pattern Hamming distances
 * (arXiv 2310.13174).
 *
 * @example
 * ```ts
 * import { hammingViaThreeSum } from '@infimum/strings';
 *
 * console.log(hammingViaThreeSum('abaabba', 'aba').distances.join(' ')); // 0 2 2 1 1
 * ```
 */
export function hammingViaThreeSum(
  text: Sequence,
  pattern: Sequence,
  options: HammingViaThreeSumOptions = {},
): { readonly distances: Int32Array } {
  checkObject(options, 'options');
  const { counter = countAllPairs, unit } = options;
  checkFunction(counter, 'counter');
  const pair = compact(checkPair(text, pattern, unit));
  const length = pair.pattern.length;
  const shifts = Math.max(0, pair.text.length - length + 1);
  const { a, b } = threeSumInstance(pair.text, pair.pattern);
  const matches = counter(a, b, shifts);
  checkNumbers(matches, 'counter()');
  return { distances: Int32Array.from({ length: shifts }, (_, i) => length - matches[i]) };
}

/**
 * The sets A and B whose sums a + b = i, 0 ≤ i ≤ n − m, are the matches at shift i, for numbered symbols. Negative
 * symbols of the text, which match nothing, are left out.
 */
export function threeSumInstance(
  text: Int32Array,
  pattern: Int32Array,
): { readonly a: Float64Array; readonly b: Float64Array } {
  const base = 4 * Math.max(text.length, pattern.length);
  const a: number[] = [];
  for (let y = 0; y < text.length; y++) if (text[y] >= 0) a.push(y + base * text[y]);
  const b = Float64Array.from(pattern, (symbol, x) => -(x + base * symbol) + 0);
  return { a: Float64Array.from(a), b };
}

/** All pairs. */
function countAllPairs(a: Float64Array, b: Float64Array, size: number): Int32Array {
  const counts = new Int32Array(size);
  for (const left of a) {
    for (const right of b) {
      const sum = left + right;
      if (sum >= 0 && sum < size) counts[sum]++;
    }
  }
  return counts;
}

/** Exact Hamming distances, by whatever method. */
export type ExactDistances = (text: Int32Array, pattern: Int32Array) => ArrayLike<number>;

/** Options of `rangeDifferenceCounts`. */
export interface RangeDifferenceCountsOptions {
  /** The function that computes Hamming distances; `hammingSqrt` by default. */
  readonly distances?: ExactDistances;
}

/** Counts of differences and their cost. */
export interface RangeDifferences {
  /** counts[c] = #{(a, b) : a − b = c}, c = 0 … size − 1. */
  readonly counts: Float64Array;
  /** What was done. */
  readonly operations: {
    /** Hamming instances: layers of a times layers of b. */
    readonly instances: number;
    /** Symbols of all texts and patterns. */
    readonly symbols: number;
  };
}

/**
 * Counts of the differences in a range, `counts[c] = #{(a, b) ∈ A x B : a − b = c}` for c = 0 … size − 1, through
 * Hamming distances: counting 3SUM with targets in a range.
 *
 * Write a = u·size + v with 0 ≤ v < size, and b likewise. A pattern of length `size` has b's quotient at place v',
 * a text of length 2·size has a's quotient at place v and, for the borrow, the quotient minus one at place
 * size + v: at shift c they agree exactly where a − b = c. Members with equal remainders are dealt out to layers,
 * and every pair of layers is one instance.
 *
 * @param a - integers of at most 2^52 in magnitude; repeated members count as often as they occur
 * @param b - likewise
 * @param size - length of the range, 1 to 2^22
 * @returns the counts and the number and size of the Hamming instances
 * @throws {InvalidInputError} for members that are not integers, with the index, and a size out of range
 *
 * Source: T. Chan, C. Jin, V. Vassilevska Williams, Y. Xu, Faster algorithms for text-to-pattern Hamming distances
 * (arXiv 2310.13174).
 *
 * @example
 * ```ts
 * import { rangeDifferenceCounts } from '@infimum/strings';
 *
 * console.log(rangeDifferenceCounts([5, -1], [2, -4], 4).counts.join(' ')); // 0 0 0 2
 * ```
 */
export function rangeDifferenceCounts(
  a: IntegerSet,
  b: IntegerSet,
  size: number,
  options: RangeDifferenceCountsOptions = {},
): RangeDifferences {
  checkObject(options, 'options');
  const { distances = (text, pattern) => hammingSqrt(text, pattern).distances } = options;
  checkFunction(distances, 'distances');
  checkInteger(size, 'size', { min: 1, max: LONGEST_RANGE });
  const quotients = new QuotientNumbers();
  const inText = layers(checkedIntegers(a, 'a'), size);
  const inPattern = layers(checkedIntegers(b, 'b'), size);
  const counts = new Float64Array(size);
  for (const textLayer of inText) {
    const text = textOf(textLayer, size, quotients);
    for (const patternLayer of inPattern) {
      const unequal = distances(text, patternOf(patternLayer, size, quotients));
      checkNumbers(unequal, 'distances()');
      for (let c = 0; c < size; c++) counts[c] += size - unequal[c];
    }
  }
  const instances = inText.length * inPattern.length;
  return { counts, operations: { instances, symbols: 3 * size * instances } };
}

/** Longest range: a text is twice as long, and a transform in `hammingSqrt` twice as long again. */
const LONGEST_RANGE = 2 ** 22;

/** Symbols of empty places: they occur in the other sequence nowhere. */
const EMPTY_IN_TEXT = -1;
const EMPTY_IN_PATTERN = -2;

/** Numbers for quotients, which need not fit into 32 bits. */
class QuotientNumbers {
  readonly #numbers = new Map<number, number>();

  of(quotient: number): number {
    const number = this.#numbers.get(quotient) ?? this.#numbers.size;
    this.#numbers.set(quotient, number);
    return number;
  }
}

/** Members of one layer: their remainders, all different, and their quotients. */
interface Layer {
  readonly remainders: number[];
  readonly quotients: number[];
}

/** Deals members out: the i-th one of a remainder goes to layer i. */
function layers(values: Float64Array, size: number): Layer[] {
  const used = new Map<number, number>();
  const all: Layer[] = [];
  for (const value of values) {
    const quotient = Math.floor(value / size);
    const remainder = value - quotient * size;
    const layer = used.get(remainder) ?? 0;
    used.set(remainder, layer + 1);
    if (layer === all.length) all.push({ remainders: [], quotients: [] });
    all[layer].remainders.push(remainder);
    all[layer].quotients.push(quotient);
  }
  return all;
}

function textOf({ remainders, quotients }: Layer, size: number, numbers: QuotientNumbers): Int32Array {
  const text = new Int32Array(2 * size).fill(EMPTY_IN_TEXT);
  remainders.forEach((place, i) => {
    text[place] = numbers.of(quotients[i]);
    text[size + place] = numbers.of(quotients[i] - 1);
  });
  return text;
}

function patternOf({ remainders, quotients }: Layer, size: number, numbers: QuotientNumbers): Int32Array {
  const pattern = new Int32Array(size).fill(EMPTY_IN_PATTERN);
  remainders.forEach((place, i) => {
    pattern[place] = numbers.of(quotients[i]);
  });
  return pattern;
}
