// Gradient descent with constant steps.
//
// Yu. Nesterov: Lectures on convex optimization (2018), sections 1.2.3 and 2.1.5.
import type { ObjectiveLike, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import { checkNumber, defineSolver, resolveOptions, runWith } from '@infimum/core';
import { checkCurvature, lipschitz, strongConvexity } from '../smooth/lipschitz-constant.ts';
import { smooth } from '../smooth/smooth-problem.ts';
import type { SmoothSolution } from '../smooth-minimization.ts';
import { tolerance } from '../smooth-minimization.ts';
import type { GradientIterate } from './gradient-method.ts';
import type { Momentum } from './momentum-family.ts';
import { scheduledMomentumSteps } from './momentum-family.ts';

const gradientDescentOptions = {
  tolerance,
  lipschitz,
  strongConvexity,
  stepRule: {
    type: 'choice',
    was: 'step',
    choices: ['1/L', '2/(L+mu)'],
    default: '1/L',
    description: 'Length of the steps: always safe, or as long as strong convexity allows',
  },
  maxIterations: { type: 'integer', min: 0, default: 10_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of gradient descent. */
export type GradientDescentOptions = OptionsOf<typeof gradientDescentOptions> & RunOptions<GradientIterate>;

/** Length of the steps of gradient descent. */
export type GradientStep = NonNullable<GradientDescentOptions['stepRule']>;

/**
 * Minimises a smooth f by steps x <- x - grad f(x) / L, or with 2 / (L + mu): the baseline for faster methods. L is found
 * by doubling where it is not given.
 *
 * O(d) and one gradient an iteration, and two values where L is searched for. For convex f the gap falls as 1/k, for
 * strongly convex f as (1 - mu/L)^(2k), with the long steps as ((L - mu) / (L + mu))^(2k). `converged` when
 * |grad f(x)| <= tolerance min(1, |grad f(x_0)|).
 *
 * @param objective - f with its gradient
 * @param initial - where to start, d numbers
 * @param options - constants and limits; `maxIterations` is 10 000 by default
 * @throws {InvalidInputError} for a starting point that does not fit or is not finite, and for options out of range
 *
 * @example
 * ```ts
 * import { gradientDescent, quadraticForm } from '@infimum/optim';
 *
 * const bowl = quadraticForm(Float64Array.of(1, 4), Float64Array.of(1, 8));
 * const { x, status } = gradientDescent(bowl, new Float64Array(2), { lipschitz: 4 });
 * console.log(status, x.map(Math.round).join(' ')); // converged 1 2
 * ```
 */
export function gradientDescent(
  objective: ObjectiveLike,
  initial: VectorLike,
  options: GradientDescentOptions = {},
): Outcome<SmoothSolution, GradientIterate> {
  return runWith(gradientDescentOptions, options, gradientDescentSteps(objective, initial, options));
}

/** The steps of `gradientDescent`, to be driven by `run` or by your own loop. */
export function gradientDescentSteps(
  objective: ObjectiveLike,
  initial: VectorLike,
  options: GradientDescentOptions = {},
): Steps<SmoothSolution, GradientIterate> {
  const { tolerance, lipschitz, strongConvexity, stepRule } = resolveOptions(gradientDescentOptions, options);
  checkCurvature({ lipschitz, strongConvexity });
  if (stepRule === '2/(L+mu)') checkNumber(strongConvexity, 'strongConvexity', { min: 0 });
  const at = (constant: number) => gradientDescentMomentum(constant, stepRule === '1/L' ? constant : strongConvexity);
  return scheduledMomentumSteps(objective, initial, { at }, { tolerance, lipschitz, strongConvexity });
}

export const gradientDescentSolver = /* @__PURE__ */ defineSolver({
  id: 'optim/gradient-descent',
  title: 'Gradient descent',
  summary: 'Gradient steps of constant length: the baseline for everything faster.',
  problem: smooth,
  role: 'baseline',
  paper: { title: 'Méthode générale pour la résolution des systèmes d’équations simultanées', year: 1847 },
  cost: 'O(d) \\text{ per iteration, and a gradient}',
  options: gradientDescentOptions,
  steps: ({ objective, initial, lipschitz, strongConvexity }, options) =>
    gradientDescentSteps(objective, initial, {
      ...options,
      lipschitz: options.lipschitz ?? lipschitz,
      strongConvexity: options.strongConvexity ?? strongConvexity,
    }),
});

/** Gradient descent as a member of the family of momentum: the step 1/L, or 2/(L + mu) when mu is given. */
export function gradientDescentMomentum(lipschitz: number, strongConvexity: number = lipschitz): Momentum {
  checkNumber(lipschitz, 'lipschitz', { above: 0 });
  checkNumber(strongConvexity, 'strongConvexity', { min: 0, max: lipschitz });
  return { stepSize: 2 / (lipschitz + strongConvexity), momentum: 0 };
}
