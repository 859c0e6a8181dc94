// Sinkhorn's sweeps or sparse Newton steps, whichever the instance turns out to suit: a trial of a few sweeps, a prediction
// of how many more there would be, and turns of both, each longer than the last, where the prediction fails.
//
// Both work on one state, so that what one has found the other begins with.
import type { Conclusion, Steps } from '@infimum/core';
import type { Transport } from '../transport.ts';
import { andersonSweeps, Forecast, SWEEPS_MEMORY } from './anderson-sweeps.ts';
import { ContinuedNewton, continuedNewtonSizes, needsNoStages } from './continued-newton.ts';
import type { EntropicState } from './entropic-state.ts';
import { type EntropicSettings, entropicSteps, type SinkhornIterate } from './entropic-steps.ts';
import type { EntropicPlan } from './normalised-problem.ts';
import { isTooSmall, sweepsOfSample } from './sample-trial.ts';
import { absorbScalings } from './sinkhorn-scaling.ts';

/**
 * A trial compares later sweeps with an early one. Stages are better where much of the mass is wrong still at its end: then
 * whole parts of the plan are to exchange mass. For small problems they are better, too, if the early sweep left little of the mass
 * wrong and the next three do not mend most of that, as with random costs.
 */
const EARLY_SWEEP = 2;
const NEXT_SWEEP = 5;
const LAST_TRIAL_SWEEP = 8;
const LITTLE_ERROR = 0.33;
const NEXT_SHARE = 0.25;
const SMALL_SIDE = 192;
const LAST_SHARE = 0.55;

/**
 * Where the costs span more epsilons than the first number stages may be better. A trial tells, and before it the sweeps of a sample
 * if the whole is much larger and the sample speaks for it.
 */
const STAGED_SPAN = 150;
const SAMPLE_SWEEPS = 48;

/**
 * Beyond so many epsilons stages nearly always are, but on lines and for large random costs, where three sweeps find nearly all
 * that an early one left.
 */
const LARGEST_SPAN = 500;
const FAR_SHARE = 0.2;

/** Sweeps between two forecasts, and the least of a first turn (masses of clusters take their time to move). */
const FORECAST_EVERY = 5;
const LEAST_SWEEPS = 25;

/**
 * How many more sweeps there may be before Newton steps are quicker: a step costs as much as seven sweeps where few entries of
 * the plan matter, as fifteen and more where most do; and forecasts of an extrapolation are too high.
 */
const PATIENT_SWEEPS = 60;
const PATIENT_DENSE_SWEEPS = 250;
const DENSE = 0.15;

/** Entries matter from this share of the error, were it spread over all of them. */
const ENTRY_SHARE = 0.1;

/** Where more of the mass is wrong after so many sweeps, it moves between parts of the plan, and Newton steps are short, too. */
const MOVING_ERROR = 0.1;
const MOVING_SWEEPS = 100;

/** Potentials with a smaller error are worth keeping for Newton steps at the epsilon that is asked for. */
const WARM_ERROR = 2e-3;

/** Newton steps and sweeps of a first turn in which the other method would have been done. */
const FIRST_NEWTON_TURN = 1000;
const FIRST_SWEEP_TURN = 1000;

/** Stages of falling epsilon, sweeps, or sweeps on trial: of a small problem, or of one with many epsilons, or of another. */
type Opening = 'stages' | 'sweeps' | 'trial' | 'small trial' | 'far trial';

/** What was seen, for people; it grows as the run goes on. */
export interface MethodChoice {
  /** The method at work. */
  method: 'andersonSinkhorn' | 'sinkhornNewtonSparse';
  /** Why it is at work. */
  seen: string;
  /** How many epsilons the reduced costs span, once the run has begun. */
  span?: number;
}

/**
 * Both methods as steps of one run.
 *
 * @param choice - told what is seen and done
 * @throws {InvalidInputError} naming the argument at fault
 */
export function* sweepsOrNewton(
  problem: Transport,
  options: EntropicSettings,
  choice: MethodChoice,
): Steps<EntropicPlan, SinkhornIterate> {
  return yield* entropicSteps(
    problem,
    options,
    (state, _, tolerance) => new Turns(state, tolerance, choice, options.initial !== undefined).steps(),
    { extraSizes: continuedNewtonSizes, sweepsAll: true },
  );
}

/** Both methods on one state, by turns. */
class Turns {
  readonly #state: EntropicState;
  readonly #tolerance: number;
  readonly #choice: MethodChoice;
  /** Whether the first turn begins with potentials of the epsilon that is asked for: then nothing is better than those. */
  readonly #isStarted: boolean;
  #iteration = 0;
  #done = 0;
  #error = Infinity;

  constructor(state: EntropicState, tolerance: number, choice: MethodChoice, isStarted: boolean) {
    this.#state = state;
    this.#tolerance = tolerance;
    this.#choice = choice;
    this.#isStarted = isStarted;
    choice.span = state.problem.range / state.epsilon;
  }

