// Sinkhorn's iteration: the front door that picks a safe domain.
//
// M. Cuturi: Sinkhorn distances: lightspeed computation of optimal transport (2013), arXiv 1306.0895.
import { checkChoice, type Outcome, type RunOptions, type Steps } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { runEntropic } from '../progress.ts';
import type { Transport } from '../transport.ts';
import type { EntropicPlan } from './entropic-state.ts';
import { entropicSteps } from './entropic-steps.ts';
import { logDomainSweeps, type SinkhornIterate, type SinkhornLogOptions } from './sinkhorn-log.ts';
import { scalingSweeps } from './sinkhorn-scaling.ts';

/** Options of `sinkhornSteps`. */
export interface SinkhornStepsOptions extends SinkhornLogOptions {
  /**
   * `scaling` multiplies rows and columns of the kernel exp(-C / epsilon), without further exponentials, and
   * stalls where the kernel underflows; `log` works on the potentials. `auto`, the default, scales a kernel that
   * has absorbed the potentials, and sweeps in the log domain wherever a row or column of it vanishes.
   */
  readonly domain?: 'auto' | 'scaling' | 'log';
}

/** Options of `sinkhorn`. */
export interface SinkhornOptions extends SinkhornStepsOptions, RunOptions<SinkhornIterate> {
  /** Iteration limit; 10 000 by default. */
  readonly maxIterations?: number;
}

/**
 * Entropic optimal transport by Sinkhorn's iteration.
 *
 * Minimises `sum_ij P_ij C_ij + epsilon * sum_ij P_ij log P_ij` over non-negative n x m plans P with row sums `a`
 * and column sums `b`, by fitting rows and columns in turn. Converges linearly, the more slowly the smaller
 * `epsilon` is against the costs: `sinkhornNewtonSparse` is the better choice below about a hundredth of them.
 *
 * @param a - source weights, length n, non-negative
 * @param b - target weights, length m, non-negative, of the same total as `a` (relative 1e-9)
 * @param cost - costs, n x m, finite
 * @param options - `epsilon`, in units of the cost, is required
 * @returns the plan, its cost, the dual potentials and how the run ended
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
 * const a = Float64Array.of(0.5, 0.5);
 * const b = Float64Array.of(0.5, 0.5);
 * const cost = { rows: 2, cols: 2, values: Float64Array.of(0, 1, 1, 0) };
 * const result = sinkhorn(a, b, cost, { epsilon: 1 });
 * console.log(result.status, result.cost.toFixed(6)); // converged 0.268941
 * ```
 */
export function sinkhorn(
  a: Float64Array,
  b: Float64Array,
  cost: DenseMatrix,
  options: SinkhornOptions,
): Outcome<EntropicPlan, SinkhornIterate> {
  return runEntropic(
    sinkhornSteps({ a, b, cost }, options),
    { maxIterations: 10_000, ...options },
    'sinkhornNewtonSparse',
  );
}

/**
 * Sinkhorn's iteration as steps, one sweep over rows and columns each.
 *
 * @throws {InvalidInputError} naming the argument at fault
 */
export function* sinkhornSteps(
  problem: Transport,
  options: SinkhornStepsOptions,
): Steps<EntropicPlan, SinkhornIterate> {
  const { domain = 'auto' } = options;
  checkChoice(domain, 'domain', ['auto', 'scaling', 'log']);
  return yield* entropicSteps(problem, options, function* (state, epsilon, tolerance) {
    return yield* domain === 'log'
      ? logDomainSweeps(state, epsilon, tolerance)
      : scalingSweeps(state, epsilon, tolerance, domain);
  });
}
