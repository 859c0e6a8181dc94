// Code shared by checkers for losses of linear models and quadratic functions that are given by data: values and gradients with
// bounds on their rounding errors.
import type { CsrMatrix, DenseMatrix } from '@infimum/linalg';
import type { Interval } from '@infimum/rigor';
import {
  add,
  divide,
  ETA,
  exp,
  interval,
  leastEigenvalueBound,
  log,
  multiply,
  negate,
  radiusOfSum,
  square,
  subtract,
  U,
  up,
} from '@infimum/rigor';
import type { LinearModelSource, QuadraticSource, RidgeSource, SoftmaxSource } from './function-source.ts';

/** Numbers with bounds of their errors. */
export interface Balls {
  /** As computed. */
  readonly values: Float64Array;
  /** At least the errors. */
  readonly radii: Float64Array;
}

/** A mean of losses of a linear model with a ridge, or a quadratic function. */
export type Source = ((LinearModelSource | SoftmaxSource) & Partial<RidgeSource>) | QuadraticSource;

/** Any matrix by rows: where they begin, and of every entry its column. */
export type Rows = { readonly [name in 'rows' | 'cols']: number } & {
  readonly [name in 'pointers' | 'columns' | 'values']: ArrayLike<number>;
};

/** A matrix, or a diagonal, by rows. */
export function rowsOf(matrix: DenseMatrix | CsrMatrix | Float64Array): Rows {
  if (matrix instanceof Float64Array) {
    const size = matrix.length;
    const pointers = Int32Array.from({ length: size + 1 }, (_, i) => i);
    return { rows: size, cols: size, pointers, columns: pointers, values: matrix };
  }
  const { rows, cols, values } = matrix;
  if ('rowPointers' in matrix) return { rows, cols, pointers: matrix.rowPointers, columns: matrix.columnIndices, values };
  const pointers = Int32Array.from({ length: rows + 1 }, (_, i) => i * cols);
  return { rows, cols, pointers, columns: Int32Array.from({ length: rows * cols }, (_, k) => k % cols), values };
}

/** At least the sum of n numbers >= 0 that was made in doubles. */
const above = (sum: number, n: number): number => up(sum * (1 + 4 * (n + 4) * U) + 4 * (n + 4) * ETA);

/** a_i . x - b_i for all rows; variable j is x[from + step * j]. */
function margins(a: Rows, x: ArrayLike<number>, b?: ArrayLike<number>, from = 0, step = 1): Balls {
  const [values, radii] = [new Float64Array(a.rows), new Float64Array(a.rows)];
  for (let i = 0; i < a.rows; i++) {
    let value = b ? -b[i] : 0;
    let magnitude = Math.abs(value);
    for (let k = a.pointers[i]; k < a.pointers[i + 1]; k++) {
      const product = a.values[k] * x[from + step * a.columns[k]];
      value += product;
      magnitude += Math.abs(product);
    }
    values[i] = value;
    radii[i] = radiusOfSum(a.pointers[i + 1] - a.pointers[i] + 1, magnitude);
  }
  return { values, radii };
}

/** A'd over a divisor. */
export function pulledBack(a: Rows, d: Balls, divisor: number): Balls {
  const [values, magnitudes, spreads] = [0, 0, 0].map(() => new Float64Array(a.cols));
  const counts = new Int32Array(a.cols);
  for (let i = 0; i < a.rows; i++) {
    for (let k = a.pointers[i]; k < a.pointers[i + 1]; k++) {
      const j = a.columns[k];
      const product = a.values[k] * d.values[i];
      values[j] += product;
      magnitudes[j] += Math.abs(product);
      spreads[j] += Math.abs(a.values[k]) * d.radii[i];
      counts[j]++;
    }
  }
  const radii = values.map((value, j) => {
    const radius = up(radiusOfSum(counts[j], magnitudes[j]) + above(spreads[j], counts[j]));
    return up(up(radius / divisor) + 2 * U * Math.abs(value / divisor));
  });
  return { values: values.map((value) => value / divisor), radii };
}

/** The ball as an interval. */
export function intervalAt({ values, radii }: Balls, i: number): Interval {
  return add(interval(values[i]), interval(-radii[i], radii[i]));
}

/** Intervals as balls. */
function balls(intervals: readonly Interval[]): Balls {
  const values = Float64Array.from(intervals, ({ lower, upper }) => lower + (upper - lower) / 2);
  return { values, radii: values.map((value, i) => up(Math.max(intervals[i].upper - value, value - intervals[i].lower))) };
}

const one = /* @__PURE__ */ interval(1);
const zero = /* @__PURE__ */ interval(0);

