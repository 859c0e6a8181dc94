// Exact convolutions of integer vectors: by floating point where rounding is provably or observably safe, and
// by number-theoretic transforms where it is not.
import { Workspace } from '@infimum/linalg/kernels';
import { fourierLength, fourierTwiddles } from './fft.ts';
import { stringKernels } from './kernels.ts';
import { convolveModulo, TRANSFORM_PRIMES } from './ntt.ts';

/** Largest distance from an integer that still counts as rounding error. */
export const ROUNDING_LIMIT = 0.2;

/**
 * The exact convolution of two integer vectors: out_s = sum_{i+j=s} x_i y_j, of length x.length + y.length - 1.
 *
 * All results must be below 2^53 in magnitude; for negative entries see `convolveModulo`. Time O(S log S).
 */
export function convolve(x: Float64Array | Int32Array, y: Float64Array | Int32Array): Float64Array {
  if (x.length === 0 || y.length === 0) return new Float64Array(0);
  const size = x.length + y.length - 1;
  const out = new Float64Array(size);
  const length = fourierLength(size);
  const xNorm = norm(x);
  const yNorm = norm(y);
  if (xNorm === 0 || yNorm === 0) return out;
  // With z = s x + i y / s, the imaginary part of z * z is 2 x * y; s balances the two against each other.
  const balance = 2 ** Math.round(Math.log2(yNorm / xNorm) / 2);
  using workspace = Workspace.for({ float64: [length, length, length] });
  const re = workspace.float64(length);
  const im = workspace.float64(length);
  const twiddles = workspace.float64From(fourierTwiddles(length)).byteOffset;
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

/** The same from residues modulo two primes, by the Chinese remainder theorem; for non-negative vectors. */
function convolveByPrimes(x: ArrayLike<number>, y: ArrayLike<number>): Float64Array {
  const [first, second] = TRANSFORM_PRIMES;
  const residues = convolveModulo(x, y, first);
  const others = convolveModulo(x, y, second);
  const inverse = inverseModulo(first.prime % second.prime, second.prime);
  return Float64Array.from(residues, (residue, s) => {
    const difference = (((others[s] - residue) % second.prime) + second.prime) % second.prime;
    return residue + first.prime * Number((BigInt(difference) * inverse) % BigInt(second.prime));
  });
}

function inverseModulo(value: number, prime: number): bigint {
  let result = 1n;
  let square = BigInt(value);
  for (let e = BigInt(prime - 2); e > 0n; e /= 2n) {
    if (e % 2n === 1n) result = (result * square) % BigInt(prime);
    square = (square * square) % BigInt(prime);
  }
  return result;
}

function norm(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] * values[i];
  return Math.sqrt(sum);
}
