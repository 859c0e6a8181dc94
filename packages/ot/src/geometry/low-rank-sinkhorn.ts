// Low-rank transport: the best plan of a given non-negative rank, in linear time for costs of low rank.
//
// M. Scetbon, M. Cuturi, G. Peyré: Low-rank Sinkhorn factorization (2021), arXiv 2103.04737; the step that adapts to the
// gradient after M. Scetbon, M. Cuturi: Low-rank optimal transport: approximation, statistics and debiasing (2022),
// arXiv 2205.12365.
//
// Plans are P = Q diag(1/g) R' with Q >= 0, Q 1 = a, R >= 0, R 1 = b and Q'1 = R'1 = g. Mirror descent with the entropy as
// mirror multiplies Q, R and g by exp(-step gradient); Dykstra's iteration projects the result back, in the
// Kullback-Leibler geometry.
import type { Iterate, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import { converged, Random, resolveOptions } from '@infimum/core';
import { runAdvised } from '../progress.ts';
import { asMarginals, total } from '../transport.ts';
import type { CostFactorsLike } from './cost-factors.ts';
import { asFactors } from './cost-factors.ts';
import type { LowRankPlan } from './low-rank-descent.ts';
import { MirrorDescent } from './low-rank-descent.ts';

const lowRankSinkhornOptions = {
  rank: { type: 'integer', min: 1, required: true, description: 'Non-negative rank of the plan, at least 1' },
  epsilon: {
    type: 'number',
    min: 0,
    max: 1e300,
    default: 0,
    unit: 'cost',
    description: 'Entropic regularisation of the factors, in units of the cost; 0 by default, for none',
  },
  tolerance: { type: 'number', min: 0, default: 1e-8, description: 'Change of factors over squared step' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the random start' },
  maxIterations: { type: 'integer', min: 0, default: 1000, description: 'Limit of steps of mirror descent' },
} as const satisfies OptionSpecs;

/** Options of `lowRankSinkhorn`. */
export type LowRankSinkhornOptions = OptionsOf<typeof lowRankSinkhornOptions> & RunOptions<LowRankIterate>;

/** News of a step of mirror descent. */
export interface LowRankIterate extends Iterate<LowRankPlan> {
  /** Transport cost of the factors, before rounding to exact marginals. */
  readonly cost: number;
  /** Symmetric Kullback-Leibler divergence from the factors before, per unit of mass. */
  readonly change: number;
}

/**
 * Optimal transport among plans of low non-negative rank, by mirror descent on their factors.
 *
 * Minimises `sum_ij P_ij C_ij - epsilon (H(Q) + H(R) + H(g))` with H(p) = -sum p (log p - 1) over plans
 * `P = Q diag(1/g) R'` of rank `rank` with row sums `a` and column sums `b`: mass moves through `rank` intermediate
 * points. The cost is never below that of `emd`, and approaches it as the rank grows; rank 1 is the product
 * `a b'`. Neither costs nor plan are ever formed.
 *
 * The problem is not convex: the answer is a local optimum that depends on the random start. Rounding makes the marginals
 * of the answer exact.
 *
 * @param a - source weights, length n, non-negative
 * @param b - target weights, length m, non-negative, of the same total as `a` (relative 1e-9)
 * @param cost - factors of the costs, as of `squaredEuclideanFactors`
 * @param options - `rank` is required
 * @returns the factors of the plan, its cost and how the run ended
 * @throws {InvalidInputError} naming the argument and the first place at fault
 *
 * Cost: O((n + m) rank (d + sweeps)) a step, with at most 30 sweeps; O((n + m) (rank + d)) memory.
 *
 * Source: M. Scetbon, M. Cuturi, G. Peyré, Low-rank Sinkhorn factorization (arXiv 2103.04737).
 *
 * @example
 * ```ts
 * import { lowRankSinkhorn, squaredEuclideanFactors } from '@infimum/ot';
 *
 * // Two pairs of points move one to the right each: two intermediate points are enough.
 * const x = [[0], [0], [10], [10]];
 * const y = [[1], [1], [11], [11]];
 * const weights = new Float64Array(4).fill(1 / 4);
 * const { cost } = lowRankSinkhorn(weights, weights, squaredEuclideanFactors(x, y), { rank: 2 });
 * console.log(cost.toFixed(6)); // 1.000000
 * ```
 */
export function lowRankSinkhorn(
  a: VectorLike,
  b: VectorLike,
  cost: CostFactorsLike,
  options: LowRankSinkhornOptions,
): Outcome<LowRankPlan, LowRankIterate> {
  const steps = lowRankSinkhornSteps({ a, b }, cost, options);
  return runAdvised(lowRankSinkhornOptions, options, steps, 'tolerance');
}

/** Low-rank Sinkhorn as steps of mirror descent. */
export function* lowRankSinkhornSteps(
  weights: { a: VectorLike; b: VectorLike },
  cost: CostFactorsLike,
  options: LowRankSinkhornOptions,
): Steps<LowRankPlan, LowRankIterate> {
  const factors = asFactors(cost);
  const { a, b } = asMarginals(weights, factors.left.rows, factors.right.rows);
  const { rank, epsilon, tolerance, seed } = resolveOptions(lowRankSinkhornOptions, options);
  const balance = total(a) / total(b);
  const descent = new MirrorDescent({ a, b: b.map((weight) => weight * balance), cost: factors, rank, epsilon });
  try {
    descent.start(new Random(seed));
    let change = Infinity;
    for (let iteration = 0; ; iteration++) {
      const solution = () => descent.solution(a, b);
      yield { iteration, cost: descent.slopes(), change, solution };
      if (change <= tolerance) {
        return converged(solution(), `the factors change by ${change.toExponential(1)}`);
      }
      change = descent.step();
    }
  } finally {
    descent.release();
  }
}
