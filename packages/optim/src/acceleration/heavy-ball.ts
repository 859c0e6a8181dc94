// Polyak's heavy ball.
//
// B. T. Polyak: Some methods of speeding up the convergence of iteration methods (1964).
import type { Objective, Outcome, RunOptions, Steps } from '@infimum/core';
import { runSmooth, type SmoothOptions, type SmoothSolution } from '../smooth-minimization.ts';
import type { GradientIterate } from './gradient-method.ts';
import { checkStronglyConvex } from './lipschitz-constant.ts';
import { type Momentum, scheduledMomentumSteps } from './momentum-family.ts';

/** Options of methods for strongly convex functions. */
export interface StronglyConvexOptions extends SmoothOptions {
  /** The constant mu of strong convexity, above 0. */
  readonly strongConvexity: number;
  /** A Lipschitz constant L of the gradient, at least mu; found by doubling if absent. */
  readonly lipschitz?: number;
}

/**
 * Minimises a quadratic, or almost quadratic, f by x_{k+1} = x_k + b (x_k - x_{k-1}) - h² grad f(x_k) with
 * h² = 4 / (sqrt L + sqrt mu)² and b = ((sqrt L - sqrt mu) / (sqrt L + sqrt mu))². On quadratics nothing that sees
 * gradients only is faster; on other strongly convex functions it may run in a circle for ever (see
 * `heavyBallCounterexample`), and nothing is done about that here.
 *
 * O(d) and one gradient an iteration, and two values where L is searched for. On quadratics the distance falls as
 * ((sqrt L - sqrt mu) / (sqrt L + sqrt mu))^k. `converged` when |grad f(x)| <= tolerance (1 + |grad f(x_0)|); `stalled`
 * when it diverges.
 *
 * @param objective - f with its gradient
 * @param initial - where to start, d numbers
 * @param options - constants and limits; `maxIterations` is 10 000 by default
 * @throws {InvalidInputError} for a starting point that does not fit or is not finite, and for options out of range
 *
 * @example
 * ```ts
 * import { heavyBall, quadraticForm } from '@infimum/optim';
 *
 * const bowl = quadraticForm(Float64Array.of(1, 100), Float64Array.of(1, 200));
 * const { x, status } = heavyBall(bowl, new Float64Array(2), { lipschitz: 100, strongConvexity: 1 });
 * console.log(status, x.map(Math.round).join(' ')); // converged 1 2
 * ```
 */
export function heavyBall(
  objective: Objective,
  initial: Float64Array,
  options: StronglyConvexOptions & RunOptions<GradientIterate>,
): Outcome<SmoothSolution, GradientIterate> {
  return runSmooth(heavyBallSteps(objective, initial, options), options);
}

/** The steps of `heavyBall`, for those who drive them. */
export function heavyBallSteps(
  objective: Objective,
  initial: Float64Array,
  options: StronglyConvexOptions,
): Steps<SmoothSolution, GradientIterate> {
  return stronglyConvexSteps(objective, initial, heavyBallMomentum, options);
}

/** Heavy ball as a member of the family of momentum. */
export function heavyBallMomentum(lipschitz: number, strongConvexity: number): Momentum {
  const [high, low] = [Math.sqrt(lipschitz), Math.sqrt(strongConvexity)];
  return { stepSize: 4 / (high + low) ** 2, momentum: ((high - low) / (high + low)) ** 2 };
}

/** The steps of a member of the family whose numbers follow from L and mu. */
export function stronglyConvexSteps(
  objective: Objective,
  initial: Float64Array,
  momentum: (lipschitz: number, strongConvexity: number) => Momentum,
  options: StronglyConvexOptions,
): Steps<SmoothSolution, GradientIterate> {
  checkStronglyConvex(options ?? {});
  const { tolerance, lipschitz, strongConvexity } = options;
  const at = (constant: number) => momentum(constant, strongConvexity);
  return scheduledMomentumSteps(objective, initial, { at }, { tolerance, lipschitz, strongConvexity });
}
