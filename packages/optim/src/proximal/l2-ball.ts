// The Euclidean ball.
import { checkNumber } from '@infimum/core';
import type { ConvexSet } from './convex-function.ts';
import { convexSet, euclideanNorm } from './convex-function.ts';

/**
 * The ball |x|_2 <= radius. O(n) a projection.
 *
 * @throws {InvalidInputError} for a radius that is negative or not finite
 */
export function l2Ball(radius: number): ConvexSet {
  checkNumber(radius, 'radius', { min: 0 });
  return convexSet((x, out) => {
    const length = euclideanNorm(x);
    for (let i = 0; i < x.length; i++) out[i] = length > radius ? (x[i] / length) * radius : x[i];
  });
}
