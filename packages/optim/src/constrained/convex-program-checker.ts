// Bounds of convex quadratic and linear programs from multipliers, and proofs that nothing is feasible.
//
// A. Neumaier, O. Shcherbina: Safe bounds in linear and mixed-integer linear programming, Math. Program. 99 (2004).
import type { Verdict } from '@infimum/core/certificate';
import type { Interval } from '@infimum/rigor';
import { add, dot2, down, exactDot, interval, leastEigenvalueBound, multiply, subtract, up } from '@infimum/rigor';

/** min x'Px/2 + q'x subject to low <= Ax <= high and lower <= x <= upper, all of it in full. */
export interface ConvexProgramData {
  /** P, n x n, row-major, symmetric to the bit; empty for a linear program. */
  readonly hessian: Float64Array;
  /** q, n numbers. */
  readonly linear: Float64Array;
  /** A, m x n, row-major. */
  readonly rows: Float64Array;
  /** Least values of Ax. */
  readonly low: Float64Array;
  /** Largest values of Ax. */
  readonly high: Float64Array;
  /** Least values of x. */
  readonly lower: Float64Array;
  /** Largest values of x. */
  readonly upper: Float64Array;
}

/** Multipliers. */
export interface ConvexProgramWitness {
  /** y, m numbers: at least 0 where the largest value of Ax is reached, at most 0 where the least one is. */
  readonly multipliers: ArrayLike<number>;
  /** Of quadratic programs: a guess of the least eigenvalue of P from below. */
  readonly curvature?: number;
}

/** So many finite numbers; undefined for anything else. */
function numbers(given: unknown, length: number): ArrayLike<number> | undefined {
  if (!(given instanceof Float64Array || Array.isArray(given)) || given.length !== length) return undefined;
  for (let i = 0; i < length; i++) {
    const value: unknown = given[i];
    if (!(typeof value === 'number' && value > -Infinity && value < Infinity)) return undefined;
  }
  return given;
}

/** sum_k a_k b_k + plus, from two rows of numbers. */
function sumOf(a: ArrayLike<number>, b: ArrayLike<number>, length: number, start: number, step: number, plus = 0): Interval {
  const { value, radius } = dot2(a, b, length, start, 0, step, 1, plus);
  return add(interval(value), interval(-radius, radius));
}

/** At least max v y over low <= v <= high; a factor 0 needs no bound. */
function most(y: Interval, low: number, high: number): number {
  if (y.lower === 0 && y.upper === 0) return 0;
  const beyond = (v: number) => ((v > 0 ? y.upper > 0 : y.lower < 0) ? Infinity : -Infinity);
  const ends = [low, high].map((v) => (Math.abs(v) < Infinity ? multiply(y, interval(v)).upper : beyond(v)));
  return Math.max(...ends);
}

/** A'y + plus. */
const reduced = ({ rows, linear }: ConvexProgramData, y: ArrayLike<number>, plus: (i: number) => number): Interval[] =>
  Array.from(linear, (_, i) => sumOf(rows, y, y.length, i, linear.length, plus(i)));

/**
 * Encloses the least value of a convex program: by its value at x from above, where x is feasible, and by its dual value at the
 * witness's multipliers from below; `gap` is f(x) minus the dual value, `violation` the largest violation at x. With
 * z = q + Px + A'y, f at any feasible v is at least -x'Px/2 + sum_i min z_i v_i - sum_j max y_j (Av)_j. Where there is no bound of a
 * variable this is about |v_i| <= 1024 max |x|. Never throws, for any witness.
 *
 * @example
 * ```ts
 * import { checkConvexProgram } from '@infimum/optim/checkers';
 *
 * // max 3 a + 5 b: a <= 4, 2 b <= 12, 3 a + 2 b <= 18
 * const of = (...values: number[]) => Float64Array.of(...values);
 * const program = {
 *   hessian: of(), linear: of(-3, -5), rows: of(1, 0, 0, 2, 3, 2),
 *   low: of(-Infinity, -Infinity, -Infinity), high: of(4, 12, 18), lower: of(0, 0), upper: of(Infinity, Infinity),
 * };
 * const verdict = checkConvexProgram(program, { x: of(2, 6) }, { multipliers: [0, 1.5, 1] });
 * console.log(verdict.proved && verdict.figures['optimum'].lower > -36.000001); // true
 * ```
 */
export function check(program: ConvexProgramData, { x }: { readonly x: Float64Array }, witness: unknown): Verdict {
  const { hessian, linear, low, high, lower, upper } = program;
  const [n, m] = [linear.length, low.length];
  const { multipliers, curvature } = (witness ?? {}) as Partial<ConvexProgramWitness>;
  const y = numbers(multipliers, m);
  if (!y || !(x instanceof Float64Array) || !numbers(x, n))
    return { proved: false, reason: `the witness does not have ${m} multipliers, or the point ${n} numbers` };
  const isQuadratic = hessian.length > 0;
  const isConvex = !isQuadratic || (typeof curvature === 'number' && leastEigenvalueBound(hessian, n, curvature) >= 0);
  if (!isConvex) return { proved: false, reason: 'P is not proved to be positive semidefinite' };
  const product = Array.from({ length: n }, (_, i) => (isQuadratic ? sumOf(hessian, x, n, i * n, 1) : interval(0)));
  const z = reduced(program, y, (i) => linear[i]).map((entry, i) => add(entry, product[i]));
  const reach = 1024 * x.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1);
  let [value, half] = [sumOf(linear, x, n, 0, 1), interval(0)];
  for (let i = 0; i < n; i++) half = add(half, multiply(interval(0.5 * x[i]), product[i]));
  value = add(value, half);
  let bound = -half.upper;
  for (let i = 0; i < n; i++) {
    const negated = { lower: -z[i].upper, upper: -z[i].lower };
    bound = down(bound - most(negated, Math.max(lower[i], -reach), Math.min(upper[i], reach)));
  }
  for (let j = 0; j < m; j++) bound = down(bound - most(interval(y[j]), low[j], high[j]));
  const violation = violationOf(program, x);
  const gap = up(value.upper - bound);
  if (!(bound > -Infinity && gap < Infinity))
    return { proved: false, reason: 'a multiplier without a bound has the wrong sign' };
  const figures = {
    gap: { lower: -Infinity, upper: gap },
    optimum: { lower: bound, upper: violation.upper === 0 ? value.upper : Infinity },
    violation,
  };
  return { proved: true, figures };
}

