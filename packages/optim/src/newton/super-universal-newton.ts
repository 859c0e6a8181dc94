// Newton's method with a multiple of a power of the gradient's norm.
//
// N. Doikov, K. Mishchenko, Y. Nesterov: Super-universal regularized Newton method (2022), arXiv:2208.05888.
import { checkNumber, type Objective, type Outcome, type RunOptions, type Steps } from '@infimum/core';
import { realPower } from '../objectives/nonlinear-equations.ts';
import type { SmoothSolution } from '../smooth-minimization.ts';
import { dot } from '../vectors.ts';
import {
  type NewtonIterate,
  type NewtonOptions,
  regularizedNewtonSteps,
  runNewton,
  type StepRule,
} from './regularized-newton.ts';

/** Options of the super-universal Newton method. */
export interface SuperUniversalNewtonOptions extends NewtonOptions {
  /** The power alpha of the gradient's norm, 0 to 1; 1 by default. */
  readonly alpha?: number;
  /** The factor M of the first trial, above 0; 1 by default. */
  readonly initialFactor?: number;
}

/**
 * Minimises a smooth f by steps x <- x - (H + lambda B)^-1 g with lambda = M |g|*^alpha. A trial is taken when
 * g(x + T) . (-T) >= |g(x + T)|*² / (4 lambda), then M is divided by 4; otherwise it is multiplied by 4. With alpha = 0
 * this is the method of Levenberg and Marquardt.
 *
 * A factorisation, O(d³/3), a value and a gradient for every trial. `converged` when |g|* <= tolerance (1 + |g_0|*) or
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
  objective: Objective,
  initial: Float64Array,
  options: SuperUniversalNewtonOptions & RunOptions<NewtonIterate> = {},
): Outcome<SmoothSolution, NewtonIterate> {
  return runNewton(superUniversalNewtonSteps(objective, initial, options), options);
}

/** The steps of `superUniversalNewton`, for those who drive them. */
export function* superUniversalNewtonSteps(
  objective: Objective,
  initial: Float64Array,
  options: SuperUniversalNewtonOptions = {},
): Steps<SmoothSolution, NewtonIterate> {
  const { alpha = 1, initialFactor = 1 } = options;
  checkNumber(alpha, 'alpha', { min: 0, max: 1 });
  checkNumber(initialFactor, 'initialFactor', { above: 0 });
  return yield* regularizedNewtonSteps(objective, initial, options, powerRule(alpha, initialFactor));
}

const LEAST_FACTOR = 1e-5;

function powerRule(alpha: number, initialFactor: number): StepRule {
  let factor = initialFactor;
  return {
    propose: (state) => {
      const lambda = factor * realPower(state.here.dualNorm, alpha);
      return state.shiftedStep(lambda) ? lambda : undefined;
    },
    accepts: (state, lambda) =>
      state.trialDualNorm() ** 2 / (4 * lambda) <= -dot(state.trial.gradient, state.step),
    accepted: () => {
      factor = Math.max(factor / 4, LEAST_FACTOR);
    },
    rejected: () => {
      factor *= 4;
    },
  };
}
