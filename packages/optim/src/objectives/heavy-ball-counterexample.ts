// A function on which heavy ball cycles for ever.
//
// L. Lessard, B. Recht, A. Packard: Analysis and design of optimization algorithms via integral quadratic constraints
// (2016), arXiv:1408.3595, section 4.6.
import type { TestFunction } from './test-functions.ts';

/** Where the slope changes from 25 to 1 and back. */
const FIRST = 1;
const SECOND = 2;

/** The three points of the circle that `heavyBallCounterexample` leads heavy ball into. */
export const HEAVY_BALL_CYCLE: readonly number[] = /* @__PURE__ */ [792, -2208, 2592].map((point) => point / 1225);

/**
 * A function of one variable with f' = 25 x below 1, x + 24 between 1 and 2, 25 x - 24 above: strongly convex with mu = 1
 * and L = 25, its minimum 0 at 0. From x = 3.3, and from everywhere near it, heavy ball with the steps that are best for
 * quadratics tends to the cycle 792/1225, -2208/1225, 2592/1225; all of Nesterov's methods, triple momentum and ITEM
 * converge.
 *
 * @example
 * ```ts
 * import { heavyBall, nesterovStronglyConvex } from '@infimum/optim';
 * import { heavyBallCounterexample } from '@infimum/optim/acceleration';
 *
 * const f = heavyBallCounterexample();
 * const options = { lipschitz: 25, strongConvexity: 1, maxIterations: 3000 };
 * console.log(heavyBall(f, Float64Array.of(3.3), options).status); // iteration-limit
 * console.log(nesterovStronglyConvex(f, Float64Array.of(3.3), options).status); // converged
 * ```
 */
export function heavyBallCounterexample(): TestFunction {
  const curvature = (x: number) => (x >= FIRST && x < SECOND ? 1 : 25);
  return {
    dimension: 1,
    value: ([x]) => {
      if (x < FIRST) return 12.5 * x * x;
      return x < SECOND ? (x * x) / 2 + 24 * x - 12 : 12.5 * x * x - 24 * x + 36;
    },
    gradient: ([x], out) => {
      out[0] = x < FIRST ? 25 * x : x < SECOND ? x + 24 : 25 * x - 24;
    },
    hessianVector: ([x], v, out) => {
      out[0] = curvature(x) * v[0];
    },
    hessian: ([x], out) => {
      out[0] = curvature(x);
    },
  };
}
