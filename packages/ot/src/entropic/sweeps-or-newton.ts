// Sinkhorn's sweeps or sparse Newton steps, whichever suits the instance: first sweeps at a larger epsilon, then a prediction of
// their number at the requested epsilon, and, if the prediction fails, turns of both, each longer than the last.
//
// Both work on one state, so that one continues from the result of the other.
import type { Conclusion, Steps } from '@infimum/core';
import type { TransportLike } from '../transport.ts';
import type { EntropicSettings } from './entropic-steps.ts';
import { entropicSteps } from './entropic-steps.ts';
import { ContinuedNewton, continuedNewtonSizes } from './newton/continued-newton.ts';
import { andersonSweeps, Forecast, SWEEPS_MEMORY } from './state/anderson-sweeps.ts';
import { coarseStages, needsCoarseStages } from './state/coarse-stages.ts';
import type { EntropicState } from './state/entropic-state.ts';
import type { EntropicPlan, SinkhornIterate } from './state/normalized-problem.ts';
import { absorbScalings } from './state/sinkhorn-scaling.ts';

/** Where the costs span more epsilons, Newton steps begin at once, with stages of falling epsilon of their own. */
const LARGEST_SPAN = 1500;

/** Sweeps between two forecasts, and the least of a first turn (masses of clusters take their time to move). */
const FORECAST_EVERY = 5;
const LEAST_SWEEPS = 25;
const LEAST_STAGED_SWEEPS = 40;

/** Entries of a problem on which extrapolations look back on more sweeps, and how many. */
const LARGE = 50_000;
const LARGE_MEMORY = 2 * SWEEPS_MEMORY;

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

/**
 * Kernels with more entries are beyond most caches: many sweeps, as there are beyond so many epsilons, are quicker on what is kept of
 * them where that is no more than this share.
 */
const HUGE = 2_000_000;
const SPARSE_SPAN = 600;
const SPARSE = 0.3;

/** Entries are kept from this share of the tolerance, were it spread over all of them. */
const KEPT_SHARE = 1e-5;

/** Newton steps and sweeps of a first turn in which the other method would have been done. */
const FIRST_NEWTON_TURN = 1000;
const FIRST_SWEEP_TURN = 1000;

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
 * @param choice - is informed of observations and decisions
 * @throws {InvalidInputError} naming the argument at fault
 */
