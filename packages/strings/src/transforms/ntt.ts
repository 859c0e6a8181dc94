// The number-theoretic transform: exact convolutions modulo a prime, for results that floating point cannot round safely.
//
// J. Pollard: The fast Fourier transform in a finite field (1971).
import { fault } from '@infimum/core';
import { forwardModulo, multiply, raised } from '../residues.ts';
import { modulo, powerModulo } from './modular-arithmetic.ts';

/** A prime k·`longest` + 1 below 2^30, modulo which there are transforms up to that length. */
export interface TransformPrime {
  readonly prime: number;
  /** A primitive root. */
  readonly root: number;
  /** The largest power of two that divides `prime` - 1. */
  readonly longest: number;
}

/** The largest first. */
export const TRANSFORM_PRIMES: readonly TransformPrime[] = [
  { prime: 998244353, root: 3, longest: 2 ** 23 },
  { prime: 469762049, root: 3, longest: 2 ** 26 },
  { prime: 167772161, root: 3, longest: 2 ** 25 },
];

/**
 * The first `count` primes that have transforms of a length.
 *
 * @throws {InvalidInputError} `unsupported`, naming `argument`, if there are not so many
 */
export function transformPrimes(length: number, count: number, argument: string): readonly TransformPrime[] {
  const primes = TRANSFORM_PRIMES.filter(({ longest }) => length <= longest);
  if (primes.length < count) {
    throw fault(`needs number-theoretic transforms of length ${length}, which are too long`, argument, 'unsupported');
  }
  return primes.slice(0, count);
}

/** The transform length of a convolution with so many results. */
export function modularLength(size: number): number {
  return 2 ** Math.ceil(Math.log2(size));
}

/**
 * The convolution of two integer vectors modulo a prime: out_s = sum_{i+j=s} x_i y_j mod prime.
 *
 * Time O(S log S) for S = x.length + y.length - 1, at most the prime's longest transform.
 */
export function convolveModulo(x: ArrayLike<number>, y: ArrayLike<number>, prime: TransformPrime): Int32Array {
  const size = x.length + y.length - 1;
  const length = modularLength(size);
  const plan = new ModularPlan(length, prime);
  const a = plan.residues(x);
  const b = plan.residues(y);
  plan.forward(a);
  plan.forward(b);
  for (let k = 0; k < length; k++) a[k] = plan.multiply(a[k], b[k]);
  plan.inverse(a);
  return a.subarray(0, size);
}

/** Tables for transforms of one length modulo one prime. Spectra are in bit-reversed order. */
export class ModularPlan {
  readonly length: number;
  readonly prime: number;
  readonly #inversePrime: number;
  /** Powers of a root of unity. */
  readonly roots: Int32Array;
  readonly #inverseLength: number;

  /** @param length - a power of two, at most the prime's longest */
  constructor(length: number, { prime, root, longest }: TransformPrime) {
    if (length > longest) throw new RangeError(`no transform of length ${length} exists modulo ${prime}`);
    this.length = length;
    this.prime = prime;
    this.#inversePrime = 1 / prime;
    this.roots = new Int32Array(Math.max(1, length / 2));
    const generator = powerModulo(root, (prime - 1) / length, prime);
    this.roots[0] = 1;
    for (let k = 1; k < length / 2; k++) this.roots[k] = this.multiply(this.roots[k - 1], generator);
    this.#inverseLength = powerModulo(length, prime - 2, prime);
  }

  /** a b mod prime for residues. */
  multiply(a: number, b: number): number {
    return multiply(a, b, this.prime, this.#inversePrime);
  }

  /** Non-negative or negative integers as residues, padded to the plan's length. */
  residues(values: ArrayLike<number>): Int32Array {
    const out = new Int32Array(this.length);
    for (let i = 0; i < values.length; i++) {
      out[i] = modulo(values[i], this.prime);
    }
    return out;
  }

  /** sum += x y, residue by residue. */
  addProducts(x: Int32Array, y: Int32Array, sum: Int32Array): void {
    const [prime, inversePrime] = [this.prime, this.#inversePrime];
    for (let k = 0; k < x.length; k++) {
      sum[k] = raised(sum[k] + multiply(x[k], y[k], prime, inversePrime) - prime, prime);
    }
  }

  /** Natural order in, bit-reversed order out. */
  forward(values: Int32Array): void {
    forwardModulo(values, this.roots, this.prime);
  }

  /** Decimation in time: bit-reversed order in, natural order out, divided by the length. */
  inverse(values: Int32Array): void {
    const [prime, inversePrime, roots, { length }] = [this.prime, this.#inversePrime, this.roots, this];
    for (let half = 1, stride = length >> 1; half < length; half <<= 1, stride >>= 1) {
      for (let block = 0; block < length; block += 2 * half) {
        for (let j = 0; j < half; j++) {
          const a = values[block + j];
          // The inverse root is minus the root of the complementary exponent.
          const root = j === 0 ? 1 : prime - roots[(length >> 1) - j * stride];
          const b = multiply(values[block + j + half], root, prime, inversePrime);
          values[block + j] = raised(a + b - prime, prime);
          values[block + j + half] = raised(a - b, prime);
        }
      }
    }
    for (let i = 0; i < length; i++) values[i] = this.multiply(values[i], this.#inverseLength);
  }
}
