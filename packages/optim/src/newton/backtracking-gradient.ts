// The gradient method with backtracking, in any metric.
import { checkNumber, type Objective, type Outcome, type RunOptions, type Steps } from '@infimum/core';
import type { SmoothSolution } from '../smooth-minimization.ts';
import {
  type NewtonIterate,
  type NewtonOptions,
  regularizedNewtonSteps,
  runNewton,
  type StepRule,
  valueNoise,
} from './regularized-newton.ts';

/** Options of the gradient method with backtracking. */
export interface BacktrackingGradientOptions
  extends Omit<NewtonOptions, 'hessian' | 'hessianEvery' | 'factorization'> {
  /** The Lipschitz constant of the first trial, above 0; 1 by default. */
  readonly initialLipschitz?: number;
}

/**
 * Minimises a smooth f by steps x <- x - B^-1 g / L, with the metric B as a preconditioner. L is doubled until
 * f(x + T) <= f(x) - |g|*² / (2 L), and halved after every step.
 *
 * A solve with B, O(d²) where it is dense, a gradient and about two values an iteration. `converged` when
 * |g|* <= tolerance (1 + |g_0|*) or f <= targetValue; `stalled` when no trial is accepted.
 *
 * @param objective - f with its gradient
 * @param initial - where to start, d numbers
 * @param options - method and limits; `maxIterations` is 1000 by default
 * @throws {InvalidInputError} for a starting point that does not fit or is not finite, for a metric that is not positive
 *   definite, and for options out of range
 *
 * @example
 * ```ts
 * import { backtrackingGradient, quadraticForm } from '@infimum/optim';
 *
 * const bowl = quadraticForm(Float64Array.of(1, 4), Float64Array.of(1, 8));
 * console.log(backtrackingGradient(bowl, new Float64Array(2)).x.map(Math.round).join(' ')); // 1 2
 * ```
 */
export function backtrackingGradient(
  objective: Objective,
  initial: Float64Array,
  options: BacktrackingGradientOptions & RunOptions<NewtonIterate> = {},
): Outcome<SmoothSolution, NewtonIterate> {
  return runNewton(backtrackingGradientSteps(objective, initial, options), options);
}

/** The steps of `backtrackingGradient`, for those who drive them. */
export function* backtrackingGradientSteps(
  objective: Objective,
  initial: Float64Array,
  options: BacktrackingGradientOptions = {},
): Steps<SmoothSolution, NewtonIterate> {
  const { initialLipschitz = 1 } = options;
  checkNumber(initialLipschitz, 'initialLipschitz', { above: 0 });
  const rule = backtrackingRule(initialLipschitz);
  return yield* regularizedNewtonSteps(objective, initial, { ...options, hessian: 'none' }, rule);
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