/** log(1 + e^t). */
function softplus(t: Interval): Interval {
  const end = (x: number): Interval => {
    const rest = log(add(one, exp(interval(-Math.abs(x)))));
    return x > 0 ? add(interval(x), rest) : rest;
  };
  return interval(Math.max(0, end(t.lower).lower), end(t.upper).upper);
}

/** The value of a function and its gradient. */
export interface ValueAndGradient {
  /** f(x). */
  readonly value: Interval;
  /** Its gradient. */
  readonly gradient: Balls;
}

/**
 * Encloses a function of a source and its gradient at x.
 *
 * @param byClass - whether softmax has a vector of weights for every class, one after the other, or the weights of all classes for
 *   every feature
 */
export function enclosedAt(source: Source, x: Float64Array, byClass: boolean): ValueAndGradient {
  if (source.kind === 'quadratic') {
    const a = rowsOf(source.matrix);
    const gradient = margins(a, x, source.linear);
    const product = margins(a, x);
    let value = zero;
    for (let i = 0; i < x.length; i++) {
      const half = multiply(interval(0.5), intervalAt(product, i));
      value = add(value, multiply(interval(x[i]), subtract(half, interval(source.linear?.[i] ?? 0))));
    }
    return { value, gradient };
  }
  const a = rowsOf(source.design);
  const { targets, ridge = 0 } = source;
  let value = zero;
  const parts: { readonly from: number; readonly step: number; readonly slopes: Balls }[] = [];
  if (source.kind === 'softmax') {
    const { classes } = source;
    const places = Array.from({ length: classes }, (_, c) =>
      byClass ? { from: c * a.cols, step: 1 } : { from: c, step: classes },
    );
    const scores = places.map(({ from, step }) => margins(a, x, undefined, from, step));
    const slopes = places.map((): Interval[] => []);
    for (let i = 0; i < a.rows; i++) {
      const all = scores.map((of) => intervalAt(of, i));
      const most = interval(all.reduce((largest, { upper }) => Math.max(largest, upper), -Infinity));
      const powers = all.map((score) => exp(subtract(score, most)));
      const sum = powers.reduce(add);
      value = add(value, subtract(add(most, log(sum)), all[targets[i]]));
      for (const [c, power] of powers.entries()) slopes[c].push(subtract(divide(power, sum), c === targets[i] ? one : zero));
    }
    for (const [c, place] of places.entries()) parts.push({ ...place, slopes: balls(slopes[c]) });
  } else if (source.kind === 'logistic') {
    const of = margins(a, x);
    const slopes: Interval[] = [];
    for (let i = 0; i < a.rows; i++) {
      const t = targets[i] > 0 ? negate(intervalAt(of, i)) : intervalAt(of, i);
      value = add(value, softplus(t));
      const chance = divide(one, add(one, exp(negate(t))));
      slopes.push(targets[i] > 0 ? negate(chance) : chance);
    }
    parts.push({ from: 0, step: 1, slopes: balls(slopes) });
  } else {
    const slopes = margins(a, x, targets);
    for (let i = 0; i < a.rows; i++) value = add(value, multiply(interval(0.5), square(intervalAt(slopes, i))));
    parts.push({ from: 0, step: 1, slopes });
  }
  value = divide(value, interval(a.rows));
  const gradient = { values: new Float64Array(x.length), radii: new Float64Array(x.length) };
  for (const { from, step, slopes } of parts) {
    const part = pulledBack(a, slopes, a.rows);
    for (let j = 0; j < a.cols; j++) {
      const k = from + step * j;
      const pull = ridge * x[k];
      gradient.values[k] = part.values[j] + pull;
      gradient.radii[k] = up(part.radii[j] + up(2 * U * (Math.abs(part.values[j]) + Math.abs(pull))));
    }
  }
  for (let k = 0; k < (ridge > 0 ? x.length : 0); k++)
    value = add(value, multiply(multiply(interval(0.5), interval(ridge)), square(interval(x[k]))));
  return { value, gradient };
}

/** Larger matrices have no proof of their least eigenvalue. */
const MOST_VARIABLES = 500;

/** At most the least eigenvalue of a symmetric matrix, from a guess; that of a diagonal is its least entry. */
export function leastCurvature(matrix: QuadraticSource['matrix'], n: number, guess: unknown): number {
  if (matrix instanceof Float64Array) return matrix.reduce((least, value) => Math.min(least, value), Infinity);
  if (typeof guess !== 'number' || n > MOST_VARIABLES) return -Infinity;
  const { pointers, columns, values } = rowsOf(matrix);
  const dense = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let k = pointers[i]; k < pointers[i + 1]; k++) dense[i * n + columns[k]] += values[k];
  return leastEigenvalueBound(dense, n, guess);
}
