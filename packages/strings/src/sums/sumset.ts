// Sumsets of integer sets: by enumeration, by an ordinary convolution, or by the X+Y lemma in time linear in the universe.
//
// T. Chan, C. Jin, V. Vassilevska Williams, Y. Xu: Faster algorithms for text-to-pattern Hamming distances
// (FOCS 2023), arXiv 2310.13174.
import { checkChoice, checkInteger, checkObject, describeValue, fault } from '@infimum/core';
import { convolveIntegers, integerFault } from '../transforms/convolution.ts';
import type { SumCountsOperations } from './sum-counts.ts';
import { sumCounts } from './sum-counts.ts';

/** A set of integers, in any order; repeated members count once. */
export type IntegerSet = ArrayLike<number>;

/** How sumsets are computed. */
export type SumsetMethod = 'enumerate' | 'fft' | 'hash-recursive';

/** Options of `sumset`. */
export interface SumsetOptions {
  /**
   * `enumerate`: all pairs, O(N²). `fft`: one convolution, O(U log U). `hash-recursive`: the X+Y lemma,
   * O(U (1 + log(N²/U))) charged operations. `auto`, the default: enumerate if N² ≤ 4U, else `fft`.
   */
  readonly method?: 'auto' | SumsetMethod;
  /** Also count in how many ways each sum arises; off by default. */
  readonly counts?: boolean;
  /** Seed of `hash-recursive`, 0 by default; the sumset does not depend on it. */
  readonly seed?: number;
}

/** Operations of a sumset, by kind. */
export interface SumsetOperations extends SumCountsOperations {
  /** Pairs enumerated. */
  pairs: number;
}

/** The sums and their cost. */
export interface Sumset {
  /** All sums x + y, ascending, each once; doubles where they exceed 32 bits. */
  readonly sums: Int32Array | Float64Array;
  /** The number of ways in which each sum arises, if requested. */
  readonly counts?: Float64Array;
  /** What was done. */
  readonly method: SumsetMethod;
  /** Folds of the X+Y lemma. */
  readonly folds: number;
  /** Charged operations, logarithms to base 2. */
  readonly operations: SumsetOperations;
}

/** Longest span of the two sets for which vectors indexed by value are laid out. */
const LONGEST_UNIVERSE = 2 ** 24;
const MOST_PAIRS = 2 ** 27;

/**
 * The sumset `X + Y = {x + y : x ∈ X, y ∈ Y}` of two sets of integers, and optionally how often each sum arises.
 *
 * @param x - safe integers, negative ones too; sums must be safe integers
 * @param y - likewise
 * @returns the sums in ascending order, their counts, and the charged operations
 * @throws {InvalidInputError} for members that are not safe integers, with the index; `unsupported` if the sets span
 *   more than 2^24 values and have more than 2^27 pairs
 *
 * Cost: see `method`; U is the larger of the two spans max − min + 1, N² = |X|·|Y|.
 *
 * Source: T. Chan, C. Jin, V. Vassilevska Williams, Y. Xu, Faster algorithms for text-to-pattern Hamming distances
 * (arXiv 2310.13174).
 *
 * @example
 * ```ts
 * import { sumset } from '@infimum/strings';
 *
 * const { sums, counts } = sumset([0, 1, 2, 3], [0, 2], { counts: true });
 * console.log(sums.join(' ')); // 0 1 2 3 4 5
 * console.log(counts?.join(' ')); // 1 1 2 2 1 1
 * ```
 */
export function sumset(x: IntegerSet, y: IntegerSet, options: SumsetOptions = {}): Sumset {
  checkObject(options, 'options');
  const { method = 'auto', counts: wanted = false, seed = 0 } = options;
  checkChoice(method, 'method', ['auto', 'enumerate', 'fft', 'hash-recursive']);
  checkInteger(seed, 'seed', { min: 0, max: Number.MAX_SAFE_INTEGER });
  const left = shiftedSet(x, 'x');
  const right = shiftedSet(y, 'y');
  const shift = left.least + right.least;
  const operations = { packedConvolution: 0, exactConvolution: 0, folding: 0, selection: 0, pairs: 0 };
  if (left.members.length === 0 || right.members.length === 0) {
    const none = wanted ? { counts: new Float64Array(0) } : {};
    return { sums: new Int32Array(0), ...none, method: 'enumerate', folds: 0, operations };
  }
  const universe = Math.max(left.span, right.span);
  const pairs = left.members.length * right.members.length;
  const chosen = method !== 'auto' ? method : pairs <= 4 * universe ? 'enumerate' : 'fft';
  if (universe > LONGEST_UNIVERSE && (chosen !== 'enumerate' || pairs > MOST_PAIRS)) {
    throw fault(`the sets span ${universe} values and have ${pairs} pairs`, 'x', 'unsupported');
  }
  if (chosen === 'enumerate') {
    operations.pairs = pairs;
    const bySorting = universe > LONGEST_UNIVERSE;
    const all = bySorting ? sortSums(left, right, shift) : collect(tally(left, right), shift);
    return { ...withCounts(all, wanted), method: chosen, folds: 0, operations };
  }
  if (chosen === 'fft') {
    operations.exactConvolution = 2 * universe * Math.log2(2 * universe);
    const all = collect(convolveIntegers(indicator(left, left.span), indicator(right, right.span)), shift);
    return { ...withCounts(all, wanted), method: chosen, folds: 0, operations };
  }
  const lemma = sumCounts(indicator(left, universe), indicator(right, universe), { seed });
  Object.assign(operations, lemma.operations);
  return { ...withCounts(collect(lemma.counts, shift), wanted), method: chosen, folds: lemma.folds, operations };
}

