// Nesterov's accelerated gradient method with constant momentum, for strongly convex functions (NAG-SC).
//
// Yu. Nesterov: Lectures on convex optimization (2018), scheme 2.2.22.
import type { ObjectiveLike, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import { checkNumber, defineSolver, resolveOptions, runWith } from '@infimum/core';
import { knownCurvature, lipschitz, needsStrongConvexity, requiredStrongConvexity } from '../smooth/lipschitz-constant.ts';
import { smooth } from '../smooth/smooth-problem.ts';
import type { SmoothSolution } from '../smooth-minimization.ts';
import { tolerance } from '../smooth-minimization.ts';
import type { GradientIterate } from './gradient-method.ts';
import { stronglyConvexSteps } from './heavy-ball.ts';
import type { Momentum } from './momentum-family.ts';

const nesterovStronglyConvexOptions = {
  tolerance,
  lipschitz,
  strongConvexity: requiredStrongConvexity,
  maxIterations: { type: 'integer', min: 0, default: 10_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of Nesterov’s method, strongly convex. */
export type NesterovStronglyConvexOptions = OptionsOf<typeof nesterovStronglyConvexOptions> & RunOptions<GradientIterate>;

/**
 * Minimises a strongly convex f by y_{k+1} = x_k - grad f(x_k) / L, x_{k+1} = y_{k+1} + b (y_{k+1} - y_k) with
 * b = (1 - sqrt q) / (1 + sqrt q), q = mu/L: the gradient is taken at the extrapolated point, so that the method
 * converges where heavy ball does not. Its output is y.
 *
 * O(d) and one gradient an iteration, and two values where L is searched for. f(y_k) - f* + (mu/2) |z_k - x*|² falls by
 * 1 - sqrt q in every step, z_k = x_k + (x_k - y_k) / sqrt q. `converged` when |grad f(x)| <= tolerance
 * min(1, |grad f(x_0)|).
 *
 * @param objective - f with its gradient
 * @param initial - where to start, d numbers
 * @param options - constants and limits; `maxIterations` is 10 000 by default
 * @throws {InvalidInputError} for a starting point that does not fit or is not finite, and for options out of range
 *
 * @example
 * ```ts
 * import { nesterovStronglyConvex, quadraticForm } from '@infimum/optim';
 *
 * const bowl = quadraticForm(Float64Array.of(1, 100), Float64Array.of(1, 200));
 * const { x, status } = nesterovStronglyConvex(bowl, new Float64Array(2), { lipschitz: 100, strongConvexity: 1 });
 * console.log(status, x.map(Math.round).join(' ')); // converged 1 2
 * ```
 */
export function nesterovStronglyConvex(
  objective: ObjectiveLike,
  initial: VectorLike,
  options: NesterovStronglyConvexOptions,
): Outcome<SmoothSolution, GradientIterate> {
  return runWith(nesterovStronglyConvexOptions, options, nesterovStronglyConvexSteps(objective, initial, options));
}

/** The steps of `nesterovStronglyConvex`, to be driven by `run` or by your own loop. */
export function nesterovStronglyConvexSteps(
  objective: ObjectiveLike,
  initial: VectorLike,
  options: NesterovStronglyConvexOptions,
): Steps<SmoothSolution, GradientIterate> {
  const known = resolveOptions(nesterovStronglyConvexOptions, options);
  return stronglyConvexSteps(objective, initial, nesterovMomentum, known);
}

export const nesterovStronglyConvexSolver = /* @__PURE__ */ defineSolver({
  id: 'optim/nesterov-strongly-convex',
  title: 'Nesterov’s method, strongly convex',
  summary: 'Momentum with the gradient at the look-ahead point: safe and fast when mu is known.',
  problem: smooth,
  role: 'baseline',
  paper: { title: 'Introductory lectures on convex optimization', year: 2004 },
  cost: 'O(d) \\text{ per iteration, and a gradient}',
  options: nesterovStronglyConvexOptions,
  declines: needsStrongConvexity,
  steps: (instance, options) =>
    nesterovStronglyConvexSteps(instance.objective, instance.initial, knownCurvature(instance, options)),
});

/** Nesterov's method for strongly convex functions as a member of the family of momentum. */
export function nesterovMomentum(lipschitz: number, strongConvexity: number): Momentum {
  for (const [name, value] of Object.entries({ lipschitz, strongConvexity })) checkNumber(value, name);
  const root = Math.sqrt(strongConvexity / lipschitz);
  const momentum = (1 - root) / (1 + root);
  return { stepSize: 1 / lipschitz, momentum, lookAhead: momentum };
}