  *steps(): Steps<EntropicPlan, SinkhornIterate> {
    const state = this.#state;
    let newton: ContinuedNewton | undefined;
    for (let turn = 0; ; turn++) {
      this.#choice.method = 'andersonSinkhorn';
      const end = yield* this.#sweeps(turn);
      if (end && (end.status === 'converged' || state.problem.hasFaint)) return end;
      this.#choice.method = 'sinkhornNewtonSparse';
      // Far from the optimum Newton steps need stages of falling epsilon, which begin anew.
      const isNear = this.#isStarted || needsNoStages(state) || this.#error <= WARM_ERROR;
      const isWarm = end === undefined && (turn > 0 || isNear);
      if (isWarm) absorbScalings(state, state.epsilon);
      else state.x.fill(0);
      if (!isWarm) state.y.fill(0);
      newton ??= new ContinuedNewton(state, { tolerance: this.#tolerance, sparsify: 'mass' });
      const steps = newton.steps(isWarm ? { isWarm, warmup: 0 } : { isWarm });
      const mostSteps = end ? Infinity : FIRST_NEWTON_TURN * 2 ** turn;
      for (let count = 0; count < mostSteps; count++) {
        const step = steps.next();
        if (step.done) return step.value;
        yield { ...step.value, iteration: this.#iteration++ };
      }
      newton.settle();
      this.#choice.seen += `, but ${mostSteps} did not do, so that sweeps went on`;
    }
  }

  /** What a first turn begins with. */
  #opening(): Opening {
    const state = this.#state;
    const span = this.#choice.span as number;
    if (this.#isStarted || span <= STAGED_SPAN) return 'sweeps';
    if (span > LARGEST_SPAN) return 'far trial';
    if (Math.min(state.n, state.m) < SMALL_SIDE) return 'small trial';
    const sweeps = isTooSmall(state) ? undefined : sweepsOfSample(state, SAMPLE_SWEEPS);
    if (sweeps !== Infinity) return 'trial';
    this.#choice.seen = `a sample took over ${SAMPLE_SWEEPS} sweeps, smaller epsilons by and by are better there`;
    return 'stages';
  }

  /** Sweeps until they end, or until Newton steps promise to be quicker: then nothing is returned. */
  *#sweeps(turn: number): Generator<SinkhornIterate, Conclusion<EntropicPlan> | undefined, undefined> {
    const state = this.#state;
    const choice = this.#choice;
    const isAlone = state.problem.hasFaint;
    const opening = turn === 0 ? this.#opening() : 'sweeps';
    if (opening === 'stages') return undefined;
    const least = turn === 0 ? LEAST_SWEEPS : FIRST_SWEEP_TURN * 2 ** (turn - 1);
    let early = 0;
    let patience: number | undefined;
    const forecast = new Forecast(this.#tolerance);
    const sweeps = andersonSweeps(state, state.epsilon, this.#tolerance, SWEEPS_MEMORY);
    for (let count = 0; ; count++, this.#done++) {
      const step = sweeps.next();
      if (step.done) {
        if (step.value.status !== 'converged') {
          choice.seen = `after ${this.#done} sweeps rounding held the error, Newton steps go below`;
        }
        return step.value;
      }
      yield { ...step.value, iteration: this.#iteration++ };
      this.#error = step.value.marginalError;
      forecast.note(this.#error);
      const seen = () => `after ${this.#done} sweeps the error was ${this.#error.toExponential(1)}`;
      if (count === EARLY_SWEEP) early = this.#error;
      if (endsTrial(opening, count, this.#error, early)) {
        choice.seen = `${seen()}, and smaller epsilons by and by are better`;
        return undefined;
      }
      if (count <= FORECAST_EVERY || count % FORECAST_EVERY !== 0) continue;
      choice.seen = `${seen()} and ${foretold(forecast.left)}`;
      const isMoving = this.#error > MOVING_ERROR && count < MOVING_SWEEPS;
      if (count < least || forecast.left <= PATIENT_SWEEPS || isMoving || isAlone) continue;
      patience ??=
        shareThatMatters(state, ENTRY_SHARE * this.#error) < DENSE ? PATIENT_SWEEPS : PATIENT_DENSE_SWEEPS;
      if (forecast.left > patience) {
        choice.seen += ', Newton steps are fewer';
        return undefined;
      }
    }
  }
}

/** Whether a trial ends with this sweep, for stages of falling epsilon. */
function endsTrial(opening: Opening, sweep: number, error: number, early: number): boolean {
  if (opening === 'far trial') return sweep === NEXT_SWEEP && error > FAR_SHARE * early;
  if (opening === 'small trial' && sweep === NEXT_SWEEP) {
    return early < LITTLE_ERROR && error > NEXT_SHARE * early;
  }
  return opening !== 'sweeps' && sweep === LAST_TRIAL_SWEEP && error > LAST_SHARE * early;
}

/** The share of the plan's entries that are larger than a mass would be that is spread over all of them. */
function shareThatMatters({ n, m, plan, rowScaling, columnScaling }: EntropicState, mass: number): number {
  let count = 0;
  for (let i = 0; i < n; i++) {
    const least = mass / (n * m * rowScaling[i]);
    for (let j = 0; j < m; j++) if (plan[i * m + j] * columnScaling[j] > least) count++;
  }
  return count / (n * m);
}

function foretold(left: number): string {
  return left < 1e6 ? `about ${Math.ceil(left)} more were foretold` : 'no end of them was in sight';
}
