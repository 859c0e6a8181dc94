// Exact convolutions of integer vectors: by floating point where rounding is provably or observably safe, and
// by number-theoretic transforms where it is not.
import { fault } from '@infimum/core';
import { layout } from '@infimum/linalg/kernels';
import { stringKernels } from '../kernels.ts';
import type { SymbolArray } from '../symbols.ts';
import { fourierLength, fourierTwiddles } from './fft.ts';
import { modulo, multiplyModulo, powerModulo } from './modular-arithmetic.ts';
import { convolveModulo, modularLength, transformPrimes } from './ntt.ts';

/** Largest distance from an integer that still counts as rounding error. */
export const ROUNDING_LIMIT = 0.2;

/** A typed array of integers. */
export type IntegerVector = Float64Array | Float32Array | SymbolArray;

/**
 * The exact convolution of two integer vectors: out_s = sum_{i+j=s} x_i y_j.
 *
 * @param x - integers, negative ones too; ‖x‖₂·‖y‖₂, which bounds all results, must be below 2^53
 * @param y - likewise
 * @returns x.length + y.length - 1 integers; none if a vector is empty
 * @throws {InvalidInputError} `type` unless both are typed arrays of numbers; `not-finite`, `not-integer` or
 *   `out-of-range` with the index for an entry that is not a safe integer; `out-of-range` for results that may reach 2^53;
 *   `unsupported` for more than 2^25 results
 *
 * Time O(S log S) for S results. If the rounding of one Fourier transform is provably small enough, it is used; otherwise residues modulo
 * two primes, which take about twenty times as long.
 *
 * Source: J. Pollard, The fast Fourier transform in a finite field (1971), for the primes.
 *
 * @example
 * ```ts
 * import { convolve } from '@infimum/strings';
 *
 * console.log(convolve(Int32Array.of(1, -2, 3), Int32Array.of(4, 5)).join(' ')); // 4 -3 2 15
 * ```
 */
export function convolve(x: IntegerVector, y: IntegerVector): Float64Array {
  checkIntegers(x, 'x');
  checkIntegers(y, 'y');
  if (x.length === 0 || y.length === 0) return new Float64Array(0);
  const size = x.length + y.length - 1;
  const bound = norm(x) * norm(y);
  if (!(bound < Number.MAX_SAFE_INTEGER)) {
    throw fault(`makes results of up to ${bound.toPrecision(3)}, beyond 2^53 - 1`, 'y', 'out-of-range');
  }
  if (size > LONGEST_RESULT) throw fault(`makes ${size} results, more than 2^25`, 'y', 'unsupported');
  const error = ERROR_CONSTANT * 2 ** -53 * bound * Math.log2(fourierLength(size));
  return error < ROUNDING_LIMIT ? convolveIntegers(x, y) : convolveByPrimes(x, y);
}

/** Results that both the transforms and the primes can do. */
const LONGEST_RESULT = 2 ** 25;

/** Errors of one transform and back, in units of 2^-53 ‖x‖ ‖y‖ log2(length): 3 passes with less than 4 each, doubled. */
const ERROR_CONSTANT = 24;

/** The same for integers that are known to be small enough; Fourier results that are close to integers are rounded to them. */
export function convolveIntegers(x: IntegerVector, y: IntegerVector): Float64Array {
  if (x.length === 0 || y.length === 0) return new Float64Array(0);
  const size = x.length + y.length - 1;
  const out = new Float64Array(size);
  const length = fourierLength(size);
  const xNorm = norm(x);
  const yNorm = norm(y);
  if (xNorm === 0 || yNorm === 0) return out;
  // With z = s x + i y / s, the imaginary part of z * z is 2 x * y; s balances the two against each other.
  const balance = 2 ** Math.round(Math.log2(yNorm / xNorm) / 2);
  using memory = layout({ re: length, im: length, twiddles: fourierTwiddles(length) });
  const { workspace, re, im } = memory;
  const twiddles = memory.twiddles.byteOffset;
  for (let i = 0; i < x.length; i++) re[i] = x[i] * balance;
  for (let i = 0; i < y.length; i++) im[i] = y[i] / balance;
  const { fourierForward, squareParts, fourierInverse } = workspace.kernels(stringKernels);
  fourierForward(length, re.byteOffset, im.byteOffset, twiddles);
  squareParts(length, re.byteOffset, im.byteOffset);
  fourierInverse(length, re.byteOffset, im.byteOffset, twiddles);
  for (let s = 0; s < size; s++) {
    const value = im[s] / (2 * length);
    out[s] = Math.round(value) + 0; // not -0
    if (!(Math.abs(value - out[s]) < ROUNDING_LIMIT)) return convolveByPrimes(x, y);
  }
  return out;
}

/** The same from residues modulo two primes, by the Chinese remainder theorem. */
function convolveByPrimes(x: ArrayLike<number>, y: ArrayLike<number>): Float64Array {
  const length = modularLength(x.length + y.length - 1);
  const [first, second] = transformPrimes(length, 2, 'y');
  const residues = convolveModulo(x, y, first);
  const others = convolveModulo(x, y, second);
  const inverse = powerModulo(first.prime % second.prime, second.prime - 2, second.prime);
  const product = BigInt(first.prime) * BigInt(second.prime);
  return Float64Array.from(residues, (residue, s) => {
    const difference = modulo(others[s] - residue, second.prime);
    const quotient = multiplyModulo(difference, inverse, second.prime);
    const value = BigInt(residue) + BigInt(first.prime) * BigInt(quotient);
    return Number(2n * value > product ? value - product : value);
  });
}

function checkIntegers(values: unknown, argument: string): asserts values is IntegerVector {
  if (!ArrayBuffer.isView(values) || !('length' in values) || typeof (values as Float64Array)[0] === 'bigint') {
    throw fault('expected a typed array of integers', argument, 'type');
  }
  const entries = values as Float64Array;
  for (let index = 0; index < entries.length; index++) {
    if (Number.isSafeInteger(entries[index])) continue;
    throw fault(`is ${entries[index]} at index ${index}, not a safe integer`, argument, integerFault(entries[index]), index);
  }
}

/** The reason why a number is not a safe integer. */
export function integerFault(value: number): 'not-finite' | 'out-of-range' | 'not-integer' {
  if (!Number.isFinite(value)) return 'not-finite';
  return Number.isInteger(value) ? 'out-of-range' : 'not-integer';
}

function norm(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] * values[i];
  return Math.sqrt(sum);
}
