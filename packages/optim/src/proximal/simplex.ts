// The simplex and the l1 ball, by sorting (M. Held, P. Wolfe, H. P. Crowder, Validation of Subgradient Optimization,
// 1974; J. Duchi et al., Efficient Projections onto the l1-Ball, 2008).
import { checkNumber } from '@infimum/core';
import type { ConvexSet } from './convex-function.ts';
import { convexSet } from './convex-function.ts';

/**
 * The simplex x >= 0, x_1 + … + x_n = radius; probabilities with radius 1. O(n log n) a projection.
 *
 * @param radius - the sum, above 0
 * @throws {InvalidInputError} for a radius that is not above 0 or not finite
 *
 * @example
 * ```ts
 * import { simplex } from '@infimum/optim/proximal';
 *
 * const out = new Float64Array(3);
 * simplex().project(Float64Array.of(1, 0.5, -2), out);
 * console.log(out.join(' ')); // 0.75 0.25 0
 * ```
 */
export function simplex(radius = 1): ConvexSet {
  checkNumber(radius, 'radius', { above: 0 });
  return convexSet((x, out) => projectOntoSimplex(x, radius, out));
}

/**
 * The ball |x_1| + … + |x_n| <= radius. O(n) for points inside of it, else O(n log n).
 *
 * @throws {InvalidInputError} for a radius that is negative or not finite
 */
export function l1Ball(radius: number): ConvexSet {
  checkNumber(radius, 'radius', { min: 0 });
  return convexSet((x, out) => {
    let sum = 0;
    for (let i = 0; i < x.length; i++) sum += Math.abs(x[i]);
    if (sum <= radius) {
      out.set(x);
      return;
    }
    const sizes = x.map(Math.abs);
    projectOntoSimplex(sizes, radius, sizes);
    for (let i = 0; i < x.length; i++) out[i] = x[i] < 0 ? -sizes[i] : sizes[i];
  });
}

/** x_i - theta where that is positive, with the theta that makes them sum to the radius. */
function projectOntoSimplex(x: Float64Array, radius: number, out: Float64Array): void {
  // Relative to the largest entry nothing overflows, and what is kept is as exact as the radius.
  let largest = -Infinity;
  for (let i = 0; i < x.length; i++) if (x[i] > largest) largest = x[i];
  const sorted = x.map((value) => value - largest).sort();
  let [sum, threshold] = [0, 0];
  for (let count = 1; count <= sorted.length; count++) {
    const entry = sorted[sorted.length - count];
    const next = (sum + entry - radius) / count;
    if (!(entry > next)) break;
    sum += entry;
    threshold = next;
  }
  for (let i = 0; i < x.length; i++) out[i] = Math.max(x[i] - largest - threshold, 0);
}
