// The front door of smooth minimisation: picks a method by what the objective offers, and says why.
import {
  type Objective,
  type OptionSpecs,
  type OptionsOf,
  type Outcome,
  type RunOptions,
  resolveOptions,
} from '@infimum/core';
import { lbfgs } from './line-search/lbfgs.ts';
import { newtonCg } from './line-search/newton-cg.ts';
import { trustRegionNewton } from './newton/trust-region-newton.ts';
import { checkSmooth, type SmoothIterate, type SmoothSolution, tolerance } from './smooth-minimization.ts';

/** Options of `minimize`. */
export const minimizeOptions = {
  method: {
    type: 'choice',
    choices: ['lbfgs', 'newton-cg', 'trust-region-newton'],
    description: 'The method to take; by default the objective decides',
  },
  tolerance,
  maxIterations: {
    type: 'integer',
    min: 0,
    description: 'Iteration limit; that of the method by default',
  },
} as const satisfies OptionSpecs;

/** A method that `minimize` may take. */
export type MinimizeMethod = NonNullable<OptionsOf<typeof minimizeOptions>['method']>;

/** Options of `minimize`. */
export type MinimizeOptions = OptionsOf<typeof minimizeOptions> & RunOptions<SmoothIterate>;

/** Variables up to which a Hessian is factored: 9 d³ operations are a few milliseconds then. */
const SMALL = 200;

/**
 * Minimises a smooth f, convex or not, and says in `reason` which method was taken and why:
 *
 * - up to 200 variables and a Hessian, or products with it: `trustRegionNewton`, which needs few iterations, and leaves
 *   saddle points;
 * - more variables and products with the Hessian: `newtonCg`, whose cost follows the condition number less than that of
 *   gradients does;
 * - gradients only: `lbfgs`.
 *
 * For f with a separable term that is not smooth see `blockCoordinateDescent` and `lassoWorkingSet`, for training in batches
 * `minimizeStochastic`, and where constants of smoothness are known the methods of acceleration.
 *
 * @param objective - f with its gradient, and what else is known of it
 * @param initial - where to start, d numbers
 * @param options - tolerance and limits, as the method takes them
 * @returns the solution and the `method` that found it
 * @throws {InvalidInputError} for a starting point that does not fit or is not finite, a method that needs what the objective
 *   does not have, and options out of range
 *
 * @example
 * ```ts
 * import { minimize, rosenbrock } from '@infimum/optim';
 *
 * const { x, method, reason } = minimize(rosenbrock(), Float64Array.of(-1.2, 1));
 * console.log(x.map(Math.round).join(' '), method); // 1 1 trust-region-newton
 * console.log(reason.startsWith('trust-region-newton, since a Hessian of 2 x 2 is cheap to factor')); // true
 * ```
 */
export function minimize(
  objective: Objective,
  initial: Float64Array,
  options: MinimizeOptions = {},
): Outcome<SmoothSolution & { readonly method: MinimizeMethod }, SmoothIterate> {
  const { method: chosen, tolerance } = resolveOptions(minimizeOptions, options);
  checkSmooth(objective, initial);
  const [method, why] = chosen ? [chosen, 'as asked for'] : choose(objective);
  const { signal, onIteration, maxSeconds, maxIterations, trace } = options;
  const outcome = { lbfgs, 'newton-cg': newtonCg, 'trust-region-newton': trustRegionNewton }[method](
    objective,
    initial,
    { tolerance, signal, onIteration, maxSeconds, maxIterations, trace },
  );
  return { ...outcome, method, reason: `${method}, ${why}: ${outcome.reason}` };
}

function choose({ dimension, hessian, hessianVector }: Objective): [method: MinimizeMethod, why: string] {
  if (!hessian && !hessianVector) return ['lbfgs', 'since there are gradients only'];
  if (dimension <= SMALL && hessian) {
    return ['trust-region-newton', `since a Hessian of ${dimension} x ${dimension} is cheap to factor`];
  }
  if (hessianVector) return ['newton-cg', 'since there are products with the Hessian'];
  return ['lbfgs', `since a Hessian of ${dimension} x ${dimension} is dear to factor`];
}
