// Sinkhorn's sweeps or sparse Newton steps, whichever the instance turns out to suit: a trial of a few sweeps, a prediction
// of how many more there would be, and turns of both, each longer than the last, where the prediction fails.
import type { Steps } from '@infimum/core';
import type { Transport } from '../transport.ts';
import type { EntropicSettings, SinkhornIterate } from './entropic-steps.ts';
import type { EntropicPlan } from './normalised-problem.ts';
import { sinkhornSteps } from './sinkhorn.ts';
import { sinkhornNewtonSparseSteps } from './sinkhorn-newton-sparse.ts';

/** Sweeps between two predictions; the rate is that of the second half of them. */
const TRIAL = 20;

/** Sweeps that take about as long as Newton's method from the beginning. */
const NEWTON_IN_SWEEPS = 150;

/** Newton steps and sweeps of a first turn in which the other method would have been done. */
const FIRST_NEWTON_TURN = 400;
const FIRST_SWEEP_TURN = 1000;

/** What was seen, for people; it grows as the run goes on. */
export interface MethodChoice {
  /** The method at work. */
  method: 'sinkhorn' | 'sinkhornNewtonSparse';
  /** Why it is at work. */
  seen: string;
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
  const { epsilon, tolerance, threads, initial } = options;
  const target = tolerance * problem.a.reduce((mass, weight) => mass + weight, 0);
  const sweeps = sinkhornSteps(problem, options);
  // Newton steps begin anew: with stages, unless there are potentials that somebody thought good.
  const newton = sinkhornNewtonSparseSteps(problem, { epsilon, tolerance, threads, initial });
  let iteration = 0;
  let done = 0;
  let sweepsEnded = false;
  let errorBefore = Infinity;
  try {
    for (let turn = 0; ; turn++) {
      choice.method = 'sinkhorn';
      const mostSweeps = turn === 0 ? Infinity : done + FIRST_SWEEP_TURN * 2 ** (turn - 1);
      for (;;) {
        const step = sweeps.next();
        if (step.done) {
          if (step.value.status === 'converged') return step.value;
          sweepsEnded = true;
          choice.seen = `after ${done} sweeps rounding held the error, Newton steps go below`;
          break;
        }
        yield { ...step.value, iteration: iteration++ };
        done = step.value.iteration;
        const { marginalError } = step.value;
        if (done % TRIAL === TRIAL / 2) errorBefore = marginalError;
        if (done === 0 || done % TRIAL !== 0) continue;
        const left = sweepsLeft(marginalError, errorBefore, target);
        if (done === TRIAL) choice.seen = `after ${done} sweeps ${foretold(left)}`;
        if (turn === 0 ? left > NEWTON_IN_SWEEPS : done >= mostSweeps) {
          choice.seen = `after ${done} sweeps ${foretold(left)}, Newton steps are fewer`;
          break;
        }
      }
      choice.method = 'sinkhornNewtonSparse';
      const mostSteps = sweepsEnded ? Infinity : FIRST_NEWTON_TURN * 2 ** turn;
      for (let count = 0; count < mostSteps; count++) {
        const step = newton.next();
        if (step.done) return step.value;
        yield { ...step.value, iteration: iteration++ };
      }
      choice.seen = `${choice.seen}, but ${mostSteps} did not do, so that sweeps went on`;
    }
  } finally {
    sweeps.return(undefined as never);
    newton.return(undefined as never);
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
