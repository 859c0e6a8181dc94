// Exact transport between point clouds by the network simplex, without ever storing the costs.
import type { LimitOptions, MatrixLike, OptionSpecs, OptionsOf, Outcome, Steps } from '@infimum/core';
import { fault, resolveOptions, runWith } from '@infimum/core';
import type { CsrMatrix } from '@infimum/linalg';
import { checkInitial } from '../initial-potentials.ts';
import { a, b, initial, metric } from '../options.ts';
import { asPointClouds, costBound } from '../point-clouds.ts';
import type { TransportPlan } from '../transport.ts';
import { PointCosts } from './arc-costs.ts';
import { completeSimplex } from './network-simplex.ts';
import type { NetworkSimplexIterate } from './simplex-pivots.ts';

const emdPointCloudOptions = { a, b, metric, initial } as const satisfies OptionSpecs;

/** Options of `emdPointCloud`. */
export type EmdPointCloudOptions = OptionsOf<typeof emdPointCloudOptions> & LimitOptions<NetworkSimplexIterate>;

/** Costs beyond this could overflow in sums of many. */
const LARGEST_COST = 2 ** 960;

/**
 * Exact optimal transport between point clouds in memory O(n + m).
 *
 * The problem and the method of `emd`, and the same plan; costs are computed whenever a search needs them, so that
 * the memory does not grow with the number of pairs. It takes a few times as long as `emd` on stored costs.
 *
 * @param sources - points x, n x d
 * @param targets - points y, m x d
 * @returns the sparse plan, its cost, potentials and how the run ended
 * @throws {InvalidInputError} naming the argument and the first place at fault; `out-of-range` for clouds whose
 *   distances are beyond 2^960
 *
 * Cost: as `emd`, times the dimension; memory O((n + m) d).
 *
 * @example
 * ```ts
 * import { emdPointCloud } from '@infimum/ot';
 *
 * const x = [[0, 0], [1, 0]];
 * const y = [[0, 1], [1, 1], [2, 1]];
 * const { cost, plan } = emdPointCloud(x, y, { a: Float64Array.of(0.5, 0.5), b: Float64Array.of(0.25, 0.5, 0.25) });
 * console.log(cost, plan.values.join(' ')); // 1.5 0.25 0.25 0.25 0.25
 * ```
 */
export function emdPointCloud(
  sources: MatrixLike,
  targets: MatrixLike,
  options: EmdPointCloudOptions = {},
): Outcome<TransportPlan<CsrMatrix>, NetworkSimplexIterate> {
  return runWith(emdPointCloudOptions, options, emdPointCloudSteps(sources, targets, options));
}

/** The steps of `emdPointCloud`: the start basis first, then one iterate every 256 pivots. */
export function* emdPointCloudSteps(
  sources: MatrixLike,
  targets: MatrixLike,
  options: EmdPointCloudOptions = {},
): Steps<TransportPlan<CsrMatrix>, NetworkSimplexIterate> {
  const settings = resolveOptions(emdPointCloudOptions, options);
  const { x, y, a, b, metric } = asPointClouds(sources, targets, settings);
  const { initial } = settings;
  if (initial !== undefined) checkInitial(initial, a, b);
  const bound = costBound(x, y, metric);
  if (!(bound <= LARGEST_COST)) {
    throw fault('has points so far apart that sums of distances overflow; scale both clouds', 'x', 'out-of-range');
  }
  return yield* completeSimplex(a, b, new PointCosts(x, y, metric, bound), 1, initial);
}
