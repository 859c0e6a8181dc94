// Integrators of ordinary differential equations with a fixed number of steps: Euler's method, the classical Runge-Kutta
// method, and the frame for others. Trajectories are recorded step by step.
import type { Iterate, LimitOptions, Outcome, Steps, VectorLike } from '@infimum/core';
import {
  asVector,
  checkFunction,
  checkInteger,
  checkNumber,
  checkObject,
  checkVector,
  converged,
  fault,
  run,
  stalled,
} from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import type { OracleCalls } from '../smooth-minimization.ts';

/** The right side of z' = F(t, z): writes F there, as many numbers as the state has. */
export type VectorField = (time: number, state: Float64Array, out: Float64Array) => void;

/** A trajectory. */
export interface Integration {
  /** Times, rising. */
  readonly times: Float64Array;
  /** States, a row a time. */
  readonly states: DenseMatrix;
  /** Evaluations of the field. */
  readonly evaluations: Pick<OracleCalls, 'value'>;
}

/** One step of an integrator. */
export interface IntegrationIterate extends Iterate<Integration> {
  /** The time that was reached. */
  readonly time: number;
  /** Evaluations so far. */
  readonly evaluations: Pick<OracleCalls, 'value'>;
}

/** Options of `rk4` and `explicitEuler`. */
export interface Rk4Options extends LimitOptions<IntegrationIterate> {
  /** Where time begins; 0 by default. */
  readonly from?: number;
  /** Where it ends, after `from`. */
  readonly to: number;
  /** Number of steps of equal length. */
  readonly steps: number;
}

/** One step from a state at a time; writes the next state, which is another array. */
export type Stepper = (time: number, length: number, state: Float64Array, next: Float64Array) => void;

/**
 * Integrates z' = F(t, z) by Euler's method, z <- z + h F(t, z): of first order, one evaluation a step.
 *
 * @param field - F
 * @param initial - the state at the beginning
 * @throws {InvalidInputError} for a state that is empty or not finite and an interval without length
 *
 * @example
 * ```ts
 * import { explicitEuler } from '@infimum/optim/acceleration';
 *
 * const { states } = explicitEuler((_, [z], out) => out.set([-z]), Float64Array.of(1), { to: 1, steps: 2 });
 * console.log(states.values.join(' ')); // 1 0.5 0.25
 * ```
 */
export function explicitEuler(
  field: VectorField,
  initial: VectorLike,
  options: Rk4Options,
): Outcome<Integration, IntegrationIterate> {
  return run(explicitEulerSteps(field, asVector(initial, 'initial'), options), options);
}

/** The steps of `explicitEuler`, to be driven by `run` or by your own loop. */
export function explicitEulerSteps(
  field: VectorField,
  initial: Float64Array,
  options: Rk4Options,
): Steps<Integration, IntegrationIterate> {
  checkFunction(field, 'field');
  checkVector(initial, 'initial');
  const step: Stepper = (time, length, state, next) => {
    field(time, state, next);
    for (let i = 0; i < state.length; i++) next[i] = state[i] + length * next[i];
  };
  return fixedSteps(step, initial, options, 1);
}

/**
 * Integrates z' = F(t, z) by the classical Runge-Kutta method of fourth order, four evaluations a step.
 *
 * @param field - F
 * @param initial - the state at the beginning
 * @throws {InvalidInputError} for a state that is empty or not finite and an interval without length
 *
 * @example
 * ```ts
 * import { rk4 } from '@infimum/optim/acceleration';
 *
 * const { states, evaluations } = rk4((_, [z], out) => out.set([-z]), Float64Array.of(1), { to: 1, steps: 10 });
 * console.log(states.values[10].toFixed(6), evaluations.value); // 0.367880 40
 * ```
 */
export function rk4(field: VectorField, initial: VectorLike, options: Rk4Options): Outcome<Integration, IntegrationIterate> {
  return run(rk4Steps(field, asVector(initial, 'initial'), options), options);
}

/** The steps of `rk4`, to be driven by `run` or by your own loop. */
export function rk4Steps(
  field: VectorField,
  initial: Float64Array,
  options: Rk4Options,
): Steps<Integration, IntegrationIterate> {
  checkFunction(field, 'field');
  checkVector(initial, 'initial');
  const [slope, sum, inner] = [0, 1, 2].map(() => new Float64Array(initial.length));
  const step: Stepper = (time, length, state, next) => {
    field(time, state, sum);
    for (let i = 0; i < state.length; i++) inner[i] = state[i] + (length / 2) * sum[i];
    field(time + length / 2, inner, slope);
    for (let i = 0; i < state.length; i++) {
      sum[i] += 2 * slope[i];
      inner[i] = state[i] + (length / 2) * slope[i];
    }
    field(time + length / 2, inner, slope);
    for (let i = 0; i < state.length; i++) {
      sum[i] += 2 * slope[i];
      inner[i] = state[i] + length * slope[i];
    }
    field(time + length, inner, slope);
    for (let i = 0; i < state.length; i++) next[i] = state[i] + (length / 6) * (sum[i] + slope[i]);
  };
  return fixedSteps(step, initial, options, 4);
}

/** Goes through an interval in steps of equal length. */
export function* fixedSteps(
  step: Stepper,
  initial: Float64Array,
  options: Rk4Options,
  evaluationsPerStep: number,
): Steps<Integration, IntegrationIterate> {
  checkObject(options, 'options');
  const { from = 0, to, steps } = options;
  checkVector(initial, 'initial');
  checkInterval(from, to);
  checkInteger(steps, 'steps', { min: 1 });
  const length = (to - from) / steps;
  const recorder = new Recorder(initial.length);
  let [state, next] = [Float64Array.from(initial), new Float64Array(initial.length)];
  for (let iteration = 0; ; iteration++) {
    const time = iteration === steps ? to : from + iteration * length;
    const evaluations = { value: iteration * evaluationsPerStep };
    recorder.record(time, state);
    const solution = () => recorder.integration(evaluations);
    yield { iteration, time, evaluations, solution };
    if (iteration === steps) return converged(solution(), 'the end of the interval was reached');
    step(time, length, state, next);
    if (!next.every(Number.isFinite)) {
      return stalled(solution(), `the state is not finite after time ${time}: use more steps`);
    }
    [state, next] = [next, state];
  }
}

/** Records a trajectory. */
export class Recorder {
  readonly #size: number;
  #times = new Float64Array(64);
  #states: Float64Array;
  #count = 0;

  constructor(size: number) {
    this.#size = size;
    this.#states = new Float64Array(64 * size);
  }

  record(time: number, state: Float64Array): void {
    if (this.#count === this.#times.length) {
      const [times, states] = [this.#times, this.#states];
      this.#times = new Float64Array(2 * times.length);
      this.#times.set(times);
      this.#states = new Float64Array(2 * states.length);
      this.#states.set(states);
    }
    this.#times[this.#count] = time;
    this.#states.set(state, this.#count * this.#size);
    this.#count++;
  }

  integration(evaluations: Integration['evaluations']): Integration {
    const [rows, cols] = [this.#count, this.#size];
    const values = this.#states.slice(0, rows * cols);
    return { times: this.#times.slice(0, rows), states: { rows, cols, values }, evaluations };
  }
}

/**
 * Checks that an interval has a length.
 *
 * @throws {InvalidInputError} naming `from` or `to`
 */
export function checkInterval(from: number, to: number): void {
  checkNumber(from, 'from');
  checkNumber(to, 'to');
  if (to > from) return;
  throw fault(`must be after from = ${from}, got ${to}`, 'to', 'out-of-range');
}
