// Ranking around one offline vertex: the outcome of it and of all its neighbours, as a function of its rank.
//
// Online Matching with Stochastic Rewards: Advanced Analyses Using Configuration Linear Programs (2023), arXiv 2309.10289.
import type { VectorLike } from '@infimum/core';
import { asVector, checkInteger, checkNumbers, checkObject, fault } from '@infimum/core';
import type { OnlineInstance, OnlineInstanceLike } from './online-instance.ts';
import { asOnlineInstance, offlineView } from './online-instance.ts';
import { loadOf } from './policies.ts';

/** The joint outcome of an offline vertex u and its neighbours, everything but u's rank and threshold fixed. */
export interface RankingJointOutcome {
  /** Ranks of the others, rising: the outcome changes only there. Interval i lies below `breakpoints[i]`, the last above all. */
  readonly breakpoints: Float64Array;
  /** L_u on each interval, if u never succeeds; never rises with the rank. */
  readonly load: Float64Array;
  /** Neighbours of u, arrivals in their order. */
  readonly neighbors: Int32Array;
  /** For each neighbour the rank of the vertex on which it is tried when u is absent; 1 if none. */
  readonly criticalRank: Float64Array;
  /** The same when u is present with a rank of the interval and never succeeds: a row an interval, NaN never. */
  readonly rankIfPresent: Float64Array[];
}

/** One run of Ranking; the rank of the vertex on which each arrival is tried, 1 if none. */
export function rankingRun(
  { weights, rowPointers, columnIndices, probabilities }: OnlineInstance,
  ranks: ArrayLike<number>,
  thresholds: ArrayLike<number>,
  absent = -1,
): { tried: Float64Array; loads: Float64Array } {
  const loads = new Float64Array(weights.length);
  const alive = new Uint8Array(weights.length).fill(1);
  if (absent >= 0) alive[absent] = 0;
  const tried = new Float64Array(rowPointers.length - 1).fill(1);
  for (let v = 0; v < tried.length; v++) {
    let best = -1;
    for (let k = rowPointers[v]; k < rowPointers[v + 1]; k++) {
      const u = columnIndices[k];
      if (alive[u] && probabilities[k] > 0 && (best < 0 || ranks[u] < ranks[columnIndices[best]])) best = k;
    }
    if (best < 0) continue;
    const u = columnIndices[best];
    tried[v] = ranks[u];
    loads[u] += loadOf(probabilities[best]);
    if (loads[u] >= thresholds[u]) alive[u] = 0;
  }
  return { tried, loads };
}

/**
 * The joint outcome of Ranking for an offline vertex u and all its neighbours, with the other ranks and thresholds fixed: one
 * run without u, and one with u for every interval between the other ranks. Time O(|U| edges).
 *
 * @param options - `ranks`, y of every vertex in [0, 1], smaller first, and `thresholds` of the loads, exponential; u's own do not matter
 * @throws {InvalidInputError} for a vertex that does not exist, or ranks and thresholds of another length
 */
export function rankingJointOutcome(
  instance: OnlineInstanceLike,
  u: number,
  options: { readonly ranks: VectorLike; readonly thresholds: VectorLike },
): RankingJointOutcome {
  const online = asOnlineInstance(instance);
  checkObject(options, 'options');
  const size = online.weights.length;
  checkInteger(u, 'u', { min: 0, max: size - 1 });
  const ranks = asVector(options.ranks, 'ranks', size);
  checkNumbers(options.thresholds, 'thresholds', size);
  const thresholds = Float64Array.from(options.thresholds);
  if (thresholds.some((value) => !(value >= 0))) {
    throw fault(`expected ${size} numbers of at least 0`, 'thresholds', 'negative');
  }
  const breakpoints = Float64Array.from(new Set(Array.from(ranks).filter((_, other) => other !== u))).sort();
  const { begins, edges, arrivals } = offlineView(online);
  const neighbors = Int32Array.from(edges.subarray(begins[u], begins[u + 1]), (k) => arrivals[k]);
  const without = rankingRun(online, ranks, thresholds, u);
  const endless = thresholds.slice();
  endless[u] = Infinity;
  const load = new Float64Array(breakpoints.length + 1);
  const rankIfPresent = Array.from(load, (_, i) => {
    const own = ranks.slice();
    const below = i === 0 ? 0 : breakpoints[i - 1];
    own[u] = i === breakpoints.length ? (below + 1) / 2 : (below + breakpoints[i]) / 2;
    const { tried, loads } = rankingRun(online, own, endless);
    load[i] = loads[u];
    return Float64Array.from(neighbors, (v) => tried[v]);
  });
  return { breakpoints, load, neighbors, criticalRank: Float64Array.from(neighbors, (v) => without.tried[v]), rankIfPresent };
}
