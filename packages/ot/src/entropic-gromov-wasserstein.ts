// Entropic Gromov-Wasserstein transport, and fused: every step is an entropic transport problem.
//
// G. Peyré, M. Cuturi, J. Solomon: Gromov-Wasserstein averaging of kernel and distance matrices (2016), Algorithm 1.
import { checkNumber, converged, type Outcome, type RunOptions, type Steps, stalled } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import {
  type GromovIterate,
  GromovObjective,
  type GromovOptions,
  type GromovPlan,
} from './gromov-objective.ts';
import type { InitialPotentials } from './initial-potentials.ts';
import { type InnerLimits, InnerRuns } from './inner-runs.ts';
import { runEntropic } from './progress.ts';
import { sinkhornNewtonSparseSteps } from './sinkhorn-newton-sparse.ts';

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

/** Sweeps and Newton steps of one entropic problem. */
const INNER_ITERATIONS = 2000;

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
  const steps = entropicGromovWassersteinSteps(first, second, options);
  return runEntropic(steps, { maxIterations: 1000, ...options });
}

/**
 * The iteration as steps, one entropic problem each. Limits among the options end that problem too.
 *
 * @throws {InvalidInputError} naming the argument at fault
 */
export function* entropicGromovWassersteinSteps(
  first: DenseMatrix,
  second: DenseMatrix,
  options: EntropicGromovStepsOptions & InnerLimits,
): Steps<GromovPlan, GromovIterate> {
  const objective = new GromovObjective(first, second, options);
  const { epsilon } = options;
  checkNumber(epsilon, 'epsilon', { above: 0 });
  const { a, b, tolerance } = objective;
  let plan = objective.product();
  let residual = Infinity;
  let initial: InitialPotentials | undefined;
  let unfinished: string | undefined;
  const inner = new InnerRuns(options);
  for (let iteration = 0; ; iteration++) {
    const current = plan;
    const { value, gradient } = objective.at(current);
    const solution = () => objective.describe(current, value);
    yield { iteration, distortion: value, residual, solution };
    const change = `the plan changes by ${residual.toExponential(1)}`;
    if (residual <= tolerance) {
      if (unfinished === undefined) return converged(solution(), change);
      return stalled(solution(), `${change}, but its own problem ended unsolved: ${unfinished}`);
    }
    const problem = { a, b, cost: gradient };
    const steps = sinkhornNewtonSparseSteps(problem, { epsilon, tolerance: tolerance / 10, initial });
    const solved = inner.run(steps, INNER_ITERATIONS);
    unfinished = solved.status === 'converged' ? undefined : solved.reason;
    plan = solved.plan;
    residual = plan.values.reduce((sum, mass, k) => sum + Math.abs(mass - current.values[k]), 0);
    const { sourcePotential: source, targetPotential: target } = solved;
    initial = residual < SMALL_CHANGE ? { source, target } : undefined;
  }
}
