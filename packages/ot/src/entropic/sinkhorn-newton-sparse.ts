// Sinkhorn-Newton-Sparse: sparse Newton steps on the dual of entropic optimal transport.
//
// X. Tang, M. Shavlovsky, H. Rahmanian, E. Tardini, K. Thekumparampil, T. Xiao, L. Ying: Accelerating Sinkhorn
// algorithm with sparse Newton iterations (2024), arXiv 2401.12253.
//
// The dual f(x, y) = a'x + b'y - epsilon sum P with P_ij = exp((x_i + y_j - C_ij) / epsilon) is concave; its
// gradient is g = (a - P1, b - P'1) and its Hessian -H / epsilon, H = [diag(P1) P; P' diag(P'1)]. After a few
// Sinkhorn sweeps nearly all of P sits in a few entries a row: H is replaced by a sparse matrix that keeps the
// diagonal whole and of P only the large entries.
//
// The paper's algorithm is one warm-up and Newton steps. It fails where the warm-up is too short, or where
// epsilon is so small that P is almost a vertex and its graph falls apart. With `continuation`, the default,
// it is the robust variant of `continued-newton.ts`.
import type { MatrixLike, OptionSpecs, OptionsOf, Paper, Steps, VectorLike } from '@infimum/core';
import { defineSolver, fault, resolveOptions } from '@infimum/core';
import { plan } from '../options.ts';
import type { TransportLike } from '../transport.ts';
import { transport } from '../transport-problem.ts';
import type { FormOutcome, PlanChoice, PlanForm } from './entropic-options.ts';
import { entropicOptions, runInForm, withEpsilon } from './entropic-options.ts';
import { entropicSteps } from './entropic-steps.ts';
import { ContinuedNewton, continuedNewtonSizes } from './newton/continued-newton.ts';
import type { NewtonIterate } from './newton/newton-iteration.ts';
import { NewtonIteration } from './newton/newton-iteration.ts';
import type { EntropicState } from './state/entropic-state.ts';
import type { EntropicPlan } from './state/normalized-problem.ts';

/** The paper. */
export const sinkhornNewtonSparsePaper: Paper = {
  title: 'Accelerating Sinkhorn algorithm with sparse Newton iterations',
  arxiv: '2401.12253',
  year: 2024,
};

const sinkhornNewtonSparseOptions = {
  ...entropicOptions,
  continuation: {
    type: 'boolean',
    default: true,
    description:
      "Lower epsilon in stages by a factor of at most twelve, damp and cap the steps, and work only on the entries that matter; false is the paper's algorithm",
  },
  warmup: { type: 'integer', min: 0, description: 'Sweeps before Newton steps; 50 per stage or 20 in total' },
  sparsify: {
    type: 'choice',
    choices: ['mass', 'top-k', 'all'],
    default: 'mass',
    description:
      "Which entries of the plan the Hessian keeps: all but a tenth of the error in mass and at most 1 %, the largest, or all, which is Newton's method",
  },
  density: { type: 'number', above: 0, max: 1, description: 'Share of entries that top-k keeps; by default three per row' },
  gauge: {
    type: 'choice',
    choices: ['project', 'augment'],
    default: 'project',
    description:
      'How the invariance under shifts of the potentials is removed: from the gradients, or by adding half the square of sum x - sum y, which is then zero; augment only without continuation',
  },
  maxIterations: { type: 'integer', min: 0, default: 2000, description: 'Limit of sweeps and Newton steps' },
} as const satisfies OptionSpecs;

/** Options of `sinkhornNewtonSparse`. */
export type SinkhornNewtonSparseOptions<Form extends PlanChoice = 'dense'> = OptionsOf<typeof sinkhornNewtonSparseOptions> &
  PlanForm<Form, SinkhornNewtonSparseIterate>;

/** News of a sweep or a Newton step. */
export type SinkhornNewtonSparseIterate = NewtonIterate;

const WARMUP_SWEEPS = 20;
const RECOVERY_SWEEPS = 20;

