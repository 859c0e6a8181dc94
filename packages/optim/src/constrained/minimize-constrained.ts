// The front door of minimisation under equalities: functions as users have them, with or without derivatives.
import {
  checkInteger,
  checkList,
  checkObject,
  checkVector,
  InvalidInputError,
  type Objective,
  type Outcome,
  type RunOptions,
} from '@infimum/core';
import { differenceJacobian, fromValues } from '../differences/finite-differences.ts';
import type { AugmentedIterate } from './augmented-newton.ts';
import type { EqualityProgram, EqualitySolution } from './equality-program.ts';
import {
  type ExactAugmentedLagrangianOptions,
  exactAugmentedLagrangian,
} from './exact-augmented-lagrangian.ts';

/** Equalities c(x) = 0. */
export interface Equalities {
  /** Number of equalities m. */
  readonly count: number;
  /** Writes c(x), m numbers. */
  value(x: Float64Array, out: Float64Array): void;
  /** Writes the Jacobian, m x n numbers row by row; by central differences where it is missing. */
  jacobian?(x: Float64Array, out: Float64Array): void;
}

/**
 * Minimises f, convex or not, under c(x) = 0: `exactAugmentedLagrangian`, with the derivatives that are missing by central
 * differences. Second derivatives are differences of the gradient of the Lagrangian, 2n gradients and Jacobians a step, unless f
 * has a Hessian and the equalities are stated to be linear.
 *
 * Multipliers are those of f + λ'c: if equality j becomes c_j = t, the minimum changes by -λ_j t. `converged` means that
 * |(∇L, c)| was computed anew and is at most `tolerance`, f and c over the sizes of their derivatives at the start; a start
 * where nothing is feasible nearby ends `stalled`, with the least violation that was found.
 *
 * @param objective - f, and what else is known of it
 * @param equalities - c
 * @param initial - the start, n numbers; need not be feasible
 * @param options - `linear` where c is affine, and the options of `exactAugmentedLagrangian`
 * @throws {InvalidInputError} naming `objective`, `equalities`, `initial` or the option at fault
 *
 * @example
 * ```ts
 * import { minimizeConstrained } from '@infimum/optim/constrained';
 *
 * // The point of the circle of radius √2 that minimises x + y.
 * const sum = { dimension: 2, value: ([x, y]: Float64Array) => x + y };
 * const circle = { count: 1, value: ([x, y]: Float64Array, out: Float64Array) => out.set([x * x + y * y - 2]) };
 * const { x, multipliers, status } = minimizeConstrained(sum, circle, Float64Array.of(-2, 0.5), { tolerance: 1e-6 });
 * console.log(status, x.map((v) => Math.round(1e4 * v) / 1e4).join(' '), multipliers[0].toFixed(3)); // converged -1 -1 0.500
 * ```
 */
export function minimizeConstrained(
  objective: Pick<Objective, 'dimension' | 'value'> & Partial<Objective>,
  equalities: Equalities,
  initial: Float64Array,
  options: MinimizeConstrainedOptions & RunOptions<AugmentedIterate> = {},
): Outcome<EqualitySolution, AugmentedIterate> {
  checkObject(objective, 'objective');
  checkObject(equalities, 'equalities');
  checkList(initial, 'initial');
  checkObject(options, 'options');
  const { linear = false, ...others } = options;
  return exactAugmentedLagrangian(programOf(objective, equalities, initial, linear), initial, others);
}

/** What callers of `minimizeConstrained` give. */
export interface MinimizeConstrainedOptions extends ExactAugmentedLagrangianOptions {
  /** Whether c is affine: its second derivatives are then not asked for. */
  readonly linear?: boolean;
}

function programOf(
  objective: Pick<Objective, 'dimension' | 'value'> & Partial<Objective>,
  equalities: Equalities,
  initial: Float64Array,
  linear: boolean,
): EqualityProgram {
  const n = objective?.dimension;
  checkInteger(n, 'dimension', { min: 1 });
  checkVector(initial, 'initial', n);
  checkFunction(objective.value, 'objective', 'value');
  checkFunction(equalities?.value, 'equalities', 'value');
  const m = equalities.count;
  checkInteger(m, 'count', { min: 0, max: n });
  const smooth = objective.gradient ? (objective as Objective) : fromValues(n, (x) => objective.value(x));
  const constraints = (x: Float64Array, out: Float64Array): void => equalities.value(x, out);
  const jacobian = (x: Float64Array, out: Float64Array): void =>
    equalities.jacobian ? equalities.jacobian(x, out) : differenceJacobian(constraints, x, m, out);
  const typical = Math.max(1e-3, ...initial.map(Math.abs)) || 1;
  const hessian = (x: Float64Array, multipliers: Float64Array, out: Float64Array): void => {
    if (smooth.hessian && linear) {
      smooth.hessian(x, out);
      return;
    }
    const rows = new Float64Array(m * n);
    const gradient = (at: Float64Array, to: Float64Array): void => {
      smooth.gradient(at, to);
      if (linear) return;
      jacobian(at, rows);
      for (let j = 0; j < m; j++) for (let i = 0; i < n; i++) to[i] += multipliers[j] * rows[j * n + i];
    };
    symmetricDifferences(
      gradient,
      x,
      typical,
      objective.gradient && (linear || equalities.jacobian) ? 6e-6 : 1e-3,
      out,
    );
  };
  return {
    variables: n,
    equalities: m,
    value: (x) => objective.value(x),
    gradient: (x, out) => smooth.gradient(x, out),
    constraints,
    jacobian,
    hessian,
  };
}

/** (J + J')/2 of a gradient by central differences, with longer steps where the gradient is one of differences itself. */
function symmetricDifferences(
  gradient: (x: Float64Array, out: Float64Array) => void,
  x: Float64Array,
  typical: number,
  relative: number,
  out: Float64Array,
): void {
  const n = x.length;
  const at = x.slice();
  const [ahead, behind] = [new Float64Array(n), new Float64Array(n)];
  for (let i = 0; i < n; i++) {
    const step = relative * Math.max(Math.abs(x[i]), typical);
    at[i] = x[i] + step;
    gradient(at, ahead);
    at[i] = x[i] - step;
    gradient(at, behind);
    at[i] = x[i];
    for (let j = 0; j < n; j++) out[i * n + j] = (ahead[j] - behind[j]) / (2 * step);
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const mean = (out[i * n + j] + out[j * n + i]) / 2;
      out[i * n + j] = mean;
      out[j * n + i] = mean;
    }
  }
}

function checkFunction(value: unknown, argument: string, field: string): void {
  if (typeof value === 'function') return;
  throw new InvalidInputError(`needs a function \`${field}\``, { argument, code: 'type' });
}
