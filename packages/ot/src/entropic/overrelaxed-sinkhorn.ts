// Overrelaxed Sinkhorn: every update of the potentials is longer than Sinkhorn's.
//
// A. Thibault, L. Chizat, C. Dossal, N. Papadakis: Overrelaxed Sinkhorn-Knopp algorithm for regularized optimal
// transport (2017), arXiv 1711.01851.
import type { MatrixLike, OptionSpecs, OptionsOf, Steps, VectorLike } from '@infimum/core';
import { defineSolver, resolveOptions } from '@infimum/core';
import { portableExpm1 } from '@infimum/core/portable-math';
import { plan } from '../options.ts';
import { Progress } from '../progress.ts';
import type { TransportLike } from '../transport.ts';
import { transport } from '../transport-problem.ts';
import type { FormOutcome, PlanChoice, PlanForm } from './entropic-options.ts';
import { entropicOptions, runInForm, withEpsilon } from './entropic-options.ts';
import { entropicSteps } from './entropic-steps.ts';
import type { EntropicPlan, SinkhornIterate } from './state/normalized-problem.ts';

const overrelaxedSinkhornOptions = {
  ...entropicOptions,
  relaxation: { type: 'number', min: 1, below: 2, default: 1.5, description: "Multiple of Sinkhorn's step" },
} as const satisfies OptionSpecs;

/** Options of `overrelaxedSinkhorn`. */
export type OverrelaxedSinkhornOptions<Form extends PlanChoice = 'dense'> = OptionsOf<typeof overrelaxedSinkhornOptions> &
  PlanForm<Form, SinkhornIterate>;

/**
 * Entropic optimal transport by Sinkhorn's iteration with overrelaxation, in the log domain.
 *
 * Solves the problem of `sinkhorn`: minimise `sum_ij P_ij C_ij + epsilon * sum_ij P_ij log P_ij` over plans P with
 * row sums `a` and column sums `b`. An update moves the potentials by `relaxation` times as far as Sinkhorn's; where
 * Sinkhorn's error falls by 1 - s a sweep, the best relaxation lets it fall by about 1 - 2 sqrt(s). An update that
 * would raise the dual by less than half of what relaxation gains near the optimum is replaced by Sinkhorn's, so that
 * the dual always rises.
 *
 * @param a - source weights, length n, non-negative
 * @param b - target weights, length m, non-negative, of the same total as `a` (relative 1e-9)
 * @param cost - costs, n x m, finite
 * @param options - `epsilon`, in units of the cost, is required
 * @returns the plan, unless `plan: 'none'` spares it, its cost, the dual potentials and how the run ended
 * @throws {InvalidInputError} naming the argument and the first place at fault
 *
 * Cost: O(nm) exponentials a sweep, O(nm) memory.
 *
 * Source: A. Thibault, L. Chizat, C. Dossal, N. Papadakis (arXiv 1711.01851).
 *
 * @example
 * ```ts
 * import { overrelaxedSinkhorn } from '@infimum/ot/entropic';
 *
 * const cost = { rows: 2, cols: 2, values: Float64Array.of(0, 1, 1, 0) };
 * const result = overrelaxedSinkhorn([0.5, 0.5], [0.5, 0.5], cost, { epsilon: 1 });
 * console.log(result.status, result.cost.toFixed(6)); // converged 0.268941
 * ```
 */
export function overrelaxedSinkhorn<Form extends PlanChoice = 'dense'>(
  a: VectorLike,
  b: VectorLike,
  cost: MatrixLike,
  options: OverrelaxedSinkhornOptions<Form>,
): FormOutcome<Form, SinkhornIterate> {
  return runInForm(overrelaxedSinkhornOptions, options, overrelaxedSinkhornSteps({ a, b, cost }, options));
}

/** Overrelaxed Sinkhorn as steps, one sweep over rows and columns each. */
export function* overrelaxedSinkhornSteps(
  problem: TransportLike,
  options: OverrelaxedSinkhornOptions<PlanChoice>,
): Steps<EntropicPlan, SinkhornIterate> {
  const settings = resolveOptions({ ...overrelaxedSinkhornOptions, plan }, options);
  const { relaxation } = settings;
  return yield* entropicSteps(problem, settings, function* (state, epsilon, tolerance) {
    const progress = new Progress(tolerance, state.errorFloor(epsilon));
    const solution = () => state.solution(epsilon);
    state.updateSource(epsilon);
    let marginalError = state.updateTarget(epsilon);
    let columnError = 0;
    for (let iteration = 0; ; iteration++) {
      yield { iteration, marginalError, solution };
      const before = state.x.slice();
      // Rows as they are now; columns as the last update left them, for x has not moved since.
      marginalError = state.updateSource(epsilon) + columnError;
      // From here one plain sweep fits the columns and moves the rows by no more than what is still wrong.
      const end = progress.conclude(marginalError, state.problem.mass, () => {
        state.updateTarget(epsilon);
        return solution();
      });
      if (end) {
        yield { iteration: iteration + 1, marginalError: end.solution.marginalError / state.problem.mass, solution };
        return end;
      }
      overrelax(state.x, before, state.a, epsilon, relaxation);
      const beforeTarget = state.y.slice();
      state.updateTarget(epsilon);
      columnError = overrelax(state.y, beforeTarget, state.b, epsilon, relaxation);
    }
  });
}

/**
 * Moves fitted potentials further in the direction in which they came, if the dual likes it; returns the error of
 * the marginal afterwards.
 *
 * With d = (fitted - before) / epsilon a marginal was w exp(-d); after a move by omega d it is w exp((omega - 1) d),
 * and the dual has gained w (omega d - exp((omega - 1) d) + exp(-d)) epsilon.
 */
function overrelax(
  fitted: Float64Array,
  before: Float64Array,
  weights: Float64Array,
  epsilon: number,
  relaxation: number,
): number {
  let gain = 0;
  let plainGain = 0;
  let error = 0;
  for (let i = 0; i < fitted.length; i++) {
    const d = (fitted[i] - before[i]) / epsilon;
    const overshoot = portableExpm1((relaxation - 1) * d);
    gain += weights[i] * (relaxation * d - overshoot + portableExpm1(-d));
    plainGain += weights[i] * (d + portableExpm1(-d));
    error += weights[i] * Math.abs(overshoot);
  }
  // Near the optimum the ratio of the gains is omega (2 - omega).
  if (!(gain >= 0.5 * relaxation * (2 - relaxation) * plainGain)) return 0;
  for (let i = 0; i < fitted.length; i++) fitted[i] = before[i] + relaxation * (fitted[i] - before[i]);
  return error;
}

export const overrelaxedSinkhornSolver = /* @__PURE__ */ defineSolver({
  id: 'ot/sinkhorn-overrelaxed',
  title: 'Overrelaxed Sinkhorn',
  summary: 'Takes longer steps than Sinkhorn in the log domain: several times fewer sweeps at small epsilon.',
  problem: transport,
  variant: 'entropic',
  role: 'baseline',
  paper: { title: 'Overrelaxed Sinkhorn-Knopp algorithm for regularized optimal transport', arxiv: '1711.01851', year: 2017 },
  cost: 'O(nm) \\text{ exponentials per sweep}',
  options: overrelaxedSinkhornOptions,
  steps: (instance, options) => overrelaxedSinkhornSteps(instance, withEpsilon(instance, options)),
});
