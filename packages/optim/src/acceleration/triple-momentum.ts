// The triple momentum method.
//
// B. Van Scoy, R. A. Freeman, K. M. Lynch: The fastest known globally convergent first-order method for minimizing strongly
// convex functions (2018).
import type { ObjectiveLike, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import { checkNumber, defineSolver, resolveOptions, runWith } from '@infimum/core';
import { knownCurvature, lipschitz, needsStrongConvexity, requiredStrongConvexity } from '../smooth/lipschitz-constant.ts';
import { smooth } from '../smooth/smooth-problem.ts';
import type { SmoothSolution } from '../smooth-minimization.ts';
import { tolerance } from '../smooth-minimization.ts';
import type { GradientIterate } from './gradient-method.ts';
import { stronglyConvexSteps } from './heavy-ball.ts';
import type { Momentum } from './momentum-family.ts';

const tripleMomentumOptions = {
  tolerance,
  lipschitz,
  strongConvexity: requiredStrongConvexity,
  maxIterations: { type: 'integer', min: 0, default: 10_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of triple momentum. */
export type TripleMomentumOptions = OptionsOf<typeof tripleMomentumOptions> & RunOptions<GradientIterate>;

/**
 * Minimises a strongly convex f with three kinds of momentum, with rho = 1 - sqrt(mu/L):
 *
 * y = (1 + g) x_k - g x_{k-1}, x_{k+1} = (1 + b) x_k - b x_{k-1} - ((1 + rho) / L) grad f(y),
 * output (1 + d) x_k - d x_{k-1},
 *
 * b = rho² / (2 - rho), g = b / (1 + rho), d = rho² / (1 - rho²). Its distance falls as rho^k, the best rate that is
 * known, against sqrt(rho)^k of Nesterov's method. The first outputs overshoot by about sqrt(L/mu).
 *
 * O(d) and one gradient an iteration, and two values where L is searched for. `converged` when |grad f(y)| <= tolerance
 * min(1, |grad f(x_0)|), with y as the solution.
 *
 * @param objective - f with its gradient
 * @param initial - where to start, d numbers
 * @param options - constants and limits; `maxIterations` is 10 000 by default
 * @throws {InvalidInputError} for a starting point that does not fit or is not finite, and for options out of range
 *
 * @example
 * ```ts
 * import { quadraticForm } from '@infimum/optim';
 * import { tripleMomentum } from '@infimum/optim/acceleration';
 *
 * const bowl = quadraticForm(Float64Array.of(1, 100), Float64Array.of(1, 200));
 * const { x, status } = tripleMomentum(bowl, new Float64Array(2), { lipschitz: 100, strongConvexity: 1 });
 * console.log(status, x.map(Math.round).join(' ')); // converged 1 2
 * ```
 */
export function tripleMomentum(
  objective: ObjectiveLike,
  initial: VectorLike,
  options: TripleMomentumOptions,
): Outcome<SmoothSolution, GradientIterate> {
  return runWith(tripleMomentumOptions, options, tripleMomentumSteps(objective, initial, options));
}

/** The steps of `tripleMomentum`, to be driven by `run` or by your own loop. */
export function tripleMomentumSteps(
  objective: ObjectiveLike,
  initial: VectorLike,
  options: TripleMomentumOptions,
): Steps<SmoothSolution, GradientIterate> {
  const known = resolveOptions(tripleMomentumOptions, options);
  return stronglyConvexSteps(objective, initial, tripleMomentumMomentum, known);
}

export const tripleMomentumSolver = /* @__PURE__ */ defineSolver({
  id: 'optim/triple-momentum',
  title: 'Triple momentum',
  summary: 'Momentum, look-ahead and an output ahead of both: the best known rate for strongly convex functions.',
  problem: smooth,
  role: 'baseline',
  paper: {
    title: 'The fastest known globally convergent first-order method for minimizing strongly convex functions',
    year: 2018,
  },
  cost: 'O(d) \\text{ per iteration, and a gradient}',
  options: tripleMomentumOptions,
  declines: needsStrongConvexity,
  steps: (instance, options) => tripleMomentumSteps(instance.objective, instance.initial, knownCurvature(instance, options)),
});

/** Triple momentum as a member of the family of momentum. */
export function tripleMomentumMomentum(lipschitz: number, strongConvexity: number): Momentum {
  checkNumber(lipschitz, 'lipschitz', { above: 0 });
  checkNumber(strongConvexity, 'strongConvexity', { min: 0, max: lipschitz });
  const rho = 1 - Math.sqrt(strongConvexity / lipschitz);
  const momentum = rho ** 2 / (2 - rho);
  return { stepSize: (1 + rho) / lipschitz, momentum, lookAhead: momentum / (1 + rho), outputAhead: rho ** 2 / (1 - rho ** 2) };
}
