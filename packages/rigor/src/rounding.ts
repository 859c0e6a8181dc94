// The unit roundoff, and numbers that are surely below and above a double.
//
// S. M. Rump, P. Zimmermann, S. Boldo, G. Melquiond: Computing predecessor and successor in rounding to nearest, BIT 49 (2009).

/** u = 2^-53: the largest relative error of +, -, x and / in doubles, short of underflow and overflow. */
export const U = Number.EPSILON / 2;

/** eta = 2^-1074: the smallest positive double; underflow errs by at most half of it. */
export const ETA = Number.MIN_VALUE;

/** phi = u (1 + 2u), exactly a double. */
const PHI = U * (1 + 2 * U);

/**
 * A number that is larger than x: at least the next double, at most the one after it. What is rounded to x lies below it.
 *
 * `up(Infinity)` is Infinity; `up(-Infinity)` is NaN, since overflow hides how large the number is.
 *
 * Source: x + (phi |x| + eta), Rump, Zimmermann, Boldo, Melquiond (2009), theorem 2.2.
 *
 * @example
 * ```ts
 * import { up } from '@infimum/rigor';
 *
 * console.log(up(0.1 + 0.2) > 0.3, up(0)); // true 5e-324
 * ```
 */
export function up(x: number): number {
  return x + (Math.abs(x) * PHI + ETA);
}

/**
 * A number that is smaller than x: at least the previous double, at most the one before it. `-up(-x)`.
 *
 * @example
 * ```ts
 * import { down, up } from '@infimum/rigor';
 *
 * // 1/3 lies between:
 * console.log(3 * down(1 / 3) < 1, down(1 / 3) === -up(-1 / 3)); // true true
 * ```
 */
export function down(x: number): number {
  return x - (Math.abs(x) * PHI + ETA);
}
