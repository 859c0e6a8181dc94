// The interface of methods without gradients: values at points that the method chooses. Methods request whole generations, and the caller
// supplies the values: at once, from other threads or machines, or after days.
import type { Conclusion, Iterate, VectorLike } from '@infimum/core';
import {
  asVector,
  checkChoice,
  checkFinite,
  checkFunction,
  checkInteger,
  checkList,
  checkNumber,
  checkNumbers,
  checkObject,
  checkOutput,
  converged,
  exhausted,
  fault,
  Random,
} from '@infimum/core';

/** A function to be minimised of which only values are known. */
export interface BlackBox {
  /** Number of variables d. */
  readonly dimension: number;
  /** f(x); a value that is not finite counts as a failure and ranks last. The point is valid during the call. */
  value(x: Float64Array): number;
  /** Where the search begins; the middle of the bounds, or 0. */
  readonly initial?: VectorLike;
  /** The spread of the first points, a standard deviation a variable; by default a quarter of the range, or 1. */
  readonly scale?: VectorLike;
  /** Smallest allowed values, of all variables or of each; may be -Infinity. Nothing is evaluated outside. */
  readonly lower?: number | VectorLike;
  /** Largest allowed values; may be Infinity. Equal to `lower` they fix a variable. */
  readonly upper?: number | VectorLike;
  /**
   * Constraints g(x) <= 0, one number a constraint, computed by the method's caller and cheap relative to f. Only `cbo` supports them; the
   * best point is then the best feasible one.
   */
  constraints?(x: Float64Array): ArrayLike<number>;
  /** The kinds of variables: real by default, integers, or the numbers of choices without an order. */
  readonly kinds?: readonly ('real' | 'integer' | 'choice')[];
  /** The least value, or a lower bound of it, for the measurement of errors. */
  readonly optimum?: number;
  /** The value at which to stop: only reaching it counts as success. */
  readonly target?: number;
}

/** The best point that was evaluated. */
export interface BestPoint {
  /** The point; the start before any evaluation. */
  x: Float64Array;
  /** f(x) as evaluated; Infinity before any evaluation has succeeded. */
  value: number;
  /** Number of evaluations of f, including failures. */
  evaluations: {
    /** Calls of f. */
    value: number;
  };
}

/** A generation of points whose values are requested. */
export interface Questions<Solution = BestPoint> extends Iterate<Solution> {
  /** Evaluations so far. */
  readonly evaluations: number;
  /** Least value so far. */
  readonly best: number;
  /** Number of points. */
  readonly count: number;
  /** The points one after the other, count · d numbers; valid until the answer is given. */
  readonly points: Float64Array;
  /** One more point of the same distribution, where the method can learn from any points: see `isReplaced`. */
  readonly sample?: (() => Float64Array) | undefined;
  /** Set by the caller if the values belong to other points than requested; they have then been written to `points`. */
  isReplaced?: boolean;
}

/** Evaluates all points of a request, one after the other. */
export function answerQuestions(box: BlackBox, questions: Questions): Float64Array {
  checkObject(box, 'box');
  checkObject(questions, 'questions');
  const { dimension: d } = box;
  const { points, count } = questions;
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) values[i] = numberOf(box.value(points.slice(i * d, (i + 1) * d)));
  return values;
}

/** The source of values for a run that evaluates a function directly. */
export const answersOf = (box: BlackBox) => (questions: Questions) => answerQuestions(box, questions);

/** A value that is not a number is a failure, including a bigint, which arithmetic would reject. */
export function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : Number.NaN;
}

/** A black box with its bounds as vectors. */
interface Box extends BlackBox {
  readonly initial?: Float64Array;
  readonly scale?: Float64Array;
  readonly lower?: Float64Array;
  readonly upper?: Float64Array;
}

