// Derivatives by finite differences, for functions without derivatives.
//
// J. Dennis, R. Schnabel: Numerical methods for unconstrained optimization and nonlinear equations (1983), section 5.4.
import type { Objective } from '@infimum/core';
import { checkFunction, checkInteger, checkObject, checkOutput, checkText, checkVector, readObjective } from '@infimum/core';

/** Step of central differences over max(|x_i|, 1e-2 |x|, tiny): truncation and rounding are about equal there. */
const CENTRAL = Math.cbrt(Number.EPSILON);

/** Step of forward differences. */
const FORWARD = Math.sqrt(Number.EPSILON);

/** How derivatives are computed from values: with two of them a coordinate, or with one. */
export type DifferenceScheme = 'central' | 'forward';

/** Where x may go, which moves of differences stay inside of, and how large its coordinates are. */
export interface DifferenceRange {
  /** Sizes of coordinates below which steps do not shrink any further, for x that happen to be near zero. */
  readonly typical?: Float64Array | undefined;
  /** Least values. */
  readonly lower?: Float64Array | undefined;
  /** Largest values. */
  readonly upper?: Float64Array | undefined;
}

/**
 * The step for a coordinate, a number that x + step differs from x by exactly: the scheme's share of |x_i| or of what is
 * typical for it, and of 1 where both are 0.
 */
function differenceStep(x: number, scheme: DifferenceScheme, typical = 0): number {
  const size = Math.max(Math.abs(x), typical);
  const step = (scheme === 'central' ? CENTRAL : FORWARD) * (size > 1e-300 ? size : 1);
  return x + step - x || step;
}

/**
 * Writes the Jacobian matrix of a function of n variables with m values, m x n row by row, by differences: central ones
 * with the step cbrt(eps) |x_i|, 6e-6 |x_i|, whose error is about 4e-11 of a third derivative of that scale; or forward
 * ones with sqrt(eps) |x_i|, 1.5e-8 |x_i|, of half the cost and an error of about 1.5e-8. Where x_i is 0 the step is as at 1.
 * One-sided where a bound or a value that is not finite is in the way.
 *
 * 2 n evaluations, or n + 1.
 *
 * @param values - writes the m values at a point
 * @param x - the point; is changed and restored
 * @param count - m
 * @param out - gets the matrix
 *
 * @example
 * ```ts
 * import { differenceJacobian } from '@infimum/optim';
 *
 * const jacobian = new Float64Array(4);
 * differenceJacobian(([a, b], out) => out.set([a * b, a - b]), Float64Array.of(2, 3), 2, jacobian);
 * console.log(jacobian.map((entry) => Math.round(1e6 * entry) / 1e6).join(' ')); // 3 2 1 -1
 * ```
 */
export function differenceJacobian(
  values: (x: Float64Array, out: Float64Array) => void,
  x: Float64Array,
  count: number,
  out: Float64Array,
  scheme: DifferenceScheme = 'central',
  range: DifferenceRange = {},
): void {
  checkFunction(values, 'values');
  checkVector(x, 'x');
  checkInteger(count, 'count', { min: 1, max: 2 ** 31 });
  checkOutput(out, 'out', count * x.length);
  checkText(scheme, 'scheme');
  checkObject(range, 'range');
  const { lower, upper, typical } = range;

  const n = x.length;
  const [above, below] = [new Float64Array(count), new Float64Array(count)];
  const moved = Float64Array.from(x);
  let here: Float64Array | undefined;
  const atX = () => {
    if (here) return here;
    here = new Float64Array(count);
    values(x, here);
    return here;
  };
  /** The values at x_j = place if they are finite and the place is within the bounds. */
  const evaluate = (j: number, place: number, to: Float64Array): boolean => {
    if (place > (upper?.[j] ?? Infinity) || place < (lower?.[j] ?? -Infinity)) return false;
    moved[j] = place;
    values(moved, to);
    moved[j] = x[j];
    for (let i = 0; i < count; i++) if (!Number.isFinite(to[i])) return false;
    return true;
  };
  if (scheme === 'forward') atX();
  for (let j = 0; j < n; j++) {
    const room = Math.max((upper?.[j] ?? Infinity) - x[j], x[j] - (lower?.[j] ?? -Infinity));
    const step = Math.min(differenceStep(x[j], scheme, typical?.[j]), room);
    const [ahead, behind] = [x[j] + step, x[j] - step];
    const hasAbove = step > 0 && evaluate(j, ahead, above);
    const needsBelow = step > 0 && (scheme === 'central' || !hasAbove);
    const hasBelow = needsBelow && evaluate(j, behind, below);
    const high = hasAbove ? above : atX();
    const low = hasBelow ? below : atX();
    const width = (hasAbove ? ahead : x[j]) - (hasBelow ? behind : x[j]);
    // A variable that is held has no slope; one without a finite value beside it has none that is known.
    const slope = step > 0 ? Number.NaN : 0;
    for (let i = 0; i < count; i++) out[i * n + j] = width > 0 ? (high[i] - low[i]) / width : slope;
  }
}

/** The objective with a gradient by central differences of its values, 2 n of them, all within the range. */
export function withDifferences(objective: Omit<Objective, 'gradient'>, range: DifferenceRange = {}): Objective {
  const values = (x: Float64Array, to: Float64Array) => {
    to[0] = objective.value(x);
  };
  const gradient = (x: Float64Array, out: Float64Array) => differenceJacobian(values, x, 1, out, 'central', range);
  return { ...objective, gradient, byDifferences: true };
}

/**
 * An objective from values alone, with a gradient by central differences: `2 d` values each. It has no products with a
 * Hessian, so that `minimize` uses a method for gradients.
 *
 * @throws {InvalidInputError} naming `dimension` or `value`
 *
 * @example
 * ```ts
 * import { fromValues, minimize } from '@infimum/optim';
 *
 * const { x } = minimize(fromValues(2, ([a, b]) => (a - 1) ** 2 + (b + 2) ** 2), new Float64Array(2));
 * console.log(x.map(Math.round).join(' ')); // 1 -2
 * ```
 */
export function fromValues(dimension: number, value: (x: Float64Array) => number): Objective {
  checkInteger(dimension, 'dimension', { min: 1 });
  checkFunction(value, 'value');
  return withDifferences(readObjective(value, dimension));
}
