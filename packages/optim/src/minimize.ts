// The front door of minimisation: picks a method by what the objective offers and whether there are bounds, and says why.
import type { Objective, OptionSpecs, OptionsOf, Outcome, RunOptions } from '@infimum/core';
import { checkInteger, checkVector, InvalidInputError, resolveOptions } from '@infimum/core';
import { boundsOf, lower, upper } from './bounded/bounds.ts';
import { lbfgsb } from './bounded/lbfgsb.ts';
import { projectedTrustRegion } from './bounded/projected-trust-region.ts';
import { nelderMead } from './derivative-free/nelder-mead.ts';
import { fromValues } from './differences/finite-differences.ts';
import { lbfgs } from './line-search/lbfgs.ts';
import { newtonCg } from './line-search/newton-cg.ts';
import type {
  ConstrainedMethod,
  ConstrainedMinimum,
  ConstraintSet,
  MinimizeIterate,
} from './minimize-constraints.ts';
import { trustRegionNewton } from './newton/trust-region-newton.ts';
import type { OracleCalls } from './smooth-minimization.ts';
import { checkSmooth, gradientTolerance, tolerance, valueTolerance } from './smooth-minimization.ts';

const minimizeOptions = {
  method: {
    type: 'choice',
    choices: ['lbfgs', 'newton-cg', 'trust-region-newton', 'lbfgsb', 'projected-trust-region', 'nelder-mead'],
    description: 'The method to take; by default objective and bounds decide',
  },
  tolerance,
  gradientTolerance,
  valueTolerance,
  lower,
  upper,
  maxIterations: { type: 'integer', min: 0, description: 'Iteration limit; that of the method by default' },
} as const satisfies OptionSpecs;

/** A method that `minimize` may take. */
export type MinimizeMethod = NonNullable<OptionsOf<typeof minimizeOptions>['method']>;

/** Options of `minimize`. */
export type MinimizeOptions = OptionsOf<typeof minimizeOptions> & RunOptions<MinimizeIterate>;

/** Options of `minimize` under constraints. */
export type ConstrainedMinimizeOptions = Omit<
  MinimizeOptions,
  'method' | 'gradientTolerance' | 'valueTolerance'
> & {
  /** Sets of constraints by `linearConstraints` and `nonlinearConstraints` of `@infimum/optim/constrained`: one, or several. */
  readonly constraints: ConstraintSet | readonly ConstraintSet[];
  /** The method to take; by default the constraints decide. */
  readonly method?: ConstrainedMethod;
};

/** A function to minimise: its values, and what else is known of it. */
export type Minimizable = Pick<Objective, 'dimension' | 'value'> & Partial<Objective>;

/** What was found. */
export interface MinimizeSolution {
  /** The point x, within the bounds. */
  readonly x: Float64Array;
  /** f(x). */
  readonly value: number;
  /** The norm of the gradient at x, without coordinates that a bound holds; absent where values were all there was. */
  readonly gradientNorm?: number;
  /** What it took. */
  readonly evaluations: OracleCalls;
  /** The method that was taken. */
  readonly method: MinimizeMethod;
}

/** Variables up to which a Hessian is factored: 9 d³ operations are a few milliseconds then. */
const SMALL = 200;

/** Variables up to which simplices get along without derivatives. */
const FEW = 8;

