// Newton's method with cubic regularisation and an adaptive constant.
//
// Y. Nesterov, B. T. Polyak: Cubic regularization of Newton method and its global performance (2006).
import type { ObjectiveLike, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import { defineSolver, resolveOptions, runWith } from '@infimum/core';
import { dot } from '@infimum/linalg/numerics';
import { smooth } from '../smooth/smooth-problem.ts';
import type { SmoothSolution } from '../smooth-minimization.ts';
import { smoothStart, tolerance } from '../smooth-minimization.ts';
import { chosenFor, namedHessian, namedMetric, needsCurvature } from './instance-choices.ts';
import type { NewtonIterate, NewtonState, StepRule } from './regularized-newton.ts';
import { factorization, maxIterations, newtonOptions, regularizedNewtonSteps, valueNoise } from './regularized-newton.ts';

const initialConstant = { type: 'number', above: 0, default: 1, description: 'Constant M for the first trial' } as const;

const cubicNewtonOptions = { ...newtonOptions, initialConstant } as const satisfies OptionSpecs;

/** Options of the cubic Newton method. */
export type CubicNewtonOptions = OptionsOf<typeof cubicNewtonOptions> & RunOptions<NewtonIterate>;

/**
 * Minimises a smooth f by minimising at every point the cubic model g . h + h'Hh/2 + M |h|³ / 6, an upper bound once M is
 * a Lipschitz constant of the Hessian. The minimum is (H + (M r / 2) B)^-1 (-g) with r its own length, the root of a
 * function of one variable, which takes a few factorisations. M is halved when the model is above f, and doubled
 * otherwise.
 *
 * `converged` when |g|* <= tolerance min(1, |g_0|*) or f <= targetValue; `stalled` when no trial is accepted.
 *
 * Source: Y. Nesterov, B. T. Polyak: Cubic regularization of Newton method and its global performance (2006).
 *
 * @param objective - f with its gradient, and its Hessian or products with it unless `hessian` says otherwise
 * @param initial - where to start, d numbers
 * @param options - method and limits; `maxIterations` is 1000 by default
 * @throws {InvalidInputError} for a starting point that does not fit or is not finite, for a metric that is not positive
 *   definite, and for options out of range
 *
 * @example
 * ```ts
 * import { cubicNewton, rosenbrock } from '@infimum/optim';
 *
 * const { x, status } = cubicNewton(rosenbrock(), Float64Array.of(-2, 2));
 * console.log(status, x.map(Math.round).join(' ')); // converged 1 1
 * ```
 */
export function cubicNewton(
  objective: ObjectiveLike,
  initial: VectorLike,
  options: CubicNewtonOptions = {},
): Outcome<SmoothSolution, NewtonIterate> {
  return runWith(cubicNewtonOptions, options, cubicNewtonSteps(objective, initial, options));
}

/** The steps of `cubicNewton`, to be driven by `run` or by your own loop. */
export function* cubicNewtonSteps(
  objective: ObjectiveLike,
  initial: VectorLike,
  options: CubicNewtonOptions = {},
): Steps<SmoothSolution, NewtonIterate> {
  const settings = resolveOptions(cubicNewtonOptions, options);
  const [oracle, start] = smoothStart(objective, initial);
  const rule = cubicRule(settings.initialConstant, start.length);
  return yield* regularizedNewtonSteps(oracle, start, settings, rule);
}

const LEAST_CONSTANT = 1e-5;
const RADIUS_TOLERANCE = 1e-8;
const MOST_RADIUS_STEPS = 100;

function cubicRule(initialConstant: number, dimension: number): StepRule {
  const work = { raised: new Float64Array(dimension), solved: new Float64Array(dimension) };
  let constant = initialConstant;
  return {
    propose: (state) => cubicStep(state, constant, work),
    accepts: (state) => state.trial.value <= state.here.value + model(state, constant, work.raised),
    accepted: () => {
      constant = Math.max(constant / 2, LEAST_CONSTANT);
    },
    rejected: () => {
      constant *= 2;
    },
  };
}

/** g . T + T'HT/2 + M |T|³/6, and the noise of f. */
function model({ system, step, here, metric }: NewtonState, constant: number, image: Float64Array): number {
  system.multiply(step, image);
  const length = metric.norm(step);
  return dot(here.gradient, step) + dot(step, image) / 2 + (constant * length * length * length) / 6 + valueNoise(here.value);
}

/** The root of h(r) = r - |T(M r / 2)|: r doubles until h >= 0, then Newton; the lambda of the step at the root. */
function cubicStep(
  state: NewtonState,
  constant: number,
  { raised, solved }: { raised: Float64Array; solved: Float64Array },
): number | undefined {
  const { metric, system, step } = state;
  let radius = 1;
  let bracketed = false;
  for (let iteration = 0; iteration < MOST_RADIUS_STEPS; iteration++) {
    const lambda = (constant * radius) / 2;
    if (!state.shiftedStep(lambda)) {
      radius *= 2;
      continue;
    }
    const length = metric.norm(step);
    const excess = radius - length;
    if (Math.abs(excess) <= RADIUS_TOLERANCE * radius) return lambda;
    if (excess < 0 && !bracketed) {
      radius *= 2;
      continue;
    }
    bracketed = true;
    // h' = 1 + (M / 2) <BT, (H + lambda B)^-1 BT> / |T|
    metric.multiply(step, raised);
    if (!system.solve(raised, step, solved)) return undefined;
    radius = Math.max(radius / 10, radius - excess / (1 + (constant * dot(raised, solved)) / (2 * length)));
  }
  return undefined;
}

export const cubicNewtonSolver = /* @__PURE__ */ defineSolver({
  id: 'optim/cubic-newton',
  title: 'Cubic Newton',
  summary: 'Steps to the minimum of a cubic model with an adaptive constant: the classical global Newton method.',
  problem: smooth,
  role: 'baseline',
  paper: { title: 'Cubic regularization of Newton method and its global performance', year: 2006 },
  cost: 'O(d^3) \\text{ per factorisation, about eight per iteration}',
  options: { tolerance, hessian: namedHessian, metric: namedMetric, factorization, maxIterations },
  declines: needsCurvature,
  steps: (instance, options) => cubicNewtonSteps(instance.objective, instance.initial, chosenFor(instance, options)),
});