/** A set moved to begin at 0. */
interface ShiftedSet {
  readonly least: number;
  readonly span: number;
  readonly members: Float64Array;
}

interface CountedSums {
  readonly sums: Int32Array | Float64Array;
  readonly counts: Float64Array;
}

function shiftedSet(values: IntegerSet, argument: string): ShiftedSet {
  const sorted = checkedIntegers(values, argument).sort();
  let size = 0;
  for (const value of sorted) if (size === 0 || value !== sorted[size - 1]) sorted[size++] = value;
  const least = size > 0 ? sorted[0] : 0;
  const members = sorted.subarray(0, size).map((value) => value - least);
  return { least, span: size > 0 ? members[size - 1] + 1 : 0, members };
}

/**
 * A copy of an array of integers of at most 2^52, so that sums of two are exact.
 *
 * @throws {InvalidInputError} `type`, `not-finite`, `not-integer` or `out-of-range` with the index
 */
export function checkedIntegers(values: ArrayLike<number>, argument: string): Float64Array {
  if (typeof values !== 'object' || values === null || typeof values.length !== 'number') {
    throw fault('expected an array of integers', argument, 'type');
  }
  const copy = new Float64Array(values.length);
  for (let index = 0; index < copy.length; index++) {
    const value = values[index];
    if (!Number.isInteger(value) || Math.abs(value) > 2 ** 52) {
      throw fault(
        `is ${describeValue(value)} at index ${index}, not an integer within 2^52`,
        argument,
        typeof value !== 'number' ? 'type' : integerFault(value),
        index,
      );
    }
    copy[index] = value + 0; // not -0
  }
  return copy;
}

/** Sums counted one pair at a time, indexed by value. */
function tally(left: ShiftedSet, right: ShiftedSet): Float64Array {
  const counts = new Float64Array(left.span + right.span - 1);
  for (const a of left.members) for (const b of right.members) counts[a + b]++;
  return counts;
}

/** All sums, sorted: for sets that are far too spread out for an array indexed by value. */
function sortSums(left: ShiftedSet, right: ShiftedSet, shift: number): CountedSums {
  const all = new Float64Array(left.members.length * right.members.length);
  let next = 0;
  for (const a of left.members) for (const b of right.members) all[next++] = a + b + shift;
  all.sort();
  const counts = new Float64Array(all.length);
  let size = 0;
  for (const sum of all) {
    if (size === 0 || sum !== all[size - 1]) all[size++] = sum;
    counts[size - 1]++;
  }
  return { sums: narrowed(all.slice(0, size)), counts: counts.slice(0, size) };
}

/** The values with a positive count. */
function collect(counts: Float64Array, shift: number): CountedSums {
  let size = 0;
  for (const count of counts) if (count > 0) size++;
  const sums = new Float64Array(size);
  const positive = new Float64Array(size);
  let next = 0;
  for (let value = 0; value < counts.length; value++) {
    if (counts[value] === 0) continue;
    sums[next] = value + shift;
    positive[next++] = counts[value];
  }
  return { sums: narrowed(sums), counts: positive };
}

/** 32-bit integers where all fit; `sums` is ascending. */
function narrowed(sums: Float64Array): Int32Array | Float64Array {
  const fits = sums[0] >= -(2 ** 31) && sums[sums.length - 1] < 2 ** 31;
  return fits ? Int32Array.from(sums) : sums;
}

function withCounts({ sums, counts }: CountedSums, wanted: boolean) {
  return wanted ? { sums, counts } : { sums };
}

function indicator({ members }: ShiftedSet, length: number): Float64Array {
  const vector = new Float64Array(length);
  for (const member of members) vector[member] = 1;
  return vector;
}
