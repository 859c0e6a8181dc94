// A root of a function of one variable, in a bracket with a change of sign.
//
// R. P. Brent: Algorithms for minimization without derivatives (1973), chapter 4.
import type { Iterate, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { checkNumber, converged, fault, resolveOptions, runWith, stalled } from '@infimum/core';
import type { OracleCalls } from '../smooth-minimization.ts';
import { checkFunction, maxIterations, tolerance } from './scalar-function.ts';

const findRootOptions = { tolerance, maxIterations } as const satisfies OptionSpecs;

/** Options of the search for a root. */
export type FindRootOptions = OptionsOf<typeof findRootOptions> & RunOptions<RootIterate>;

/** A root. */
export interface Root {
  /** Where the function changes its sign. */
  readonly x: number;
  /** Its value there. */
  readonly value: number;
  /** Two ends, with values of different signs, between which the root lies. */
  readonly bracket: readonly [number, number];
  /** Evaluations. */
  readonly evaluations: Pick<OracleCalls, 'value'>;
}

/** One evaluation. */
export interface RootIterate extends Iterate<Root> {
  /** The best argument so far. */
  readonly x: number;
  /** Width of the bracket. */
  readonly width: number;
}

/**
 * Finds x between a and b with f(x) = 0, where f(a) and f(b) have different signs: by inverse quadratic interpolation and
 * secants where they are safe, by bisection elsewhere. For smooth f about eight evaluations, never more than the square of
 * those of bisection. Brent's method with Dekker's bracket.
 *
 * `converged` when f(x) = 0 or the bracket is at most `tolerance` |x| wide, up to the rounding of x, a and b; `stalled` when a value
 * is NaN, and where the sign changes at a pole.
 *
 * @param value - f
 * @param a - one end
 * @param b - the other
 * @param options - tolerance and limits; `maxIterations` is 200 by default
 * @throws {InvalidInputError} for ends that are not finite, NaN at one of them, or values of the same sign (`b`)
 *
 * @example
 * ```ts
 * import { findRoot } from '@infimum/optim';
 *
 * const { x, status } = findRoot((t) => Math.cos(t) - t, 0, 1);
 * console.log(status, x.toFixed(12)); // converged 0.739085133215
 * ```
 */
export function findRoot(
  value: (x: number) => number,
  a: number,
  b: number,
  options: FindRootOptions = {},
): Outcome<Root, RootIterate> {
  return runWith(findRootOptions, options, findRootSteps(value, a, b, options));
}

/** The steps of `findRoot`. */
export function* findRootSteps(
  value: (x: number) => number,
  a: number,
  b: number,
  options: FindRootOptions = {},
): Steps<Root, RootIterate> {
  const { tolerance } = resolveOptions(findRootOptions, options);
  checkFunction(value);
  checkNumber(a, 'a');
  checkNumber(b, 'b');
  let evaluations = 0;
  const f = (x: number) => {
    evaluations++;
    return value(x);
  };
  // x is the best point, with the root between it and `other`; `last` is the best point before.
  let [other, x] = [a, b];
  let [otherValue, xValue] = [f(a), f(b)];
  for (const [end, endValue, argument] of [
    [a, otherValue, 'a'],
    [b, xValue, 'b'],
  ] as const) {
    if (!Number.isNaN(endValue)) continue;
    throw fault(`has the value NaN at ${end}`, argument, 'not-finite');
  }
  if (Math.sign(otherValue) * Math.sign(xValue) > 0) {
    throw fault(`has the value ${xValue}, of the same sign as ${otherValue} at a: no root is bracketed`, 'b', 'out-of-range');
  }
  // A root at zero is accurate to the rounding of the ends.
  const absolute = Math.max(Number.MIN_VALUE, Number.EPSILON * Math.max(Math.abs(a), Math.abs(b)));
  const least = Math.min(Math.abs(xValue), Math.abs(otherValue)); // of the values at the ends
  let [last, lastValue] = [other, otherValue];
  let [step, before] = [x - other, x - other];
  for (let iteration = 0; ; iteration++) {
    if (Math.abs(otherValue) < Math.abs(xValue)) {
      [last, x, other] = [x, other, x];
      [lastValue, xValue, otherValue] = [xValue, otherValue, xValue];
    }
    const [here, hereValue, end] = [x, xValue, other];
    const width = Math.abs(other / 2 - x / 2) * 2;
    const solution = (): Root => ({
      x: here,
      value: hereValue,
      bracket: here < end ? [here, end] : [end, here],
      evaluations: { value: evaluations },
    });
    yield { iteration, x, width, solution };
    if (xValue === 0) return converged(solution(), 'the value is zero');
    const reach = (2 * Number.EPSILON + tolerance / 2) * Math.abs(x) + absolute;
    const middle = other / 2 - x / 2;
    if (Math.abs(middle) <= reach) {
      // No value in between is as small as at the ends: where the sign changes f is not continuous.
      if (Math.abs(hereValue) > least) return stalled(solution(), 'the sign changes at a pole or a jump, not at a root');
      return converged(solution(), `the bracket is at most ${(2 * reach).toExponential(1)} wide`);
    }
    let next = middle;
    if (Math.abs(before) >= reach && Math.abs(lastValue) > Math.abs(xValue)) {
      const proposed = interpolated({ x, xValue, last, lastValue, other, otherValue });
      // Within three quarters of the bracket, and less than half of the step before the last.
      const isSafe =
        proposed * Math.sign(middle) > 0 && Math.abs(proposed) < Math.min(1.5 * Math.abs(middle), Math.abs(before) / 2);
      if (isSafe) next = proposed;
    }
    before = next === middle ? middle : step;
    step = next;
    [last, lastValue] = [x, xValue];
    x += Math.abs(step) > reach ? step : Math.sign(middle) * reach;
    xValue = f(x);
    if (Number.isNaN(xValue)) return stalled(solution(), `the value is NaN at ${x}`);
    if (Math.sign(xValue) === Math.sign(otherValue)) {
      [other, otherValue] = [last, lastValue];
      step = x - last;
      before = step;
    }
  }
}

/** The step to where the inverse parabola through three points is zero, or the secant through two. */
function interpolated(points: {
  x: number;
  xValue: number;
  last: number;
  lastValue: number;
  other: number;
  otherValue: number;
}): number {
  const { x, xValue, last, lastValue, other, otherValue } = points;
  const s = xValue / lastValue;
  if (last === other) return ((other - x) * s) / (s - 1);
  const [q, r] = [lastValue / otherValue, xValue / otherValue];
  const p = s * ((other - x) * q * (q - r) - (x - last) * (r - 1));
  return -p / ((q - 1) * (r - 1) * (s - 1));
}