/** Encloses the largest violation of a bound or a row by x. */
function violationOf({ linear, rows, low, high, lower, upper }: ConvexProgramData, x: Float64Array): Interval {
  const [n, m] = [linear.length, low.length];
  let violation = { lower: 0, upper: 0 };
  const violate = (at: Interval, from: number, to: number) => {
    const [below, above] = [subtract(interval(from), at), subtract(at, interval(to))];
    violation = {
      lower: Math.max(violation.lower, below.lower, above.lower),
      upper: Math.max(violation.upper, from > -Infinity ? below.upper : 0, to < Infinity ? above.upper : 0),
    };
  };
  for (let i = 0; i < n; i++) if (x[i] < lower[i] || x[i] > upper[i]) violate(interval(x[i]), lower[i], upper[i]);
  for (let j = 0; j < m; j++) violate(sumOf(rows, x, n, j * n, 1), low[j], high[j]);
  return violation;
}

/** The sign of sum_k a_k b_k for every `step`-th a from `start` on, exactly. */
function exactSign(a: ArrayLike<number>, b: ArrayLike<number>, start: number, step: number): -1 | 0 | 1 {
  const { mantissa } = exactDot(
    Float64Array.from(b, (_, k) => a[start + k * step]),
    b,
  );
  return mantissa > 0n ? 1 : mantissa < 0n ? -1 : 0;
}

/**
 * Proves that f is unbounded along a direction d from any feasible point, exactly: P d = 0, q'd < 0, and d leaves no bound.
 * `violation` is as in `checkConvexProgram`: 0 where x is feasible. Never throws, for any witness.
 */
export function checkUnbounded(program: ConvexProgramData, { x }: { readonly x: Float64Array }, witness: unknown): Verdict {
  const { hessian, linear, rows, low, high, lower, upper } = program;
  const n = linear.length;
  const d = numbers((witness as { readonly direction?: unknown } | null)?.direction, n);
  if (!d || !numbers(x, n))
    return { proved: false, reason: `the witness has no direction, or the point does not have ${n} numbers` };
  const leads = (sign: number, least: number, largest: number) =>
    (sign < 0 && least > -Infinity) || (sign > 0 && largest < Infinity);
  const isRay =
    exactSign(linear, d, 0, 1) < 0 &&
    linear.every((_, i) => hessian.length === 0 || exactSign(hessian, d, i * n, 1) === 0) &&
    linear.every((_, i) => !leads(d[i], lower[i], upper[i])) &&
    low.every((_, j) => !leads(exactSign(rows, d, j * n, 1), low[j], high[j]));
  if (!isRay) return { proved: false, reason: 'f does not decrease along the direction, or a bound ends it' };
  return { proved: true, figures: { violation: violationOf(program, x) } };
}

/**
 * Proves that there is no feasible point: the least value of y'Ax over the bounds of x is above the largest value of y'(Ax) that the rows
 * allow, so that every x within its bounds violates a row by at least `violation`. For a variable without bounds, its entry of A'y must
 * be exactly 0.
 * Never throws, for any witness.
 */
export function checkInfeasible(program: ConvexProgramData, _: object, witness: unknown): Verdict {
  const { low, high, lower, upper } = program;
  const y = numbers((witness as Partial<ConvexProgramWitness> | null)?.multipliers, low.length);
  if (!y) return { proved: false, reason: `the witness does not have ${low.length} multipliers` };
  let excess = 0;
  for (const [i, { lower: from, upper: to }] of reduced(program, y, () => 0).entries()) {
    // Where there is a bound on one side or none the sign is what matters, exactly.
    const isOpen = lower[i] === -Infinity || upper[i] === Infinity;
    const sign = isOpen ? exactSign(program.rows, y, i, lower.length) : undefined;
    const entry = {
      lower: sign === undefined || sign > 0 ? -to : Math.max(0, -to),
      upper: sign === undefined || sign < 0 ? -from : Math.min(0, -from),
    };
    excess = down(excess - most(entry, lower[i], upper[i]));
  }
  let size = 0;
  for (let j = 0; j < low.length; j++) {
    excess = down(excess - most(interval(y[j]), low[j], high[j]));
    size = up(size + Math.abs(y[j]));
  }
  if (!(excess > 0 && size < Infinity)) return { proved: false, reason: 'the multipliers do not exclude a feasible point' };
  return { proved: true, figures: { violation: { lower: Math.max(0, down(excess / size)), upper: Infinity } } };
}
