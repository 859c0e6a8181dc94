// The X+Y lemma: how often does each sum occur? Residues modulo a small prime, then recursive folding.
//
// T. Chan, C. Jin, V. Vassilevska Williams, Y. Xu: Faster algorithms for text-to-pattern Hamming distances
// (FOCS 2023), arXiv 2310.13174. For study: the gain over one ordinary convolution is the packing of log n / log p
// residues into a word, which no floating-point transform shows, so that costs are charged as the paper counts.
import { checkChoice, checkInteger, checkObject, fault, Random } from '@infimum/core';
import { convolveIntegers, integerFault } from '../transforms/convolution.ts';
import { convolvePacked } from '../transforms/kronecker-packing.ts';
import { primeFrom, randomPrime } from '../transforms/primes.ts';

/** A vector of non-negative integers. */
export type CountVector = Float64Array | Float32Array | Int32Array | Uint32Array | Uint16Array | Uint8Array;

/** Options of `sumCounts`. */
export interface SumCountsOptions {
  /** Where the folding moduli come from: random primes (the default), or a fixed sequence with a greedy choice. */
  readonly variant?: 'randomized' | 'deterministic';
  /** Seed of the random moduli, 0 by default. The counts do not depend on it, only the number of folds does. */
  readonly seed?: number;
  /** Coefficients a double in the convolutions actually computed, 1 by default; does not change results. */
  readonly packing?: 1 | 2;
}

/** Charged operations of the X+Y lemma, with logarithms to base 2. */
export interface SumCountsOperations {
  /** Convolutions modulo p, packed log U / log p residues a word: 2U·log p each. */
  packedConvolution: number;
  /** Ordinary convolutions of short vectors: S·log S each, S = 2U − 1. */
  exactConvolution: number;
  /** Packed additions of the folds: S·log p / 20 each, for words of 20 bits. */
  folding: number;
  /** Look-ups of the greedy choice of a modulus, deterministic variant only. */
  selection: number;
}

/** Counts of the sums, and their cost. */
export interface SumCounts {
  /** counts[s] = Σ_{a+b=s} x[a]·y[b], exact; length x.length + y.length − 1. */
  readonly counts: Float64Array;
  /** Folds in all levels of the recursion. */
  readonly folds: number;
  /** Depth of the recursion; 0 where no fold was needed. */
  readonly depth: number;
  /** Instances that were left to an ordinary convolution after 60 folds. */
  readonly fallbacks: number;
  /** Charged operations. */
  readonly operations: SumCountsOperations;
}

/** Bits of a word in the charge for folding; the figures of the documentation are for this value. */
const WORD_BITS = 20;
const FOLD_LIMIT = 60;
/** Candidates among which the deterministic variant chooses a modulus. */
const CANDIDATES = 8;
const GOLDEN_FRACTION = 0.6180339887498949;

/**
 * Counts of all sums: `counts[s] = Σ_{a+b=s} x[a]·y[b]`, the convolution of two vectors of non-negative integers,
 * in O(U·(1 + log D)) charged operations for vectors of length U whose mean count is D = Σx·Σy / (2U).
 *
 * One convolution modulo a prime p ≥ 128·D gives residues. They sum up to Σx·Σy where no count reached p, which is
 * the usual case. Else at most Σx·Σy / p positions are wrong, each too small by a multiple of p; folding both vectors
 * modulo a prime q ≈ U/6 and counting the folded sums by recursion shows the residue classes modulo q that contain them. Classes without
 * deficit are right; in a class with a deficit and one suspect, the suspect gets the deficit. The answer is exact for any moduli: the sum
 * of the counts proves it.
 *
 * @param x - non-negative integers
 * @param y - non-negative integers; Σx·Σy at most 2^53 − 1
 * @returns the counts, the number of folds and the charged operations
 * @throws {InvalidInputError} for entries that are negative or not integers, with the index, and for empty vectors
 *
 * Where the paper convolves packed words, this uses an ordinary exact convolution, reduces it modulo p at once, and counts 2U·log p.
 *
 * Source: T. Chan, C. Jin, V. Vassilevska Williams, Y. Xu, Faster algorithms for text-to-pattern Hamming distances
 * (arXiv 2310.13174); constants of the folds found by experiment.
 *
 * @example
 * ```ts
 * import { sumCounts } from '@infimum/strings';
 *
 * const x = Uint8Array.of(1, 1, 1, 1); // the set {0, 1, 2, 3}
 * const y = Uint8Array.of(1, 0, 1, 0); // the set {0, 2}
 * console.log(sumCounts(x, y).counts.join(' ')); // 1 1 2 2 1 1 0
 * ```
 */
