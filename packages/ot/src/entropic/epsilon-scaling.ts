// Epsilon scaling: solve for a large epsilon first and halve it, each stage starting where the last one ended.
//
// B. Schmitzer: Stabilized sparse scaling algorithms for entropy regularized transport problems (2019),
// arXiv 1610.06519.
import type { MatrixLike, OptionSpecs, OptionsOf, Steps, VectorLike } from '@infimum/core';
import {
  converged,
  defineSolver,
  InvalidInputError,
  portableLog,
  resolveOptions,
  stalled,
} from '@infimum/core';
import { epsilon, initial, maxIterations, plan, threads, tolerance } from '../options.ts';
import type { TransportLike } from '../transport.ts';
import { transport } from '../transport-problem.ts';
import type { FormOptions, FormOutcome, PlanChoice } from './entropic-options.ts';
import { runInForm, withEpsilon } from './entropic-options.ts';
import type { SinkhornIterate } from './entropic-steps.ts';
import { entropicSteps } from './entropic-steps.ts';
import type { EntropicPlan } from './normalized-problem.ts';
import { scalingSweeps } from './sinkhorn-scaling.ts';

export const epsilonScalingOptions = {
  epsilon,
  tolerance,
  threads,
  initial,
  maxIterations,
} as const satisfies OptionSpecs;

/** Options of `epsilonScaling`. */
export type EpsilonScalingOptions<Form extends PlanChoice = 'dense'> = OptionsOf<
  typeof epsilonScalingOptions
> &
  FormOptions<Form, EpsilonScalingIterate>;

/** Largest cost over epsilon in the first stage: easy for every method. */
const FIRST_EXPONENT = 50;

/** Marginal error at which a stage hands over to the next. */
export const STAGE_TOLERANCE = 1e-3;

/**
 * The values of epsilon of the stages: from range / 50, or up to twice that, down to `epsilon` by halves.
 *
 * @param range - largest cost minus smallest cost
 */
export function epsilonStages(epsilon: number, range: number): number[] {
  // Where the range is a power of two times as large, rounding shall not add a stage.
  const steps = Math.max(0, Math.ceil(logarithmAbove(epsilon, range / FIRST_EXPONENT) / Math.LN2 - 1e-9));
  return Array.from({ length: steps + 1 }, (_, k) => epsilon * 2 ** (steps - k));
}

/** log(first / epsilon) of two regularisations. */
export function logarithmAbove(epsilon: number, first: number): number {
  // Logarithms one by one: the quotient of a large range and a denormal epsilon is no number any more.
  const logarithm = portableLog(first) - portableLog(epsilon);
  if (logarithm < Infinity) return logarithm;
  const problem = 'spans more than the largest number';
  throw new InvalidInputError(problem, { argument: 'cost', code: 'out-of-range' });
}

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
 * import { epsilonScaling } from '@infimum/ot';
 *
 * const half = Float64Array.of(0.5, 0.5);
 * const cost = { rows: 2, cols: 2, values: Float64Array.of(0, 1, 1, 0) };
 * console.log(epsilonScaling(half, half, cost, { epsilon: 0.01 }).status); // converged
 * ```
 */
export function epsilonScaling<Form extends PlanChoice = 'dense'>(
  a: VectorLike,
  b: VectorLike,
  cost: MatrixLike,
  options: EpsilonScalingOptions<Form>,
): FormOutcome<Form, EpsilonScalingIterate> {
  return runInForm(epsilonScalingOptions, options, epsilonScalingSteps({ a, b, cost }, options));
}

/** Epsilon scaling as steps, one sweep each. */
export function* epsilonScalingSteps(
  problem: TransportLike,
  options: EpsilonScalingOptions<PlanChoice>,
): Steps<EntropicPlan, EpsilonScalingIterate> {
  const settings = resolveOptions({ ...epsilonScalingOptions, plan }, options);
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
  options: epsilonScalingOptions,
  steps: (instance, options) => epsilonScalingSteps(instance, withEpsilon(instance, options)),
});
