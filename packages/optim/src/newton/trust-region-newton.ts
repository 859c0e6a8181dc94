// Newton's method in a trust region, with subproblems solved exactly.
//
// A. R. Conn, N. I. M. Gould, P. L. Toint: Trust region methods (2000), algorithms 6.1.1 and 7.3.
import type { ObjectiveLike, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import { checkNumber, defineSolver, resolveOptions, runWith } from '@infimum/core';
import { norm } from '@infimum/linalg/numerics';
import { smooth } from '../smooth/smooth-problem.ts';
import type { SmoothSolution } from '../smooth-minimization.ts';
import { gradientTolerance, smoothStart, tolerance, valueTolerance } from '../smooth-minimization.ts';
import { denseHessian } from './create-shifted-system.ts';
import { chosenFor, namedMetric } from './instance-choices.ts';
import { PencilSystem } from './pencil-system.ts';
import { minimizeModel } from './region-model.ts';
import type { NewtonIterate, StepRule } from './regularized-newton.ts';
import { gradientOptions, hessianEvery, maxIterations, regularizedNewtonSteps, valueNoise } from './regularized-newton.ts';
import { checkHessian } from './shifted-system.ts';

const denseChoice = {
  type: 'value',
  check: checkHessian,
  description: "'exact' by default, or an explicit approximation",
} as const;
const initialRadius = { type: 'number', above: 0, default: 1, description: 'Initial radius' } as const;
const maxRadius = { type: 'number', above: 0, description: 'Largest radius; none by default' } as const;

const trustRegionNewtonOptions = {
  ...gradientOptions,
  gradientTolerance,
  valueTolerance,
  hessian: denseChoice,
  hessianEvery,
  initialRadius,
  maxRadius,
} as const satisfies OptionSpecs;

/** Options of the trust-region method. */
export type TrustRegionNewtonOptions = OptionsOf<typeof trustRegionNewtonOptions> & RunOptions<NewtonIterate>;

/**
 * Minimises a smooth f, convex or not, by minimising the model g . h + h'Hh/2 over |h| <= radius, exactly and globally,
 * also where H is indefinite: by the eigenvalues of H and the root of a function of one variable. The step is taken when f
 * falls by 15 % of the model's decrease; the radius grows after good steps and shrinks after bad ones. Escapes saddle
 * points.
 *
 * O(9 d³) an iteration, O(d²) for every further trial. `converged` when |g|* <= tolerance min(1, |g_0|*) or
 * f <= targetValue; `stalled` when no trial is accepted.
 *
 * Source: A. R. Conn, N. I. M. Gould, P. L. Toint: Trust region methods (2000).
 *
 * @param objective - f with its gradient and its Hessian
 * @param initial - where to start, d numbers
 * @param options - method and limits; `maxIterations` is 1000 by default
 * @throws {InvalidInputError} for a starting point that does not fit or is not finite, for a metric that is not positive
 *   definite, for an objective without a Hessian, and for options out of range
 *
 * @example
 * ```ts
 * import { rosenbrock, trustRegionNewton } from '@infimum/optim';
 *
 * const { x, status } = trustRegionNewton(rosenbrock(), Float64Array.of(-2, 2));
 * console.log(status, x.map(Math.round).join(' ')); // converged 1 1
 * ```
 */
export function trustRegionNewton(
  objective: ObjectiveLike,
  initial: VectorLike,
  options: TrustRegionNewtonOptions = {},
): Outcome<SmoothSolution, NewtonIterate> {
  return runWith(trustRegionNewtonOptions, options, trustRegionNewtonSteps(objective, initial, options));
}

/** The steps of `trustRegionNewton`, to be driven by `run` or by your own loop. */
export function* trustRegionNewtonSteps(
  objective: ObjectiveLike,
  initial: VectorLike,
  options: TrustRegionNewtonOptions = {},
): Steps<SmoothSolution, NewtonIterate> {
  const settings = resolveOptions(trustRegionNewtonOptions, options);
  const { hessian = 'exact', initialRadius, maxRadius = Infinity } = settings;
  if (maxRadius < Infinity) checkNumber(maxRadius, 'maxRadius', { min: initialRadius });
  const [oracle, start] = smoothStart(objective, initial);
  const { matrix } = denseHessian(oracle, hessian);
  let pencil: PencilSystem | undefined;
  const rule = regionRule(() => pencil as PencilSystem, { initialRadius, maxRadius }, start.length);
  return yield* regularizedNewtonSteps(oracle, start, settings, rule, (calls, metric) => {
    pencil = new PencilSystem(start.length, metric, (x, out) => {
      calls.hessian++;
      matrix(x, out);
    });
    return pencil;
  });
}

/** Shares of the predicted decrease from which on a step is taken, is poor, and is good. */
const [TAKEN, POOR, GOOD] = [0.15, 0.25, 0.75];

function regionRule(
  pencil: () => PencilSystem,
  { initialRadius, maxRadius }: { initialRadius: number; maxRadius: number },
  dimension: number,
): StepRule {
  const slope = new Float64Array(dimension); // the gradient in the coordinates of the eigenvectors
  const y = new Float64Array(dimension); // the step in them
  let radius = initialRadius;
  let [length, predicted, ratio] = [0, 0, 0];
  return {
    propose: (state) => {
      const system = pencil();
      const { values } = system;
      system.toCoordinates(state.here.gradient, slope);
      const lambda = minimizeModel(values, slope, radius, y);
      length = norm(y);
      predicted = 0;
      for (let k = 0; k < dimension; k++) predicted -= y[k] * (slope[k] + (values[k] * y[k]) / 2);
      system.fromCoordinates(y, state.step);
      return lambda;
    },
    accepts: ({ here, trial }) => {
      const noise = valueNoise(here.value);
      ratio = (here.value - trial.value + noise) / (predicted + noise);
      return ratio > TAKEN;
    },
    accepted: () => {
      if (ratio < POOR) radius /= 4;
      else if (ratio > GOOD && length > 0.99 * radius) radius = Math.min(2 * radius, maxRadius);
    },
    rejected: () => {
      radius = Math.min(radius, length) / 4;
    },
  };
}

/** Eigenvalues of more rows take minutes. */
const MOST_EIGENVALUES = 1000;

export const trustRegionNewtonSolver = /* @__PURE__ */ defineSolver({
  id: 'optim/trust-region-newton',
  title: 'Trust-region Newton',
  summary: 'Steps to the exact minimum of the quadratic model in a ball: escapes saddle points, needs no convexity.',
  problem: smooth,
  role: 'baseline',
  paper: { title: 'Trust region methods', year: 2000 },
  cost: 'O(9 d^3) \\text{ per iteration}',
  options: { tolerance, metric: namedMetric, initialRadius, maxRadius, maxIterations },
  declines: ({ objective }) =>
    objective.hessian && objective.dimension <= MOST_EIGENVALUES
      ? undefined
      : `needs an explicit Hessian with at most ${MOST_EIGENVALUES} rows`,
  steps: (instance, options) => trustRegionNewtonSteps(instance.objective, instance.initial, chosenFor(instance, options)),
});
