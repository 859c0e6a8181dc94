// Newton's method with a step as long as the linearised gradient is accurate: gradient-normalised smoothness.
//
// A. Semenov, M. Jaggi, N. Doikov: Gradient-normalized smoothness for optimization with approximate Hessians (2025),
// arXiv:2506.13710, algorithm 1.
import type { ObjectiveLike, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import { defineSolver, fault, resolveOptions, runWith } from '@infimum/core';
import { smooth } from '../smooth/smooth-problem.ts';
import type { SmoothSolution } from '../smooth-minimization.ts';
import { tolerance } from '../smooth-minimization.ts';
import { chosenFor, namedHessian, namedMetric, needsCurvature } from './instance-choices.ts';
import { gradientNormalizedPaper } from './newton-paper.ts';
import type { NewtonIterate, NewtonState, StepRule } from './regularized-newton.ts';
import {
  extrapolation,
  factorization,
  gradientOptions,
  hessianEvery,
  maxIterations,
  newtonOptions,
  regularizedNewtonSteps,
  valueNoise,
} from './regularized-newton.ts';

const initialRadius = {
  type: 'number',
  was: 'initialGamma',
  above: 0,
  default: 1,
  description: 'Radius gamma for the first trial',
} as const;
const minRadius = {
  type: 'number',
  was: 'minGamma',
  above: 0,
  default: 1e-9,
  description: 'Smallest initial radius of an iteration',
} as const;
const growth = { type: 'number', above: 1, default: 2, description: 'Factor for an accepted radius' } as const;
const shrink = { type: 'number', above: 0, below: 1, default: 0.5, description: 'Factor for a rejected radius' } as const;
const radiusRule = {
  type: 'value',
  was: 'gamma',
  check: checkRadiusRule,
  description:
    'A rule that gives the radius from the dual norm of the gradient, instead of the search, such as `lipschitzHessianRadius`; steps are taken without a test',
} as const;

const radiusOptions = { initialRadius, minRadius, growth, shrink, radiusRule } as const satisfies OptionSpecs;

const gradientNormalizedNewtonOptions = { ...newtonOptions, ...radiusOptions } as const satisfies OptionSpecs;

/** Options of gradient-normalised Newton steps. */
export type GradientNormalizedNewtonOptions = OptionsOf<typeof gradientNormalizedNewtonOptions> & RunOptions<NewtonIterate>;

const gradientNormalizedGradientOptions = { ...gradientOptions, ...radiusOptions } as const satisfies OptionSpecs;

/** Options of gradient-normalised gradient steps. */
export type GradientNormalizedGradientOptions = OptionsOf<typeof gradientNormalizedGradientOptions> & RunOptions<NewtonIterate>;

/**
 * Minimises a smooth f, convex or not, by steps x <- x - (H + lambda B)^-1 g with lambda = |g|* / gamma. The radius gamma
 * bounds the step, |T| <= gamma where H >= 0, and is found by a search that needs no constant: a trial is taken when
 * f(x) - f(x + T) >= |g(x + T)|*² / (8 lambda), then the radius doubles; otherwise it halves. One method attains the rates
 * of all classes between Hölder continuous Hessians and self-concordant functions, with any H >= 0 that is near to the
 * Hessian, relatively to the gradient.
 *
 * On average at most two trials an iteration, each with a factorisation, O(d³/3), and a value. `converged` when
 * |g|* <= tolerance min(1, |g_0|*) or f <= targetValue; `stalled` when no trial is accepted.
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
  objective: ObjectiveLike,
  initial: VectorLike,
  options: GradientNormalizedNewtonOptions = {},
): Outcome<SmoothSolution, NewtonIterate> {
  return runWith(gradientNormalizedNewtonOptions, options, gradientNormalizedNewtonSteps(objective, initial, options));
}

/** The steps of `gradientNormalizedNewton`, to be driven by `run` or by your own loop. */
export function* gradientNormalizedNewtonSteps(
  objective: ObjectiveLike,
  initial: VectorLike,
  options: GradientNormalizedNewtonOptions = {},
): Steps<SmoothSolution, NewtonIterate> {
  const settings = resolveOptions(gradientNormalizedNewtonOptions, options);
  const rule = settings.radiusRule ? fixedRule(settings.radiusRule) : searchRule(settings);
  return yield* regularizedNewtonSteps(objective, initial, settings, rule);
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
 * import { quadraticForm } from '@infimum/optim';
 * import { gradientNormalizedGradient } from '@infimum/optim/newton';
 *
 * const bowl = quadraticForm(Float64Array.of(1, 4), Float64Array.of(1, 8));
 * console.log(gradientNormalizedGradient(bowl, new Float64Array(2)).x.map(Math.round).join(' ')); // 1 2
 * ```
 */
export function gradientNormalizedGradient(
  objective: ObjectiveLike,
  initial: VectorLike,
  options: GradientNormalizedGradientOptions = {},
): Outcome<SmoothSolution, NewtonIterate> {
  return runWith(gradientNormalizedGradientOptions, options, gradientNormalizedGradientSteps(objective, initial, options));
}

/** The steps of `gradientNormalizedGradient`. */
export function* gradientNormalizedGradientSteps(
  objective: ObjectiveLike,
  initial: VectorLike,
  options: GradientNormalizedGradientOptions = {},
): Steps<SmoothSolution, NewtonIterate> {
  const settings = resolveOptions(gradientNormalizedGradientOptions, options);
  const rule = settings.radiusRule ? fixedRule(settings.radiusRule) : searchRule(settings);
  return yield* regularizedNewtonSteps(objective, initial, { ...settings, hessian: 'none', hessianEvery: 1 }, rule);
}

export const gradientNormalizedNewtonSolver = /* @__PURE__ */ defineSolver({
  id: 'optim/gradient-normalized-newton',
  title: 'Gradient-normalised Newton',
  summary:
    'Newton steps within the radius in which the gradient is nearly linear: needs no constants, accepts approximate Hessians.',
  problem: smooth,
  role: 'paper',
  paper: gradientNormalizedPaper,
  cost: 'O(d^3) \\text{ per trial, with at most two per iteration on average}',
  options: {
    tolerance,
    hessian: namedHessian,
    metric: namedMetric,
    factorization,
    hessianEvery,
    extrapolation,
    initialRadius,
    maxIterations,
  },
  declines: needsCurvature,
  steps: (instance, options) =>
    gradientNormalizedNewtonSteps(instance.objective, instance.initial, chosenFor(instance, options)),
});

export const gradientNormalizedGradientSolver = /* @__PURE__ */ defineSolver({
  id: 'optim/gradient-normalized-gradient',
  title: 'Gradient-normalised gradient method',
  summary: 'Gradient steps within the radius in which the gradient is nearly constant, found by a search.',
  problem: smooth,
  role: 'paper',
  paper: gradientNormalizedPaper,
  cost: 'O(d) \\text{ per iteration, } O(d^2) \\text{ with a dense metric, a gradient and about two values}',
  options: { tolerance, metric: namedMetric, initialRadius, maxIterations },
  steps: (instance, options) => {
    const { hessian: _, ...chosen } = chosenFor(instance, options);
    return gradientNormalizedGradientSteps(instance.objective, instance.initial, chosen);
  },
});

/** Lines 2 to 4 of the algorithm. */
function searchRule(settings: Record<'initialRadius' | 'minRadius' | 'growth' | 'shrink', number>): StepRule {
  const { minRadius, growth, shrink } = settings;
  let gamma = settings.initialRadius;
  return {
    propose: (state) => proposal(state, gamma),
    accepts: (state, lambda) => {
      const decrease = state.here.value - state.trial.value + valueNoise(state.here.value);
      // In this order nothing overflows: |g|* / lambda is about the radius.
      return decrease >= 0 && decrease >= (state.trialDualNorm() / (8 * lambda)) * state.trialDualNorm();
    },
    accepted: () => {
      gamma = Math.max(growth * gamma, minRadius);
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
      throw fault(`gave ${gamma} for a gradient of norm ${state.here.dualNorm}, must be above 0`, 'radiusRule', 'out-of-range');
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

function checkRadiusRule(value: unknown, argument: string): asserts value is (dualNorm: number) => number {
  if (typeof value === 'function') return;
  throw fault('must be a function of the gradient’s dual norm', argument, 'type');
}