/** @throws {InvalidInputError} naming the field at fault */
export function checkBlackBox(blackBox: BlackBox): Box {
  checkObject(blackBox, 'instance');
  const { dimension: d, value, initial, scale, lower, upper, kinds, constraints, optimum, target } = blackBox;
  checkInteger(d, 'dimension', { min: 1, max: 10_000_000 });
  checkFunction(value, 'value');
  if (constraints !== undefined) checkFunction(constraints, 'constraints');
  if (kinds !== undefined) checkKinds(blackBox);
  if (optimum !== undefined) checkNumber(optimum, 'optimum');
  if (target !== undefined) checkNumber(target, 'target');
  const box = {
    ...blackBox,
    value,
    ...(constraints && { constraints }),
    ...(initial !== undefined && { initial: asVector(initial, 'initial', d) }),
    ...(scale !== undefined && { scale: asVector(scale, 'scale', d) }),
    ...(lower !== undefined && { lower: boundOf(lower, 'lower', d) }),
    ...(upper !== undefined && { upper: boundOf(upper, 'upper', d) }),
  } as Box;
  const flat = box.scale?.findIndex((entry) => !(entry > 0)) ?? -1;
  if (flat >= 0) throw fault('must be positive', 'scale', 'out-of-range', flat);
  const index = box.lower?.findIndex((entry, i) => box.upper !== undefined && entry > box.upper[i]) ?? -1;
  if (index >= 0) throw fault('is below the lower bound', 'upper', 'out-of-range', index);
  return box;
}

function checkKinds({ kinds, dimension, lower, upper }: BlackBox): void {
  checkList(kinds, 'kinds');
  if (kinds.length !== dimension) throw fault(`expected ${dimension} kinds`, 'kinds', 'shape');
  for (const kind of kinds) checkChoice(kind, 'kinds', ['real', 'integer', 'choice']);
  const at = (bound: number | VectorLike | undefined, j: number) => (typeof bound === 'object' ? bound[j] : bound);
  const index = kinds.findIndex(
    (kind, j) => kind !== 'real' && !(Number.isInteger(at(lower, j)) && Number.isInteger(at(upper, j))),
  );
  if (index < 0) return;
  throw fault('integers and choices need integer bounds on both sides', 'kinds', 'missing', index);
}

/** A bound of every variable; infinite where there is none. */
function boundOf(bound: number | VectorLike, argument: 'lower' | 'upper', d: number): Float64Array {
  if (typeof bound !== 'number') checkNumbers(bound, argument, d);
  const vector = typeof bound === 'number' ? new Float64Array(d).fill(bound) : Float64Array.from(bound);
  const empty = argument === 'lower' ? Infinity : -Infinity;
  const index = vector.findIndex((entry) => Number.isNaN(entry) || entry === empty);
  if (index >= 0) throw fault('is not a bound', argument, 'not-finite', index);
  return vector;
}

/** The sum of a point's constraint violations, 0 if it is feasible; Infinity if one is not a number. */
function violationOf(blackBox: BlackBox, x: Float64Array): number {
  const entries = blackBox.constraints?.(x);
  if (entries === undefined) return 0;
  let sum = 0;
  for (let k = 0; k < entries.length; k++) sum += Math.max(0, numberOf(entries[k]));
  return Number.isNaN(sum) ? Infinity : sum;
}

/**
 * The bookkeeping of a search: coordinates in which every variable has the scale 1, bounds, the best point, the budget.
 * Methods work in these coordinates u, x = scale · u, and request values by `ask`.
 */
export class Search {
  readonly dimension: number;
  /** The start in scaled coordinates. */
  readonly start: Float64Array;
  readonly #blackBox: Box;
  readonly #scale: Float64Array;
  /** Whether all scales are 1. */
  readonly #isPlain: boolean;
  readonly #maxEvaluations: number;
  readonly #best: BestPoint;
  readonly #low: Float64Array | undefined;
  readonly #high: Float64Array | undefined;
  #generation = 0;
  #points = new Float64Array(0);
  /** Whether the values of the last `ask` belong to other points, which it has written. */
  isReplaced = false;
  /** The penalty per unit of constraint violation, added to the values of `ask`. */
  penalty = 0;
  /** Sums of constraint violations of the last requested points; empty without constraints. */
  violations = new Float64Array(0);

