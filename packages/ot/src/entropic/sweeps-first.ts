// Sinkhorn's iteration where it is quick, Newton's method where it turns out not to be.
import type { Steps } from '@infimum/core';
import type { Transport } from '../transport.ts';
import type { EntropicPlan } from './entropic-state.ts';
import type { EntropicSettings, SinkhornIterate } from './entropic-steps.ts';
import { sinkhornSteps } from './sinkhorn.ts';
import { sinkhornNewtonSparseSteps } from './sinkhorn-newton-sparse.ts';

/** Sweeps after which Newton steps take over. */
export const MOST_SWEEPS = 300;

/**
 * Sweeps as steps, and Newton's steps from the beginning if there have been too many.
 *
 * @param onNewton - called when that is so
 */
export function* sweepsFirst(
  problem: Transport,
  options: EntropicSettings,
  onNewton: () => void,
): Steps<EntropicPlan, SinkhornIterate> {
  const sweeps = sinkhornSteps(problem, options);
  try {
    for (let step = sweeps.next(); ; step = sweeps.next()) {
      if (step.done) return step.value;
      if (step.value.iteration > MOST_SWEEPS) break;
      yield step.value;
    }
  } finally {
    sweeps.return(undefined as never);
  }
  onNewton();
  const { epsilon, tolerance, threads } = options;
  const newton = sinkhornNewtonSparseSteps(problem, { epsilon, tolerance, threads });
  try {
    for (let step = newton.next(); ; step = newton.next()) {
      if (step.done) return step.value;
      yield { ...step.value, iteration: MOST_SWEEPS + 1 + step.value.iteration };
    }
  } finally {
    newton.return(undefined as never);
  }
}
