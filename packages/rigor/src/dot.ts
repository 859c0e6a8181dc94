// Sums of products, with a bound on their rounding errors.
//
// C.-P. Jeannerod, S. M. Rump: Improved error bounds for inner products in floating-point arithmetic, SIAM J. Matrix Anal.
// Appl. 34 (2013); T. Ogita, S. M. Rump, S. Oishi: Accurate sum and dot product, SIAM J. Sci. Comput. 26 (2005).
import { ETA, U } from './rounding.ts';

/** A double with an error bound: |exact - value| <= radius. The radius is NaN or Infinity where nothing is known. */
export interface Approximation {
  /** As computed. */
  readonly value: number;
  /** Upper bound on the error. */
  readonly radius: number;
}

/**
 * The error bound n u m + n eta of a sum of n products that was computed in doubles, in any order.
 *
 * With the products p_i as rounded, a sum of them in any order errs by at most (n - 1) u sum |p_i|, each p_i by
 * u |p_i| + eta / 2: together n u sum |p_i| + n eta / 2 (Jeannerod and Rump 2013). The factor and the last term also cover
 * the rounding of `magnitude` and of the bound itself; n < 2^50.
 *
 * @param terms - n, products in the sum
 * @param magnitude - the sum of |p_i|, also computed in doubles
 *
 * @example
 * ```ts
 * import { radiusOfSum } from '@infimum/rigor';
 *
 * const value = 0.1 * 3 + 0.2 * 5;
 * console.log(radiusOfSum(2, value) < 1e-15); // true
 * ```
 */
export function radiusOfSum(terms: number, magnitude: number): number {
  return terms * U * magnitude * (1 + 4 * (terms + 2) * U) + (terms + 2) * ETA;
}

/**
 * x . y in doubles with its radius: `radiusOfSum` of the products.
 *
 * @param x - numbers; `length` of them from `xStart` on, every `xStep`-th
 * @param y - likewise; by default as many as x has
 * @returns value and radius; Infinity or NaN after overflow
 *
 * Cost: O(n), twice a plain loop.
 *
 * @example
 * ```ts
 * import { dot } from '@infimum/rigor';
 *
 * const { value, radius } = dot([1e16, 1, -1e16], [1, 1, 1]);
 * console.log(value, radius > 1); // 0 true
 * ```
 */
export function dot(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  length = x.length,
  xStart = 0,
  yStart = 0,
  xStep = 1,
  yStep = 1,
): Approximation {
  let value = 0;
  let magnitude = 0;
  for (let k = 0, i = xStart, j = yStart; k < length; k++, i += xStep, j += yStep) {
    const product = x[i] * y[j];
    value += product;
    magnitude += Math.abs(product);
  }
  return { value, radius: radiusOfSum(length, magnitude) };
}

/** 2^27 + 1, which halves a double (Dekker, Veltkamp). */
const SPLITTER = 134217729;

/**
 * `plus` + x . y as if in twice the precision, rounded once, with its radius: u |v| + 2 n (n + 1) u² (|plus| + |x| . |y|),
 * and a few eta.
 *
 * Products and sums are split into a double and its exact error (Dekker's product, Knuth's sum); the errors are
 * summed in doubles, so that the remaining error is of second order (Ogita, Rump, Oishi 2005, Dot2). Underflow adds 5 eta a product.
 *
 * @param x - numbers below 2^996; `length` of them from `xStart` on, every `xStep`-th
 * @param y - likewise
 * @param plus - is added to the sum
 * @returns value and radius; NaN for numbers beyond 2^996
 *
 * Cost: O(n), 25 operations a product.
 *
 * @example
 * ```ts
 * import { dot2 } from '@infimum/rigor';
 *
 * const { value, radius } = dot2([1e16, 1, -1e16], [1, 1, 1]);
 * console.log(value, radius < 1e-14); // 1 true
 * ```
 */
export function dot2(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  length = x.length,
  xStart = 0,
  yStart = 0,
  xStep = 1,
  yStep = 1,
  plus = 0,
): Approximation {
  let sum = plus;
  let errors = 0;
  let magnitude = Math.abs(plus);
  for (let k = 0, i = xStart, j = yStart; k < length; k++, i += xStep, j += yStep) {
    const a = x[i];
    const b = y[j];
    const product = a * b;
    const aSplit = SPLITTER * a;
    const aHigh = aSplit - (aSplit - a);
    const aLow = a - aHigh;
    const bSplit = SPLITTER * b;
    const bHigh = bSplit - (bSplit - b);
    const bLow = b - bHigh;
    const productError = aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
    const next = sum + product;
    const part = next - sum;
    errors += sum - (next - part) + (product - part) + productError;
    sum = next;
    magnitude += Math.abs(product);
  }
  const value = sum + errors;
  const secondOrder = 2 * (length * U) * ((length + 1) * U) * magnitude;
  const radius = (U * Math.abs(value) + secondOrder) * (1 + 8 * (length + 4) * U) + (10 * length + 8) * ETA;
  return { value, radius };
}

/** A matrix product in doubles: |exact - values| <= radii, entry by entry. */
export interface ApproximateProduct {
  /** As computed, row-major. */
  readonly values: Float64Array;
  /** Upper bounds on the errors. */
  readonly radii: Float64Array;
}

/**
 * The product of two matrices with a radius an entry, by `radiusOfSum`.
 *
 * @param a - rows x inner, row-major
 * @param b - inner x cols, row-major
 *
 * Cost: O(rows inner cols), twice a plain product.
 *
 * @example
 * ```ts
 * import { matrixProduct } from '@infimum/rigor';
 *
 * const { values, radii } = matrixProduct([1, 2, 3, 4], [0.1, 0, 0, 0.1], 2, 2, 2);
 * console.log(values[1], radii[1] < 1e-15); // 0.2 true
 * ```
 */
export function matrixProduct(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  rows: number,
  inner: number,
  cols: number,
): ApproximateProduct {
  const values = new Float64Array(rows * cols);
  const radii = new Float64Array(rows * cols);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < inner; k++) {
      const factor = a[i * inner + k];
      for (let j = 0, at = i * cols, from = k * cols; j < cols; j++, at++, from++) {
        const product = factor * b[from];
        values[at] += product;
        radii[at] += Math.abs(product);
      }
    }
  }
  for (let k = 0; k < radii.length; k++) radii[k] = radiusOfSum(inner, radii[k]);
  return { values, radii };
}
