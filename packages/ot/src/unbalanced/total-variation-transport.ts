import type { LimitOptions, MatrixLike, OptionSpecs, OptionsOf, Outcome, VectorLike } from '@infimum/core';
import { checkNonNegative, resolveOptions, runOptionsOf } from '@infimum/core';
import type { CsrMatrix, DenseMatrix } from '@infimum/linalg';
import { emd } from '../exact/network-simplex.ts';
import type { NetworkSimplexIterate } from '../exact/simplex-pivots.ts';
import { forEachEntry, sparsePlan } from '../plan-entries.ts';
import { transportCostOf } from '../plan-metrics.ts';
import { checkEqualMass, total } from '../transport.ts';
import { penaltiesOf, sourcePenalty, targetPenalty } from './penalties.ts';
import { asUnbalanced } from './unbalanced-plan.ts';

const totalVariationTransportOptions = {
  marginalPenalty: {
    type: 'number',
    min: 0,
    required: true,
    unit: 'cost',
    description: 'Penalty per unit of mass missing from a marginal, in units of the cost; non-negative',
  },
  sourcePenalty,
  targetPenalty,
} as const satisfies OptionSpecs;

/** Options of `totalVariationTransport`. */
export type TotalVariationTransportOptions = OptionsOf<typeof totalVariationTransportOptions> &
  LimitOptions<NetworkSimplexIterate>;

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
 * Minimises `<C, P> + rho |P 1 - a|_1 + rho' |P' 1 - b|_1` over all non-negative n x m matrices, rho = rho' =
 * `marginalPenalty`, or `sourcePenalty` and `targetPenalty`, of which an infinite one meets its weights exactly. Nothing moves
 * where C_ij > rho + rho': outliers stay where they are. Where the prices are equal no marginal exceeds its weight; else a
 * source may be cheaper to send on, beyond what a target wants, than to leave. Cost and memory of `emd` on (n + 1) x (m + 1) costs.
 *
 * @param sources - weights a of the sources, length n, non-negative
 * @param targets - weights b of the targets, length m, non-negative, of any total
 * @param costs - costs, n x m, finite, non-negative
 * @param options - `marginalPenalty` is required
 * @throws {InvalidInputError} naming the argument and the first place at fault
 *
 * Source: B. Piccoli, F. Rossi, Generalized Wasserstein distance (arXiv 1206.3219).
 *
 * @example
 * ```ts
 * import { totalVariationTransport } from '@infimum/ot/unbalanced';
 *
 * const cost = [[0, 9], [9, 1]];
 * const { mass, value } = totalVariationTransport([0.5, 0.5], [0.5, 0.5], cost, { marginalPenalty: 0.25 });
 * console.log(mass, value); // 0.5 0.25
 * ```
 */
export function totalVariationTransport(
  sources: VectorLike,
  targets: VectorLike,
  costs: MatrixLike,
  options: TotalVariationTransportOptions,
): Outcome<TotalVariationPlan> {
  const { a, b, cost } = asUnbalanced({ a: sources, b: targets, cost: costs });
  checkNonNegative(cost.values, 'cost');
  const prices = penaltiesOf(resolveOptions(totalVariationTransportOptions, options));
  if (prices[0] === Infinity && prices[1] === Infinity) checkEqualMass(a, b);
  const { leaving, making } = ways(cost, prices);
  const { status, reason, iterations, seconds, plan } = emd(
    Float64Array.of(...a, total(b)),
    Float64Array.of(...b, total(a)),
    withPrices(cost, leaving.prices, making.prices),
    runOptionsOf(totalVariationTransportOptions, options),
  );
  return { ...resolved(plan, cost, leaving, making), status, reason, iterations, seconds };
}

/** The cheapest end of mass that is not moved to a free place: left where it is, or to exceed the weight of a place. */
interface Ways {
  /** The price of a unit. */
  readonly prices: Float64Array;
  /** The place whose weight is exceeded, or -1. */
  readonly places: Int32Array;
}

/** The ways of sources to get rid of mass, and those of targets to come by it. */
function ways(
  { rows, cols, values }: DenseMatrix,
  [ofSources, ofTargets]: readonly [number, number],
): { leaving: Ways; making: Ways } {
  const leaving = { prices: new Float64Array(rows).fill(ofSources), places: new Int32Array(rows).fill(-1) };
  const making = { prices: new Float64Array(cols).fill(ofTargets), places: new Int32Array(cols).fill(-1) };
  for (let i = 0, k = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++, k++) {
      improve(leaving, i, values[k] + ofTargets, j);
      improve(making, j, values[k] + ofSources, i);
    }
  }
  // Between two infinite prices nothing is left out, and nothing exceeded: any price above what moving can save will do.
  const most = 2 * values.reduce((largest, value) => Math.max(largest, value), 0) || 1;
  for (const { prices } of [leaving, making]) {
    for (let i = 0; i < prices.length; i++) if (prices[i] === Infinity) prices[i] = most;
  }
  return { leaving, making };
}

function improve({ prices, places }: Ways, at: number, price: number, place: number): void {
  if (!(price < prices[at])) return;
  prices[at] = price;
  places[at] = place;
}

/** The plan without the added source and target, what they carried being where it was meant to go. */
function resolved(extended: CsrMatrix, cost: DenseMatrix, leaving: Ways, making: Ways): TotalVariationPlan {
  const { rows, cols } = cost;
  const dense = new Float64Array(rows * cols);
  let value = 0;
  forEachEntry(extended, (i, j, mass) => {
    const [isMade, isLeft] = [i === rows, j === cols];
    if (isMade && isLeft) return;
    const [source, target] = [isMade ? making.places[j] : i, isLeft ? leaving.places[i] : j];
    const price = isMade ? making.prices[j] : isLeft ? leaving.prices[i] : cost.values[i * cols + j];
    value += mass * price;
    if (source >= 0 && target >= 0) dense[source * cols + target] += mass;
  });
  const plan = sparsePlan({ rows, cols, values: dense });
  return { plan, cost: transportCostOf(plan, cost), value, mass: total(plan.values) };
}

/** The costs with a column and a row of prices; between what is thrown away and what is made nothing costs anything. */
function withPrices({ rows, cols, values }: DenseMatrix, leaving: Float64Array, making: Float64Array): DenseMatrix {
  const extended = new Float64Array((rows + 1) * (cols + 1));
  for (let i = 0; i < rows; i++) {
    extended.set(values.subarray(i * cols, (i + 1) * cols), i * (cols + 1));
    extended[i * (cols + 1) + cols] = leaving[i];
  }
  extended.set(making, rows * (cols + 1));
  return { rows: rows + 1, cols: cols + 1, values: extended };
}
