// Newton's method in a trust region, with subproblems solved exactly.
//
// A. R. Conn, N. I. M. Gould, P. L. Toint: Trust region methods (2000), algorithms 6.1.1 and 7.3.
import { checkNumber, type Objective, type Outcome, type RunOptions, type Steps } from '@infimum/core';
import type { DenseApproximation } from '../objectives/hessian-approximation.ts';
import type { SmoothSolution } from '../smooth-minimization.ts';
import { norm } from '../vectors.ts';
import type { MetricMatrix } from './metric.ts';
import { PencilSystem } from './pencil-system.ts';
import {
  type NewtonIterate,
  type NewtonOptions,
  regularizedNewtonSteps,
  runNewton,
  type StepRule,
  valueNoise,
} from './regularized-newton.ts';
import { denseHessian } from './shifted-system.ts';

/** Options of the trust-region method. */
export interface TrustRegionNewtonOptions extends Omit<NewtonOptions, 'hessian' | 'factorization'> {
  /** The metric of the region; `'identity'` by default. */
  readonly metric?: MetricMatrix;
  /** `'exact'` by default, or an approximation that is written out. */
  readonly hessian?: 'exact' | DenseApproximation;
  /** The region's first radius, above 0; 1 by default. */
  readonly initialRadius?: number;
  /** The largest radius; 1000 by default. */
  readonly maxRadius?: number;
}

/**
 * Minimises a smooth f, convex or not, by minimising the model g . h + h'Hh/2 over |h| <= radius, exactly and globally,
 * also where H is indefinite: by the eigenvalues of H and the root of a function of one variable. The step is taken when f
 * falls by 15 % of what the model promises; the radius grows after good steps and shrinks after bad ones. Leaves saddle
 * points.
 *
 * O(9 d³) an iteration, O(d²) for every further trial. `converged` when |g|* <= tolerance (1 + |g_0|*) or
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
  objective: Objective,
  initial: Float64Array,
  options: TrustRegionNewtonOptions & RunOptions<NewtonIterate> = {},
): Outcome<SmoothSolution, NewtonIterate> {
  return runNewton(trustRegionNewtonSteps(objective, initial, options), options);
}

/** The steps of `trustRegionNewton`, for those who drive them. */
export function* trustRegionNewtonSteps(
  objective: Objective,
  initial: Float64Array,
  options: TrustRegionNewtonOptions = {},
): Steps<SmoothSolution, NewtonIterate> {
  const { hessian = 'exact', initialRadius = 1, maxRadius = 1000 } = options;
  checkNumber(initialRadius, 'initialRadius', { above: 0 });
  checkNumber(maxRadius, 'maxRadius', { min: initialRadius });
  const { matrix } = denseHessian(objective, hessian);
  let pencil: PencilSystem | undefined;
  const rule = regionRule(() => pencil as PencilSystem, { initialRadius, maxRadius }, initial.length);
  return yield* regularizedNewtonSteps(objective, initial, options, rule, (calls, metric) => {
    pencil = new PencilSystem(initial.length, metric, (x, out) => {
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

const ROOT_TOLERANCE = 1e-10;
const MOST_ROOT_STEPS = 100;

/**
 * Minimises slope . y + sum_k values_k y_k² / 2 over |y| <= radius; the multiplier lambda of the constraint.
 *
 * |y(lambda)| with y_k = -slope_k / (values_k + lambda) falls beyond lambda = - the least value; 1/|y| is nearly linear
 * there, so that Newton's method on it, kept in a bracket, takes a few steps.
 */
export function minimizeModel(
  values: Float64Array,
  slope: Float64Array,
  radius: number,
  y: Float64Array,
): number {
  const least = values[0];
  if (least > 0 && stepAt(0) <= radius) return 0;
  let low = Math.max(0, -least);
  let high = low + norm(slope) / radius + Number.EPSILON * Math.abs(least);
  let lambda = (low + high) / 2;
  for (let iteration = 0; iteration < MOST_ROOT_STEPS; iteration++) {
    const length = stepAt(lambda);
    if (Math.abs(length - radius) <= ROOT_TOLERANCE * radius) return lambda;
    if (length > radius) low = lambda;
    else high = lambda;
    let bend = 0; // sum of y_k² / (values_k + lambda)
    for (let k = 0; k < y.length; k++) bend += (y[k] * y[k]) / (values[k] + lambda);
    const next = lambda + ((length * length) / bend) * ((length - radius) / radius);
    lambda = next > low && next < high ? next : (low + high) / 2;
    if (high - low <= Number.EPSILON * high) break;
  }
  fillRegion();
  return lambda;

  /** y <- y(lambda); its length. */
  function stepAt(shift: number): number {
    for (let k = 0; k < y.length; k++) y[k] = slope[k] === 0 ? 0 : -slope[k] / (values[k] + shift);
    return norm(y);
  }

  /** The hard case: the slope has no part along the least eigenvalue, which takes the step to the boundary. */
  function fillRegion(): void {
    const rest = norm(y);
    if (rest < radius) y[0] += (slope[0] > 0 ? -1 : 1) * Math.sqrt(radius * radius - rest * rest);
  }
}
