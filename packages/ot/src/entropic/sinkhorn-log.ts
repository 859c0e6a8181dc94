// Sinkhorn's iteration in the log domain: no overflow, no underflow, whatever epsilon.
//
// M. Cuturi: Sinkhorn distances: lightspeed computation of optimal transport (2013), arXiv 1306.0895.
import type { OptionsOf, Steps } from '@infimum/core';
import { defineSolver, resolveOptions } from '@infimum/core';
import { Progress } from '../progress.ts';
import type { TransportLike } from '../transport.ts';
import { transport } from '../transport-problem.ts';
import { entropicOptions, withEpsilon } from './entropic-options.ts';
import type { EntropicState } from './entropic-state.ts';
import type { SinkhornIterate } from './entropic-steps.ts';
import { entropicSteps } from './entropic-steps.ts';
import type { EntropicPlan } from './normalized-problem.ts';

/** Options of the log-domain iteration. */
export type EntropicOptions = OptionsOf<typeof entropicOptions>;

/** The log-domain iteration, one sweep over rows and columns a step; O(nm) with nm exponentials each way. */
export function* sinkhornLogSteps(
  problem: TransportLike,
  options: EntropicOptions,
): Steps<EntropicPlan, SinkhornIterate> {
  return yield* entropicSteps(
    problem,
    resolveOptions(entropicOptions, options),
    function* (state, epsilon, tolerance) {
      return yield* logDomainSweeps(state, epsilon, tolerance);
    },
  );
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
    const end = progress.conclude(marginalError, state.problem.mass, solution);
    if (end) return end;
  }
}

export const sinkhornLogSolver = /* @__PURE__ */ defineSolver({
  id: 'ot/sinkhorn-log',
  title: 'Sinkhorn in the log domain',
  summary: 'Updates the potentials by log-sum-exp: slower per sweep, safe for every regularisation.',
  problem: transport,
  variant: 'entropic',
  role: 'baseline',
  paper: {
    title: 'Sinkhorn distances: lightspeed computation of optimal transport',
    arxiv: '1306.0895',
    year: 2013,
  },
  cost: 'O(nm) \\text{ exponentials per sweep}',
  options: entropicOptions,
  steps: (instance, options) => sinkhornLogSteps(instance, withEpsilon(instance, options)),
});
