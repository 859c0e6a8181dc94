// What methods without gradients see: values at points of their choice. The methods ask for whole generations, and whoever
// drives them answers: at once, from other threads or machines, or after days.
import type { Conclusion, Iterate } from '@infimum/core';
import {
  checkFinite,
  checkInteger,
  checkNumber,
  checkNumbers,
  checkObject,
  checkOutput,
  checkVector,
  converged,
  exhausted,
  InvalidInputError,
  Random,
} from '@infimum/core';

/** A function to be minimised of which only values are known. */
export interface BlackBox {
  /** Number of variables d. */
  readonly dimension: number;
  /** f(x); what is not finite counts as a failure and ranks last. The point is valid during the call. */
  value(x: Float64Array): number;
  /** Where the search begins; the middle of the bounds, or 0. */
  readonly initial?: Float64Array;
  /** How far from there the first points lie, a standard deviation a variable; a quarter of the range, or 1. */
  readonly scale?: Float64Array;
  /** Least allowed values; may be -Infinity. Points beyond are moved to the bound before they are evaluated. */
  readonly lower?: Float64Array;
  /** Largest allowed values; may be Infinity. */
  readonly upper?: Float64Array;
  /**
   * Constraints g(x) <= 0, as many numbers as there are constraints, known to whoever asks and cheap beside f. Only `cbo` takes them; the
   * best point is then the best among those that keep all.
   */
  constraints?(x: Float64Array): ArrayLike<number>;
  /** The least value, or a bound below it, for those who measure errors. */
  readonly optimum?: number;
  /** The value at which to stop: reaching it is the only success there is. */
  readonly target?: number;
}

/** The best point that was evaluated. */
export interface BestPoint {
  /** The point; the start before any evaluation. */
  x: Float64Array;
  /** f(x) as it was seen; Infinity before any evaluation has succeeded. */
  value: number;
  /** Evaluations, failed ones included. */
  evaluations: number;
}

/** A generation of points whose values are asked for. */
export interface Questions<Solution = BestPoint> extends Iterate<Solution> {
  /** Evaluations so far. */
  readonly evaluations: number;
  /** Least value so far. */
  readonly best: number;
  /** Number of points. */
  readonly count: number;
  /** The points one after the other, count · d numbers; valid until the answer is given. */
  readonly points: Float64Array;
}

/** Evaluates all points of a question, one after the other. */
export function answerQuestions(box: BlackBox, questions: Questions): Float64Array {
  checkObject(box, 'box');
  checkObject(questions, 'questions');
  const { dimension, value } = box;
  const { points, count } = questions;

  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) values[i] = value(points.slice(i * dimension, (i + 1) * dimension));
  return values;
}

/** @throws {InvalidInputError} naming the field at fault */
export function checkBlackBox(blackBox: BlackBox): void {
  if (typeof blackBox !== 'object' || blackBox === null) {
    throw new InvalidInputError('expected { dimension, value }', { argument: 'instance', code: 'type' });
  }
  const { dimension, value, initial, scale, lower, upper, constraints, optimum, target } = blackBox;
  checkInteger(dimension, 'dimension', { min: 1, max: 10_000_000 });
  if (typeof value !== 'function') {
    throw new InvalidInputError('expected a function', { argument: 'value', code: 'type' });
  }
  if (constraints !== undefined && typeof constraints !== 'function') {
    throw new InvalidInputError('expected a function', { argument: 'constraints', code: 'type' });
  }
  if (initial !== undefined) checkVector(initial, 'initial', dimension);
  if (scale !== undefined) {
    checkVector(scale, 'scale', dimension);
    const index = scale.findIndex((entry) => !(entry > 0));
    if (index >= 0)
      throw new InvalidInputError('must be positive', { argument: 'scale', code: 'out-of-range', index });
  }
  checkBound(lower, 'lower', dimension);
  checkBound(upper, 'upper', dimension);
  const crossed = lower && upper ? lower.findIndex((entry, i) => entry > upper[i]) : -1;
  if (crossed >= 0) {
    throw new InvalidInputError('is below the lower bound', {
      argument: 'upper',
      code: 'out-of-range',
      index: crossed,
    });
  }
  if (optimum !== undefined) checkNumber(optimum, 'optimum');
  if (target !== undefined) checkNumber(target, 'target');
}

