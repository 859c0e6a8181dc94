// Sinkhorn's sweeps or sparse Newton steps, whichever the instance turns out to suit: a trial of a few sweeps, a prediction
// of how many more there would be, and turns of both, each longer than the last, where the prediction fails.
//
// Both work on one state, so that what one has found the other begins with.
import type { Conclusion, Steps } from '@infimum/core';
import type { Transport } from '../transport.ts';
import { ContinuedNewton, continuedNewtonSizes, newtonStages } from './continued-newton.ts';
import type { EntropicState } from './entropic-state.ts';
import { type EntropicSettings, entropicSteps, type SinkhornIterate } from './entropic-steps.ts';
import type { EntropicPlan } from './normalised-problem.ts';
import { absorbScalings, scalingSweeps } from './sinkhorn-scaling.ts';

/** Sweeps between two predictions; the rate is that of the second half of them. */
const TRIAL = 10;

/** Sweeps that take about as long as Newton steps, with one stage and for each one more; measured on many instances. */
const NEWTON_IN_SWEEPS = 55;
const STAGE_IN_SWEEPS = 25;

/** Newton steps and sweeps of a first turn in which the other method would have been done. */
const FIRST_NEWTON_TURN = 400;
const FIRST_SWEEP_TURN = 1000;

/** What was seen, for people; it grows as the run goes on. */
export interface MethodChoice {
  /** The method at work. */
  method: 'sinkhorn' | 'sinkhornNewtonSparse';
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
    (state, _, tolerance) => new Turns(state, tolerance, choice).steps(),
    continuedNewtonSizes,
  );
}

/** Both methods on one state, by turns. */
class Turns {
  readonly #state: EntropicState;
  readonly #tolerance: number;
  readonly #choice: MethodChoice;
  #iteration = 0;
  #done = 0;

  constructor(state: EntropicState, tolerance: number, choice: MethodChoice) {
    this.#state = state;
    this.#tolerance = tolerance;
    this.#choice = choice;
    choice.span = state.problem.range / state.epsilon;
  }

  *steps(): Steps<EntropicPlan, SinkhornIterate> {
    const state = this.#state;
    let newton: ContinuedNewton | undefined;
    for (let turn = 0; ; turn++) {
      this.#choice.method = 'sinkhorn';
      const end = yield* this.#sweeps(turn);
      if (end?.status === 'converged') return end;
      this.#choice.method = 'sinkhornNewtonSparse';
      // Far from the optimum Newton steps need stages of falling epsilon, which begin anew.
      const isWarm = end === undefined && (turn > 0 || newtonStages(state).length === 1);
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

  /** Sweeps until they end, or until Newton steps promise to be quicker: then nothing is returned. */
  *#sweeps(turn: number): Generator<SinkhornIterate, Conclusion<EntropicPlan> | undefined, undefined> {
    const state = this.#state;
    const choice = this.#choice;
    const most = turn === 0 ? Infinity : this.#done + FIRST_SWEEP_TURN * 2 ** (turn - 1);
    const enough = NEWTON_IN_SWEEPS + STAGE_IN_SWEEPS * (newtonStages(state).length - 1);
    const sweeps = scalingSweeps(state, state.epsilon, this.#tolerance, 'auto');
    let errorBefore = Infinity;
    for (let count = 0; ; count++, this.#done++) {
      const step = sweeps.next();
      if (step.done) {
        if (step.value.status !== 'converged') {
          choice.seen = `after ${this.#done} sweeps rounding held the error, Newton steps go below`;
        }
        return step.value;
      }
      yield { ...step.value, iteration: this.#iteration++ };
      const { marginalError } = step.value;
      if (count % TRIAL === TRIAL / 2) errorBefore = marginalError;
      if (count === 0 || count % TRIAL !== 0) continue;
      const left = sweepsLeft(marginalError, errorBefore, this.#tolerance);
      if (this.#done === TRIAL) choice.seen = `after ${TRIAL} sweeps ${foretold(left)}`;
      if (turn === 0 ? left > enough : this.#done >= most) {
        choice.seen = `after ${this.#done} sweeps ${foretold(left)}, Newton steps are fewer`;
        sweeps.return(undefined as never);
        return undefined;
      }
    }
  }
}

/** Sweeps until the error is within the target, at the rate of half a trial. */
function sweepsLeft(error: number, before: number, target: number): number {
  if (error <= target) return 0;
  const rate = Math.log(error / before) / (TRIAL / 2);
  return rate < 0 ? Math.log(target / error) / rate : Infinity;
}

function foretold(left: number): string {
  return left < 1e6 ? `about ${Math.ceil(left)} more were foretold` : 'no end of them was in sight';
}