export function sumCounts(x: CountVector, y: CountVector, options: SumCountsOptions = {}): SumCounts {
  const counter = new SumCounter(options);
  const total = checkCounts(x, 'x') * checkCounts(y, 'y');
  if (total > Number.MAX_SAFE_INTEGER) {
    throw fault(`the sums of x and y multiply to ${total}, more than 2^53 - 1`, 'y', 'out-of-range');
  }
  return counter.count(x, y);
}

/** The lemma for many instances of one caller, with one generator for all random moduli. */
export class SumCounter {
  readonly #means: Means;

  /**
   * @param foldLimit - folds of an instance after which an ordinary convolution takes over
   * @throws {InvalidInputError} for options out of range
   */
  constructor(options: SumCountsOptions = {}, foldLimit = FOLD_LIMIT) {
    checkObject(options, 'options');
    const { variant = 'randomized', seed = 0, packing = 1 } = options;
    checkChoice(variant, 'variant', ['randomized', 'deterministic']);
    checkInteger(seed, 'seed', { min: 0, max: Number.MAX_SAFE_INTEGER });
    checkInteger(packing, 'packing', { min: 1, max: 2 });
    this.#means = {
      random: variant === 'randomized' ? new Random(seed) : undefined,
      foldLimit,
      convolve: packing === 2 ? convolvePacked : convolveIntegers,
    };
  }

  /** The convolution of `x` and `y`, which must be non-negative integers. */
  count(x: CountVector, y: CountVector): SumCounts {
    const universe = Math.max(x.length, y.length);
    const run = new Recursion(this.#means, universe);
    const counts = run.count(padded(x, universe), padded(y, universe), 0);
    const { folds, depth, fallbacks, operations } = run;
    return { counts: counts.slice(0, x.length + y.length - 1), folds, depth, fallbacks, operations };
  }
}

/** Where moduli come from (no generator: the deterministic variant), and what really convolves. */
interface Means {
  readonly random: Random | undefined;
  readonly foldLimit: number;
  readonly convolve: (x: Float64Array, y: Float64Array) => Float64Array;
}

/** One top-level instance: its base case and its counters. */
class Recursion {
  readonly operations: SumCountsOperations = { packedConvolution: 0, exactConvolution: 0, folding: 0, selection: 0 };
  folds = 0;
  depth = 0;
  fallbacks = 0;
  readonly #means: Means;
  readonly #base: number;

  constructor(means: Means, universe: number) {
    this.#means = means;
    // U₀ = max(64, U / log U): up to here an ordinary convolution costs O(U) of the top-level instance.
    this.#base = Math.max(64, universe / Math.log2(universe));
  }

  count(x: Float64Array, y: Float64Array, depth: number): Float64Array {
    this.depth = Math.max(this.depth, depth);
    const universe = x.length;
    const total = sum(x) * sum(y);
    if (total === 0) return new Float64Array(2 * universe - 1);
    if (universe <= this.#base) return this.#convolve(x, y);
    const prime = this.#residuePrime(universe, total);
    this.operations.packedConvolution += 2 * universe * Math.log2(prime);
    const residues = this.#residues(x, y, prime);
    return sum(residues) === total ? residues : this.#recover(x, y, residues, prime, total, depth);
  }

  /** Raises the residues to the counts, fold by fold. */
  #recover(x: Float64Array, y: Float64Array, counts: Float64Array, prime: number, total: number, depth: number): Float64Array {
    const { random, foldLimit } = this.#means;
    const moduli = random ? randomModuli(random) : fixedModuli(this.operations);
    let suspects: Int32Array | undefined; // undefined: all positions
    for (let fold = 0; fold < foldLimit; fold++) {
      this.folds++;
      this.operations.folding += (counts.length * Math.log2(prime)) / WORD_BITS;
      const modulus = moduli(counts.length, suspects);
      const folded = this.count(foldModulo(x, modulus), foldModulo(y, modulus), depth + 1);
      const deficits = deficitsOf(foldModulo(folded, modulus), counts, prime);
      suspects = settle(counts, deficits, suspects);
      if (sum(counts) === total) return counts;
    }
    this.fallbacks++;
    return this.#convolve(x, y);
  }

  #convolve(x: Float64Array, y: Float64Array): Float64Array {
    const length = 2 * x.length - 1;
    this.operations.exactConvolution += length * Math.log2(length);
    return this.#means.convolve(x, y);
  }

  /** The counts modulo p and nothing else, so that no later step can look at the counts themselves. */
  #residues(x: Float64Array, y: Float64Array, prime: number): Float64Array {
    const counts = this.#means.convolve(x, y);
    for (let s = 0; s < counts.length; s++) if (counts[s] >= prime) counts[s] %= prime;
    return counts;
  }

  /** p ≥ 128·D: at most S/64 positions reach it. The deterministic variant affords a larger one. */
  #residuePrime(universe: number, total: number): number {
    const meanCount = Math.max(1, total / (2 * universe));
    if (this.#means.random) return primeFrom(Math.max(17, 128 * meanCount));
    const log = Math.log2(universe);
    return primeFrom(Math.max(128 * meanCount, 2 ** Math.ceil(Math.sqrt(log * Math.log2(log)))));
  }
}