/**
 * Minimises f, convex or not, with or without bounds, and says in `reason` which method was taken and why:
 *
 * - values only, or derivatives that are differences of values (`byDifferences`): `nelderMead` for up to 8 variables, and
 *   `lbfgs` or `lbfgsb` with gradients by central differences beyond;
 * - bounds: `projectedTrustRegion` where there are Hessians or products with them, `lbfgsb` else;
 * - up to 200 variables and a Hessian: `trustRegionNewton`, which needs few iterations, and leaves saddle points;
 * - products with the Hessian: `newtonCg`, whose cost follows the condition number less than that of gradients does;
 * - gradients only: `lbfgs`.
 *
 * With `constraints`, sets by `linearConstraints` and `nonlinearConstraints` of `@infimum/optim/constrained`, f is minimised as
 * `minimizeConstrained` does: by `exactAugmentedLagrangian` where all are equalities and x is free, else by `interiorPoint`, a barrier
 * method. The result has multipliers, of bounds too, and what is left of the first-order conditions, computed anew; where nothing is
 * feasible nearby, x has the least sum of violations, and the status is `stalled`.
 *
 * For sums of squares see `leastSquares` and `curveFit`, for one variable `minimizeScalar`; for f with a separable term that is
 * not smooth `blockCoordinateDescent` and `lassoWorkingSet`, for training in batches `minimizeStochastic`, and where constants
 * of smoothness are known the methods of acceleration.
 *
 * @param objective - f, and what else is known of it
 * @param initial - where to start, d numbers; is moved into the bounds
 * @param options - bounds, constraints, tolerance and limits, as the method takes them
 * @returns the solution and the `method` that found it
 * @throws {InvalidInputError} for a starting point that does not fit or is not finite, a method that needs what the objective
 *   does not have or that knows no bounds, and options out of range
 *
 * @example
 * ```ts
 * import { minimize, rosenbrock } from '@infimum/optim';
 *
 * const { x, method, reason } = minimize(rosenbrock(), Float64Array.of(-1.2, 1));
 * console.log(x.map(Math.round).join(' '), method); // 1 1 trust-region-newton
 * console.log(reason.startsWith('trust-region-newton, since a Hessian of 2 x 2 is cheap to factor')); // true
 *
 * // Without derivatives, and with bounds.
 * const boxed = minimize({ dimension: 2, value: ([a, b]) => (a - 1) ** 2 + (b - 3) ** 2 }, new Float64Array(2), { upper: 2 });
 * console.log(boxed.x.map((entry) => Math.round(1e6 * entry) / 1e6).join(' '), boxed.method); // 1 2 nelder-mead
 * ```
 */
export function minimize(
  objective: Minimizable,
  initial: Float64Array,
  options: ConstrainedMinimizeOptions,
): Outcome<ConstrainedMinimum, MinimizeIterate>;
export function minimize(
  objective: Minimizable,
  initial: Float64Array,
  options?: MinimizeOptions,
): Outcome<MinimizeSolution, MinimizeIterate>;
export function minimize(
  objective: Minimizable,
  initial: Float64Array,
  options: MinimizeOptions | ConstrainedMinimizeOptions = {},
): Outcome<MinimizeSolution | ConstrainedMinimum, MinimizeIterate> {
  return isConstrained(options)
    ? underConstraints(objective, initial, options)
    : unconstrained(objective, initial, options);
}

function isConstrained(options: object | null): options is ConstrainedMinimizeOptions {
  return (options as Partial<ConstrainedMinimizeOptions> | null)?.constraints !== undefined;
}

function underConstraints(
  objective: Minimizable,
  initial: Float64Array,
  { constraints, ...options }: ConstrainedMinimizeOptions,
): Outcome<ConstrainedMinimum, MinimizeIterate> {
  checkMinimizable(objective, initial);
  const sets = (Array.isArray(constraints) ? constraints : [constraints]) as readonly ConstraintSet[];
  for (const set of sets as readonly (Partial<ConstraintSet> | null | undefined)[]) {
    if (typeof set?.minimize === 'function') continue;
    const problem = 'must be made by linearConstraints or nonlinearConstraints of @infimum/optim/constrained';
    throw new InvalidInputError(problem, { argument: 'constraints', code: 'type' });
  }
  if (sets.length === 0) {
    const problem = 'hold no set: leave them out where there are none';
    throw new InvalidInputError(problem, { argument: 'constraints', code: 'shape' });
  }
  return sets[0].minimize(objective, initial, sets, options);
}