  constructor(blackBox: BlackBox, maxEvaluations: number, takesConstraints = false) {
    const box = checkBlackBox(blackBox);
    const { dimension: d, lower, upper } = box;
    if (box.constraints !== undefined && !takesConstraints) {
      throw fault('only cbo supports constraints', 'constraints', 'unsupported');
    }
    this.dimension = d;
    this.#blackBox = box;
    this.#maxEvaluations = maxEvaluations;
    const range = (i: number) => (upper?.[i] ?? Infinity) - (lower?.[i] ?? -Infinity);
    this.#scale =
      box.scale?.slice() ?? Float64Array.from({ length: d }, (_, i) => (Number.isFinite(range(i)) ? range(i) / 4 || 1 : 1));
    this.#isPlain = this.#scale.every((entry) => entry === 1);
    const x =
      box.initial?.slice() ??
      Float64Array.from({ length: d }, (_, i) => {
        const [low, high] = [lower?.[i] ?? -Infinity, upper?.[i] ?? Infinity];
        if (Number.isFinite(range(i))) return low + range(i) / 2;
        return Number.isFinite(low) ? low + 1 : Number.isFinite(high) ? high - 1 : 0;
      });
    // Integers at the bounds have cells as large as others.
    const half = (i: number) => ((box.kinds?.[i] ?? 'real') === 'real' ? 0 : 0.5);
    this.#low = lower?.map((entry, i) => (entry - half(i)) / this.#scale[i]);
    this.#high = upper?.map((entry, i) => (entry + half(i)) / this.#scale[i]);
    this.#clip(x);
    this.start = x.map((entry, i) => entry / this.#scale[i]);
    this.#best = { x, value: Infinity, evaluations: { value: 0 } };
  }

  /** Evaluations so far. */
  get evaluations(): number {
    return this.#best.evaluations.value;
  }

  /** Least value so far. */
  get best(): number {
    return this.#best.value;
  }

  /** A copy of the best point. */
  solution(): BestPoint {
    const { x, value, evaluations } = this.#best;
    return { x: x.slice(), value, evaluations: { ...evaluations } };
  }

  /** Points of scaled coordinates in those of the function. */
  toPoints(u: Float64Array): Float64Array {
    return u.map((entry, i) => entry * this.#scale[i % this.dimension]);
  }

  /** Whether bounds are finite on both sides everywhere: first points are then uniform between them. */
  get isBox(): boolean {
    const { lower, upper } = this.#blackBox;
    return (lower?.every(Number.isFinite) && upper?.every(Number.isFinite)) ?? false;
  }

  /** Draws first points: uniform in a box, normal around the start otherwise. Writes `count` points. */
  draw(random: Random, count: number, points: Float64Array): Float64Array {
    const [low, high] = [this.#low, this.#high];
    const d = this.dimension;
    const isBox = this.isBox;
    if (isBox) random.uniforms(points.subarray(0, count * d));
    else random.normals(points.subarray(0, count * d));
    for (let i = 0; i < count * d; i++) {
      const j = i % d;
      if (isBox && low && high) points[i] = low[j] + points[i] * (high[j] - low[j]);
      else points[i] += this.start[j];
    }
    return points;
  }

  /** Coordinates between 0 and 1 of points in a box. */
  toUnit(u: Float64Array): Float64Array {
    return u.map((entry, k) => {
      const [low, high] = this.#ends(k);
      return high > low ? (entry - low) / (high - low) : 0;
    });
  }

  /** Points in a box from coordinates between 0 and 1. */
  fromUnit(unit: Float64Array): Float64Array {
    return unit.map((entry, k) => {
      const [low, high] = this.#ends(k);
      return low + entry * (high - low);
    });
  }

  #ends(k: number): readonly [number, number] {
    const j = k % this.dimension;
    return [this.#low?.[j] ?? -Infinity, this.#high?.[j] ?? Infinity];
  }

  /** Which variables are choices. */
  unitKinds(): boolean[] {
    return Array.from({ length: this.dimension }, (_, j) => this.#blackBox.kinds?.[j] === 'choice');
  }

  /** Points as they are evaluated: within the bounds, integers and choices whole. */
  settled(u: Float64Array): Float64Array {
    return this.place(u, u.length / this.dimension).map((entry, k) => entry / this.#scale[k % this.dimension]);
  }

  /** Variables that take single values: bounds and width of their cells. */
  cells(): { kind: 'integer' | 'choice'; j: number; low: number; high: number; cell: number }[] {
    const [low, high, kinds = []] = [this.#low, this.#high, this.#blackBox.kinds];
    return kinds.flatMap((kind, j) =>
      kind === 'real' || !low || !high ? [] : [{ kind, j, low: low[j], high: high[j], cell: 1 / this.#scale[j] }],
    );
  }

  /** The points of the box to which unbounded points are folded; themselves without bounds. */
  folded(z: Float64Array): Float64Array {
    const [low, high] = [this.#low, this.#high];
    if (!low && !high) return z;
    const d = this.dimension;
    const { kinds } = this.#blackBox;
    return z.map((entry, k) => {
      const [least, most] = [low?.[k % d] ?? -Infinity, high?.[k % d] ?? Infinity];
      const isReal = (kinds?.[k % d] ?? 'real') === 'real';
      return isReal ? foldedInto(least, most, entry) : Math.max(least, Math.min(most, entry));
    });
  }

  /** Unbounded points that are folded to points of the box. */
  unfolded(u: Float64Array): Float64Array {
    const [low, high] = [this.#low, this.#high];
    const d = this.dimension;
    const { kinds } = this.#blackBox;
    return u.map((entry, k) =>
      (kinds?.[k % d] ?? 'real') === 'real' ? unfoldedFrom(low?.[k % d] ?? -Infinity, high?.[k % d] ?? Infinity, entry) : entry,
    );
  }

  /** Moves points of scaled coordinates into the bounds: to them, or by reflection at them. */
  keepInside(u: Float64Array, count: number, reflects = false): void {
    const [lower, upper] = [this.#low, this.#high];
    if (!lower && !upper) return;
    const d = this.dimension;
    for (let at = 0; at < count * d; at += d) {
      for (let j = 0; j < d; j++) {
        const [low, high] = [lower ? lower[j] : -Infinity, upper ? upper[j] : Infinity];
        let x = u[at + j];
        if (reflects && x < low) x = 2 * low - x;
        else if (reflects && x > high) x = 2 * high - x;
        u[at + j] = Math.min(high, Math.max(low, x));
      }
    }
  }

  /**
   * Requests the values at points of scaled coordinates, as many as the budget allows, and records the best.
   *
   * @param solution - the solution of the iterate, the best point by default
   * @param sample - one more point of the distribution; `u` then gets the points that the values belong to
   * @returns the values; Infinity for failures and for points beyond the budget
   */
  *ask<Solution extends BestPoint = BestPoint>(
    u: Float64Array,
    wanted: number,
    solution: () => Solution = () => this.solution() as Solution,
    sample?: () => Float64Array,
  ): Generator<Questions<Solution>, Float64Array, Float64Array> {
    const count = Math.min(wanted, this.#maxEvaluations - this.evaluations);
    const values = new Float64Array(wanted).fill(Infinity);
    if (count === 0) return values;
    if (this.#points.length !== count * this.dimension) this.#points = new Float64Array(count * this.dimension);
    const points = this.place(u, count, this.#points);
    const { evaluations, best } = this;
    const question: Questions<Solution> = {
      ...{ iteration: this.#generation++, evaluations, best, count, points, solution },
      ...(sample && { sample: () => this.place(sample(), 1) }),
    };
    const answer = yield question;
    checkAnswer(answer, count);
    this.isReplaced = question.isReplaced ?? false;
    if (this.isReplaced) for (let k = 0; k < points.length; k++) u[k] = points[k] / this.#scale[k % this.dimension];
    this.#violate(points, count);
    this.#note(answer, points, values);
    return values;
  }

  // The loops over coordinates and particles are outside the generator: engines run generators more slowly.

  /** Writes the requested points in coordinates of the function, within the bounds. */
  place(u: Float64Array, count: number, points = new Float64Array(count * this.dimension)): Float64Array {
    const d = this.dimension;
    const scale = this.#scale;
    if (this.#isPlain) points.set(u.subarray(0, points.length));
    else {
      for (let at = 0; at < points.length; at += d) {
        for (let j = 0; j < d; j++) points[at + j] = u[at + j] * scale[j];
      }
    }
    // Overflowed entries become the largest number.
    if (!haveFiniteSum(points)) for (let k = 0; k < points.length; k++) points[k] = stopped(points[k]);
    this.#clip(points);
    return points;
  }

  /** Values as the methods receive them; records the best point and counts. */
  #note(answer: Float64Array, points: Float64Array, values: Float64Array): void {
    const [d, best] = [this.dimension, this.#best];
    for (let i = 0; i < answer.length; i++) {
      values[i] = Number.isFinite(answer[i]) ? answer[i] : Infinity;
      if (this.violations.length > 0 && this.violations[i] > 0) {
        values[i] += this.penalty * this.violations[i];
        if (Number.isNaN(values[i])) values[i] = Infinity;
      } else if (values[i] < best.value) {
        best.value = values[i];
        best.x.set(points.subarray(i * d, (i + 1) * d));
      }
    }
    best.evaluations.value += answer.length;
  }

  /** Success, or the end of the budget; undefined while the run continues. */
  end<Solution extends BestPoint = BestPoint>(
    solution: () => Solution = () => this.solution() as Solution,
  ): Conclusion<Solution> | undefined {
    const { target } = this.#blackBox;
    if (target !== undefined && this.best <= target) {
      return converged(solution(), `the value ${this.best} is at most the target`);
    }
    if (this.evaluations >= this.#maxEvaluations) {
      return exhausted(solution(), `maxEvaluations = ${this.#maxEvaluations} was reached`);
    }
    return undefined;
  }

  /** Records the constraint violations of the points. */
  #violate(points: Float64Array, count: number): void {
    if (this.#blackBox.constraints === undefined) return;
    const d = this.dimension;
    this.violations = Float64Array.from({ length: count }, (_, i) =>
      violationOf(this.#blackBox, points.slice(i * d, (i + 1) * d)),
    );
  }

  /** Moves points to the bounds. */
  #clip(points: Float64Array): void {
    const { lower, upper, kinds } = this.#blackBox;
    if (!lower && !upper) return;
    const d = this.dimension;
    for (let at = 0; at < points.length; at += d) {
      for (let j = 0; j < d; j++) {
        if (kinds && kinds[j] !== 'real') points[at + j] = Math.round(points[at + j]);
        if (lower && points[at + j] < lower[j]) points[at + j] = lower[j];
        if (upper && points[at + j] > upper[j]) points[at + j] = upper[j];
      }
    }
  }
}

/**
 * The point of [low, high] for a coordinate z on the real line: z itself except near the bounds, where it is quadratic, with the bound at
 * its vertex, and beyond which it is reflected. A function that is linear at a bound becomes a parabola around it (pycma's
 * transform). A point within 1e-10 of the margin is the bound itself.
 */
function foldedInto(low: number, high: number, z: number): number {
  if (low === high) return low;
  const margin = marginOf(low, high);
  const [bottom, top] = [low - margin, high + margin];
  let t = z;
  if (bottom > -Infinity && top < Infinity) {
    const width = top - bottom;
    t = Math.abs(t - bottom) % (2 * width);
    t = bottom + (t > width ? 2 * width - t : t);
  } else if (t < bottom) t = 2 * bottom - t;
  else if (t > top) t = 2 * top - t;
  if (t < low + margin) return low + beyond(t - bottom, margin);
  if (t > high - margin) return high - beyond(top - t, margin);
  return t;
}

/** How far within the bound the point at this distance from the vertex lies. */
function beyond(distance: number, margin: number): number {
  const inside = (distance * distance) / (4 * margin);
  return inside <= 1e-10 * margin ? 0 : inside;
}

function unfoldedFrom(low: number, high: number, x: number): number {
  const margin = marginOf(low, high);
  if (x < low + margin) return low - margin + 2 * Math.sqrt(margin * (x - low));
  return x > high - margin ? high + margin - 2 * Math.sqrt(margin * (high - x)) : x;
}

/** A twentieth of the range; of four scales where one bound is infinite. */
function marginOf(low: number, high: number): number {
  return (high - low < Infinity ? high - low : 4) / 20;
}

/** Replaces NaN by 0 and infinite numbers by the largest. */
function stopped(x: number): number {
  if (Number.isNaN(x)) return 0;
  return Number.isFinite(x) ? x : Math.sign(x) * Number.MAX_VALUE;
}

/** Whether all are certainly finite, because their sum is; four sums, so that additions overlap. */
function haveFiniteSum(points: Float64Array): boolean {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  const whole = points.length - (points.length % 4);
  for (let k = 0; k < whole; k += 4) {
    s0 += points[k];
    s1 += points[k + 1];
    s2 += points[k + 2];
    s3 += points[k + 3];
  }
  for (let k = whole; k < points.length; k++) s0 += points[k];
  return Number.isFinite(s0 + s1 + s2 + s3);
}

function checkAnswer(answer: unknown, count: number): asserts answer is Float64Array {
  if (answer instanceof Float64Array && answer.length === count) return;
  throw fault(`expected a Float64Array of ${count} values`, 'answer', 'shape');
}

/** The places 0 … n-1 from the least value to the largest; equal ones in their order, failures last. */
export function rankingOf(values: Float64Array): Int32Array {
  return Int32Array.from(values.keys()).sort((i, j) => (values[i] === values[j] ? i - j : values[i] < values[j] ? -1 : 1));
}

/**
 * Centred ranks: 1/2 for the least value down to -1/2 for the largest; equal values share the mean of their ranks.
 *
 * @throws {InvalidInputError} for values with NaN
 */
export function centeredRanks(values: Float64Array, given?: Float64Array): Float64Array {
  checkNumbers(values, 'values');
  const out = given ?? new Float64Array(values.length);
  checkOutput(out, 'out', values.length);
  const finite = Float64Array.from(values, (value) => (Number.isFinite(value) ? value : Number.MAX_VALUE));
  checkFinite(finite, 'values');
  const order = rankingOf(values);
  for (let first = 0; first < order.length; ) {
    let last = first;
    while (last + 1 < order.length && values[order[last + 1]] === values[order[first]]) last++;
    for (let k = first; k <= last; k++) out[order[k]] = 0.5 - (first + last) / 2 / Math.max(1, order.length - 1);
    first = last + 1;
  }
  return out;
}

/** The options that all methods share. */
export const maxEvaluations = {
  type: 'integer',
  min: 1,
  default: 100_000,
  description: 'Maximum number of evaluations',
} as const;

/** Seed. */
export const seed = { type: 'integer', min: 0, default: 0, description: 'Seed of everything random' } as const;

/** A generator for a seed, independent of those for other purposes. */
export const randomOf = (seed: number): Random => new Random(seed, 0x6262);
