// The Runge-Kutta method of Dormand and Prince: fifth order, with adaptive steps.
//
// J. R. Dormand, P. J. Prince: A family of embedded Runge-Kutta formulae (1980); step control, first step and dense output as
// in E. Hairer, S. Norsett, G. Wanner: Solving ordinary differential equations I (1993), sections II.4 to II.6.
import type { OptionSpecs, OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import { asVector, checkFunction, checkVector, converged, fault, resolveOptions, runWith, stalled } from '@infimum/core';
import { portableExp, portableLog } from '@infimum/core/portable-math';
import { allFinite } from '@infimum/linalg/numerics';
import type { Integration, IntegrationIterate, VectorField } from './ode-integrators.ts';
import { checkInterval, Recorder } from './ode-integrators.ts';

const dopri5Options = {
  from: { type: 'number', default: 0, description: 'Start time' },
  to: { type: 'number', required: true, description: 'End time, after `from`' },
  relativeTolerance: {
    type: 'number',
    above: 0,
    default: 1e-8,
    description: 'Error per step, relative to the component of the state',
  },
  absoluteTolerance: { type: 'number', min: 0, default: 1e-10, description: 'Absolute error per step, for small components' },
  times: {
    type: 'value',
    check: checkTimesArray,
    description: 'Times at which to return the states, increasing and within the interval; those of the steps by default',
  },
  maxIterations: { type: 'integer', min: 0, default: 1_000_000, description: 'Step limit' },
} as const satisfies OptionSpecs;

/** Options of the method of Dormand and Prince. */
export type Dopri5Options = OptionsOf<typeof dopri5Options> & RunOptions<IntegrationIterate>;

function checkTimesArray(value: unknown, argument: string): asserts value is Float64Array {
  checkVector(value, argument);
}

// Quotients in functions, so that bundlers can leave them out.
const NODES = /* @__PURE__ */ (() => [0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1])();
const ROWS = /* @__PURE__ */ (() => [
  [],
  [1 / 5],
  [3 / 40, 9 / 40],
  [44 / 45, -56 / 15, 32 / 9],
  [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
  [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
  [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
])();
/** Fifth less fourth order. */
const ERROR = /* @__PURE__ */ (() => [
  35 / 384 - 5179 / 57600,
  0,
  500 / 1113 - 7571 / 16695,
  125 / 192 - 393 / 640,
  -2187 / 6784 + 92097 / 339200,
  11 / 84 - 187 / 2100,
  -1 / 40,
])();
/** The last term of the continuous extension of fourth order. */
const DENSE = /* @__PURE__ */ (() => [
  -12715105075 / 11282082432,
  0,
  87487479700 / 32700410799,
  -10690763975 / 1880347072,
  701980252875 / 199316789632,
  -1453857185 / 822651844,
  69997945 / 29380423,
])();

/**
 * Integrates z' = F(t, z) with steps whose estimated error, the root mean square of e_i / (absolute + relative max |z_i|),
 * is at most 1. Step lengths follow the last two errors; states between steps come from a polynomial of fourth order.
 *
 * Six evaluations a step, and one more where a step is rejected. `stalled` when steps become shorter than rounding, as
 * before a singularity.
 *
 * @param field - F
 * @param initial - the state at the beginning
 * @param options - interval, tolerances and limits; `maxIterations` is 1 000 000 by default
 * @throws {InvalidInputError} for a state that is empty or not finite, an interval without length, tolerances out of range
 *   and times that do not rise within the interval
 *
 * @example
 * ```ts
 * import { dopri5 } from '@infimum/optim/acceleration';
 *
 * const times = Float64Array.of(1, 2);
 * const { states, evaluations } = dopri5((_, [z], out) => out.set([-z]), Float64Array.of(1), { to: 2, times });
 * console.log(states.values.map((value) => Math.round(1e6 * value)).join(' '), evaluations.value < 300); // 367879 135335 true
 * ```
 */
export function dopri5(
  field: VectorField,
  initial: VectorLike,
  options: Dopri5Options,
): Outcome<Integration, IntegrationIterate> {
  return runWith(dopri5Options, options, dopri5Steps(field, asVector(initial, 'initial'), options));
}

/** The steps of `dopri5`, to be driven by `run` or by your own loop. */
export function* dopri5Steps(
  field: VectorField,
  initial: Float64Array,
  options: Dopri5Options,
): Steps<Integration, IntegrationIterate> {
  const settings = resolveOptions(dopri5Options, options);
  const { from, to, relativeTolerance, absoluteTolerance, times } = settings;
  checkFunction(field, 'field');
  checkVector(initial, 'initial');
  checkInterval(from, to);
  if (times) checkTimes(times, from, to);
  const step = new DormandPrince(field, initial, relativeTolerance, absoluteTolerance);
  const recorder = new Recorder(initial.length);

  let time = from;
  field(time, step.state, step.slopes[0]);
  step.evaluations++;
  let length = Math.min(to - from, step.firstLength(time, to - from));
  let lastError = 1e-4;
  let next = 0; // of the times that are asked for
  if (!times) recorder.record(time, step.state);
  else while (times[next] === time) recorder.record(times[next++], step.state);
  for (let iteration = 0; ; iteration++) {
    const solution = () => recorder.integration({ value: step.evaluations });
    yield { iteration, time, evaluations: { value: step.evaluations }, solution };
    if (time === to) return converged(solution(), 'the end of the interval was reached');
    if (!allFinite(step.slopes[0])) return stalled(solution(), `the slope at time ${time} is not finite`);

    for (let wasRejected = false; ; wasRejected = true) {
      const shortest = 16 * Number.EPSILON * Math.max(Math.abs(time), Math.abs(to));
      if (!(length >= shortest) && !(length >= to - time)) {
        return stalled(solution(), `steps at time ${time} are shorter than rounding: the solution may end there`);
      }
      const error = step.attempt(time, length);
      if (error <= 1) {
        const end = length >= to - time ? to : time + length;
        if (!times) recorder.record(end, step.next);
        else {
          for (; next < times.length && times[next] <= end; next++) {
            recorder.record(times[next], step.between((times[next] - time) / length, length));
          }
        }
        time = end;
        const factor = 0.9 * power(error, -0.17) * power(lastError, 0.04);
        length = Math.min(to - time, length * Math.min(wasRejected ? 1 : 10, Math.max(0.2, factor)));
        lastError = Math.max(error, 1e-4);
        step.accept();
        break;
      }
      length *= Number.isFinite(error) ? Math.max(0.2, 0.9 * power(error, -0.2)) : 0.1;
    }
  }
}

/** One step of the method and what is kept of it. */
class DormandPrince {
  readonly #field: VectorField;
  readonly #relative: number;
  readonly #absolute: number;
  readonly #inner: Float64Array;
  slopes: Float64Array[];
  state: Float64Array;
  next: Float64Array;
  evaluations = 0;

  constructor(field: VectorField, initial: Float64Array, relative: number, absolute: number) {
    this.#field = field;
    this.#relative = relative;
    this.#absolute = absolute;
    this.#inner = new Float64Array(initial.length);
    this.slopes = NODES.map(() => new Float64Array(initial.length));
    this.state = Float64Array.from(initial);
    this.next = new Float64Array(initial.length);
  }

  /** Writes the state after a step into `next`, and gives its error over the tolerance. */
  attempt(time: number, length: number): number {
    const { slopes, state, next } = this;
    for (let stage = 1; stage < 7; stage++) {
      const target = stage === 6 ? next : this.#inner;
      combine(ROWS[stage], slopes, length, target);
      for (let i = 0; i < state.length; i++) target[i] += state[i];
      this.#field(time + NODES[stage] * length, target, slopes[stage]);
    }
    this.evaluations += 6;
    combine(ERROR, slopes, length, this.#inner);
    return this.#size(this.#inner, state, next);
  }

  /** Goes on from `next`; its slope, the last of the step, is the first of the following one. */
  accept(): void {
    [this.state, this.next] = [this.next, this.state];
    const [first] = this.slopes;
    this.slopes[0] = this.slopes[6];
    this.slopes[6] = first;
  }

  /** The state at a share of the step that was just attempted; valid until the next call. */
  between(share: number, length: number): Float64Array {
    const { slopes, state, next } = this;
    const inner = this.#inner;
    combine(DENSE, slopes, length, inner);
    const rest = 1 - share;
    for (let i = 0; i < state.length; i++) {
      const change = next[i] - state[i];
      const early = length * slopes[0][i] - change;
      const late = change - length * slopes[6][i] - early;
      inner[i] = state[i] + share * (change + rest * (early + share * (late + rest * inner[i])));
    }
    return inner;
  }

  /** A first step from the sizes of the slope and of its change; one evaluation. */
  firstLength(time: number, interval: number): number {
    const { slopes, state, next } = this;
    const inner = this.#inner;
    const stateSize = this.#size(state, state, state);
    const slopeSize = this.#size(slopes[0], state, state);
    const trial = stateSize < 1e-5 || slopeSize < 1e-5 ? 1e-6 : (0.01 * stateSize) / slopeSize;
    const short = Math.min(trial, interval);
    for (let i = 0; i < state.length; i++) next[i] = state[i] + short * slopes[0][i];
    this.#field(time + short, next, slopes[1]);
    this.evaluations++;
    for (let i = 0; i < state.length; i++) inner[i] = (slopes[1][i] - slopes[0][i]) / short;
    const changeSize = this.#size(inner, state, state);
    const largest = Math.max(slopeSize, changeSize);
    const long = largest <= 1e-15 ? Math.max(1e-6, short * 1e-3) : power(0.01 / largest, 0.2);
    return Math.min(100 * short, Number.isFinite(long) ? long : short);
  }

  /** The root mean square of `vector` over what the tolerances allow. */
  #size(vector: Float64Array, a: Float64Array, b: Float64Array): number {
    let sum = 0;
    for (let i = 0; i < vector.length; i++) {
      const allowed = this.#absolute + this.#relative * Math.max(Math.abs(a[i]), Math.abs(b[i]));
      // A component that is and stays zero has no error, for any tolerance.
      if (vector[i] !== 0) sum += (vector[i] / allowed) ** 2;
    }
    return Math.sqrt(sum / vector.length);
  }
}

/** out <- length * sum_k weights[k] slopes[k] */
function combine(weights: readonly number[], slopes: Float64Array[], length: number, out: Float64Array): void {
  out.fill(0);
  for (let k = 0; k < weights.length; k++) {
    const weight = length * weights[k];
    if (weight === 0) continue;
    const slope = slopes[k];
    for (let i = 0; i < out.length; i++) out[i] += weight * slope[i];
  }
}

/** base^exponent for positive bases, the same bits everywhere. */
function power(base: number, exponent: number): number {
  return portableExp(exponent * portableLog(Math.max(base, 1e-12)));
}

function checkTimes(times: Float64Array, from: number, to: number): void {
  checkVector(times, 'times');
  const bad = times.findIndex((time, k) => time < from || time > to || (k > 0 && time < times[k - 1]));
  if (bad < 0) return;
  throw fault(`must rise within ${from} and ${to}, is ${times[bad]} at index ${bad}`, 'times', 'out-of-range', bad);
}
