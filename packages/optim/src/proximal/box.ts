// Boxes, the nonnegative orthant among them, and balls of the largest-entry norm.
import { checkNumber, fault } from '@infimum/core';
import type { ConvexSet } from './convex-function.ts';
import { checkPerCoordinate, convexSet } from './convex-function.ts';

/**
 * The box lower <= x <= upper. Infinite bounds are none; bounds may be one number for all coordinates or one for each.
 * O(n) a projection.
 *
 * @throws {InvalidInputError} for bounds that are NaN, of different lengths, or that leave no point, with the index
 *
 * @example
 * ```ts
 * import { box } from '@infimum/optim/proximal';
 *
 * const out = new Float64Array(3);
 * box(0, Float64Array.of(1, 2, Infinity)).project(Float64Array.of(-1, 5, 7), out);
 * console.log(out.join(' ')); // 0 2 7
 * ```
 */
export function box(lower: number | Float64Array, upper: number | Float64Array): ConvexSet {
  checkPerCoordinate(lower, 'lower', 'any');
  checkPerCoordinate(upper, 'upper', 'any');
  const dimension = sharedLength(lower, upper);
  const low = typeof lower === 'number' ? () => lower : (i: number) => lower[i];
  const high = typeof upper === 'number' ? () => upper : (i: number) => upper[i];
  for (let index = 0; index < (dimension ?? 1); index++) {
    if (low(index) > high(index) || low(index) === Infinity || high(index) === -Infinity) {
      const problem = `is ${low(index)}, which leaves nothing below the upper bound ${high(index)}`;
      throw fault(problem, 'lower', 'out-of-range', index);
    }
  }
  return convexSet((x, out) => {
    for (let i = 0; i < x.length; i++) out[i] = Math.min(Math.max(x[i], low(i)), high(i));
  }, dimension);
}

/**
 * The ball max_i |x_i| <= radius. O(n) a projection.
 *
 * @throws {InvalidInputError} for a radius that is negative or not finite
 */
export function linfBall(radius: number): ConvexSet {
  checkNumber(radius, 'radius', { min: 0 });
  return box(-radius, radius);
}

function sharedLength(lower: number | Float64Array, upper: number | Float64Array): number | undefined {
  const lengths = [lower, upper].flatMap((bound) => (typeof bound === 'number' ? [] : [bound.length]));
  if (lengths.length === 2 && lengths[0] !== lengths[1]) {
    throw fault(`expected ${lengths[0]} entries as in lower, got ${lengths[1]}`, 'upper', 'shape');
  }
  return lengths[0];
}
