// Systems of nonlinear equations: Newton's method on a dogleg in a trust region, and Broyden's without derivatives.
//
// M. Powell: A hybrid method for nonlinear equations (1970); C. Broyden: A class of methods for solving nonlinear
// simultaneous equations (1965).
import type { Derivative, Iterate, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import { asVector, checkInteger, converged, fault, resolveOptions, runWith, stalled } from '@infimum/core';
import { allFinite, distance, dot, norm, solveSmall } from '@infimum/linalg/numerics';
import { differenceJacobian } from '../differences/finite-differences.ts';
import type { Residuals } from '../least-squares/least-squares.ts';
import { leastSquaresSteps } from '../least-squares/least-squares.ts';
import { takeReturned } from '../smooth-minimization.ts';

/** As many equations F(x) = 0 as variables. */
export interface NonlinearSystem {
  /** Number of variables and equations n. */
  readonly dimension: number;
  /** Writes the n values of F at x. */
  values(x: Float64Array, out: Float64Array): void;
  /** Writes their Jacobian matrix, n x n numbers row by row; made by differences where it is missing. */
  jacobian?(x: Float64Array, out: Float64Array): void;
}

/**
 * Equations as callers have them: a function that returns their values, or with their Jacobian matrix; what has `out` writes its numbers
 * there or returns them. `dimension` follows from the start.
 */
export type NonlinearSystemLike =
  | ((x: Float64Array) => VectorLike)
  | {
      readonly dimension?: number;
      readonly values: Derivative<[x: Float64Array]>;
      readonly jacobian?: Derivative<[x: Float64Array]> | ((x: Float64Array) => readonly VectorLike[]);
    };

const solveNonlinearOptions = {
  tolerance: {
    type: 'number',
    min: 0,
    default: 1e-10,
    description: 'Norm of F at which to stop, relative to that at the start; or of the Newton step, relative to x',
  },
  method: {
    type: 'choice',
    choices: ['newton', 'broyden'],
    default: 'newton',
    description: 'A Jacobian matrix in every iteration, or one at the start with rank-one updates',
  },
  maxIterations: { type: 'integer', min: 0, default: 1000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of the solution of nonlinear systems. */
export type SolveNonlinearOptions = OptionsOf<typeof solveNonlinearOptions> & RunOptions<NonlinearIterate>;

/** The solution. */
export interface NonlinearSolution {
  /** The point x. */
  readonly x: Float64Array;
  /** F(x). */
  readonly values: Float64Array;
  /** |F(x)|. */
  readonly residual: number;
  /** Evaluations of F, those of differences included, and Jacobian matrices. */
  readonly evaluations: {
    /** Evaluations of F, those of differences included. */
    readonly values: number;
    /** Jacobian matrices. */
    readonly jacobian: number;
  };
}

/** One iteration. */
export interface NonlinearIterate extends Iterate<NonlinearSolution> {
  /** |F(x)|. */
  readonly residual: number;
}

/**
 * Finds x with F(x) = 0 for n equations in n variables. `newton`: steps of Newton's method, shortened to a dogleg where the
 * linear model is not accurate; `broyden`: one Jacobian matrix with rank-one updates, recomputed where no step along its
 * directions reduces |F|.
 *
 * O(n³) an iteration and a Jacobian matrix, 2 n evaluations without `jacobian`; O(n²) and an evaluation for `broyden`.
 * `converged` when |F| is at most `tolerance` times that at the start, or where the matrix is regular and a full Newton step
 * would change x by at most `tolerance` relative to x; `stalled` at a minimum of |F| that is no solution.
 *
 * @param system - F, and its Jacobian matrix where it is known
 * @param initial - where to start, n numbers
 * @param options - method and limits; `maxIterations` is 1000 by default
 * @throws {InvalidInputError} for a starting point that does not fit, is not finite or where F is not, and for options out of
 *   range
 *
 * @example
 * ```ts
 * import { solveNonlinear } from '@infimum/optim';
 *
 * const { x, status } = solveNonlinear(
 *   ([a, b]) => [a * a + b * b - 4, a * b - 1],
 *   [2, 0],
 * );
 * console.log(status, x.map((entry) => Math.round(1e6 * entry) / 1e6).join(' ')); // converged 1.931852 0.517638
 * ```
 */
export function solveNonlinear(
  system: NonlinearSystemLike,
  initial: VectorLike,
  options: SolveNonlinearOptions = {},
): Outcome<NonlinearSolution, NonlinearIterate> {
  return runWith(solveNonlinearOptions, options, solveNonlinearSteps(system, initial, options));
}

/** The steps of `solveNonlinear`. */
export function* solveNonlinearSteps(
  system: NonlinearSystemLike,
  initial: VectorLike,
  options: SolveNonlinearOptions = {},
): Steps<NonlinearSolution, NonlinearIterate> {
  const { tolerance, method } = resolveOptions(solveNonlinearOptions, options);
  const [asked, start] = asSystem(system, initial);
  const values = new Float64Array(start.length).fill(Number.NaN);
  asked.values(start, values);
  if (!allFinite(values)) throw fault('is a point where the equations have no value', 'initial', 'not-finite');
  const target = tolerance * norm(values);
  return yield* method === 'newton'
    ? newtonSteps(asked, start, { tolerance, target })
    : broydenSteps(asked, start, { tolerance, target });
}

/** The system that the methods see, and the start. */
function asSystem(system: NonlinearSystemLike, initial: VectorLike): [NonlinearSystem, Float64Array] {
  const given = typeof system === 'function' ? { values: system } : system;
  if (typeof given?.values !== 'function') {
    throw fault('must be a function that returns values, or have the function values(x, out)', 'system', 'type');
  }
  const { values, jacobian, dimension } = given as Exclude<NonlinearSystemLike, (x: Float64Array) => VectorLike>;
  if (dimension !== undefined) checkInteger(dimension, 'system.dimension', { min: 1 });
  const start = asVector(initial, 'initial', dimension).slice();
  const asked = {
    dimension: start.length,
    values: (x: Float64Array, out: Float64Array) => takeReturned(values.call(given, x, out), out, 'system.values'),
    ...(jacobian && {
      jacobian: (x: Float64Array, out: Float64Array) =>
        takeReturned((jacobian as Derivative<[x: Float64Array]>).call(given, x, out), out, 'system.jacobian'),
    }),
  };
  return [asked, start];
}

/** When to stop. */
interface Goal {
  /** Length of the Newton step over x. */
  readonly tolerance: number;
  /** Length of F. */
  readonly target: number;
}

const atTarget = (target: number) => `the equations hold to ${target.toExponential(1)}`;
const atPoint = (tolerance: number) => `a Newton step changes x by less than ${tolerance.toExponential(1)} of itself`;

/** Least squares on a dogleg, which a solution of the equations ends. */
export function* newtonSteps(
  { dimension, values, jacobian }: NonlinearSystem,
  initial: Float64Array,
  { tolerance, target }: Goal,
): Steps<NonlinearSolution, NonlinearIterate> {
  const problem: Residuals = { dimension, count: dimension, residuals: values, ...(jacobian && { jacobian }) };
  const steps = leastSquaresSteps(problem, initial, { method: 'dogleg', tolerance });
  try {
    for (let step = steps.next(); ; step = steps.next()) {
      const found = step.done ? step.value.solution : step.value.solution();
      const solution = (): NonlinearSolution => ({
        x: found.x.slice(),
        values: found.residuals.slice(),
        residual: norm(found.residuals),
        evaluations: { values: found.evaluations.residuals, jacobian: found.evaluations.jacobian },
      });
      const residual = norm(found.residuals);
      if (!step.done) {
        yield { iteration: step.value.iteration, residual, solution };
        if (residual <= target) return converged(solution(), atTarget(target));
        continue;
      }
      if (residual <= target) return converged(solution(), atTarget(target));
      // Where the matrix is regular all of F could be removed: what is small is the step.
      if (step.value.status === 'converged' && found.rank === dimension) {
        return converged(solution(), atPoint(tolerance));
      }
      const reason =
        step.value.status === 'converged'
          ? 'a minimum of |F| that is not a solution, with a singular matrix'
          : step.value.reason;
      return stalled(solution(), reason);
    }
  } finally {
    steps.return(undefined as never);
  }
}

/** Halvings of a step before a new matrix is made. */
const MOST_HALVINGS = 12;

function* broydenSteps(
  system: NonlinearSystem,
  initial: Float64Array,
  { tolerance, target }: Goal,
): Steps<NonlinearSolution, NonlinearIterate> {
  const n = system.dimension;
  const calls = { values: 0, jacobian: 0 };
  const evaluate = (x: Float64Array, out: Float64Array) => {
    calls.values++;
    system.values(x, out);
  };
  let [x, next] = [Float64Array.from(initial), new Float64Array(n)];
  let [f, nextF] = [new Float64Array(n), new Float64Array(n)];
  evaluate(x, f);
  const inverse = new Float64Array(n * n);
  const [step, change, image] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)];
  let isFresh = false;
  let residual = norm(f);
  /** The inverse Jacobian matrix at x; false where there is none. */
  const renew = (): boolean => {
    const jacobian = new Float64Array(n * n);
    calls.jacobian++;
    if (system.jacobian) system.jacobian(x, jacobian);
    else differenceJacobian(evaluate, x, n, jacobian);
    isFresh = true;
    const column = new Float64Array(n);
    for (let j = 0; j < n; j++) {
      column.fill(0);
      column[j] = 1;
      if (!solveSmall(jacobian.slice(), n, column)) return false;
      for (let i = 0; i < n; i++) inverse[i * n + j] = column[i];
    }
    return allFinite(inverse);
  };
  let isRegular = renew();
  for (let iteration = 0; ; iteration++) {
    const [point, values, size] = [x, f, residual];
    const solution = (): NonlinearSolution => ({
      x: point.slice(),
      values: values.slice(),
      residual: size,
      evaluations: { ...calls },
    });
    yield { iteration, residual, solution };
    if (residual <= target) return converged(solution(), atTarget(target));
    if (!isRegular) return stalled(solution(), 'the Jacobian matrix is singular here');
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let j = 0; j < n; j++) sum -= inverse[i * n + j] * f[j];
      step[i] = sum;
    }
    if (isFresh && norm(step) <= tolerance * norm(x)) return converged(solution(), atPoint(tolerance));
    let share = 1;
    let isShorter = false;
    for (let halvings = 0; halvings < MOST_HALVINGS && !isShorter; halvings++, share /= 2) {
      for (let i = 0; i < n; i++) next[i] = x[i] + share * step[i];
      evaluate(next, nextF);
      isShorter = allFinite(nextF) && norm(nextF) <= (1 - 1e-4 * share) * residual;
    }
    if (!isShorter || distance(next, x) === 0) {
      if (isFresh) return stalled(solution(), 'no step along the Newton direction shortens F: a minimum of |F|, or rounding');
      isRegular = renew();
      continue;
    }
    // inverse <- inverse + (s - H y) s'H / (s'H y)
    for (let i = 0; i < n; i++) {
      step[i] = next[i] - x[i];
      change[i] = nextF[i] - f[i];
    }
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += inverse[i * n + j] * change[j];
      image[i] = sum;
    }
    const below = dot(step, image);
    [x, next] = [next, x];
    [f, nextF] = [nextF, f];
    residual = norm(f);
    isFresh = false;
    if (!(Math.abs(below) > 1e-8 * dot(step, step))) {
      isRegular = renew();
      continue;
    }
    const row = new Float64Array(n); // s'H
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) row[j] += step[i] * inverse[i * n + j];
    for (let i = 0; i < n; i++) {
      const factor = (step[i] - image[i]) / below;
      for (let j = 0; j < n; j++) inverse[i * n + j] += factor * row[j];
    }
  }
}