/** By how much the counts of each residue class fall short of the folded ones: multiples of p, never negative. */
function deficitsOf(folded: Float64Array, counts: Float64Array, prime: number): Float64Array {
  const modulus = folded.length;
  for (let s = 0, bucket = 0; s < counts.length; s++) {
    folded[bucket] -= counts[s];
    if (++bucket === modulus) bucket = 0;
  }
  for (const deficit of folded) {
    if (deficit < 0 || deficit % prime !== 0) {
      throw new Error(`a convolution was not exact: deficit ${deficit} modulo ${prime}`);
    }
  }
  return folded;
}

/** Gives suspects that are alone in their class the deficit; returns those that share a class with a deficit. */
function settle(counts: Float64Array, deficits: Float64Array, suspects: Int32Array | undefined): Int32Array {
  const modulus = deficits.length;
  const population = new Int32Array(modulus);
  const remaining: number[] = [];
  const consider = (position: number, bucket: number): void => {
    if (deficits[bucket] === 0) return;
    population[bucket]++;
    remaining.push(position);
  };
  if (suspects) for (const position of suspects) consider(position, position % modulus);
  else for (let position = 0; position < counts.length; position++) consider(position, position % modulus);
  let kept = 0;
  for (const position of remaining) {
    const bucket = position % modulus;
    if (population[bucket] === 1) counts[position] += deficits[bucket];
    else remaining[kept++] = position;
  }
  return Int32Array.from(remaining.slice(0, kept));
}

/** Chooses the modulus of the next fold of a vector of `length` sums. */
type ModulusChoice = (length: number, suspects: Int32Array | undefined) => number;

function randomModuli(random: Random): ModulusChoice {
  return (length) => randomPrime(random, length / 16, length / 8);
}

/**
 * Moduli without randomness: primes at golden-section steps through [S/16, S/8), of which each fold but the first
 * takes the one that separates the suspects best (the method of conditional expectations over hash moduli).
 * Consecutive primes would do the same harm again and again: an interval of sums stays together.
 */
function fixedModuli(operations: SumCountsOperations): ModulusChoice {
  let step = 0;
  const next = (length: number): number => {
    step++;
    return primeFrom((length / 16) * (1 + ((step * GOLDEN_FRACTION) % 1)));
  };
  return (length, suspects) => {
    let best = next(length);
    if (!suspects) return best;
    let fewest = crowded(suspects, best);
    for (let candidate = 1; candidate < CANDIDATES; candidate++) {
      const modulus = next(length);
      const count = crowded(suspects, modulus);
      if (count < fewest) {
        fewest = count;
        best = modulus;
      }
    }
    operations.selection += CANDIDATES * suspects.length;
    return best;
  };
}

/** How many suspects share a residue class with another one. */
function crowded(suspects: Int32Array, modulus: number): number {
  const population = new Int32Array(modulus);
  for (const position of suspects) population[position % modulus]++;
  let count = 0;
  for (const position of suspects) if (population[position % modulus] > 1) count++;
  return count;
}

/** Adds up the entries of each residue class. */
function foldModulo(values: Float64Array, modulus: number): Float64Array {
  const folded = new Float64Array(modulus);
  for (let i = 0, bucket = 0; i < values.length; i++) {
    folded[bucket] += values[i];
    if (++bucket === modulus) bucket = 0;
  }
  return folded;
}

function padded(values: CountVector, length: number): Float64Array {
  const copy = new Float64Array(length);
  copy.set(values);
  return copy;
}

function sum(values: Float64Array): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i];
  return total;
}

/** Views that hold no numbers. */
const noCounts = () => [DataView, BigInt64Array, BigUint64Array];

/** Checks a vector of counts and returns its sum. */
function checkCounts(values: unknown, argument: string): number {
  if (!ArrayBuffer.isView(values) || noCounts().some((type) => values instanceof type)) {
    throw fault('expected a typed array of numbers', argument, 'type');
  }
  const counts = values as CountVector;
  if (counts.length === 0) throw fault('must not be empty', argument, 'empty');
  let total = 0;
  for (let i = 0; i < counts.length; i++) {
    const value = counts[i];
    if (!Number.isSafeInteger(value)) {
      throw fault(`is ${value} at index ${i}, not a safe integer`, argument, integerFault(value), i);
    }
    if (value < 0) throw fault(`is negative (${value}) at index ${i}`, argument, 'negative', i);
    total += value;
  }
  return total;
}
