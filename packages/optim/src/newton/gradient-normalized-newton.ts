// Newton's method with a step that is as long as the linearised gradient is trusted to be: gradient-normalised
// smoothness.
//
// A. Semenov, M. Jaggi, N. Doikov: Gradient-normalized smoothness for optimization with approximate Hessians (2025),
// arXiv:2506.13710, algorithm 1.
import {
  checkNumber,
  InvalidInputError,
  type Objective,
  type Outcome,
  type RunOptions,
  type Steps,
} from '@infimum/core';
import type { SmoothSolution } from '../smooth-minimization.ts';
import {
  type NewtonIterate,
  type NewtonOptions,
  type NewtonState,
  regularizedNewtonSteps,
  runNewton,
  type StepRule,
  valueNoise,
} from './regularized-newton.ts';

/** Options of gradient-normalised Newton steps. */
export interface GradientNormalizedNewtonOptions extends NewtonOptions {
  /** The radius gamma of the first trial, above 0; 1 by default. */
  readonly initialGamma?: number;
  /** The least radius with which an iteration begins, above 0; 1e-9 by default. */
  readonly minGamma?: number;
  /** What an accepted radius is multiplied by, above 1; 2 by default. */
  readonly growth?: number;
  /** What a rejected radius is multiplied by, between 0 and 1; 1/2 by default. */
  readonly shrink?: number;
  /**
   * A rule that gives the radius from the dual norm of the gradient, instead of the search: see
   * `lipschitzHessianRadius` and its siblings. Steps are taken without a test.
   */
  readonly gamma?: (dualNorm: number) => number;
}

/**
 * Minimises a smooth f, convex or not, by steps x <- x - (H + lambda B)^-1 g with lambda = |g|* / gamma. The radius gamma
 * bounds the step, |T| <= gamma where H >= 0, and is found by a search that needs no constant: a trial is taken when
 * f(x) - f(x + T) >= |g(x + T)|*² / (8 lambda), then the radius doubles; otherwise it halves. One method attains the rates
 * of all classes between Hölder continuous Hessians and self-concordant functions, with any H >= 0 that is near to the
 * Hessian, relatively to the gradient.
 *
 * On average at most two trials an iteration, each with a factorisation, O(d³/3), and a value. `converged` when
 * |g|* <= tolerance (1 + |g_0|*) or f <= targetValue; `stalled` when no trial is accepted.
 *
 * Source: A. Semenov, M. Jaggi, N. Doikov: Gradient-normalized smoothness for optimization with approximate Hessians,
 * arXiv:2506.13710.
 *
 * @param objective - f with its gradient, and its Hessian or products with it unless `hessian` says otherwise
 * @param initial - where to start, d numbers
 * @param options - method and limits; `maxIterations` is 1000 by default
 * @throws {InvalidInputError} for a starting point that does not fit or is not finite, for a metric that is not positive
 *   definite, and for options out of range
 *
 * @example
 * ```ts
 * import { gradientNormalizedNewton, rosenbrock } from '@infimum/optim';
 *
 * const { x, status, iterations } = gradientNormalizedNewton(rosenbrock(), Float64Array.of(-2, 2));
 * console.log(status, x.map(Math.round).join(' '), iterations < 60); // converged 1 1 true
 * ```
 */
export function gradientNormalizedNewton(
  objective: Objective,
  initial: Float64Array,
  options: GradientNormalizedNewtonOptions & RunOptions<NewtonIterate> = {},
): Outcome<SmoothSolution, NewtonIterate> {
  return runNewton(gradientNormalizedNewtonSteps(objective, initial, options), options);
}

/** The steps of `gradientNormalizedNewton`, for those who drive them. */
export function* gradientNormalizedNewtonSteps(
  objective: Objective,
  initial: Float64Array,
  options: GradientNormalizedNewtonOptions = {},
): Steps<SmoothSolution, NewtonIterate> {
  const { gamma } = options;
  checkRadii(options);
  const rule = gamma ? fixedRule(gamma) : searchRule(options);
  return yield* regularizedNewtonSteps(objective, initial, options, rule);
}

/**
 * The same without a Hessian: x <- x - (gamma / |g|*) B^-1 g with the same search, a normalised gradient method whose
 * step is never longer than gamma. The metric B is its preconditioner.
 *
 * @param objective - f with its gradient
 * @param initial - where to start, d numbers
 * @param options - method and limits; `maxIterations` is 1000 by default
 * @throws {InvalidInputError} as `gradientNormalizedNewton`
 *
 * @example
 * ```ts
 * import { gradientNormalizedGradient, quadraticForm } from '@infimum/optim';
 *
 * const bowl = quadraticForm(Float64Array.of(1, 4), Float64Array.of(1, 8));
 * console.log(gradientNormalizedGradient(bowl, new Float64Array(2)).x.map(Math.round).join(' ')); // 1 2
 * ```
 */
export function gradientNormalizedGradient(
  objective: Objective,
  initial: Float64Array,
  options: Omit<GradientNormalizedNewtonOptions, 'hessian' | 'hessianEvery' | 'factorization'> &
    RunOptions<NewtonIterate> = {},
): Outcome<SmoothSolution, NewtonIterate> {
  return gradientNormalizedNewton(objective, initial, { ...options, hessian: 'none' });
}

/** Lines 2 to 4 of the algorithm. */
function searchRule({
  initialGamma = 1,
  minGamma = 1e-9,
  growth = 2,
  shrink = 0.5,
}: GradientNormalizedNewtonOptions): StepRule {
  let gamma = initialGamma;
  return {
    propose: (state) => proposal(state, gamma),
    accepts: (state, lambda) => {
      const decrease = state.here.value - state.trial.value + valueNoise(state.here.value);
      // In this order nothing overflows: |g|* / lambda is about the radius.
      return decrease >= 0 && decrease >= (state.trialDualNorm() / (8 * lambda)) * state.trialDualNorm();
    },
    accepted: () => {
      gamma = Math.max(growth * gamma, minGamma);
    },
    rejected: () => {
      gamma *= shrink;
    },
  };
}

/** The radius is known: every step inside of the domain is taken. */
function fixedRule(radius: (dualNorm: number) => number): StepRule {
  let factor = 1;
  return {
    propose: (state) => {
      const gamma = factor * radius(state.here.dualNorm);
      if (gamma > 0) return proposal(state, gamma);
      const problem = `gave ${gamma} for a gradient of norm ${state.here.dualNorm}, must be above 0`;
      throw new InvalidInputError(problem, { argument: 'gamma', code: 'out-of-range' });
    },
    accepts: () => true,
    accepted: () => {
      factor = 1;
    },
    rejected: () => {
      factor /= 2;
    },
  };
}

function proposal(state: NewtonState, gamma: number): number | undefined {
  const lambda = state.here.dualNorm / gamma;
  return state.shiftedStep(lambda) ? lambda : undefined;
}

function checkRadii({
  initialGamma,
  minGamma,
  growth,
  shrink,
  gamma,
}: GradientNormalizedNewtonOptions): void {
  checkNumber(initialGamma ?? 1, 'initialGamma', { above: 0 });
  checkNumber(minGamma ?? 1, 'minGamma', { above: 0 });
  checkNumber(growth ?? 2, 'growth', { above: 1 });
  checkNumber(shrink ?? 0.5, 'shrink', { above: 0, below: 1 });
  if (gamma !== undefined && typeof gamma !== 'function') {
    throw new InvalidInputError('must be a function of the gradient’s dual norm', {
      argument: 'gamma',
      code: 'type',
    });
  }
}
