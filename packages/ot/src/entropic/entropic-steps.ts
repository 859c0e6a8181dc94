// Code shared by the steps of all entropic algorithms: a checked problem, its normalised state, and results in the
// units of the user.
import type { Iterate, Steps } from '@infimum/core';
import type { InitialPotentials } from '../initial-potentials.ts';
import { checkInitial } from '../initial-potentials.ts';
import type { TransportLike } from '../transport.ts';
import { asTransport } from '../transport.ts';
import type { StateOptions } from './state/entropic-state.ts';
import { EntropicState } from './state/entropic-state.ts';
import type { EntropicPlan, NormalisedProblem, SinkhornIterate } from './state/normalized-problem.ts';

/** The options that all entropic algorithms share, resolved. */
export interface EntropicSettings {
  /** Strength of the entropic regularisation, in units of the cost. */
  readonly epsilon: number;
  /** l1 error of the marginals at which the iteration ends, relative to the mass. */
  readonly tolerance: number;
  /** Potentials to start from. */
  readonly initial?: InitialPotentials | undefined;
  /** Threads. */
  readonly threads?: number | undefined;
  /** Whether solutions have a plan; if not, only the types say so. */
  readonly plan?: 'dense' | 'none' | undefined;
}

/** The part of the tolerance that weights which are not left out may need. */
const HEAVY_SHARE = 0.99;

/** An algorithm on a normalised state, in whose units epsilon is; the tolerance is relative to the mass, which is one. */
type StateSteps<I extends Iterate<EntropicPlan>> = (
  state: EntropicState,
  epsilon: number,
  tolerance: number,
) => Steps<EntropicPlan, I>;

/**
 * Runs an algorithm on the state of a problem, and releases it however the run ends.
 *
 * @param needs - what the algorithm needs in the workspace, and which weights it can take
 * @throws {InvalidInputError} naming the argument at fault
 */
export function* entropicSteps<I extends SinkhornIterate>(
  given: TransportLike,
  { epsilon, tolerance, initial, threads, plan }: EntropicSettings,
  algorithm: StateSteps<I>,
  needs?: Pick<StateOptions, 'extraSizes' | 'sweepsAll'>,
): Steps<EntropicPlan, I> {
  const problem = asTransport(given);
  if (initial !== undefined) checkInitial(initial, problem.a, problem.b);
  const state = new EntropicState(problem, epsilon, { initial, threads, tolerance, plan, ...needs });
  // What the state leaves out must not be missing in the end.
  const share = state.problem.hasLight ? HEAVY_SHARE : 1;
  const steps = algorithm(state, state.epsilon, share * tolerance);
  try {
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done) return step.value;
      yield inUserUnits(step.value, state.problem);
    }
  } finally {
    steps.return(undefined as never);
    state.release();
  }
}

/** The numbers of an iterate times the units that the state has divided them by. */
function inUserUnits<I extends SinkhornIterate & { readonly epsilon?: number }>(
  iterate: I,
  { mass, costUnit }: NormalisedProblem,
): I {
  if (mass === 1 && costUnit === 1) return iterate;
  const { epsilon, marginalError } = iterate;
  return { ...iterate, marginalError: marginalError * mass, ...(epsilon !== undefined && { epsilon: epsilon * costUnit }) };
}
