// Sinkhorn's iteration with Anderson acceleration: potentials extrapolated from the last few sweeps.
//
// D. Anderson: Iterative procedures for nonlinear integral equations (1965); on Sinkhorn's iteration after L. Chizat,
// P. Roussillon, F. Léger, F.-X. Vialard, G. Peyré: Faster Wasserstein distance estimation with the Sinkhorn divergence
// (2020), arXiv 2006.08172.
import type { MatrixLike, OptionSpecs, OptionsOf, Steps, VectorLike } from '@infimum/core';
import { defineSolver, resolveOptions } from '@infimum/core';
import { plan } from '../options.ts';
import type { TransportLike } from '../transport.ts';
import { transport } from '../transport-problem.ts';
import type { FormOutcome, PlanChoice, PlanForm } from './entropic-options.ts';
import { entropicOptions, runInForm, withEpsilon } from './entropic-options.ts';
import { entropicSteps } from './entropic-steps.ts';
import { andersonSweeps, SWEEPS_MEMORY } from './state/anderson-sweeps.ts';
import type { EntropicState } from './state/entropic-state.ts';
import type { EntropicPlan, SinkhornIterate } from './state/normalized-problem.ts';

const andersonSinkhornOptions = {
  ...entropicOptions,
  memory: {
    type: 'integer',
    min: 1,
    max: 50,
    default: SWEEPS_MEMORY,
    description: 'Sweeps used in an extrapolation, at most five while over 1e-4 of the mass is wrong',
  },
} as const satisfies OptionSpecs;

/** Options of `andersonSinkhorn`. */
export type AndersonSinkhornOptions<Form extends PlanChoice = 'dense'> = OptionsOf<typeof andersonSinkhornOptions> &
  PlanForm<Form, SinkhornIterate>;

/**
 * Entropic optimal transport by Sinkhorn's iteration with Anderson acceleration.
 *
 * Solves the problem of `sinkhorn`: minimise `sum_ij P_ij C_ij + epsilon * sum_ij P_ij log P_ij` over plans P with row
 * sums `a` and column sums `b`. A sweep is modelled as an affine map of the target potentials, and the next sweep starts from
 * the combination of the last `memory` ones that it would change least. If that lowers the dual, the sweep starts where
 * plain Sinkhorn would, so that the iteration converges for any epsilon.
 *
 * @param a - source weights, length n, non-negative
 * @param b - target weights, length m, non-negative, of the same total as `a` (relative 1e-9)
 * @param cost - costs, n x m, finite
 * @param options - `epsilon`, in units of the cost, is required
 * @returns the plan, unless `plan: 'none'` spares it, its cost, the dual potentials and how the run ended
 * @throws {InvalidInputError} naming the argument and the first place at fault
 *
 * Cost: O(nm + memory m) an iteration, twice that where an extrapolation is rejected, and nm exponentials where potentials
 * are absorbed anew; O(nm) memory.
 *
 * Source: L. Chizat et al., Faster Wasserstein distance estimation with the Sinkhorn divergence (arXiv 2006.08172).
 *
 * @example
 * ```ts
 * import { andersonSinkhorn } from '@infimum/ot/entropic';
 *
 * const cost = { rows: 2, cols: 2, values: Float64Array.of(0, 1, 1, 0) };
 * const result = andersonSinkhorn([0.5, 0.5], [0.5, 0.5], cost, { epsilon: 1 });
 * console.log(result.status, result.cost.toFixed(6)); // converged 0.268941
 * ```
 */
export function andersonSinkhorn<Form extends PlanChoice = 'dense'>(
  a: VectorLike,
  b: VectorLike,
  cost: MatrixLike,
  options: AndersonSinkhornOptions<Form>,
): FormOutcome<Form, SinkhornIterate> {
  return runInForm(andersonSinkhornOptions, options, andersonSinkhornSteps({ a, b, cost }, options));
}

/** The iteration as steps, one sweep over rows and columns each. */
export function* andersonSinkhornSteps(
  problem: TransportLike,
  options: AndersonSinkhornOptions<PlanChoice>,
): Steps<EntropicPlan, SinkhornIterate> {
  const settings = resolveOptions({ ...andersonSinkhornOptions, plan }, options);
  const sweeps = (state: EntropicState, epsilon: number, tolerance: number) =>
    andersonSweeps(state, epsilon, tolerance, settings.memory);
  return yield* entropicSteps(problem, settings, sweeps, { sweepsAll: true });
}

export const andersonSinkhornSolver = /* @__PURE__ */ defineSolver({
  id: 'ot/sinkhorn-anderson',
  title: 'Sinkhorn with Anderson acceleration',
  summary: 'Extrapolates the potentials from the last few sweeps, checked by the dual value.',
  problem: transport,
  variant: 'entropic',
  role: 'baseline',
  paper: { title: 'Faster Wasserstein distance estimation with the Sinkhorn divergence', arxiv: '2006.08172', year: 2020 },
  cost: 'O(nm) \\text{ per sweep}',
  options: andersonSinkhornOptions,
  steps: (instance, options) => andersonSinkhornSteps(instance, withEpsilon(instance, options)),
});
