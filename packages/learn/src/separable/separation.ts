// The common part of all iterations towards a separating plane: the stopping test, the best plane so far, and the iterates.
import type { Iterate, Outcome, Steps, VectorLike } from '@infimum/core';
import { asVector, checkNumbers, converged } from '@infimum/core';
import { norm } from '@infimum/linalg/numerics';
import type { LinearSeparator, SeparableInstance } from './signed-rows.ts';
import { checkSeparable, decisionsOf, errorsOf, SignedRows } from './signed-rows.ts';

/** A plane and how it separates. */
export interface Separation extends LinearSeparator {
  /** Number of updates up to this plane. */
  readonly updates: number;
  /** Points on the wrong side, or on the plane; 0 is a separation. */
  readonly errors: number;
  /** min_i y_i (w . x_i + c) / |(w, c)|, in the data's units; the intercept counts in the norm. Negative with errors. */
  readonly margin: number;
  /** min_i y_i (w . x_i + c) / |w|: the distance of the nearest point from the plane. */
  readonly geometricMargin: number;
}

/** One iteration. */
export interface SeparationIterate extends Iterate<Separation> {
  /** Points on the wrong side of the iterate's plane. */
  readonly errors: number;
  /** Smallest of b_i . h over |h|, for rows divided by the power of two below the largest norm. */
  readonly minMargin: number;
  /** Mean logistic loss (1/n) sum_i log(1 + exp(-gamma b_i . h)), by weight where points have weights; the hinge max(0, -b . h) where gamma is infinite. */
  readonly loss: number;
}

/** What a method that separates returns. */
export type SeparationOutcome = Outcome<Separation, SeparationIterate>;

/** The steps of a method that separates. */
export type SeparationSteps = Steps<Separation, SeparationIterate>;

/** The update of a method from the margins z_i = b_i . h in one iteration: changes h, once or as often as it reports. */
export type Update = (h: Float64Array, margins: Float64Array, iteration: number) => unknown;

/** The data at the start of a method. */
export interface SeparationStart {
  /** The rows, divided by the power of two below the largest norm. */
  readonly rows: SignedRows;
  /** The current h; changed in place. */
  readonly h: Float64Array;
}

/** Options of every iteration towards a plane; the entries of the options records. */
export const initialOption = {
  type: 'value',
  check: checkInitial,
  description:
    'Initial weights, with the intercept last if there is one, in units in which a perceptron adds whole rows; zero by default',
} as const;

export const iterationLimit = {
  type: 'integer',
  min: 0,
  default: 100_000,
  description: 'Iteration limit, at which runs on inseparable data end',
} as const;

function checkInitial(value: unknown, argument: string): asserts value is VectorLike {
  checkNumbers(value, argument);
}

/**
 * Iterates until a plane separates the points. `converged` is verified on the points as given; before that, the solution is the plane with
 * the fewest errors (the pocket).
 *
 * @param stepSize - gamma in the data's units, for the reported loss; infinite for perceptrons
 * @param start - makes the method's update
 * @throws {InvalidInputError} naming `points`, `labels` or `initial`; a point without a direction is named by its index
 */
export function* separationSteps(
  instance: SeparableInstance,
  initial: VectorLike | undefined,
  stepSize: number,
  start: (known: SeparationStart) => Update,
): SeparationSteps {
  checkSeparable(instance);
  using rows = new SignedRows(instance);
  const h = new Float64Array(rows.dimension);
  if (initial) {
    const given = asVector(initial, 'initial', rows.dimension);
    for (let j = 0; j < h.length; j++) h[j] = given[j] / rows.scale;
  }
  const margins = new Float64Array(rows.count);
  const gamma = scaledStep(stepSize, rows);
  const update = start({ rows, h });
  const pocket = new Pocket(instance, rows);
  let updates = 0;
  // One object for all iterations: defining its getters would cost as much as a pass over a few hundred points.
  const iterate = {
    iteration: 0,
    errors: 0,
    get minMargin() {
      return smallest(margins) / (norm(h) || 1);
    },
    get loss() {
      return lossOf(margins, gamma, rows);
    },
    solution: () => pocket.solution(),
  };
  for (let iteration = 0; ; iteration++) {
    const errors = rows.margins(h, margins);
    pocket.note(h, errors, updates);
    iterate.iteration = iteration;
    iterate.errors = errors;
    yield iterate;
    // Rounding may turn a margin that is positive for the scaled rows: the guarantee refers to the data.
    const found = errors === 0 ? pocket.solution() : undefined;
    if (found?.errors === 0) {
      return converged(found, `no point is misclassified after ${iteration} iterations`);
    }
    const changes = update(h, margins, iteration);
    updates += typeof changes === 'number' ? changes : 1;
  }
}

