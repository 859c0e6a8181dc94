// Epsilon scaling: solve for a large epsilon first and halve it, each stage starting where the last one ended.
//
// B. Schmitzer: Stabilized sparse scaling algorithms for entropy regularized transport problems (2019),
// arXiv 1610.06519.
import type { MatrixLike, OptionsOf, Steps, VectorLike } from '@infimum/core';
import { converged, defineSolver, resolveOptions, stalled } from '@infimum/core';
import { plan } from '../options.ts';
import type { TransportLike } from '../transport.ts';
import { transport } from '../transport-problem.ts';
import type { FormOutcome, PlanChoice, PlanForm } from './entropic-options.ts';
import { entropicOptions, runInForm, withEpsilon } from './entropic-options.ts';
import { entropicSteps } from './entropic-steps.ts';
import { epsilonStages, STAGE_TOLERANCE } from './state/epsilon-stages.ts';
import type { EntropicPlan, SinkhornIterate } from './state/normalized-problem.ts';
import { scalingSweeps } from './state/sinkhorn-scaling.ts';

/** Options of `epsilonScaling`. */
export type EpsilonScalingOptions<Form extends PlanChoice = 'dense'> = OptionsOf<typeof entropicOptions> &
  PlanForm<Form, EpsilonScalingIterate>;

/** News of a sweep. */
export interface EpsilonScalingIterate extends SinkhornIterate {
  /** Regularisation of the current stage. */
  readonly epsilon: number;
}

/**
 * Entropic optimal transport by Sinkhorn's iteration with decreasing regularisation.
 *
 * Solves the same problem as `sinkhorn`, in stages: from `range(cost) / 50` the regularisation is halved until it
 * is `epsilon`. Far fewer sweeps than `sinkhorn` where epsilon is small; the last stage still converges
 * linearly.
 *
 * @param a - source weights, length n, non-negative
 * @param b - target weights, length m, non-negative, of the same total as `a`
 * @param cost - costs, n x m, finite
 * @param options - `epsilon`, in units of the cost, is required
 * @throws {InvalidInputError} naming the argument and the first place at fault
 *
 * Cost: O(nm) a sweep, O(log(range / epsilon)) stages.
 *
 * @example
 * ```ts
 * import { epsilonScaling } from '@infimum/ot/entropic';
 *
 * const cost = [[0, 1], [1, 0]];
 * console.log(epsilonScaling([0.5, 0.5], [0.5, 0.5], cost, { epsilon: 0.01 }).status); // converged
 * ```
 */
export function epsilonScaling<Form extends PlanChoice = 'dense'>(
  a: VectorLike,
  b: VectorLike,
  cost: MatrixLike,
  options: EpsilonScalingOptions<Form>,
): FormOutcome<Form, EpsilonScalingIterate> {
  return runInForm(entropicOptions, options, epsilonScalingSteps({ a, b, cost }, options));
}

/** Epsilon scaling as steps, one sweep each. */
export function* epsilonScalingSteps(
  problem: TransportLike,
  options: EpsilonScalingOptions<PlanChoice>,
): Steps<EntropicPlan, EpsilonScalingIterate> {
  const settings = resolveOptions({ ...entropicOptions, plan }, options);
  return yield* entropicSteps(problem, settings, function* (state, epsilon, tolerance) {
    let iteration = 0;
    for (const stage of epsilonStages(epsilon, state.problem.range)) {
      const isLast = stage === epsilon;
      const sweeps = scalingSweeps(state, stage, isLast ? tolerance : STAGE_TOLERANCE, 'auto');
      let step = sweeps.next();
      // Each stage yields its starting point; only the first one's is the start of the whole.
      if (iteration > 0 && !step.done) step = sweeps.next();
      for (; !step.done; step = sweeps.next()) {
        const { marginalError, solution } = step.value;
        yield { iteration: iteration++, epsilon: stage, marginalError, solution };
      }
      if (isLast) {
        const { status, solution, reason } = step.value;
        return status === 'converged' ? converged(solution, reason) : stalled(solution, reason);
      }
    }
    throw new Error('unreachable: the last stage returns');
  });
}

export const epsilonScalingSolver = /* @__PURE__ */ defineSolver({
  id: 'ot/sinkhorn-epsilon-scaling',
  title: 'Sinkhorn with epsilon scaling',
  summary: 'Halves the regularisation in stages, each starting where the last one ended.',
  problem: transport,
  variant: 'entropic',
  role: 'baseline',
  paper: {
    title: 'Stabilized sparse scaling algorithms for entropy regularized transport problems',
    arxiv: '1610.06519',
    year: 2019,
  },
  cost: 'O(nm) \\text{ per sweep}',
  options: entropicOptions,
  steps: (instance, options) => epsilonScalingSteps(instance, withEpsilon(instance, options)),
});
