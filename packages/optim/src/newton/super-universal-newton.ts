// Newton's method with a multiple of a power of the gradient's norm.
//
// N. Doikov, K. Mishchenko, Y. Nesterov: Super-universal regularized Newton method (2022), arXiv:2208.05888.
import type { ObjectiveLike, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import { defineSolver, resolveOptions, runWith } from '@infimum/core';
import { dot } from '@infimum/linalg/numerics';
import { realPower } from '../objectives/nonlinear-equations.ts';
import { smooth } from '../smooth/smooth-problem.ts';
import type { SmoothSolution } from '../smooth-minimization.ts';
import { tolerance } from '../smooth-minimization.ts';
import { chosenFor, namedHessian, namedMetric, needsCurvature } from './instance-choices.ts';
import type { NewtonIterate, StepRule } from './regularized-newton.ts';
import { factorization, maxIterations, newtonOptions, regularizedNewtonSteps } from './regularized-newton.ts';

const gradientPower = {
  type: 'number',
  was: 'alpha',
  min: 0,
  max: 1,
  default: 1,
  description: 'Power of the gradient’s norm',
} as const;
const initialFactor = { type: 'number', above: 0, default: 1, description: 'Factor M for the first trial' } as const;

const superUniversalNewtonOptions = { ...newtonOptions, gradientPower, initialFactor } as const satisfies OptionSpecs;

/** Options of the super-universal Newton method. */
export type SuperUniversalNewtonOptions = OptionsOf<typeof superUniversalNewtonOptions> & RunOptions<NewtonIterate>;

/**
 * Minimises a smooth f by steps x <- x - (H + lambda B)^-1 g with lambda = M |g|*^alpha. A trial is taken when
 * g(x + T) . (-T) >= |g(x + T)|*² / (4 lambda), then M is divided by 4; otherwise it is multiplied by 4. With alpha = 0
 * this is the method of Levenberg and Marquardt.
 *
 * A factorisation, O(d³/3), a value and a gradient for every trial. `converged` when |g|* <= tolerance min(1, |g_0|*) or
 * f <= targetValue; `stalled` when no trial is accepted.
 *
 * Source: N. Doikov, K. Mishchenko, Y. Nesterov: Super-universal regularized Newton method, arXiv:2208.05888.
 *
 * @param objective - f with its gradient, and its Hessian or products with it unless `hessian` says otherwise
 * @param initial - where to start, d numbers
 * @param options - method and limits; `maxIterations` is 1000 by default
 * @throws {InvalidInputError} for a starting point that does not fit or is not finite, for a metric that is not positive
 *   definite, and for options out of range
 *
 * @example
 * ```ts
 * import { rosenbrock, superUniversalNewton } from '@infimum/optim';
 *
 * const { x, status } = superUniversalNewton(rosenbrock(), Float64Array.of(-2, 2));
 * console.log(status, x.map(Math.round).join(' ')); // converged 1 1
 * ```
 */
export function superUniversalNewton(
  objective: ObjectiveLike,
  initial: VectorLike,
  options: SuperUniversalNewtonOptions = {},
): Outcome<SmoothSolution, NewtonIterate> {
  return runWith(superUniversalNewtonOptions, options, superUniversalNewtonSteps(objective, initial, options));
}

/** The steps of `superUniversalNewton`, to be driven by `run` or by your own loop. */
export function* superUniversalNewtonSteps(
  objective: ObjectiveLike,
  initial: VectorLike,
  options: SuperUniversalNewtonOptions = {},
): Steps<SmoothSolution, NewtonIterate> {
  const settings = resolveOptions(superUniversalNewtonOptions, options);
  const rule = powerRule(settings.gradientPower, settings.initialFactor);
  return yield* regularizedNewtonSteps(objective, initial, settings, rule);
}

const LEAST_FACTOR = 1e-5;

function powerRule(alpha: number, initialFactor: number): StepRule {
  let factor = initialFactor;
  return {
    propose: (state) => {
      const lambda = factor * realPower(state.here.dualNorm, alpha);
      return state.shiftedStep(lambda) ? lambda : undefined;
    },
    accepts: (state, lambda) => state.trialDualNorm() ** 2 / (4 * lambda) <= -dot(state.trial.gradient, state.step),
    accepted: () => {
      factor = Math.max(factor / 4, LEAST_FACTOR);
    },
    rejected: () => {
      factor *= 4;
    },
  };
}

export const superUniversalNewtonSolver = /* @__PURE__ */ defineSolver({
  id: 'optim/super-universal-newton',
  title: 'Super-universal Newton',
  summary: 'Newton steps regularised by a multiple of a power of the gradient’s norm, adapted by a factor of four.',
  problem: smooth,
  role: 'baseline',
  paper: { title: 'Super-universal regularized Newton method', arxiv: '2208.05888', year: 2022 },
  cost: 'O(d^3) \\text{ and a gradient per trial, with about two per iteration}',
  options: { tolerance, gradientPower, hessian: namedHessian, metric: namedMetric, factorization, maxIterations },
  declines: needsCurvature,
  steps: (instance, options) => superUniversalNewtonSteps(instance.objective, instance.initial, chosenFor(instance, options)),
});
