// The main entry for minimisation: chooses a method by the derivatives of the objective and the bounds, and says why.
import type { Objective, ObjectiveLike, OptionSpecs, OptionsOf, Outcome, RunOptions, VectorLike } from '@infimum/core';
import { fault, resolveOptions, runOptionsOf } from '@infimum/core';
import { lbfgsb } from './bounded/lbfgsb.ts';
import { projectedTrustRegion } from './bounded/projected-trust-region.ts';
import { boundsOf, lower, upper } from './bounds.ts';
import { nelderMead } from './derivative-free/nelder-mead.ts';
import { quadraticModels } from './derivative-free/quadratic-models.ts';
import { withDifferences } from './differences/finite-differences.ts';
import { lbfgs } from './line-search/lbfgs.ts';
import { newtonCg } from './line-search/newton-cg.ts';
import type { ConstrainedMethod, ConstrainedMinimum, ConstraintSet, MinimizeIterate } from './minimize-constraints.ts';
import { trustRegionNewton } from './newton/trust-region-newton.ts';
import type { OracleCalls } from './smooth-minimization.ts';
import { gradientTolerance, smoothStart, tolerance, valueTolerance } from './smooth-minimization.ts';

const CONSTRAINED: readonly ConstrainedMethod[] = ['exact-augmented-lagrangian', 'interior-point', 'sqp'];

const minimizeOptions = {
  method: {
    type: 'choice',
    choices: [
      'lbfgs',
      'newton-cg',
      'trust-region-newton',
      'lbfgsb',
      'projected-trust-region',
      'quadratic-models',
      'nelder-mead',
      'exact-augmented-lagrangian',
      'interior-point',
      'sqp',
    ],
    description: 'Method; by default chosen from the objective, bounds and constraints',
  },
  constraints: {
    type: 'value',
    check: checkConstraints,
    description: 'One or several sets made by linearConstraints and nonlinearConstraints',
  },
  tolerance,
  gradientTolerance,
  valueTolerance,
  lower,
  upper,
  secondDerivatives: {
    type: 'choice',
    choices: ['auto', 'differences', 'quasi-newton'],
    default: 'auto',
    description:
      'Replacement for missing Hessians under constraints: differences of gradients, or a matrix learned from steps; auto learns first and, if that fails, uses differences of given gradients for up to 30 variables',
  },
  maxIterations: { type: 'integer', min: 0, description: 'Iteration limit; by default that of the method' },
} as const satisfies OptionSpecs;

/** A method that `minimize` may take. */
export type MinimizeMethod = NonNullable<OptionsOf<typeof minimizeOptions>['method']>;

/** Options of `minimize`. */
export type MinimizeOptions = OptionsOf<typeof minimizeOptions> & RunOptions<MinimizeIterate>;

/** The solution. */
export interface MinimizeSolution {
  /** The point x, within the bounds. */
  readonly x: Float64Array;
  /** f(x). */
  readonly value: number;
  /** The norm of the gradient at x, without coordinates that a bound holds; absent where values were all there was. */
  readonly gradientNorm?: number;
  /** Counts of function calls. */
  readonly evaluations: OracleCalls;
  /** The method that was taken. */
  readonly method: MinimizeMethod;
}

/** Variables up to which a Hessian is factored: 9 d³ operations are a few milliseconds then. */
const SMALL = 200;

/** Variables up to which quadratic models of values cost little beside the values. */
const FEW = 16;

