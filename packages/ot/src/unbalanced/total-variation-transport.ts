// Unbalanced transport with the total variation for the marginals, exactly: every unit is moved, or thrown away and made
// anew at a price.
//
// L. Caffarelli, R. McCann: Free boundaries in optimal transport and Monge-Ampere obstacle problems (2010); B. Piccoli,
// F. Rossi: Generalized Wasserstein distance and its application to transport equations with source (2014), arXiv
// 1206.3219.
import {
  checkNonNegative,
  type OptionSpecs,
  type OptionsOf,
  type Outcome,
  type RunOptions,
  resolveOptions,
  runOptionsOf,
} from '@infimum/core';
import type { CsrMatrix, DenseMatrix } from '@infimum/linalg';
import { emd } from '../exact/network-simplex.ts';
import type { NetworkSimplexIterate } from '../exact/simplex-pivots.ts';
import { withoutLast } from '../plan-entries.ts';
import { transportCostOf } from '../plan-metrics.ts';
import { total } from '../transport.ts';
import { checkUnbalanced } from './unbalanced-plan.ts';

/** Options of `totalVariationTransport`. */
export const totalVariationTransportOptions = {
  marginalPenalty: {
    type: 'number',
    min: 0,
    required: true,
    unit: 'cost',
    description: 'Price of a unit of mass that a marginal misses, in units of the cost; non-negative',
  },
} as const satisfies OptionSpecs;

/** Options of `totalVariationTransport`. */
export type TotalVariationTransportOptions = OptionsOf<typeof totalVariationTransportOptions>;

/** A plan that leaves mass where moving it would cost more than the price. */
export interface TotalVariationPlan {
  /** Mass moved from i to j, n x m. */
  readonly plan: CsrMatrix;
  /** Transport cost, the sum of plan times cost. */
  readonly cost: number;
  /** The cost and the price of all that the marginals miss: the value that is least. */
  readonly value: number;
  /** Mass moved in all. */
  readonly mass: number;
}

/**
 * Exact unbalanced transport with the total variation, by the network simplex on a problem with one more source and one
 * more target.
 *
 * Minimises `<C, P> + rho |P 1 - a|_1 + rho |P' 1 - b|_1` over all non-negative n x m matrices, rho the `marginalPenalty`.
 * For costs that are not negative no marginal exceeds its weight, and nothing moves where C_ij > 2 rho: outliers stay where
 * they are. Cost and memory of `emd` on (n + 1) x (m + 1) costs.
 *
 * @param a - source weights, length n, non-negative
 * @param b - target weights, length m, non-negative, of any total
 * @param cost - costs, n x m, finite, non-negative
 * @param options - `marginalPenalty` is required
 * @throws {InvalidInputError} naming the argument and the first place at fault
 *
 * Source: B. Piccoli, F. Rossi, Generalized Wasserstein distance (arXiv 1206.3219).
 *
 * @example
 * ```ts
 * import { totalVariationTransport } from '@infimum/ot';
 *
 * const half = Float64Array.of(0.5, 0.5);
 * const cost = { rows: 2, cols: 2, values: Float64Array.of(0, 9, 9, 1) };
 * const { mass, value } = totalVariationTransport(half, half, cost, { marginalPenalty: 0.25 });
 * console.log(mass, value); // 0.5 0.25
 * ```
 */
export function totalVariationTransport(
  a: Float64Array,
  b: Float64Array,
  cost: DenseMatrix,
  options: TotalVariationTransportOptions & RunOptions<NetworkSimplexIterate>,
): Outcome<TotalVariationPlan> {
  checkUnbalanced(a, b, cost);
  checkNonNegative(cost.values, 'cost');
  const { marginalPenalty } = resolveOptions(totalVariationTransportOptions, options);
  const [massOfA, massOfB] = [total(a), total(b)];
  const outcome = emd(
    Float64Array.of(...a, massOfB),
    Float64Array.of(...b, massOfA),
    withPrices(cost, marginalPenalty),
    runOptionsOf(totalVariationTransportOptions, options),
  );
  const { status, reason, iterations, seconds } = outcome;
  const plan = withoutLast(outcome.plan);
  const mass = total(plan.values);
  const moved = transportCostOf(plan, cost);
  const value = moved + marginalPenalty * (massOfA + massOfB - 2 * mass);
  return { plan, cost: moved, value, mass, status, reason, iterations, seconds };
}

/** The costs with a row and a column of the price; between what is thrown away and what is made nothing costs anything. */
function withPrices({ rows, cols, values }: DenseMatrix, price: number): DenseMatrix {
  const extended = new Float64Array((rows + 1) * (cols + 1)).fill(price);
  for (let i = 0; i < rows; i++) extended.set(values.subarray(i * cols, (i + 1) * cols), i * (cols + 1));
  extended[extended.length - 1] = 0;
  return { rows: rows + 1, cols: cols + 1, values: extended };
}
