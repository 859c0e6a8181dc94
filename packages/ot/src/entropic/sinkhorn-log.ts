// Sinkhorn's iteration in the log domain: no overflow, no underflow, whatever epsilon.
//
// M. Cuturi: Sinkhorn distances: lightspeed computation of optimal transport (2013), arXiv 1306.0895.
import type { Iterate, Steps } from '@infimum/core';
import type { InitialPotentials } from '../initial-potentials.ts';
import { Progress } from '../progress.ts';
import type { Transport } from '../transport.ts';
import type { EntropicPlan, EntropicState } from './entropic-state.ts';
import { entropicSteps } from './entropic-steps.ts';

/** News of a Sinkhorn iteration. */
export interface SinkhornIterate extends Iterate<EntropicPlan> {
  /** l1 error of the marginals. */
  readonly marginalError: number;
}

/** Options of the log-domain iteration. */
export interface SinkhornLogOptions {
  /** Strength of the entropic regularisation, in units of the cost; positive. */
  readonly epsilon: number;
  /** l1 error of the marginals at which the iteration ends; 1e-9 by default. */
  readonly tolerance?: number;
  /** Potentials to start from, -Infinity where a weight is zero; zero by default. */
  readonly initial?: InitialPotentials;
  /** Threads, 1 to 64; 1 by default. The result has the same bits for any number. */
  readonly threads?: number;
}

/**
 * The log-domain iteration, one sweep over rows and columns a step; O(nm) with nm exponentials each way.
 *
 * @throws {InvalidInputError} naming the argument at fault
 */
export function* sinkhornLogSteps(
  problem: Transport,
  options: SinkhornLogOptions,
): Steps<EntropicPlan, SinkhornIterate> {
  return yield* entropicSteps(problem, options, function* (state, epsilon, tolerance) {
    return yield* logDomainSweeps(state, epsilon, tolerance);
  });
}

/** Sweeps on a given state until the marginals fit or rounding stops them. */
export function* logDomainSweeps(
  state: EntropicState,
  epsilon: number,
  tolerance: number,
): Steps<EntropicPlan, SinkhornIterate> {
  state.updateSource(epsilon);
  const solution = () => state.solution(epsilon);
  const progress = new Progress(tolerance, state.errorFloor(epsilon));
  let marginalError = state.updateTarget(epsilon);
  yield { iteration: 0, marginalError, solution };
  for (let iteration = 1; ; iteration++) {
    // The columns fit exactly after an update of y, so the rows' error is the whole error.
    marginalError = state.updateSource(epsilon);
    state.updateTarget(epsilon);
    yield { iteration, marginalError, solution };
    const end = progress.judge(marginalError);
    if (end) return { ...end, solution: solution() };
  }
}
