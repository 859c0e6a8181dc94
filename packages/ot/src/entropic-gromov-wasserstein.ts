// Entropic Gromov-Wasserstein transport, and fused: every step is an entropic transport problem.
//
// G. Peyré, M. Cuturi, J. Solomon: Gromov-Wasserstein averaging of kernel and distance matrices (2016), Algorithm 1.
import { checkNumber, converged, type Outcome, type RunOptions, run, type Steps } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import type { EntropicPlan, InitialPotentials } from './entropic-state.ts';
import {
  type GromovIterate,
  GromovObjective,
  type GromovOptions,
  type GromovPlan,
} from './gromov-objective.ts';
import { sinkhornNewtonSparse } from './sinkhorn-newton-sparse.ts';

/** Options of the steps of `entropicGromovWasserstein`. */
export interface EntropicGromovStepsOptions extends GromovOptions {
  /** Strength of the entropic regularisation, in units of the distortion; positive. */
  readonly epsilon: number;
}

/** Options of `entropicGromovWasserstein`. */
export interface EntropicGromovOptions extends EntropicGromovStepsOptions, RunOptions<GromovIterate> {
  /** Iteration limit; 1000 by default. */
  readonly maxIterations?: number;
}

/** Change of the plan below which the next problem is like the last one: its potentials are where to begin. */
const SMALL_CHANGE = 0.1;

/**
 * Entropic Gromov-Wasserstein transport with square loss, and fused.
 *
 * Looks for a stationary point of the objective of `gromovWasserstein` plus `epsilon sum T log T`: each step solves the
 * entropic transport problem whose costs are the gradient at the last plan, by `sinkhornNewtonSparse`. The residual is
 * the l1 change of the plan. Small `epsilon` may make it cycle; then the iteration limit ends it.
 *
 * @param first - distances within the first space, n x n, symmetric
 * @param second - distances within the second space, m x m, symmetric
 * @param options - `epsilon` is required; weights, cost and share for the fused problem, accuracy and limits
 * @throws {InvalidInputError} naming the argument and the first place at fault
 *
 * Cost: O(nm (n + m)) and one entropic problem an iteration, O(nm) memory.
 *
 * Source: G. Peyré, M. Cuturi, J. Solomon, Gromov-Wasserstein averaging of kernel and distance matrices (2016).
 *
 * @example
 * ```ts
 * import { entropicGromovWasserstein } from '@infimum/ot';
 *
 * const path = { rows: 3, cols: 3, values: Float64Array.of(0, 1, 3, 1, 0, 2, 3, 2, 0) };
 * const { plan } = entropicGromovWasserstein(path, path, { epsilon: 0.1 });
 * console.log(plan.values[0].toFixed(4)); // 0.3333
 * ```
 */
export function entropicGromovWasserstein(
  first: DenseMatrix,
  second: DenseMatrix,
  options: EntropicGromovOptions,
): Outcome<GromovPlan, GromovIterate> {
  return run(entropicGromovWassersteinSteps(first, second, options), { maxIterations: 1000, ...options });
}

/**
 * The iteration as steps, one entropic problem each.
 *
 * @throws {InvalidInputError} naming the argument at fault
 */
export function* entropicGromovWassersteinSteps(
  first: DenseMatrix,
  second: DenseMatrix,
  options: EntropicGromovStepsOptions,
): Steps<GromovPlan, GromovIterate> {
  const objective = new GromovObjective(first, second, options);
  const { epsilon } = options;
  checkNumber(epsilon, 'epsilon', { above: 0 });
  const { a, b, tolerance } = objective;
  let plan = objective.product();
  let residual = Infinity;
  let initial: InitialPotentials | undefined;
  for (let iteration = 0; ; iteration++) {
    const current = plan;
    const { value, gradient } = objective.at(current);
    const solution = () => ({ plan: { ...current, values: current.values.slice() }, distortion: value });
    yield { iteration, distortion: value, residual, solution };
    if (residual <= tolerance)
      return converged(solution(), `the plan changes by ${residual.toExponential(1)}`);
    const inner = sinkhornNewtonSparse(a, b, gradient, { epsilon, tolerance: tolerance / 10, initial });
    plan = inner.plan;
    residual = plan.values.reduce((sum, mass, k) => sum + Math.abs(mass - current.values[k]), 0);
    initial = residual < SMALL_CHANGE ? potentialsOf(inner) : undefined;
  }
}

/** Potentials to go on from; none where a weight is zero and a potential minus Infinity. */
function potentialsOf({ sourcePotential: source, targetPotential: target }: EntropicPlan) {
  return source.every(Number.isFinite) && target.every(Number.isFinite) ? { source, target } : undefined;
}
