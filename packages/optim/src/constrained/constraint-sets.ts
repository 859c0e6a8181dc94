// Constraints for `minimize`: sets of linear and nonlinear ones, which import the method, so that it is loaded only with
// constraints.
import type { Derivative, Iterate, LimitOptions, MatrixLike, ObjectiveLike, Outcome, VectorLike } from '@infimum/core';
import {
  asMatrix,
  asObjective,
  checkFunction,
  checkInteger,
  checkNumber,
  checkNumbers,
  checkObject,
  describeValue,
  fault,
  run,
} from '@infimum/core';
import { boundsOf, clip } from '../bounds.ts';
import type { ConstrainedMinimum, ConstraintSet, ConstraintsLeft, MinimizeIterate } from '../minimize-constraints.ts';
import { counted, takeReturned } from '../smooth-minimization.ts';
import type { StackedConstraints } from './constrained-minimization.ts';
import { constrainedSteps, programOf } from './constrained-minimization.ts';

/** Bounds of constraints. */
export interface ConstraintBounds {
  /** Least values: one for all, or one for each; -Infinity by default. */
  readonly lower?: number | VectorLike | undefined;
  /** Largest values; Infinity by default. Where both are equal the constraint is an equality. */
  readonly upper?: number | VectorLike | undefined;
}

/** Nonlinear constraints g with derivatives, if there are any. */
export interface NonlinearConstraintFunctions {
  /** Number of constraints m. */
  readonly count: number;
  /** Writes or returns g(x), m numbers. */
  readonly value: Derivative<[x: Float64Array]>;
  /** Writes or returns the Jacobian, m x n numbers row by row; by central differences where it is missing. */
  readonly jacobian?: Derivative<[x: Float64Array]>;
  /** Writes or returns the Hessian of λ'g, n x n numbers row by row. */
  readonly hessian?: Derivative<[x: Float64Array, multipliers: Float64Array]>;
}

/**
 * Constraints lower <= A x <= upper for `minimize`.
 *
 * @param matrix - A, a constraint a row
 * @param bounds - least and largest values; equal for an equality
 * @throws {InvalidInputError} naming `matrix`, `lower` or `upper`
 *
 * @example
 * ```ts
 * import { minimize } from '@infimum/optim';
 * import { linearConstraints } from '@infimum/optim/constrained';
 *
 * const budget = linearConstraints([[1, 1]], { upper: 1 });
 * const far = ([x, y]: Float64Array) => (x - 3) ** 2 + (y - 2) ** 2;
 * const { x, multipliers } = minimize(far, [0, 0], { constraints: budget, tolerance: 1e-6 });
 * console.log(x.map((v) => Math.round(1e4 * v) / 1e4).join(' '), multipliers[0].toFixed(3)); // 1 0 4.000
 * ```
 */
export function linearConstraints(matrix: MatrixLike, bounds: ConstraintBounds): ConstraintSet {
  const { rows, cols, values } = asMatrix(matrix, 'matrix');
  const { lower, upper } = rangesOf(rows, bounds);
  return {
    count: rows,
    variables: cols,
    isLinear: true,
    lower,
    upper,
    value: (x, out) => {
      for (let i = 0; i < rows; i++) {
        let sum = 0;
        for (let j = 0; j < cols; j++) sum += values[i * cols + j] * x[j];
        out[i] = sum;
      }
    },
    jacobian: (_, out) => out.set(values),
    hessian: (_, __, out) => {
      out.fill(0);
    },
    minimize: minimizeUnder,
  };
}

/**
 * Constraints lower <= g(x) <= upper for `minimize`.
 *
 * @param functions - g, and derivatives where they are known
 * @param bounds - least and largest values; equal for an equality
 * @throws {InvalidInputError} naming `functions`, `lower` or `upper`
 *
 * @example
 * ```ts
 * import { minimize } from '@infimum/optim';
 * import { nonlinearConstraints } from '@infimum/optim/constrained';
 *
 * // x + y is to be least on the disc of radius √2.
 * const disc = nonlinearConstraints({ count: 1, value: ([x, y]) => [x * x + y * y] }, { upper: 2 });
 * const { x, status } = minimize(([x, y]) => x + y, [0, 0], { constraints: disc, tolerance: 1e-6 });
 * console.log(status, x.map((v) => Math.round(1e4 * v) / 1e4).join(' ')); // converged -1 -1
 * ```
 */