/** gamma s²: the step size for rows divided by s. */
export function scaledStep(stepSize: number, { scale }: SignedRows): number {
  return stepSize === Infinity ? Infinity : stepSize * scale * scale;
}

/** The best h so far. */
class Pocket {
  readonly #instance: SeparableInstance;
  readonly #rows: SignedRows;
  readonly #best: Float64Array;
  #errors = Infinity;
  #updates = 0;

  constructor(instance: SeparableInstance, rows: SignedRows) {
    this.#instance = instance;
    this.#rows = rows;
    this.#best = new Float64Array(rows.dimension);
  }

  /** Keeps h if none before had fewer errors. */
  note(h: Float64Array, errors: number, updates: number): void {
    if (errors >= this.#errors && errors > 0) return;
    this.#errors = errors;
    this.#updates = updates;
    this.#best.set(h);
  }

  solution(): Separation {
    return judged(this.#instance, this.#rows.plane(this.#best), this.#updates);
  }
}

/** A plane with its errors and margins. */
export function judged(instance: SeparableInstance, plane: LinearSeparator, updates: number): Separation {
  const { points, labels } = instance;
  const { weights, intercept } = plane;
  const size = largestOf([...weights, intercept]);
  // Divided first, so that the norm of tiny or huge weights is finite.
  const unit = { weights: weights.map((weight) => weight / size), intercept: intercept / size };
  const decisions = decisionsOf(points, unit, unit.intercept);
  let least = Infinity;
  for (let i = 0; i < points.rows; i++) least = Math.min(least, labels[i] * decisions[i]);
  const slope = Math.sqrt(unit.weights.reduce((sum, weight) => sum + weight * weight, 0));
  return {
    ...plane,
    updates,
    errors: errorsOf(instance, plane),
    margin: slope > 0 || unit.intercept !== 0 ? least / Math.hypot(slope, unit.intercept) : 0,
    geometricMargin: slope > 0 ? least / slope : 0,
  };
}

function largestOf(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
}

function smallest(values: Float64Array): number {
  let least = Infinity;
  for (let i = 0; i < values.length; i++) least = Math.min(least, values[i]);
  return least;
}

function lossOf(margins: Float64Array, gamma: number, rows: SignedRows): number {
  let sum = 0;
  for (let i = 0; i < margins.length; i++) {
    const scaled = gamma * margins[i];
    const loss = gamma === Infinity ? Math.max(0, -margins[i]) : Math.log1p(Math.exp(-Math.abs(scaled))) + Math.max(-scaled, 0);
    sum += rows.weightOf(i) * loss;
  }
  return Math.min(sum / margins.length, Number.MAX_VALUE);
}

/** The logistic weight s(z) = 1 / (1 + e^z), without overflow; 0 beyond 745. */
export function logisticWeight(z: number): number {
  if (z >= 0) {
    const small = Math.exp(-z);
    return small / (1 + small);
  }
  return 1 / (1 + Math.exp(z));
}

/** The limit of `logisticWeight(gamma z)` for an infinite gamma: 1 for errors, 1/2 on the plane, 0 else. */
export function stepWeight(z: number): number {
  return z < 0 ? 1 : z === 0 ? 0.5 : 0;
}

/** The weight of a margin for a step size gamma, infinite ones included. */
export function weightFor(gamma: number): (z: number) => number {
  return gamma === Infinity ? stepWeight : (z) => logisticWeight(gamma * z);
}
