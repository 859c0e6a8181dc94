// The gradient method with backtracking, in any metric.
import type { ObjectiveLike, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import { defineSolver, resolveOptions, runWith } from '@infimum/core';
import { smooth } from '../smooth/smooth-problem.ts';
import type { SmoothSolution } from '../smooth-minimization.ts';
import { tolerance } from '../smooth-minimization.ts';
import { chosenFor, namedMetric } from './instance-choices.ts';
import type { NewtonIterate, StepRule } from './regularized-newton.ts';
import { gradientOptions, maxIterations, regularizedNewtonSteps, valueNoise } from './regularized-newton.ts';

const initialLipschitz = {
  type: 'number',
  above: 0,
  default: 1,
  description: 'Lipschitz constant for the first trial',
} as const;

const backtrackingGradientOptions = { ...gradientOptions, initialLipschitz } as const satisfies OptionSpecs;

/** Options of the gradient method with backtracking. */
export type BacktrackingGradientOptions = OptionsOf<typeof backtrackingGradientOptions> & RunOptions<NewtonIterate>;

/**
 * Minimises a smooth f by steps x <- x - B^-1 g / L, with the metric B as a preconditioner. L is doubled until
 * f(x + T) <= f(x) - |g|*² / (2 L), and halved after every step.
 *
 * A solve with B, O(d²) where it is dense, a gradient and about two values an iteration. `converged` when
 * |g|* <= tolerance min(1, |g_0|*) or f <= targetValue; `stalled` when no trial is accepted.
 *
 * @param objective - f with its gradient
 * @param initial - where to start, d numbers
 * @param options - method and limits; `maxIterations` is 1000 by default
 * @throws {InvalidInputError} for a starting point that does not fit or is not finite, for a metric that is not positive
 *   definite, and for options out of range
 *
 * @example
 * ```ts
 * import { quadraticForm } from '@infimum/optim';
 * import { backtrackingGradient } from '@infimum/optim/newton';
 *
 * const bowl = quadraticForm(Float64Array.of(1, 4), Float64Array.of(1, 8));
 * console.log(backtrackingGradient(bowl, new Float64Array(2)).x.map(Math.round).join(' ')); // 1 2
 * ```
 */
export function backtrackingGradient(
  objective: ObjectiveLike,
  initial: VectorLike,
  options: BacktrackingGradientOptions = {},
): Outcome<SmoothSolution, NewtonIterate> {
  return runWith(backtrackingGradientOptions, options, backtrackingGradientSteps(objective, initial, options));
}

/** The steps of `backtrackingGradient`, to be driven by `run` or by your own loop. */
export function* backtrackingGradientSteps(
  objective: ObjectiveLike,
  initial: VectorLike,
  options: BacktrackingGradientOptions = {},
): Steps<SmoothSolution, NewtonIterate> {
  const settings = resolveOptions(backtrackingGradientOptions, options);
  const rule = backtrackingRule(settings.initialLipschitz);
  return yield* regularizedNewtonSteps(objective, initial, { ...settings, hessian: 'none', hessianEvery: 1 }, rule);
}

function backtrackingRule(initialLipschitz: number): StepRule {
  let lipschitz = initialLipschitz;
  return {
    propose: (state) => (state.shiftedStep(lipschitz) ? lipschitz : undefined),
    accepts: ({ here, trial }, lambda) =>
      trial.value <= here.value - here.dualNorm ** 2 / (2 * lambda) + valueNoise(here.value),
    accepted: () => {
      lipschitz /= 2;
    },
    rejected: () => {
      lipschitz *= 2;
    },
  };
}

export const backtrackingGradientSolver = /* @__PURE__ */ defineSolver({
  id: 'optim/backtracking-gradient',
  title: 'Gradient method with backtracking',
  summary: 'Gradient steps in a metric, with an adaptive Lipschitz constant.',
  problem: smooth,
  role: 'baseline',
  paper: { title: 'Minimization of functions having Lipschitz continuous first partial derivatives', year: 1966 },
  cost: 'O(d) \\text{ per iteration, } O(d^2) \\text{ with a dense metric, a gradient and about two values}',
  options: { tolerance, metric: namedMetric, initialLipschitz, maxIterations },
  steps: (instance, options) => {
    const { hessian: _, ...chosen } = chosenFor(instance, options);
    return backtrackingGradientSteps(instance.objective, instance.initial, chosen);
  },
});
