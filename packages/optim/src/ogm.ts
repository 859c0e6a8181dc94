// The optimised gradient method (OGM).
//
// D. Kim, J. Fessler: Optimized first-order methods for smooth convex minimization (2016), arXiv:1406.5468.
import type { Objective, Outcome, RunOptions, Steps } from '@infimum/core';
import { type GradientIterate, runMethod } from './gradient-method.ts';
import { itemSteps } from './item.ts';
import type { Curvature } from './lipschitz-constant.ts';
import type { SmoothOptions, SmoothSolution } from './smooth-minimization.ts';

/** Options of the optimised gradient method. */
export interface OgmOptions extends SmoothOptions, Pick<Curvature, 'lipschitz'> {}

/**
 * Minimises a convex f by x_{k+1} = y_k - grad f(y_k) / L,
 * y_{k+1} = x_{k+1} + ((t_k - 1) / t_{k+1}) (x_{k+1} - x_k) + (t_k / t_{k+1}) (x_{k+1} - y_k) with t_0 = 1 and
 * t_{k+1} = (1 + sqrt(1 + 4 t_k²)) / 2: ITEM for mu = 0, and it is computed as that. It promises a gap of half of what
 * Nesterov's method does, f(x_k) - f* <= L |x_0 - x*|² / (4 t_{k-1}²). Its output is x.
 *
 * O(d) and one gradient an iteration, and two values where L is searched for. `converged` when |grad f(y)| <= tolerance
 * (1 + |grad f(x_0)|), with y as the solution.
 *
 * @param objective - f with its gradient
 * @param initial - where to start, d numbers
 * @param options - the constant and limits; `maxIterations` is 10 000 by default
 * @throws {InvalidInputError} for a starting point that does not fit or is not finite, and for options out of range
 *
 * @example
 * ```ts
 * import { ogm, quadraticForm } from '@infimum/optim';
 *
 * const bowl = quadraticForm(Float64Array.of(1, 4), Float64Array.of(1, 8));
 * const { value } = ogm(bowl, new Float64Array(2), { lipschitz: 4, maxIterations: 200 });
 * console.log(value.toFixed(3)); // -8.500
 * ```
 */
export function ogm(
  objective: Objective,
  initial: Float64Array,
  options: OgmOptions & RunOptions<GradientIterate> = {},
): Outcome<SmoothSolution, GradientIterate> {
  return runMethod(ogmSteps(objective, initial, options), options);
}

/** The steps of `ogm`, for those who drive them. */
export function ogmSteps(
  objective: Objective,
  initial: Float64Array,
  { tolerance, lipschitz }: OgmOptions = {},
): Steps<SmoothSolution, GradientIterate> {
  return itemSteps(objective, initial, { tolerance, lipschitz, strongConvexity: 0 });
}