function unconstrained(
  objective: Minimizable,
  initial: Float64Array,
  options: MinimizeOptions,
): Outcome<MinimizeSolution, MinimizeIterate> {
  const settings = resolveOptions(minimizeOptions, options);
  const { method: asked, tolerance, gradientTolerance, valueTolerance, lower, upper } = settings;
  const hasGradient = checkMinimizable(objective, initial);
  const knowsSlopes = hasGradient && objective.byDifferences !== true;
  const { isBounded } = boundsOf(objective.dimension, lower, upper);
  const [method, why] = asked ? [asked, 'as asked for'] : choose(objective, knowsSlopes, isBounded);
  if (method === 'nelder-mead' && (gradientTolerance ?? valueTolerance) !== undefined) {
    const argument = gradientTolerance === undefined ? 'valueTolerance' : 'gradientTolerance';
    throw new InvalidInputError('there is no gradient to compare it with', { argument, code: 'unsupported' });
  }
  if (isBounded && UNBOUNDED.includes(method)) {
    const problem = `'${method}' knows no bounds; take 'lbfgsb', 'projected-trust-region' or 'nelder-mead'`;
    throw new InvalidInputError(problem, { argument: 'method', code: 'unsupported' });
  }
  const { signal, onIteration, maxSeconds, maxIterations, trace } = options ?? {};
  const stopping = { tolerance, gradientTolerance, valueTolerance };
  const limits = { signal, onIteration, maxSeconds, maxIterations, trace };
  const said = (reason: string) => `${method}, ${why}: ${reason}`;
  if (method === 'nelder-mead') {
    const {
      evaluations,
      spread: _,
      ...found
    } = nelderMead((x) => objective.value(x), initial, { tolerance, ...limits, lower, upper });
    const counted = { value: evaluations, gradient: 0, hessianVector: 0, hessian: 0 };
    return { ...found, evaluations: counted, method, reason: said(found.reason) };
  }
  const byProducts =
    method === 'newton-cg' || method === 'trust-region-newton' || method === 'projected-trust-region';
  const smooth =
    knowsSlopes || (hasGradient && byProducts)
      ? (objective as Objective)
      : fromValues(objective.dimension, (x) => objective.value(x));
  const found = ((): Outcome<Omit<MinimizeSolution, 'method'>, MinimizeIterate> => {
    switch (method) {
      case 'lbfgs':
        return lbfgs(smooth, initial, { ...stopping, ...limits });
      case 'newton-cg':
        return newtonCg(smooth, initial, { ...stopping, ...limits });
      case 'trust-region-newton':
        return trustRegionNewton(smooth, initial, { ...stopping, ...limits });
      case 'lbfgsb':
        return lbfgsb(smooth, initial, { ...stopping, ...limits, lower, upper });
      case 'projected-trust-region':
        return projectedTrustRegion(smooth, initial, { ...stopping, ...limits, lower, upper });
    }
  })();
  return { ...found, method, reason: said(found.reason) };
}

const UNBOUNDED: readonly MinimizeMethod[] = ['lbfgs', 'newton-cg', 'trust-region-newton'];

/** Checks the function, and tells whether it has a gradient. */
function checkMinimizable(objective: Minimizable, initial: Float64Array): boolean {
  if (objective?.gradient !== undefined) {
    checkSmooth(objective as Objective, initial);
    return true;
  }
  if (typeof objective?.value !== 'function') {
    const problem = 'must have the function value(x), and may have gradient(x, out)';
    throw new InvalidInputError(problem, { argument: 'objective', code: 'type' });
  }
  checkInteger(objective.dimension, 'objective.dimension', { min: 1 });
  checkVector(initial, 'initial', objective.dimension);
  return false;
}

function choose(
  { dimension, hessian, hessianVector }: Minimizable,
  knowsSlopes: boolean,
  isBounded: boolean,
): [method: MinimizeMethod, why: string] {
  if (!knowsSlopes) {
    if (dimension <= FEW) return ['nelder-mead', `since there are values only, of ${dimension} variables`];
    const why = `since there are values only, and ${dimension} variables are many for simplices: gradients by differences`;
    return [isBounded ? 'lbfgsb' : 'lbfgs', why];
  }
  if (isBounded) {
    return hessian || hessianVector
      ? ['projected-trust-region', 'since there are bounds and second derivatives']
      : ['lbfgsb', 'since there are bounds, and gradients only'];
  }
  if (!hessian && !hessianVector) return ['lbfgs', 'since there are gradients only'];
  if (dimension <= SMALL && hessian) {
    return ['trust-region-newton', `since a Hessian of ${dimension} x ${dimension} is cheap to factor`];
  }
  if (hessianVector) return ['newton-cg', 'since there are products with the Hessian'];
  return ['lbfgs', `since a Hessian of ${dimension} x ${dimension} is dear to factor`];
}
