// What the steps of all entropic algorithms have in common: checked options, and a state that is handed back in the end.
import type { Iterate, Steps } from '@infimum/core';
import type { Transport } from '../transport.ts';
import { type EntropicPlan, EntropicState, type StateOptions } from './entropic-state.ts';
import type { SinkhornLogOptions } from './sinkhorn-log.ts';
import { checkSinkhornOptions } from './sinkhorn-options.ts';

/** An algorithm on a state. */
type StateSteps<I extends Iterate<EntropicPlan>> = (
  state: EntropicState,
  epsilon: number,
  tolerance: number,
) => Steps<EntropicPlan, I>;

/**
 * Runs an algorithm on the state of a problem, and releases it however the run ends.
 *
 * @param room - what the algorithm needs in the workspace
 * @throws {InvalidInputError} naming the argument at fault
 */
export function* entropicSteps<I extends Iterate<EntropicPlan>>(
  problem: Transport,
  options: SinkhornLogOptions,
  algorithm: StateSteps<I>,
  room?: StateOptions['room'],
): Steps<EntropicPlan, I> {
  checkSinkhornOptions(options, problem);
  const { epsilon, tolerance = 1e-9 } = options;
  const state = new EntropicState(problem, { ...options, room });
  try {
    return yield* algorithm(state, epsilon, tolerance);
  } finally {
    state.release();
  }
}