export function nonlinearConstraints(functions: NonlinearConstraintFunctions, bounds: ConstraintBounds): ConstraintSet {
  checkObject(functions, 'functions');
  const { count, value, jacobian, hessian } = functions;
  checkInteger(count, 'functions.count', { min: 0, max: 2 ** 28 });
  for (const [name, f] of Object.entries({ value, jacobian, hessian })) {
    if (name === 'value' || f !== undefined) checkFunction(f, `functions.${name}`);
  }
  const take = (returned: unknown, out: Float64Array, name: string) => takeReturned(returned, out, `functions.${name}`);
  return {
    count,
    isLinear: false,
    ...rangesOf(count, bounds),
    value: (x, out) => take(value.call(functions, x, out), out, 'value'),
    ...(jacobian && {
      jacobian: (x: Float64Array, out: Float64Array) => take(jacobian.call(functions, x, out), out, 'jacobian'),
    }),
    ...(hessian && {
      hessian: (x: Float64Array, multipliers: Float64Array, out: Float64Array) =>
        take(hessian.call(functions, x, multipliers, out), out, 'hessian'),
    }),
    minimize: minimizeUnder,
  };
}

/** Least and largest values; a constraint has one of them at least. */
function rangesOf(count: number, bounds: ConstraintBounds) {
  checkObject(bounds, 'bounds');
  if (bounds.lower === undefined && bounds.upper === undefined) {
    throw fault('need lower or upper bounds, or both; equal ones make equalities', 'bounds', 'missing');
  }
  const { lower, upper } = boundsOf(count, bounds.lower, bounds.upper);
  return { lower, upper };
}

/** What `minimize` calls. */
function minimizeUnder(
  given: ObjectiveLike,
  initial: Float64Array,
  sets: readonly ConstraintSet[],
  {
    method,
    tolerance = 1e-8,
    secondDerivatives = 'auto',
    lower,
    upper,
    ...limits
  }: Partial<ConstraintsLeft> & LimitOptions<MinimizeIterate>,
): Outcome<ConstrainedMinimum, MinimizeIterate> {
  const n = initial.length;
  checkNumber(tolerance, 'tolerance', { above: 0 });
  for (const { variables } of sets) {
    if (variables === undefined || variables === n) continue;
    throw fault(`has ${describeValue(variables)} columns for ${describeValue(n)} variables`, 'constraints', 'shape');
  }
  const oracle = asObjective(given, n);
  const calls = counted(oracle);
  const objective = { ...calls, byDifferences: oracle.byDifferences === true };
  const bounds = boundsOf(n, lower, upper);
  const start = initial.slice();
  clip(bounds, start);
  const functions = programOf(objective, stacked(sets, n), bounds, start, secondDerivatives);
  const left = { method, tolerance, secondDerivatives, lower, upper };
  const found = run(constrainedSteps(functions, start, left), limits as LimitOptions<Iterate<object>>);
  return { ...found, evaluations: { ...calls.calls } } as Outcome<ConstrainedMinimum, MinimizeIterate>;
}

/** Sets may be objects made by users, so they are checked. */
function checkSet(set: ConstraintSet): void {
  checkObject(set, 'constraints');
  checkInteger(set.count, 'constraints.count', { min: 0, max: 2 ** 28 });
  for (const name of ['value', 'jacobian', 'hessian'] as const) {
    if (name === 'value' || set[name] !== undefined) checkFunction(set[name], `constraints.${name}`);
  }
  // Bounds may be infinite.
  for (const name of ['lower', 'upper'] as const) checkNumbers(set[name], `constraints.${name}`, set.count);
}

/** All constraints one below the other. */
function stacked(sets: readonly ConstraintSet[], n: number): StackedConstraints {
  for (const set of sets) checkSet(set);
  const places: number[] = [];
  let count = 0;
  for (const set of sets) {
    places.push(count);
    count += set.count;
  }
  const joined = (name: 'lower' | 'upper') => {
    const out = new Float64Array(count);
    for (const [k, set] of sets.entries()) out.set(set[name], places[k]);
    return out;
  };
  /** Calls with the part of a list that belongs to a set. */
  const each = (width: number, list: Float64Array, visit: (set: ConstraintSet, part: Float64Array) => void) => {
    for (const [k, set] of sets.entries()) {
      visit(set, list.subarray(places[k] * width, (places[k] + set.count) * width));
    }
  };
  const part = new Float64Array(n * n);
  return {
    count,
    isLinear: sets.every(({ isLinear }) => isLinear),
    low: joined('lower'),
    high: joined('upper'),
    value: (x, out) => each(1, out, (set, rows) => set.value(x, rows)),
    ...(sets.every(({ jacobian }) => jacobian) && {
      jacobian: (x: Float64Array, out: Float64Array) => each(n, out, (set, rows) => set.jacobian?.(x, rows)),
    }),
    ...(sets.every(({ hessian }) => hessian) && {
      hessian: (x: Float64Array, multipliers: Float64Array, out: Float64Array) => {
        out.fill(0);
        each(1, multipliers, (set, rows) => {
          if (set.isLinear) return;
          set.hessian?.(x, rows, part);
          for (let k = 0; k < n * n; k++) out[k] += part[k];
        });
      },
    }),
  };
}