function checkBound(bound: Float64Array | undefined, argument: string, dimension: number): void {
  if (bound === undefined) return;
  if (!(bound instanceof Float64Array) || bound.length !== dimension) {
    throw new InvalidInputError(`expected a Float64Array of ${dimension} numbers`, {
      argument,
      code: 'shape',
    });
  }
  const empty = argument === 'lower' ? Infinity : -Infinity;
  const index = bound.findIndex((entry) => Number.isNaN(entry) || entry === empty);
  if (index >= 0) throw new InvalidInputError('is no bound', { argument, code: 'not-finite', index });
}

/** The sum of what a point lacks of its constraints, 0 if it keeps all; Infinity if one is no number. */
function violationOf(blackBox: BlackBox, x: Float64Array): number {
  const entries = blackBox.constraints?.(x);
  if (entries === undefined) return 0;
  let sum = 0;
  for (let k = 0; k < entries.length; k++) sum += Math.max(0, entries[k]);
  return Number.isNaN(sum) ? Infinity : sum;
}

/**
 * The bookkeeping of a search: coordinates in which every variable has the scale 1, bounds, the best point, the budget.
 * Methods work in these coordinates u, x = scale · u, and ask by `ask`.
 */
export class Search {
  readonly dimension: number;
  /** The start in scaled coordinates. */
  readonly start: Float64Array;
  readonly #blackBox: BlackBox;
  readonly #scale: Float64Array;
  /** Whether all scales are 1. */
  readonly #isPlain: boolean;
  readonly #maxEvaluations: number;
  readonly #best: BestPoint;
  readonly #low: Float64Array | undefined;
  readonly #high: Float64Array | undefined;
  #generation = 0;
  #points = new Float64Array(0);
  /** What a unit of violated constraints adds to the values that `ask` gives. */
  penalty = 0;
  /** Sums of violated constraints of the points that were asked for last; empty without constraints. */
  violations = new Float64Array(0);

