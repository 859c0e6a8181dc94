// How far a point is from the minimum of a convex loss with an l1 norm and bounds: Fenchel's gap from a dual point.
import type { Verdict } from '@infimum/core/certificate';
import type { Interval } from '@infimum/rigor';
import { add, divide, down, interval, log, multiply, negate, square, subtract, up } from '@infimum/rigor';
import type { LinearModelSource, QuadraticSource, SoftmaxSource } from '../objectives/function-source.ts';
import type { Balls } from '../objectives/source-checker.ts';
import { enclosedAt, intervalAt, leastCurvature, pulledBack, rowsOf } from '../objectives/source-checker.ts';
import type { CompositeProblem } from './composite-instance.ts';
import type { CompositeSolution } from './composite-minimization.ts';

/** A dual point. */
export interface CompositeWitness {
  /** Of linear models: n times the slope of every sample's loss. */
  readonly dual?: ArrayLike<number>;
  /** Of quadratic functions: a guess of the least eigenvalue from below. */
  readonly curvature?: number;
}

const zero = /* @__PURE__ */ interval(0);

/**
 * Encloses the least value of F(z) = f(z) + l1 |z|_1 over the bounds, by F(x) from above and by
 * -f*(d) + sum_j min_z (A'd)_j z + l1 |z| from below, for any dual point d; where there is no bound over |z_j| <= 1024 max |x|.
 * Never throws, for any witness.
 */
export function check(problem: CompositeProblem, solution: CompositeSolution, witness: unknown): Verdict {
  const { source, l1 = 0, lower = -Infinity, upper = Infinity } = problem;
  const { x } = solution;
  if (!source) return { proved: false, reason: 'the loss is not given as data' };
  if (
    !(x instanceof Float64Array && x.length === problem.loss.dimension && x.every((value) => value >= lower && value <= upper))
  )
    return { proved: false, reason: 'the point is not within the bounds' };
  const largest = x.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const reach = largest > 0 ? 1024 * largest : 1;
  const ends = { lower: Math.max(lower, -reach), upper: Math.min(upper, reach) };
  const { value, gradient } = enclosedAt(source, x, false);
  const norm = x.reduce((sum, entry) => add(sum, interval(Math.abs(entry))), zero);
  const here = add(value, multiply(interval(l1), norm));
  const below =
    source.kind === 'quadratic' || source.kind === 'softmax'
      ? slopesBound(source, x, here, gradient, problem, ends, witness)
      : dualBound(source, l1, ends, witness);
  if (typeof below === 'string') return { proved: false, reason: below };
  const gap = up(here.upper - below);
  if (!(gap < Infinity && here.upper < Infinity)) return { proved: false, reason: 'the sums are beyond the range of doubles' };
  return { proved: true, figures: { gap: { lower: 0, upper: gap }, optimum: { lower: below, upper: here.upper } } };
}

/** At most min slope (z - from) + l1 (|z| - |from|) over an interval of z: the least is at an end or at 0. */
function leastOf(slope: Interval, l1: number, { lower, upper }: Interval, from = 0): number {
  let least = Infinity;
  for (const z of lower < 0 && upper > 0 ? [lower, 0, upper] : [lower, upper]) {
    const growth = multiply(interval(l1), subtract(interval(Math.abs(z)), interval(Math.abs(from))));
    const value = add(multiply(slope, subtract(interval(z), interval(from))), growth).lower;
    if (!(value >= least)) least = value;
  }
  return least;
}

/** -f*(d) + sum_j min_z (A'd)_j z + l1 |z|, from below; a text where the dual point is none. */
function dualBound(
  { kind, design, targets }: LinearModelSource,
  l1: number,
  ends: Interval,
  witness: unknown,
): number | string {
  const dual: unknown = (witness as CompositeWitness | null)?.dual;
  const a = rowsOf(design);
  if (!(dual instanceof Float64Array || Array.isArray(dual)) || dual.length !== a.rows)
    return 'the witness does not have a number for every sample';
  let conjugate = zero;
  for (let i = 0; i < a.rows; i++) {
    if (!(typeof dual[i] === 'number' && Math.abs(dual[i]) < Infinity)) return 'the dual point is not finite';
    if (kind === 'least-squares') {
      const d = interval(dual[i]);
      conjugate = add(conjugate, add(multiply(d, interval(targets[i])), multiply(interval(0.5), square(d))));
      continue;
    }
    const p = targets[i] > 0 ? -dual[i] : dual[i];
    if (!(p >= 0 && p <= 1)) return 'the dual point is not in the domain of the conjugate loss';
    // p log p + (1 - p) log(1 - p), of which parts at 0 are 0, and all are at most 0.
    for (const chance of [interval(p), subtract(interval(1), interval(p))])
      if (chance.lower > 0) conjugate = add(conjugate, multiply(chance, log(chance)));
  }
  let sum = negate(divide(conjugate, interval(a.rows))).lower;
  const pulled = pulledBack(a, { values: Float64Array.from(dual), radii: new Float64Array(a.rows) }, a.rows);
  for (let j = 0; j < a.cols; j++) sum = down(sum + leastOf(intervalAt(pulled, j), l1, ends));
  return sum;
}

/**
 * F(x) + sum_j min_z (g_j (z - x_j) + lambda / 2 (z - x_j)² + l1 (|z| - |x_j|)) from below, g the gradient at x and lambda >= 0 at most
 * the least eigenvalue, 0 for softmax: each is at least the minimum without lambda, and -s² / (2 lambda) for a subgradient s.
 */
function slopesBound(
  source: QuadraticSource | SoftmaxSource,
  x: Float64Array,
  here: Interval,
  gradient: Balls,
  { l1 = 0, lower = -Infinity, upper = Infinity }: CompositeProblem,
  ends: Interval,
  witness: unknown,
): number | string {
  const guess = (witness as CompositeWitness | null)?.curvature;
  const curvature = source.kind === 'softmax' ? 0 : leastCurvature(source.matrix, x.length, guess);
  if (!(curvature >= 0)) return 'no curvature of at least 0 is proved';
  let sum = here.lower;
  for (let j = 0; j < x.length; j++) {
    const g = intervalAt(gradient, j);
    const kink = x[j] === 0 ? Math.min(l1, Math.max(-l1, -gradient.values[j])) : x[j] > 0 ? l1 : -l1;
    const slope = add(g, interval(kink));
    const isHeld = (x[j] === lower && slope.lower >= 0) || (x[j] === upper && slope.upper <= 0);
    const curved = isHeld ? 0 : divide(square(slope), multiply(interval(2), interval(curvature))).upper;
    const straight = leastOf(g, l1, ends, x[j]);
    sum = down(sum + Math.min(0, Math.max(straight, -curved)));
  }
  return sum;
}
