// Kronecker packing: two coefficients in one double, so that a convolution of counts needs transforms of half the
// length. The practical counterpart of the word packing that theory uses.
//
// L. Kronecker (1882), as in D. Harvey: Faster polynomial multiplication via multipoint Kronecker substitution (2009).
import { convolveIntegers } from './convolution.ts';

/** Bits that a packed coefficient, with its rounding error, may use of a double's 53. */
const USABLE_BITS = 48;

/**
 * The convolution of two vectors of non-negative integers, two coefficients a double where they fit: results of at
 * most b bits need 3b + log2(U) / 2 ≤ 48. Otherwise an ordinary convolution.
 */
export function convolvePacked(x: Float64Array, y: Float64Array): Float64Array {
  const size = x.length + y.length - 1;
  const bits = Math.ceil(Math.log2(largestCount(x, y) + 1));
  if (3 * bits + Math.log2(Math.max(x.length, y.length)) / 2 > USABLE_BITS) return convolveIntegers(x, y);
  const radix = 2 ** bits;
  const packed = convolveIntegers(pack(x, radix), pack(y, radix));
  const counts = new Float64Array(packed.length * 2 + 1);
  for (let k = 0; k < packed.length; k++) {
    // (x₀ + x₁r)(y₀ + y₁r) = x₀y₀ + (x₀y₁ + x₁y₀) r + x₁y₁ r²; the last part belongs two places further on.
    const rest = Math.floor(packed[k] / radix);
    const high = Math.floor(rest / radix);
    counts[2 * k] += packed[k] - rest * radix;
    counts[2 * k + 1] = rest - high * radix;
    counts[2 * k + 2] = high;
  }
  return counts.subarray(0, size);
}

/** Pairs of neighbours as the digits of one number; an odd vector ends with a 0. */
function pack(values: Float64Array, radix: number): Float64Array {
  const packed = new Float64Array(Math.ceil(values.length / 2));
  for (let i = 0; i < values.length; i++) packed[i >> 1] += i % 2 === 0 ? values[i] : values[i] * radix;
  return packed;
}

/** No count exceeds this: max C ≤ min(Σx·max y, Σy·max x). */
function largestCount(x: Float64Array, y: Float64Array): number {
  const [sumX, maxX] = sumAndMax(x);
  const [sumY, maxY] = sumAndMax(y);
  return Math.min(sumX * maxY, sumY * maxX);
}

function sumAndMax(values: Float64Array): [number, number] {
  let sum = 0;
  let max = 0;
  for (const value of values) {
    sum += value;
    if (value > max) max = value;
  }
  return [sum, max];
}