/**
 * Minimises f, convex or not, with or without bounds, and says in `reason` which method was used and why:
 *
 * - values only, or derivatives that are differences of values (`byDifferences`): `quadraticModels` for up to 16 variables, and
 *   `lbfgs` or `lbfgsb` with gradients by central differences beyond;
 * - bounds: `projectedTrustRegion` where there are Hessians or products with them, otherwise `lbfgsb`;
 * - up to 200 variables and a Hessian: `trustRegionNewton`, which needs few iterations, and escapes saddle points;
 * - products with the Hessian: `newtonCg`, whose cost depends less on the condition number than that of gradient methods, and not at
 *   all where the Hessian is sparse and can be factored, as for `sparseDifferentiable` of `@infimum/autodiff/sparse`;
 * - gradients only: `lbfgs`, for up to 200 variables with a memory of five pairs a variable, as much as a dense matrix would hold.
 *
 * With `constraints`, sets made by `linearConstraints` and `nonlinearConstraints` of `@infimum/optim/constrained`, f is minimised by `sqp`
 * where second derivatives are missing, from values alone with forward differences; by `exactAugmentedLagrangian` where all are
 * equalities, at most as many as variables, and x is free; where those fail, and for all else, by `interiorPoint`. The result has
 * multipliers, also of bounds, of L = f + λ'g + μ'x: at least 0 at a largest value that is reached,
 * at most 0 at a least one; if an upper bound of g_j rises by t, the minimum changes by -λ_j t. `converged` means that the first-order
 * conditions were computed anew; if no feasible point is found nearby, x has the least sum of violations, and the status is `stalled`.
 *
 * No function is called outside the bounds of x; NaN shortens a step.
 *
 * For sums of squares see `leastSquares` and `curveFit`, for one variable `minimizeScalar`; for f with a separable term that is
 * not smooth `blockCoordinateDescent` and `lassoWorkingSet`, for training in batches `minimizeStochastic`, and where constants
 * of smoothness are known the methods of acceleration.
 *
 * @param objective - f, alone or with derivatives
 * @param initial - where to start, d numbers; is moved into the bounds
 * @returns the solution and the `method` that found it
 * @throws {InvalidInputError} for a starting point that does not fit or is not finite, a method that needs what the objective
 *   does not have or that knows no bounds, and options out of range
 *
 * @example
 * ```ts
 * import { minimize, rosenbrock } from '@infimum/optim';
 *
 * const { x, method, reason } = minimize(rosenbrock(), [-1.2, 1]);
 * console.log(x.map(Math.round).join(' '), method); // 1 1 trust-region-newton
 * console.log(reason.startsWith('trust-region-newton, since a Hessian of 2 x 2 is cheap to factor')); // true
 *
 * // Without derivatives, and with bounds.
 * const boxed = minimize(([a = 0, b = 0]) => (a - 1) ** 2 + (b - 3) ** 2, [0, 0], { upper: 2 });
 * console.log(boxed.x.map((entry) => Math.round(1e6 * entry) / 1e6).join(' '), boxed.method); // 1 2 quadratic-models
 * ```
 */
