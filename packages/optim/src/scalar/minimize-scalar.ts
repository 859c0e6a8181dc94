// A minimum of a function of one variable, by parabolas and the golden section.
//
// R. P. Brent: Algorithms for minimization without derivatives (1973), chapter 5.
import type { Iterate, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { checkNumber, converged, fault, resolveOptions, runWith, stalled } from '@infimum/core';
import type { OracleCalls } from '../smooth-minimization.ts';
import { checkFunction, maxIterations } from './scalar-function.ts';

const minimizeScalarOptions = {
  tolerance: {
    type: 'number',
    min: 0,
    default: 1e-8,
    description: 'Accuracy of x at which to stop, relative to |x|; below 1.5e-8 it is lost in the rounding of f',
  },
  maxIterations,
} as const satisfies OptionSpecs;

/** Options of the search for a minimum. */
export type MinimizeScalarOptions = OptionsOf<typeof minimizeScalarOptions> & RunOptions<ScalarIterate>;

/** A minimum. */
export interface ScalarMinimum {
  /** Where it is. */
  readonly x: number;
  /** The value there. */
  readonly value: number;
  /** The ends between which it lies; neither has a smaller value. */
  readonly bracket: readonly [number, number];
  /** Evaluations. */
  readonly evaluations: Pick<OracleCalls, 'value'>;
}

/** One evaluation. */
export interface ScalarIterate extends Iterate<ScalarMinimum> {
  /** The best argument so far. */
  readonly x: number;
  /** Its value. */
  readonly value: number;
  /** Width of the bracket. */
  readonly width: number;
}

/** The smaller part of the golden section. */
const GOLDEN = (3 - Math.sqrt(5)) / 2;

/**
 * Finds a minimum of f between a and b: by parabolas through the last three points where they are safe, by the golden
 * section elsewhere. If f has several local minima in the interval, the result is one of them. About ten evaluations for smooth
 * f, at most 40 for others. It never evaluates the ends.
 *
 * `converged` when the bracket is at most 4 `tolerance` |x| wide, up to the rounding of f's values; `stalled` when a value is
 * NaN.
 *
 * @param value - f
 * @param a - one end
 * @param b - the other end, different from a
 * @param options - tolerance and limits; `maxIterations` is 200 by default
 * @throws {InvalidInputError} for ends that are not finite or the same
 *
 * @example
 * ```ts
 * import { minimizeScalar } from '@infimum/optim';
 *
 * const { x, status } = minimizeScalar((t) => t * Math.log(t), 0, 1);
 * console.log(status, x.toFixed(6)); // converged 0.367879
 * ```
 */
export function minimizeScalar(
  value: (x: number) => number,
  a: number,
  b: number,
  options: MinimizeScalarOptions = {},
): Outcome<ScalarMinimum, ScalarIterate> {
  return runWith(minimizeScalarOptions, options, minimizeScalarSteps(value, a, b, options));
}

/** The steps of `minimizeScalar`. */
export function* minimizeScalarSteps(
  value: (x: number) => number,
  a: number,
  b: number,
  options: MinimizeScalarOptions = {},
): Steps<ScalarMinimum, ScalarIterate> {
  const { tolerance } = resolveOptions(minimizeScalarOptions, options);
  checkFunction(value);
  checkNumber(a, 'a');
  checkNumber(b, 'b');
  if (a === b) throw fault('is the same as a', 'b', 'out-of-range');
  let evaluations = 0;
  const f = (x: number) => {
    evaluations++;
    return value(x);
  };
  let [low, high] = a < b ? [a, b] : [b, a];
  // x is the best point, w the second best, v the w before.
  let x = low + GOLDEN * (high - low);
  let [w, v] = [x, x];
  let xValue = f(x);
  let [wValue, vValue] = [xValue, xValue];
  let [step, before] = [0, 0];
  for (let iteration = 0; ; iteration++) {
    const [here, hereValue, bracket] = [x, xValue, [low, high] as const];
    const solution = (): ScalarMinimum => ({ x: here, value: hereValue, bracket, evaluations: { value: evaluations } });
    yield { iteration, x, value: xValue, width: high - low, solution };
    if (Number.isNaN(xValue)) return stalled(solution(), `the value is NaN at ${x}`);
    const middle = low / 2 + high / 2;
    const reach = tolerance * Math.abs(x) + Math.sqrt(Number.EPSILON) * 1e-3 * Math.abs(x) + Number.MIN_VALUE;
    if (Math.abs(x - middle) <= 2 * reach - (high - low) / 2) {
      return converged(solution(), `the bracket is at most ${(4 * reach).toExponential(1)} wide`);
    }
    const parabola = Math.abs(before) > reach ? toVertex(x, xValue, w, wValue, v, vValue) : Number.NaN;
    const isSafe = Math.abs(parabola) < Math.abs(before / 2) && x + parabola > low && x + parabola < high;
    if (isSafe) {
      before = step;
      step = parabola;
      // Not next to the ends.
      const place = x + step;
      if (place - low < 2 * reach || high - place < 2 * reach) step = x < middle ? reach : -reach;
    } else {
      before = x < middle ? high - x : low - x;
      step = GOLDEN * before;
    }
    const next = x + (Math.abs(step) >= reach ? step : (Math.sign(step) || 1) * reach);
    const nextValue = f(next);
    if (Number.isNaN(nextValue)) return stalled(solution(), `the value is NaN at ${next}`);
    if (nextValue <= xValue) {
      if (next < x) high = x;
      else low = x;
      [v, vValue, w, wValue, x, xValue] = [w, wValue, x, xValue, next, nextValue];
    } else {
      if (next < x) low = next;
      else high = next;
      if (nextValue <= wValue || w === x) [v, vValue, w, wValue] = [w, wValue, next, nextValue];
      else if (nextValue <= vValue || v === x || v === w) [v, vValue] = [next, nextValue];
    }
  }
}

/** The step from x to the vertex of the parabola through three points; NaN where there is none. */
function toVertex(x: number, xValue: number, w: number, wValue: number, v: number, vValue: number): number {
  const r = (x - w) * (xValue - vValue);
  const q = (x - v) * (xValue - wValue);
  const below = 2 * (q - r);
  // The quotients first: the products of three small numbers would be zero.
  return below === 0 ? Number.NaN : (x - w) * (r / below) - (x - v) * (q / below);
}