/**
 * Entropic optimal transport by Sinkhorn sweeps and sparse Newton steps.
 *
 * Minimises `sum_ij P_ij C_ij + epsilon * sum_ij P_ij log P_ij` over non-negative n x m plans P with row sums `a`
 * and column sums `b`. Where Sinkhorn's iteration needs thousands of sweeps, a few tens of steps reach the
 * accuracy of floating point: the choice for small `epsilon` and for accurate plans.
 *
 * @param a - source weights, length n, non-negative
 * @param b - target weights, length m, non-negative, of the same total as `a` (relative 1e-9)
 * @param cost - costs, n x m, finite
 * @param options - `epsilon`, in units of the cost, is required
 * @returns the plan, unless `plan: 'none'` spares it, its cost, the dual potentials and how the run ended; `stalled` where rounding keeps the marginal
 *   error above the tolerance: near 1e-14, and without continuation about 2e-16 range(cost) / epsilon. Where that
 *   quotient is large, the plan is that of costs rounded to the last bit of their range
 * @throws {InvalidInputError} naming the argument and the first place at fault
 *
 * Cost: with continuation a few passes over all costs, and O(k) a sweep, step or inner iteration on the k entries of the
 * plan that matter, few where epsilon is small; without it O(nm) a sweep or step. O(nm) memory.
 *
 * Source: X. Tang et al., Accelerating Sinkhorn algorithm with sparse Newton iterations (arXiv 2401.12253).
 * Continuation, truncation, damping and the rule by mass are additions of this library.
 *
 * @example
 * ```ts
 * import { sinkhornNewtonSparse } from '@infimum/ot';
 *
 * const b = [0.2, 0.3, 0.5];
 * const cost = [[0, 1, 4], [1, 0, 1], [4, 1, 0]];
 * const { status, dualValue } = sinkhornNewtonSparse([0.5, 0.3, 0.2], b, cost, { epsilon: 0.01 });
 * console.log(status, dualValue.toFixed(9)); // converged 0.586338412
 * ```
 */
export function sinkhornNewtonSparse<Form extends PlanChoice = 'dense'>(
  a: VectorLike,
  b: VectorLike,
  cost: MatrixLike,
  options: SinkhornNewtonSparseOptions<Form>,
): FormOutcome<Form, SinkhornNewtonSparseIterate> {
  return runInForm(sinkhornNewtonSparseOptions, options, sinkhornNewtonSparseSteps({ a, b, cost }, options));
}

/** Sinkhorn-Newton-Sparse as steps: a sweep or a Newton step each. */
export function* sinkhornNewtonSparseSteps(
  problem: TransportLike,
  options: SinkhornNewtonSparseOptions<PlanChoice>,
): Steps<EntropicPlan, SinkhornNewtonSparseIterate> {
  const settings = resolveOptions({ ...sinkhornNewtonSparseOptions, plan }, options);
  const { continuation, warmup = WARMUP_SWEEPS, gauge } = settings;
  if (continuation) {
    if (gauge === 'augment') throw fault(NO_AUGMENT, 'gauge', 'unsupported');
    const steps = (state: EntropicState, _: number, tolerance: number) =>
      new ContinuedNewton(state, { ...settings, tolerance }).steps();
    return yield* entropicSteps(problem, settings, steps, { extraSizes: continuedNewtonSizes });
  }
  return yield* entropicSteps(problem, settings, (state, _, tolerance) =>
    new NewtonIteration(state, { ...settings, tolerance, warmup, recoverySweeps: RECOVERY_SWEEPS }).steps(),
  );
}

const NO_AUGMENT = "'augment' is for the paper's algorithm: set continuation to false";

export const sinkhornNewtonSparseSolver = /* @__PURE__ */ defineSolver({
  id: 'ot/sinkhorn-newton-sparse',
  title: 'Sinkhorn-Newton-Sparse',
  summary: 'Sinkhorn sweeps, then Newton steps on a sparsified Hessian: accurate plans at small regularisation.',
  problem: transport,
  variant: 'entropic',
  role: 'paper',
  paper: sinkhornNewtonSparsePaper,
  cost: 'O(nm) \\text{ per sweep or step}, O(k) \\text{ per inner iteration on } k \\text{ kept entries}',
  options: sinkhornNewtonSparseOptions,
  steps: (instance, options) => sinkhornNewtonSparseSteps(instance, withEpsilon(instance, options)),
});