export function minimize(
  objective: ObjectiveLike,
  initial: VectorLike,
  options: MinimizeOptions & {
    /** Sets made by `linearConstraints` and `nonlinearConstraints`, one or several. */
    readonly constraints: ConstraintSet | readonly ConstraintSet[];
  },
): Outcome<ConstrainedMinimum, MinimizeIterate>;
export function minimize(
  objective: ObjectiveLike,
  initial: VectorLike,
  options?: MinimizeOptions,
): Outcome<MinimizeSolution, MinimizeIterate>;
export function minimize(
  objective: ObjectiveLike,
  initial: VectorLike,
  options: MinimizeOptions = {},
): Outcome<MinimizeSolution | ConstrainedMinimum, MinimizeIterate> {
  const { constraints, method, tolerance, secondDerivatives, ...settings } = resolveOptions(minimizeOptions, options);
  const { gradientTolerance, valueTolerance, lower, upper } = settings;
  const limits = runOptionsOf(minimizeOptions, options);
  const [given, start] = smoothStart(objective, initial, { lower, upper });
  const bounds = boundsOf(start.length, lower, upper);
  const isConstrained = constraints !== undefined;
  if (method && CONSTRAINED.includes(method as ConstrainedMethod) !== isConstrained) {
    throw fault(`'${method}' is for minimisation ${isConstrained ? 'without' : 'under'} constraints`, 'method', 'unsupported');
  }
  if (isConstrained) {
    for (const [argument, value] of Object.entries({ gradientTolerance, valueTolerance })) {
      if (value === undefined) continue;
      throw fault('is for minimisation without constraints', argument, 'unsupported');
    }
    const sets = [constraints].flat() as ConstraintSet[];
    const left = { method: method as ConstrainedMethod | undefined, tolerance, secondDerivatives, lower, upper };
    return sets[0].minimize(given, start, sets, { ...left, ...limits });
  }
  const knowsSlopes = given.byDifferences !== true;
  const [chosen, why] = method ? [method, 'as requested'] : choose(given, knowsSlopes, bounds.isBounded);
  if (byValues(chosen) && (gradientTolerance ?? valueTolerance) !== undefined) {
    const argument = gradientTolerance === undefined ? 'valueTolerance' : 'gradientTolerance';
    throw fault('there is no gradient for comparison', argument, 'unsupported');
  }
  if (bounds.isBounded && UNBOUNDED.includes(chosen)) {
    const problem = `'${chosen}' does not support bounds; use 'lbfgsb', 'projected-trust-region', 'quadratic-models' or 'nelder-mead'`;
    throw fault(problem, 'method', 'unsupported');
  }
  const stopping = { tolerance, gradientTolerance, valueTolerance, ...limits };
  // Differences stay within the bounds; products from differences of differences are used only on request.
  const byProducts = chosen === 'newton-cg' || chosen.includes('trust-region');
  const smooth = knowsSlopes || byProducts ? given : withDifferences(given, bounds);
  const found = ((): Outcome<Omit<MinimizeSolution, 'method'>, MinimizeIterate> => {
    switch (chosen) {
      case 'newton-cg':
        return newtonCg(smooth, start, stopping);
      case 'trust-region-newton':
        return trustRegionNewton(smooth, start, stopping);
      case 'lbfgsb':
        return lbfgsb(smooth, start, { ...stopping, lower, upper });
      case 'projected-trust-region':
        return projectedTrustRegion(smooth, start, { ...stopping, lower, upper });
      case 'quadratic-models':
      case 'nelder-mead': {
        const method = chosen === 'nelder-mead' ? nelderMead : quadraticModels;
        const few = { tolerance: Math.max(tolerance, Number.MIN_VALUE), ...limits, lower, upper };
        const { evaluations, spread: _, ...found } = method((x) => given.value(x), start, few);
        return { ...found, evaluations: { ...evaluations, gradient: 0, hessianVector: 0, hessian: 0 } };
      }
      default:
        return lbfgs(smooth, start, { ...stopping, memory: memoryFor(start.length) });
    }
  })();
  return { ...found, method: chosen, reason: `${chosen}, ${why}: ${found.reason}` };
}

/** Pairs that L-BFGS remembers: so many for few variables that ill-conditioned problems take few gradients. */
const memoryFor = (dimension: number) => (dimension <= SMALL ? Math.max(10, 5 * dimension) : 10);

/** Whether a method sees no gradient. */
const byValues = (method: MinimizeMethod) => method === 'nelder-mead' || method === 'quadratic-models';

const UNBOUNDED: readonly MinimizeMethod[] = ['lbfgs', 'newton-cg', 'trust-region-newton'];

function checkConstraints(value: unknown, argument: string): asserts value is ConstraintSet | readonly ConstraintSet[] {
  const sets = (Array.isArray(value) ? value : [value]) as readonly (Partial<ConstraintSet> | null | undefined)[];
  if (sets.length === 0) throw fault('contain no set: leave the option out if there are none', argument, 'shape');
  if (sets.every((set) => typeof set?.minimize === 'function')) return;
  throw fault('must be made by linearConstraints or nonlinearConstraints of @infimum/optim/constrained', argument, 'type');
}

function choose(
  { dimension, hessian, hessianVector, factorHessian }: Objective,
  knowsSlopes: boolean,
  isBounded: boolean,
): [method: MinimizeMethod, why: string] {
  if (!knowsSlopes) {
    if (dimension <= FEW) return ['quadratic-models', `since there are values only, of ${dimension} variables`];
    const why = `since there are values only, and ${dimension} variables are too many for models: gradients by finite differences`;
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
  if (hessianVector) {
    return ['newton-cg', `since there are products with the Hessian${factorHessian ? ', and factors of it' : ''}`];
  }
  return ['lbfgs', `since a Hessian of ${dimension} x ${dimension} is expensive to factor`];
}