  constructor(blackBox: BlackBox, maxEvaluations: number, takesConstraints = false) {
    checkBlackBox(blackBox);
    if (blackBox.constraints !== undefined && !takesConstraints) {
      throw new InvalidInputError('only cbo takes constraints', {
        argument: 'constraints',
        code: 'unsupported',
      });
    }
    const { dimension: d, lower, upper } = blackBox;
    this.dimension = d;
    this.#blackBox = blackBox;
    this.#maxEvaluations = maxEvaluations;
    const range = (i: number) => (upper?.[i] ?? Infinity) - (lower?.[i] ?? -Infinity);
    this.#scale =
      blackBox.scale?.slice() ??
      Float64Array.from({ length: d }, (_, i) => (Number.isFinite(range(i)) ? range(i) / 4 || 1 : 1));
    this.#isPlain = this.#scale.every((entry) => entry === 1);
    const x =
      blackBox.initial?.slice() ??
      Float64Array.from({ length: d }, (_, i) => {
        const [low, high] = [lower?.[i] ?? -Infinity, upper?.[i] ?? Infinity];
        if (Number.isFinite(range(i))) return low + range(i) / 2;
        return Number.isFinite(low) ? low + 1 : Number.isFinite(high) ? high - 1 : 0;
      });
    this.#low = lower?.map((entry, i) => entry / this.#scale[i]);
    this.#high = upper?.map((entry, i) => entry / this.#scale[i]);
    this.#clip(x);
    this.start = x.map((entry, i) => entry / this.#scale[i]);
    this.#best = { x, value: Infinity, evaluations: 0 };
  }

  /** Evaluations so far. */
  get evaluations(): number {
    return this.#best.evaluations;
  }

  /** Least value so far. */
  get best(): number {
    return this.#best.value;
  }

  /** A copy of the best point. */
  solution(): BestPoint {
    return { ...this.#best, x: this.#best.x.slice() };
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
  draw(random: Random, count: number, points: Float64Array): void {
    const { lower, upper } = this.#blackBox;
    const d = this.dimension;
    const isBox = this.isBox;
    if (isBox) random.uniforms(points.subarray(0, count * d));
    else random.normals(points.subarray(0, count * d));
    for (let i = 0; i < count * d; i++) {
      const j = i % d;
      if (isBox && lower && upper)
        points[i] = (lower[j] + points[i] * (upper[j] - lower[j])) / this.#scale[j];
      else points[i] += this.start[j];
    }
  }

  /** Whether a point of scaled coordinates lies within the bounds. */
  isInside(u: Float64Array, at: number): boolean {
    const { lower, upper } = this.#blackBox;
    for (let i = 0; i < this.dimension; i++) {
      const x = u[at + i] * this.#scale[i];
      if (lower && x < lower[i]) return false;
      if (upper && x > upper[i]) return false;
    }
    return true;
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
   * Asks for the values at points of scaled coordinates, notes the best, and gives the values; failures are Infinity.
   *
   * @param solution - what the iterate gives as its solution, the best point by default
   */
  *ask<Solution extends BestPoint = BestPoint>(
    u: Float64Array,
    count: number,
    solution: () => Solution = () => this.solution() as Solution,
  ): Generator<Questions<Solution>, Float64Array, Float64Array> {
    const points = this.#place(u, count);
    const best = this.#best;
    const { evaluations, value } = best;
    const answer = yield { iteration: this.#generation++, evaluations, best: value, count, points, solution };
    checkAnswer(answer, count);
    this.#violate(points, count);
    return this.#note(answer, points);
  }

  // The loops over coordinates and particles are no part of the generator: engines run those by slower code.

  /** Writes the points of the function that are asked for, within the bounds. */
  #place(u: Float64Array, count: number): Float64Array {
    const d = this.dimension;
    if (this.#points.length !== count * d) this.#points = new Float64Array(count * d);
    const points = this.#points;
    const scale = this.#scale;
    if (this.#isPlain) points.set(u.subarray(0, points.length));
    else {
      for (let at = 0; at < points.length; at += d) {
        for (let j = 0; j < d; j++) points[at + j] = u[at + j] * scale[j];
      }
    }
    // Whoever runs away is stopped at the largest number.
    if (!haveFiniteSum(points)) for (let k = 0; k < points.length; k++) points[k] = stopped(points[k]);
    this.#clip(points);
    return points;
  }

  /** Values as the methods see them; notes the best point and counts. */
  #note(answer: Float64Array, points: Float64Array): Float64Array {
    const [d, best] = [this.dimension, this.#best];
    const values = new Float64Array(answer.length);
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
    best.evaluations += answer.length;
    return values;
  }

  /** Success, or the end of the budget; undefined while there is something to do. */
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

  /** The number of points that the budget has room for. */
  room(count: number): number {
    return Math.max(1, Math.min(count, this.#maxEvaluations - this.evaluations));
  }

  /** Notes what the points lack of their constraints. */
  #violate(points: Float64Array, count: number): void {
    if (this.#blackBox.constraints === undefined) return;
    const d = this.dimension;
    this.violations = Float64Array.from({ length: count }, (_, i) =>
      violationOf(this.#blackBox, points.slice(i * d, (i + 1) * d)),
    );
  }

  /** Moves points to the bounds. */
  #clip(points: Float64Array): void {
    const { lower, upper } = this.#blackBox;
    if (!lower && !upper) return;
    const d = this.dimension;
    for (let at = 0; at < points.length; at += d) {
      for (let j = 0; j < d; j++) {
        if (lower && points[at + j] < lower[j]) points[at + j] = lower[j];
        if (upper && points[at + j] > upper[j]) points[at + j] = upper[j];
      }
    }
  }
}

/** For a number that is none, or beyond all, 0 or the largest. */
function stopped(x: number): number {
  if (Number.isNaN(x)) return 0;
  return Number.isFinite(x) ? x : Math.sign(x) * Number.MAX_VALUE;
}

/** Whether all are finite for sure: their sum is; four sums, so that additions do not wait. */
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
  throw new InvalidInputError(`expected a Float64Array of ${count} values`, {
    argument: 'answer',
    code: 'shape',
  });
}

/** The places 0 … n-1 from the least value to the largest; equal ones in their order, failures last. */
export function rankingOf(values: Float64Array): Int32Array {
  return Int32Array.from(values.keys()).sort((i, j) =>
    values[i] === values[j] ? i - j : values[i] < values[j] ? -1 : 1,
  );
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
    for (let k = first; k <= last; k++)
      out[order[k]] = 0.5 - (first + last) / 2 / Math.max(1, order.length - 1);
    first = last + 1;
  }
  return out;
}

/** The options that all methods share. */
export const maxEvaluations = {
  type: 'integer',
  min: 1,
  default: 100_000,
  description: 'Evaluations after which to stop',
} as const;

/** Seed. */
export const seed = {
  type: 'integer',
  min: 0,
  default: 0,
  description: 'Seed of everything random',
} as const;

/** A generator for a seed, apart from those of other purposes. */
export const randomOf = (seed: number): Random => new Random(seed, 0x6262);
