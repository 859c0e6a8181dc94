// Vector operations as plain loops, for arrays that are not on a workspace.
//
// Norms are safe at both ends of the range, by scaling where squares would over- or underflow: J. Blue: A portable Fortran
// program to find the Euclidean norm of a vector (1978).
import { powerOfTwoNear } from '../power-of-two.ts';

/** Sums of squares between these have lost nothing to over- or underflow that a norm would show. */
const LEAST_SQUARES = 1e-280;
const MOST_SQUARES = 1e300;

/**
 * The inner product x . y, in four chains of additions, which hide the latency of each. Time O(n).
 *
 * @example
 * ```ts
 * import { dot } from '@infimum/linalg/numerics';
 *
 * console.log(dot(Float64Array.of(1, 2), Float64Array.of(3, 4))); // 11
 * ```
 */
export function dot(x: Float64Array, y: Float64Array): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  const whole = x.length - (x.length % 4);
  for (let i = 0; i < whole; i += 4) {
    a += x[i] * y[i];
    b += x[i + 1] * y[i + 1];
    c += x[i + 2] * y[i + 2];
    d += x[i + 3] * y[i + 3];
  }
  for (let i = whole; i < x.length; i++) a += x[i] * y[i];
  return a + b + (c + d);
}

/**
 * The Euclidean norm |x|, exact to rounding from subnormal entries up to the largest numbers; NaN where an entry is NaN. Time
 * O(n).
 *
 * @example
 * ```ts
 * import { norm } from '@infimum/linalg/numerics';
 *
 * console.log(norm(Float64Array.of(1e200, 0)), norm(Float64Array.of(3e-310, 4e-310))); // 1e+200 5e-310
 * ```
 */
export function norm(x: Float64Array): number {
  const squares = dot(x, x);
  if (squares > LEAST_SQUARES && squares < MOST_SQUARES) return Math.sqrt(squares);
  const scale = powerOfTwoNear(x);
  let scaled = 0;
  for (let i = 0; i < x.length; i++) scaled += (x[i] / scale) ** 2;
  return Math.sqrt(scaled) * scale;
}

/**
 * The Euclidean distance |x - y|, as safe as `norm`. Time O(n), and nothing is allocated.
 *
 * @example
 * ```ts
 * import { distance } from '@infimum/linalg/numerics';
 *
 * console.log(distance(Float64Array.of(1e200, 0), Float64Array.of(0, 0))); // 1e+200
 * ```
 */
export function distance(x: Float64Array, y: Float64Array): number {
  let squares = 0;
  for (let i = 0; i < x.length; i++) squares += (x[i] - y[i]) ** 2;
  if (squares > LEAST_SQUARES && squares < MOST_SQUARES) return Math.sqrt(squares);
  return norm(x.map((value, i) => value - y[i]));
}

/**
 * The largest absolute value, 0 for no entries and NaN where an entry is NaN. Time O(n).
 *
 * @example
 * ```ts
 * import { largestMagnitude } from '@infimum/linalg/numerics';
 *
 * console.log(largestMagnitude(Float64Array.of(1, -3, 2))); // 3
 * ```
 */
export function largestMagnitude(x: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < x.length; i++) {
    const size = Math.abs(x[i]);
    if (Number.isNaN(size)) return size;
    if (size > largest) largest = size;
  }
  return largest;
}

/**
 * The first place of the largest entry, 0 for none. Time O(n).
 *
 * @example
 * ```ts
 * import { indexOfLargest } from '@infimum/linalg/numerics';
 *
 * console.log(indexOfLargest(Float64Array.of(1, 3, 3))); // 1
 * ```
 */
export function indexOfLargest(x: Float64Array): number {
  let best = 0;
  for (let i = 1; i < x.length; i++) if (x[i] > x[best]) best = i;
  return best;
}

/**
 * The sum of absolute values. Time O(n).
 *
 * @example
 * ```ts
 * import { absoluteSum } from '@infimum/linalg/numerics';
 *
 * console.log(absoluteSum(Float64Array.of(1, -3, 2))); // 6
 * ```
 */
export function absoluteSum(x: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += Math.abs(x[i]);
  return sum;
}

/**
 * The inner product of short rows of two matrices, term after term. Time O(length).
 *
 * @param x - where the first row lies, from `xStart` on
 * @param y - where the second row lies, from `yStart` on
 *
 * @example
 * ```ts
 * import { rowDot } from '@infimum/linalg/numerics';
 *
 * console.log(rowDot(Float64Array.of(0, 1, 2), 1, Float64Array.of(3, 4), 0, 2)); // 11
 * ```
 */
export function rowDot(x: Float64Array, xStart: number, y: Float64Array, yStart: number, length: number): number {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += x[xStart + i] * y[yStart + i];
  return sum;
}

/**
 * y <- y + alpha x. Time O(n).
 *
 * @example
 * ```ts
 * import { addScaled } from '@infimum/linalg/numerics';
 *
 * const y = Float64Array.of(1, 1);
 * addScaled(y, 2, Float64Array.of(3, 4));
 * console.log(y.join(' ')); // 7 9
 * ```
 */
export function addScaled(y: Float64Array, alpha: number, x: Float64Array): void {
  for (let i = 0; i < y.length; i++) y[i] += alpha * x[i];
}

/**
 * Whether all entries are finite, so that the result of a user's function may be used. Time O(n).
 *
 * @example
 * ```ts
 * import { allFinite } from '@infimum/linalg/numerics';
 *
 * console.log(allFinite(Float64Array.of(1, Number.NaN))); // false
 * ```
 */
export function allFinite(x: Float64Array): boolean {
  // Zeros as long as all are finite, in four sums that need not wait for each other.
  const { length } = x;
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    a += 0 * x[i];
    b += 0 * x[i + 1];
    c += 0 * x[i + 2];
    d += 0 * x[i + 3];
  }
  for (; i < length; i++) a += 0 * x[i];
  return a + b + c + d === 0;
}