export function* sweepsOrNewton(
  problem: TransportLike,
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
  /** Whether there are potentials to begin with: then nothing is better than those. */
  readonly #isStarted: boolean;
  #iteration = 0;
  #done = 0;
  /** Whether stages of larger epsilons found parts of the plan that exchange mass. */
  #isExchanging = false;
  /** Whether so few entries of a huge kernel matter that Newton steps, with sweeps on those, begin without other ones. */
  #isSparse = false;
  /** Whether most entries of the plan matter, once that was asked for. */
  #isDense: boolean | undefined;

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
      const hasSweeps = turn > 0 || !this.#isFar();
      const end = hasSweeps ? yield* this.#sweeps(turn) : undefined;
      if (end && (end.status === 'converged' || state.problem.hasFaint)) return end;
      this.#choice.method = 'sinkhornNewtonSparse';
      // Where sweeps have stalled, stages begin anew.
      const isWarm = hasSweeps && end === undefined;
      if (isWarm) absorbScalings(state, state.epsilon);
      else state.x.fill(0);
      if (!isWarm) state.y.fill(0);
      newton ??= new ContinuedNewton(state, { tolerance: this.#tolerance, sparsify: 'mass' });
      const warmup = this.#isSparse && turn === 0 ? undefined : 0;
      const steps = newton.steps(isWarm ? { isWarm, isFitted: true, warmup } : { isWarm });
      const mostSteps = end ? Infinity : FIRST_NEWTON_TURN * 2 ** turn;
      let count = 0;
      for (; count < mostSteps; count++) {
        const step = steps.next();
        // What rounding holds Newton steps at sweeps may go below, if they have not been tried.
        if (step.done && (step.value.status === 'converged' || hasSweeps)) return step.value;
        if (step.done) break;
        yield { ...step.value, iteration: this.#iteration++ };
      }
      newton.settle();
      this.#choice.seen += `, but ${count} steps were not enough, so sweeps continued`;
    }
  }

  /** Whether sweeps, without potentials to begin with, would be far more than Newton steps. */
  #isFar(): boolean {
    const span = this.#choice.span as number;
    if (this.#isStarted || this.#state.problem.hasFaint || span <= LARGEST_SPAN) return false;
    this.#choice.seen = 'lowering epsilon in stages is better there';
    return true;
  }

  /** The sweeps of larger epsilons, where they pay; returns whether they did. */
  *#coarseSweeps(): Generator<SinkhornIterate, boolean, undefined> {
    const state = this.#state;
    const span = this.#choice.span as number;
    if (this.#isStarted || state.problem.hasFaint || !needsCoarseStages(state.n * state.m, span)) return false;
    const stages = coarseStages(state, span);
    for (let step = stages.next(); ; step = stages.next(), this.#done++) {
      if (step.done) {
        this.#isExchanging = step.value;
        this.#isSparse = span > SPARSE_SPAN && this.#isHugeAndSparse();
        return true;
      }
      yield { ...step.value, iteration: this.#iteration++ };
    }
  }

  #isHugeAndSparse(): boolean {
    const { n, m } = this.#state;
    return n * m > HUGE && shareThatMatters(this.#state, KEPT_SHARE * this.#tolerance, 16) < SPARSE;
  }

  /** Sweeps until they end, or until Newton steps promise to be quicker: then nothing is returned. */
  *#sweeps(turn: number): Generator<SinkhornIterate, Conclusion<EntropicPlan> | undefined, undefined> {
    const state = this.#state;
    const choice = this.#choice;
    const isAlone = state.problem.hasFaint;
    const isStaged = turn === 0 && (yield* this.#coarseSweeps());
    if (isStaged && this.#isSparse) {
      choice.seen = 'after sweeps at larger epsilons only few entries matter';
      return undefined;
    }
    const least = turn > 0 ? FIRST_SWEEP_TURN * 2 ** (turn - 1) : isStaged ? LEAST_STAGED_SWEEPS : LEAST_SWEEPS;
    const isRemembering = isStaged && !this.#isExchanging && state.n * state.m >= LARGE;
    const memory = isRemembering ? LARGE_MEMORY : SWEEPS_MEMORY;
    const forecast = new Forecast(this.#tolerance);
    const sweeps = andersonSweeps(state, state.epsilon, this.#tolerance, memory, isStaged);
    for (let count = 0; ; count++, this.#done++) {
      const step = sweeps.next();
      if (step.done) {
        if (step.value.status !== 'converged') {
          choice.seen = `after ${this.#done} sweeps rounding limited the error, and Newton steps go below`;
        }
        return step.value;
      }
      yield { ...step.value, iteration: this.#iteration++ };
      const { marginalError } = step.value;
      forecast.note(marginalError);
      if (count <= FORECAST_EVERY || count % FORECAST_EVERY !== 0) continue;
      choice.seen = `after ${this.#done} sweeps the error was ${marginalError.toExponential(1)} and ${foretold(forecast.left)}`;
      if (!isAlone && count >= least && this.#areTooMany(forecast.left, count, marginalError)) {
        choice.seen += ', Newton steps are fewer';
        return undefined;
      }
    }
  }

  /** Whether so many more sweeps, after some that have left this error, would take longer than Newton steps. */
  #areTooMany(left: number, count: number, error: number): boolean {
    if (left <= PATIENT_SWEEPS || (error > MOVING_ERROR && count < MOVING_SWEEPS)) return false;
    this.#isDense ??= shareThatMatters(this.#state, ENTRY_SHARE * error) >= DENSE;
    return left > (this.#isDense ? PATIENT_DENSE_SWEEPS : PATIENT_SWEEPS);
  }
}

/** The share of the plan's entries, in every so many rows, that are larger than a mass would be that is spread over all of them. */
function shareThatMatters({ n, m, plan, rowScaling, columnScaling }: EntropicState, mass: number, every = 1): number {
  let [count, rows] = [0, 0];
  for (let i = 0; i < n; i += every, rows++) {
    const least = mass / (n * m * rowScaling[i]);
    for (let j = 0; j < m; j++) if (plan[i * m + j] * columnScaling[j] > least) count++;
  }
  return count / (rows * m);
}

function foretold(left: number): string {
  return left < 1e6 ? `about ${Math.ceil(left)} more were predicted` : 'no end was in sight';
}
