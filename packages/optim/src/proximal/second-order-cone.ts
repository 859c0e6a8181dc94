// The second-order cone, also called Lorentz or ice-cream cone.
import type { ConvexSet } from './convex-function.ts';
import { convexSet, euclideanNorm } from './convex-function.ts';

/**
 * The cone |(x_1, …, x_{n-1})|_2 <= x_0: the bound comes first. O(n) a projection.
 *
 * @example
 * ```ts
 * import { secondOrderCone } from '@infimum/optim/proximal';
 *
 * const out = new Float64Array(3);
 * secondOrderCone().project(Float64Array.of(0, 3, 4), out);
 * console.log(out.join(' ')); // 2.5 1.5 2
 * ```
 */
export function secondOrderCone(): ConvexSet {
  return convexSet((x, out) => {
    const [bound, length] = [x[0], euclideanNorm(x, 1)];
    if (length <= bound) out.set(x);
    else if (length <= -bound) out.fill(0);
    else {
      const height = bound / 2 + length / 2;
      for (let i = 1; i < x.length; i++) out[i] = (x[i] / length) * height;
      out[0] = height;
    }
  });
}
