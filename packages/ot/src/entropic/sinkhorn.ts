// Sinkhorn's iteration: the public function, which chooses a safe domain.
//
// M. Cuturi: Sinkhorn distances: lightspeed computation of optimal transport (2013), arXiv 1306.0895.
import type { MatrixLike, OptionSpecs, OptionsOf, Steps, VectorLike } from '@infimum/core';
import { defineSolver, resolveOptions } from '@infimum/core';
import { plan } from '../options.ts';
import { Progress } from '../progress.ts';
import type { TransportLike } from '../transport.ts';
import { transport } from '../transport-problem.ts';
import type { FormOutcome, PlanChoice, PlanForm } from './entropic-options.ts';
import { entropicOptions, runInForm, withEpsilon } from './entropic-options.ts';
import { entropicSteps } from './entropic-steps.ts';
import type { EntropicState } from './state/entropic-state.ts';
import type { EntropicPlan, SinkhornIterate } from './state/normalized-problem.ts';
import { scalingSweeps } from './state/sinkhorn-scaling.ts';

const sinkhornOptions = {
  ...entropicOptions,
  domain: {
    type: 'choice',
    choices: ['auto', 'scaling', 'log'],
    default: 'auto',
    description: 'Scalings, the log domain, or scalings whenever they are safe',
  },
} as const satisfies OptionSpecs;

/** Options of `sinkhorn`. */
export type SinkhornOptions<Form extends PlanChoice = 'dense'> = OptionsOf<typeof sinkhornOptions> &
  PlanForm<Form, SinkhornIterate>;

/**
 * Entropic optimal transport by Sinkhorn's iteration.
 *
 * Minimises `sum_ij P_ij C_ij + epsilon * sum_ij P_ij log P_ij` over non-negative n x m plans P with row sums `a`
 * and column sums `b`, by fitting rows and columns in turn. Converges linearly, and more slowly for smaller `epsilon`:
 * below about a hundredth of the costs `sinkhornNewtonSparse` is the better choice.
 *
 * @param a - source weights, length n, non-negative
 * @param b - target weights, length m, non-negative, of the same total as `a` (relative 1e-9)
 * @param cost - costs, n x m, finite
 * @param options - `epsilon`, in units of the cost, is required
 * @returns the plan, unless `plan: 'none'` spares it, its cost, the dual potentials and how the run ended
 * @throws {InvalidInputError} naming the argument and the first place at fault
 *
 * Cost: O(nm) an iteration, O(nm) memory. Zero weights are allowed; their rows and columns stay empty and their
 * potentials are -Infinity.
 *
 * Source: M. Cuturi, Sinkhorn distances (arXiv 1306.0895); absorption after B. Schmitzer (arXiv 1610.06519).
 *
 * @example
 * ```ts
 * import { sinkhorn } from '@infimum/ot';
 *
 * const cost = { rows: 2, cols: 2, values: Float64Array.of(0, 1, 1, 0) };
 * const result = sinkhorn([0.5, 0.5], [0.5, 0.5], cost, { epsilon: 1 });
 * console.log(result.status, result.cost.toFixed(6)); // converged 0.268941
 * ```
 */
export function sinkhorn<Form extends PlanChoice = 'dense'>(
  a: VectorLike,
  b: VectorLike,
  cost: MatrixLike,
  options: SinkhornOptions<Form>,
): FormOutcome<Form, SinkhornIterate> {
  return runInForm(sinkhornOptions, options, sinkhornSteps({ a, b, cost }, options));
}

/** Sinkhorn's iteration as steps, one sweep over rows and columns each. */
export function* sinkhornSteps(
  problem: TransportLike,
  options: SinkhornOptions<PlanChoice>,
): Steps<EntropicPlan, SinkhornIterate> {
  const settings = resolveOptions({ ...sinkhornOptions, plan }, options);
  const { domain } = settings;
  const sweeps = (state: EntropicState, epsilon: number, tolerance: number) =>
    domain === 'log' ? logDomainSweeps(state, epsilon, tolerance) : scalingSweeps(state, epsilon, tolerance, domain);
  return yield* entropicSteps(problem, settings, sweeps, { sweepsAll: domain !== 'scaling' });
}

/** Sweeps on a given state until the marginals fit or rounding stops them. */
function* logDomainSweeps(state: EntropicState, epsilon: number, tolerance: number): Steps<EntropicPlan, SinkhornIterate> {
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

export const sinkhornSolver = /* @__PURE__ */ defineSolver({
  id: 'ot/sinkhorn',
  title: 'Sinkhorn',
  summary: 'Scales rows and columns of an absorbed kernel in turn; the standard method for moderate regularisation.',
  problem: transport,
  variant: 'entropic',
  role: 'baseline',
  paper: { title: 'Sinkhorn distances: lightspeed computation of optimal transport', arxiv: '1306.0895', year: 2013 },
  cost: 'O(nm) \\text{ per sweep}',
  options: sinkhornOptions,
  steps: (instance, options) => sinkhornSteps(instance, withEpsilon(instance, options)),
});

export const sinkhornLogSolver = /* @__PURE__ */ defineSolver({
  id: 'ot/sinkhorn-log',
  title: 'Sinkhorn in the log domain',
  summary: 'Updates the potentials by log-sum-exp: slower per sweep, safe for every regularisation.',
  problem: transport,
  variant: 'entropic',
  role: 'baseline',
  paper: { title: 'Sinkhorn distances: lightspeed computation of optimal transport', arxiv: '1306.0895', year: 2013 },
  cost: 'O(nm) \\text{ exponentials per sweep}',
  options: entropicOptions,
  steps: (instance, options) => sinkhornSteps(instance, { ...withEpsilon(instance, options), domain: 'log' }),
});
