// Approximate 3SUM counting: for every c of a set, how many pairs of two other sets add up to it? By hashing into a
// grid of Exact Triangle instances, and the two baselines: hashing with one convolution, and sampling.
//
// T. Chan, C. Jin, V. Vassilevska Williams, Y. Xu: Faster algorithms for text-to-pattern Hamming distances
// (FOCS 2023), arXiv 2310.13174. For study: the gain lies in fast matrix multiplication; operations are counted.
import { checkChoice, checkInteger, checkNumber, InvalidInputError, Random } from '@infimum/core';
import { convolveIntegers } from './convolution.ts';
import {
  countTargets,
  newTriangleOperations,
  type TriangleOperations,
  type TriangleTargets,
  triangleSamples,
} from './exact-triangle.ts';
import { modulo, multiplyModulo } from './modular-arithmetic.ts';
import { primeFrom, randomPrime } from './primes.ts';
import { checkedIntegers, type IntegerSet } from './sumset.ts';

/** How 3SUM solutions are counted. */
export type ThreeSumMethod = 'fredman' | 'hash' | 'sample';

/** Options of `approximateThreeSumCounts`. */
export interface ThreeSumCountsOptions {
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

/** Operations of 3SUM counting, by kind. */
export interface ThreeSumOperations extends TriangleOperations {
  /** Triangle instances that had both rows and targets. */
  instances: number;
  /** Ordinary convolutions, S·log S each. */
  exactConvolution: number;
  /** Hash look-ups of sums. */
  lookups: number;
}

/** Approximate counts of solutions. */
export interface ThreeSumCounts {
  /** counts[t] ≈ #{(a, b) : a + b = c[t]}; fractions only with `sample`. */
  readonly counts: Float64Array;
  /** Layers of a times layers of b, `fredman` only, else 0. */
  readonly layerPairs: number;
  /** Counted operations. */
  readonly operations: ThreeSumOperations;
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
 * @param c - the sums that are asked for, likewise
 * @param kappa - at least 1
 * @param options - method, probability of failure, seed
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
  options: ThreeSumCountsOptions = {},
): ThreeSumCounts {
  const { method = 'fredman', delta = 0.01, seed = 0, kappaInner } = options;
  const sets = { a: checkedIntegers(a, 'a'), b: checkedIntegers(b, 'b'), c: checkedIntegers(c, 'c') };
  checkNumber(kappa, 'kappa', { min: 1 });
  checkChoice(method, 'method', ['fredman', 'hash', 'sample']);
  checkNumber(delta, 'delta', { above: 0, below: 1 });
  checkInteger(seed, 'seed', { min: 0, max: Number.MAX_SAFE_INTEGER });
  if (kappaInner !== undefined) checkNumber(kappaInner, 'kappaInner', { above: 0 });
  const random = new Random(seed);
  const operations = { ...newTriangleOperations(), instances: 0, exactConvolution: 0, lookups: 0 };
  if (sets.a.length === 0 || sets.b.length === 0 || sets.c.length === 0) {
    return { counts: new Float64Array(sets.c.length), layerPairs: 0, operations };
  }
  if (method === 'hash') return countByHashing(sets, kappa, random, operations);
  if (method === 'sample') return countBySampling(sets, kappa, delta, random, operations);
  return countByTriangles(sets, { kappa, kappaInner, delta }, random, operations);
}

interface Sets {
  readonly a: Float64Array;
  readonly b: Float64Array;
  readonly c: Float64Array;
}

/** Largest N·kappa: vectors of residues are up to eight times as long. */
const LARGEST_PRODUCT = 2 ** 20;

function checkHashed({ a, b }: Sets, kappa: number): void {
  const most = LARGEST_PRODUCT / Math.max(a.length, b.length);
  if (kappa > most) {
    throw new InvalidInputError(`is ${kappa}, of which method 'hash' takes at most ${most} for such sets`, {
      argument: 'kappa',
      code: 'unsupported',
    });
  }
}

/** Counts sums modulo random primes of about N·kappa; collisions only add, so the least of three is taken. */
function countByHashing(
  { a, b, c }: Sets,
  kappa: number,
  random: Random,
  operations: ThreeSumOperations,
): ThreeSumCounts {
  checkHashed({ a, b, c }, kappa);
  const size = Math.ceil(4 * Math.max(a.length, b.length) * kappa);
  const counts = new Float64Array(c.length).fill(Infinity);
  for (let repeat = 0; repeat < 3; repeat++) {
    const prime = randomPrime(random, size, 2 * size);
    const sums = convolveIntegers(histogram(a, prime), histogram(b, prime));
    operations.exactConvolution += sums.length * Math.log2(sums.length);
    for (let t = 0; t < c.length; t++) {
      const residue = modulo(c[t], prime);
      const wrapped = residue + prime < sums.length ? sums[residue + prime] : 0;
      counts[t] = Math.min(counts[t], sums[residue] + wrapped);
    }
  }
  return { counts, layerPairs: 0, operations };
}

function histogram(values: Float64Array, prime: number): Float64Array {
  const counts = new Float64Array(prime);
  for (const value of values) counts[modulo(value, prime)]++;
  return counts;
}

/** Looks up c − a for kappa²·ln(2|C|/delta)/2 sampled a (Hoeffding), or for all if there are no more. */
function countBySampling(
  { a, b, c }: Sets,
  kappa: number,
  delta: number,
  random: Random,
  operations: ThreeSumOperations,
): ThreeSumCounts {
  const size = Math.ceil((kappa ** 2 * Math.log((2 * c.length) / delta)) / 2);
  const chosen = size < a.length ? Float64Array.from(random.sample(a.length, size), (i) => a[i]) : a;
  const multiplicity = new Map<number, number>();
  for (const value of b) multiplicity.set(value, (multiplicity.get(value) ?? 0) + 1);
  const counts = Float64Array.from(c, (target) => {
    let found = 0;
    for (const value of chosen) found += multiplicity.get(target - value) ?? 0;
    return (found * a.length) / chosen.length;
  });
  operations.lookups += c.length * chosen.length;
  return { counts, layerPairs: 0, operations };
}

/** Hash functions that are tried before many layers are accepted. */
const MOST_DRAWS = 16;

interface TriangleParameters {
  readonly kappa: number;
  readonly kappaInner: number | undefined;
  readonly delta: number;
}

function countByTriangles(
  { a, b, c }: Sets,
  { kappa, kappaInner, delta }: TriangleParameters,
  random: Random,
  operations: ThreeSumOperations,
): ThreeSumCounts {
  const side = Math.ceil(Math.sqrt(Math.max(a.length, b.length)));
  const { hash, layersOfA, layersOfB } = spread(a, b, side * side, random);
  const layerPairs = layersOfA.length * layersOfB.length;
  const inner = kappaInner ?? 4 * kappa * layerPairs;
  const pairs = Math.max(side * (2 * side - 1), 4 * c.length);
  const samples = triangleSamples(side, pairs, inner, delta / (layerPairs * side));
  const counts = new Float64Array(c.length);
  for (let y1 = 0; y1 < side; y1++) {
    const targets = targetsOfRow(c, hash, side, y1);
    if (targets.index.length === 0) continue;
    const found = new Float64Array(targets.index.length);
    for (const cellsOfB of layersOfB) {
      const right = shiftedRows(cellsOfB, side, y1);
      if (!right) continue;
      for (const cellsOfA of layersOfA) {
        operations.instances++;
        const left = { rows: side, cols: side, values: cellsOfA };
        countTargets(left, right, targets, found, { order: random.sample(side, samples), operations });
      }
    }
    for (let t = 0; t < found.length; t++) counts[targets.index[t]] += found[t];
  }
  return { counts, layerPairs, operations };
}

/**
 * Draws a hash function until no cell holds more than log2(cells) + 1 values of a set: progressions sometimes fall into
 * very few cells, at the cost of many layers. Repeated members may leave no choice, hence a limit of draws.
 */
function spread(a: Float64Array, b: Float64Array, cells: number, random: Random) {
  for (let draw = 1; ; draw++) {
    const hash = almostLinearHash(cells, random);
    const layersOfA = layers(a, hash, cells);
    const layersOfB = layers(b, hash, cells);
    const deepest = Math.max(layersOfA.length, layersOfB.length);
    if (deepest <= Math.log2(cells) + 1 || draw === MOST_DRAWS) return { hash, layersOfA, layersOfB };
  }
}

/** h(v) = ⌊((v mod Π)·w mod Π)·M/Π⌋, so that h(a + b) ∈ h(a) + h(b) + {0, 1} modulo M. */
function almostLinearHash(cells: number, random: Random): (value: number) => number {
  const prime = primeFrom(2 ** 30);
  const factor = 1 + random.integer(prime - 1);
  return (value) => Math.floor((multiplyModulo(modulo(value, prime), factor, prime) * cells) / prime);
}

/** Deals the values out: the u-th value of every cell goes to layer u. Empty cells are NaN. */
function layers(values: Float64Array, hash: (value: number) => number, cells: number): Float64Array[] {
  const occupied = new Int32Array(cells);
  const all: Float64Array[] = [];
  for (const value of values) {
    const cell = hash(value);
    const layer = occupied[cell]++;
    if (layer === all.length) all.push(new Float64Array(cells).fill(NaN));
    all[layer][cell] = value;
  }
  return all;
}

/** B'[x2, z2] = the value in cell (y1, z2 − x2), or undefined if that row of the grid is empty. */
function shiftedRows(cells: Float64Array, side: number, y1: number) {
  const row = cells.subarray(y1 * side, (y1 + 1) * side);
  if (row.every(Number.isNaN)) return undefined;
  const cols = 2 * side - 1;
  const values = new Float64Array(side * cols).fill(NaN);
  for (let x2 = 0; x2 < side; x2++) values.set(row, x2 * cols + x2);
  return { rows: side, cols, values };
}

/** Where the sums can stand when b lies in row y1: (x1 + y1, z2) is the cell of c, or the one before it. */
function targetsOfRow(
  c: Float64Array,
  hash: (value: number) => number,
  side: number,
  y1: number,
): TriangleTargets & { readonly index: Int32Array } {
  const most = 4 * c.length;
  const row = new Int32Array(most);
  const col = new Int32Array(most);
  const value = new Float64Array(most);
  const index = new Int32Array(most);
  let count = 0;
  const add = (t: number, x1: number, z2: number): void => {
    row[count] = x1;
    col[count] = z2;
    value[count] = c[t];
    index[count++] = t;
  };
  for (let t = 0; t < c.length; t++) {
    for (const carry of [0, 1]) {
      const cell = modulo(hash(c[t]) - carry, side * side);
      const low = cell % side;
      const high = (cell - low) / side;
      add(t, modulo(high - y1, side), low);
      // Inner indices x2 + y2 ≥ side have carried into the row.
      if (low + side <= 2 * side - 2) add(t, modulo(high - 1 - y1, side), low + side);
    }
  }
  return {
    row: row.subarray(0, count),
    col: col.subarray(0, count),
    value: value.subarray(0, count),
    index: index.subarray(0, count),
  };
}
