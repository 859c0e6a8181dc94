// The Sinkhorn-Newton method: Newton steps on the whole Hessian of the dual.
//
// C. Brauer, C. Clason, D. Lorenz, B. Wirth: A Sinkhorn-Newton method for entropic optimal transport (2017),
// arXiv 1710.06635.
//
// Newton's method for P1 = a, P'1 = b in the potentials, [diag(P1) P; P' diag(P'1)] d = (a - P1, b - P'1), x += epsilon d,
// from one fit of the rows and without sweeps. Steps are capped, and halved until the dual, which is concave, rises enough: the
// method converges from every start, and quadratically in the end.
import type { MatrixLike, OptionSpecs, OptionsOf, Steps, VectorLike } from '@infimum/core';
import { defineSolver, resolveOptions } from '@infimum/core';
import { plan } from '../options.ts';
import type { TransportLike } from '../transport.ts';
import { transport } from '../transport-problem.ts';
import type { FormOutcome, PlanChoice, PlanForm } from './entropic-options.ts';
import { entropicOptions, runInForm, withEpsilon } from './entropic-options.ts';
import { entropicSteps } from './entropic-steps.ts';
import type { NewtonIterate } from './newton/newton-iteration.ts';
import { NewtonIteration } from './newton/newton-iteration.ts';
import type { EntropicPlan } from './state/normalized-problem.ts';

const sinkhornNewtonDenseOptions = {
  ...entropicOptions,
  maxIterations: { type: 'integer', min: 0, default: 500, description: 'Limit of Newton steps' },
} as const satisfies OptionSpecs;

/** Options of `sinkhornNewtonDense`. */
export type SinkhornNewtonDenseOptions<Form extends PlanChoice = 'dense'> = OptionsOf<typeof sinkhornNewtonDenseOptions> &
  PlanForm<Form, NewtonIterate>;

/** No exponent of the plan may change by more than this in one step. */
const LARGEST_MOVE = 10;

/** Unknowns beyond which a dense Newton system costs more than is worth waiting for. */
const MAX_DENSE_UNKNOWNS = 2000;

/**
 * Entropic optimal transport by Newton's method on the whole dual Hessian.
 *
 * Solves the problem of `sinkhorn`: minimise `sum_ij P_ij C_ij + epsilon * sum_ij P_ij log P_ij` over plans P with row
 * sums `a` and column sums `b`. Converges quadratically near the optimum; far from it, at small `epsilon`, it takes many
 * short steps. `sinkhornNewtonSparse` is much faster.
 *
 * @param a - source weights, length n, non-negative
 * @param b - target weights, length m, non-negative, of the same total as `a` (relative 1e-9)
 * @param cost - costs, n x m, finite
 * @param options - `epsilon`, in units of the cost, is required
 * @returns the plan, unless `plan: 'none'` spares it, its cost, the dual potentials and how the run ended
 * @throws {InvalidInputError} naming the argument and the first place at fault
 *
 * Cost: O((n + m)^3) a step, O((n + m)^2) memory.
 *
 * Source: C. Brauer, C. Clason, D. Lorenz, B. Wirth (arXiv 1710.06635); the damping is ours.
 *
 * @example
 * ```ts
 * import { sinkhornNewtonDense } from '@infimum/ot/entropic';
 *
 * const cost = { rows: 2, cols: 2, values: Float64Array.of(0, 1, 1, 0) };
 * const result = sinkhornNewtonDense([0.5, 0.5], [0.5, 0.5], cost, { epsilon: 1 });
 * console.log(result.status, result.cost.toFixed(6)); // converged 0.268941
 * ```
 */
export function sinkhornNewtonDense<Form extends PlanChoice = 'dense'>(
  a: VectorLike,
  b: VectorLike,
  cost: MatrixLike,
  options: SinkhornNewtonDenseOptions<Form>,
): FormOutcome<Form, NewtonIterate> {
  return runInForm(sinkhornNewtonDenseOptions, options, sinkhornNewtonDenseSteps({ a, b, cost }, options));
}

/** The method as steps. */
export function* sinkhornNewtonDenseSteps(
  problem: TransportLike,
  options: SinkhornNewtonDenseOptions<PlanChoice>,
): Steps<EntropicPlan, NewtonIterate> {
  const settings = resolveOptions({ ...sinkhornNewtonDenseOptions, plan }, options);
  return yield* entropicSteps(problem, settings, (state, _, tolerance) =>
    new NewtonIteration(state, {
      tolerance,
      warmup: 0,
      recoverySweeps: 0,
      largestMove: LARGEST_MOVE,
      sparsify: 'all',
      gauge: 'project',
    }).steps(),
  );
}

export const sinkhornNewtonDenseSolver = /* @__PURE__ */ defineSolver({
  id: 'ot/sinkhorn-newton-dense',
  title: 'Sinkhorn-Newton with the full Hessian',
  summary: 'Damped Newton steps on the full dual Hessian, without sweeps: quadratic convergence, cubic cost per step.',
  problem: transport,
  variant: 'entropic',
  role: 'baseline',
  paper: { title: 'A Sinkhorn-Newton method for entropic optimal transport', arxiv: '1710.06635', year: 2017 },
  cost: 'O((n + m)^3) \\text{ per step}',
  options: sinkhornNewtonDenseOptions,
  declines: ({ a, b }) =>
    a.length + b.length > MAX_DENSE_UNKNOWNS
      ? `dense Newton systems are for at most ${MAX_DENSE_UNKNOWNS} points; use ot/sinkhorn-newton-sparse`
      : undefined,
  steps: (instance, options) => sinkhornNewtonDenseSteps(instance, withEpsilon(instance, options)),
});
