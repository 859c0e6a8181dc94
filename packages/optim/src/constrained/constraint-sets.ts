// Constraints as `minimize` takes them: sets of linear and nonlinear ones, which bring the method along, so that only those who have
// constraints load it.
import type { Objective, Outcome } from '@infimum/core';
import {
  checkFunction,
  checkInteger,
  checkMatrix,
  checkNumbers,
  checkObject,
  describeValue,
  InvalidInputError,
} from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { boundsOf } from '../bounded/bounds.ts';
import type {
  ConstrainedMinimum,
  ConstraintSet,
  MinimizeConstraintOptions,
  MinimizeIterate,
} from '../minimize-constraints.ts';
import type { Constraints } from './minimize-constrained.ts';
import { minimizeConstrained } from './minimize-constrained.ts';

/** Bounds of constraints. */
export interface ConstraintBounds {
  /** Least values: one for all, or one for each; -Infinity by default. */
  readonly lower?: number | Float64Array;
  /** Largest values; Infinity by default. Where both are equal the constraint is an equality. */
  readonly upper?: number | Float64Array;
}

/** Nonlinear constraints g with derivatives, if there are any. */
export interface NonlinearConstraintFunctions {
  /** Number of constraints m. */
  readonly count: number;
  /** Writes g(x), m numbers. */
  value(x: Float64Array, out: Float64Array): void;
  /** Writes the Jacobian, m x n numbers row by row; by central differences where it is missing. */
  jacobian?(x: Float64Array, out: Float64Array): void;
  /** Writes the Hessian of λ'g, n x n numbers row by row. */
  hessian?(x: Float64Array, multipliers: Float64Array, out: Float64Array): void;
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
 * import { matrixFromRows } from '@infimum/linalg';
 * import { minimize } from '@infimum/optim';
 * import { linearConstraints } from '@infimum/optim/constrained';
 *
 * const far = { dimension: 2, value: ([x, y]: Float64Array) => (x - 3) ** 2 + (y - 2) ** 2 };
 * const budget = linearConstraints(matrixFromRows([[1, 1]]), { upper: 1 });
 * const { x, multipliers } = minimize(far, new Float64Array(2), { constraints: budget, tolerance: 1e-6 });
 * console.log(x.map((v) => Math.round(1e4 * v) / 1e4).join(' '), multipliers[0].toFixed(3)); // 1 0 4.000
 * ```
 */
export function linearConstraints(matrix: DenseMatrix, bounds: ConstraintBounds = {}): ConstraintSet {
  checkMatrix(matrix, 'matrix');
  checkObject(bounds, 'bounds');
  const { rows, cols, values } = matrix;
  const { lower, upper } = boundsOf(rows, bounds.lower, bounds.upper);
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
 * const disc = nonlinearConstraints({ count: 1, value: ([x, y], out) => out.set([x * x + y * y]) }, { upper: 2 });
 * const sum = { dimension: 2, value: ([x, y]: Float64Array) => x + y };
 * const { x, status } = minimize(sum, new Float64Array(2), { constraints: disc, tolerance: 1e-6 });
 * console.log(status, x.map((v) => Math.round(1e4 * v) / 1e4).join(' ')); // converged -1 -1
 * ```
 */
export function nonlinearConstraints(
  functions: NonlinearConstraintFunctions,
  bounds: ConstraintBounds = {},
): ConstraintSet {
  checkObject(functions, 'functions');
  checkObject(bounds, 'bounds');
  checkInteger(functions.count, 'functions.count', { min: 0, max: 2 ** 28 });
  for (const name of ['value', 'jacobian', 'hessian'] as const) {
    if (name === 'value' || functions[name] !== undefined)
      checkFunction(functions[name], `functions.${name}`);
  }
  const { lower, upper } = boundsOf(functions.count, bounds.lower, bounds.upper);
  const { jacobian, hessian } = functions;
  return {
    count: functions.count,
    isLinear: false,
    lower,
    upper,
    value: (x, out) => functions.value(x, out),
    ...(jacobian && { jacobian: (x: Float64Array, out: Float64Array) => jacobian.call(functions, x, out) }),
    ...(hessian && {
      hessian: (x: Float64Array, multipliers: Float64Array, out: Float64Array) =>
        hessian.call(functions, x, multipliers, out),
    }),
    minimize: minimizeUnder,
  };
}

/** What `minimize` calls. */
function minimizeUnder(
  objective: Pick<Objective, 'dimension' | 'value'> & Partial<Objective>,
  initial: Float64Array,
  sets: readonly ConstraintSet[],
  options: MinimizeConstraintOptions,
): Outcome<ConstrainedMinimum, MinimizeIterate> {
  const n = objective.dimension;
  for (const { variables } of sets) {
    if (variables === undefined || variables === n) continue;
    const problem = `has ${describeValue(variables)} columns for ${describeValue(n)} variables`;
    throw new InvalidInputError(problem, { argument: 'constraints', code: 'shape' });
  }
  const evaluations = { value: 0, gradient: 0, hessianVector: 0, hessian: 0 };
  const { gradient, hessian } = objective;
  const counted = {
    dimension: n,
    value: (x: Float64Array) => {
      evaluations.value++;
      return objective.value(x);
    },
    // Gradients by differences are made here anew, with steps within the bounds.
    ...(gradient &&
      objective.byDifferences !== true && {
        gradient: (x: Float64Array, out: Float64Array) => {
          evaluations.gradient++;
          const given = gradient.call(objective, x, out) as unknown;
          if (given instanceof Float64Array && given !== out) out.set(given);
        },
      }),
    ...(hessian &&
      objective.byDifferences !== true && {
        hessian: (x: Float64Array, out: Float64Array) => {
          evaluations.hessian++;
          hessian.call(objective, x, out);
        },
      }),
  };
  const linear = sets.every(({ isLinear }) => isLinear);
  const found = minimizeConstrained(counted, stacked(sets, n), initial, { ...options, linear });
  return { ...found, evaluations };
}

/** Sets are objects that anybody can make. */
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
function stacked(sets: readonly ConstraintSet[], n: number): Constraints {
  for (const set of sets) checkSet(set);
  const count = sets.reduce((sum, set) => sum + set.count, 0);
  const joined = (name: 'lower' | 'upper') => {
    const out = new Float64Array(count);
    let at = 0;
    for (const set of sets) {
      out.set(set[name], at);
      at += set.count;
    }
    return out;
  };
  /** Calls with the part of a list that belongs to a set. */
  const each = (
    width: number,
    list: Float64Array,
    visit: (set: ConstraintSet, part: Float64Array) => void,
  ) => {
    let at = 0;
    for (const set of sets) {
      visit(set, list.subarray(at, at + set.count * width));
      at += set.count * width;
    }
  };
  const part = new Float64Array(n * n);
  return {
    count,
    lower: joined('lower'),
    upper: joined('upper'),
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
