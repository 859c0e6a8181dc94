// The gradient of a smooth function at a point, and how far the point is from the minimizer of a strongly convex one.
import type { Verdict } from '@infimum/core/certificate';
import type { Interval } from '@infimum/rigor';
import { add, divide, interval, multiply, square, squareRoot } from '@infimum/rigor';
import type { Balls, Source } from '../objectives/source-checker.ts';
import { enclosedAt, intervalAt, leastCurvature } from '../objectives/source-checker.ts';
import type { SmoothSolution } from '../smooth-minimization.ts';
import type { SmoothProblem } from './smooth-instance.ts';

/** A guess of the least curvature. */
export interface SmoothWitness {
  /** A lower bound; only for quadratic functions, from their matrix. */
  readonly curvature: number;
}

/** The source and the point of a solution, if both are data. */
function dataOf({ source, initial }: SmoothProblem, { x }: SmoothSolution): [Source, Float64Array] | undefined {
  const isKnown = source && ['quadratic', 'least-squares', 'logistic', 'softmax'].includes(source.kind);
  const isPoint = x instanceof Float64Array && x.length === initial.length && x.every(Number.isFinite);
  return isKnown && isPoint ? [source as Source, x] : undefined;
}

/** The Euclidean length. */
function lengthOf(balls: Balls): Interval {
  let sum = interval(0);
  for (let i = 0; i < balls.values.length; i++) sum = add(sum, square(intervalAt(balls, i)));
  return squareRoot(interval(Math.max(0, sum.lower), sum.upper));
}

/**
 * Encloses `gradientNorm`: |∇f(x)|, over |∇f(x_0)| where that is below 1, or the other measures of it where they are less, as the
 * problem defines it. It needs no witness and never throws.
 */
export function checkGradient(instance: SmoothProblem, solution: SmoothSolution, _witness: unknown): Verdict {
  const data = dataOf(instance, solution);
  if (!data) return { proved: false, reason: 'the function or the point is not given as data' };
  const [source, x] = data;
  const { value, gradient } = enclosedAt(source, x, true);
  const size = lengthOf(gradient);
  const start = lengthOf(enclosedAt(source, instance.initial, true).gradient);
  const largest = interval(x.reduce((most, entry) => Math.max(most, Math.abs(entry)), 0));
  const length = lengthOf({ values: x, radii: new Float64Array(x.length) });
  const most = Math.max(value.upper, -value.lower);
  const absolute = interval(value.lower > 0 ? value.lower : value.upper < 0 ? -value.upper : 0, most);
  const cut = ({ lower, upper }: Interval, bound: (a: number, b: number) => number) =>
    interval(bound(1, lower), bound(1, upper));
  const byStart = divide(size, cut(start, Math.min));
  const byPlace = multiply(divide(divide(size, cut(absolute, Math.max)), interval(1e4)), largest);
  const byValue = divide(multiply(size, cut(length, Math.max)), multiply(interval(1e-4), absolute));
  const figure = {
    lower: size.upper === 0 ? 0 : Math.max(0, Math.min(byValue.lower, Math.max(byStart.lower, byPlace.lower))),
    upper: size.upper === 0 ? 0 : Math.min(byValue.upper, Math.max(byStart.upper, byPlace.upper)),
  };
  return figure.upper < Infinity && figure.lower <= figure.upper
    ? { proved: true, figures: { gradientNorm: figure } }
    : { proved: false, reason: 'the gradient is beyond the range of doubles' };
}

/**
 * Proves of a function with curvature mu > 0 everywhere that |x - x*| <= |∇f(x)| / mu and f(x) - f(x*) <= |∇f(x)|² / (2 mu), x* the
 * only minimizer: mu is the ridge, or a bound on the least eigenvalue. Never throws, for any witness.
 */
export function check(instance: SmoothProblem, solution: SmoothSolution, witness: unknown): Verdict {
  const data = dataOf(instance, solution);
  if (!data) return { proved: false, reason: 'the function or the point is not given as data' };
  const [source, x] = data;
  const guess: unknown = (witness as Partial<SmoothWitness> | null)?.curvature;
  const curvature = source.kind === 'quadratic' ? leastCurvature(source.matrix, x.length, guess) : (source.ridge ?? 0);
  if (!(curvature > 0)) return { proved: false, reason: 'no curvature above 0 is proved' };
  const size = lengthOf(enclosedAt(source, x, true).gradient);
  const distance = divide(size, interval(curvature)).upper;
  const gap = divide(multiply(size, size), multiply(interval(2), interval(curvature))).upper;
  if (!(distance < Infinity && gap < Infinity)) return { proved: false, reason: 'the gradient is beyond the range of doubles' };
  return { proved: true, figures: { distance: { lower: 0, upper: distance }, gap: { lower: 0, upper: gap } } };
}
