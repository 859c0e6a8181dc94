// The dual of the stochastic configuration linear programme: every vector of prices gives an upper bound on the reward of any algorithm,
// and subgradient steps tighten it at sizes beyond linear programming.
//
// Online Matching with Stochastic Rewards: Advanced Analyses Using Configuration Linear Programs (2023), arXiv 2309.10289.
import type { OptionSpecs, OptionsOf } from '@infimum/core';
import { checkVector, resolveOptions } from '@infimum/core';
import type { OfflineView, OnlineInstance, OnlineInstanceLike } from './online-instance.ts';
import { asOnlineInstance, offlineView } from './online-instance.ts';

/** A feasible dual solution. */
export interface DualBound {
  /** Σ α + Σ β, at least what any algorithm earns in expectation. */
  readonly value: number;
  /** α of the offline vertices. */
  readonly alpha: Float64Array;
  /** β of the arrivals. */
  readonly beta: Float64Array;
  /** A probability for every edge, of sum at most 1 an arrival: averaged best responses, a plan for the guided policy. */
  readonly plan: Float64Array;
  /** Rounds of subgradient steps. */
  readonly rounds: number;
}

const boundOptions = {
  maxRounds: { type: 'integer', was: 'rounds', min: 0, default: 400, description: 'Maximum rounds of subgradient steps' },
  tolerance: { type: 'number', min: 0, default: 1e-3, description: 'Relative step of the target level at which to stop' },
} as const satisfies OptionSpecs;

/** Options of `stochasticConfigurationBound`. */
export type StochasticConfigurationBoundOptions = OptionsOf<typeof boundOptions>;

/**
 * An upper bound on the expected reward of every algorithm, the clairvoyant adaptive one included: the dual of the
 * stochastic configuration linear programme, min Σ_v β_v + Σ_u W_1^u(β) over β ≥ 0, with
 *
 *     W_end = 0,  W_k = max(W_{k+1}, w_u p_k − β_k + (1 − p_k) W_{k+1})
 *
 * along the edges of u in the order of arrival, by projected subgradient steps with Polyak's step towards a level. The bound is valid at
 * every iteration. Time O(edges) a round.
 *
 * @throws {InvalidInputError} for an instance or options at fault
 *
 * Source: Online Matching with Stochastic Rewards, arXiv 2309.10289.
 *
 * @example
 * ```ts
 * import { onlineInstance, stochasticConfigurationBound } from '@infimum/graphs';
 *
 * const { value } = stochasticConfigurationBound(onlineInstance([[0.9, 0.9], [0.9, 0]]));
 * console.log(value >= 1.8 && value < 1.82); // true
 * ```
 */
export function stochasticConfigurationBound(
  instance: OnlineInstanceLike,
  options: StochasticConfigurationBoundOptions = {},
): DualBound {
  const online = asOnlineInstance(instance);
  const { maxRounds, tolerance } = resolveOptions(boundOptions, options);
  const { weights, rowPointers, probabilities } = online;
  const scale = weights.reduce((a, b) => Math.max(a, b), 0) || 1;
  const scaled = { ...online, weights: weights.map((weight) => weight / scale) };
  const view = offlineView(online);
  const arrivals = rowPointers.length - 1;
  let beta = new Float64Array(arrivals);
  let best = dualAt(scaled, view, beta);
  let bestBeta = beta.slice();
  const attempts = new Float64Array(probabilities.length);
  const plan = new Float64Array(probabilities.length);
  const slope = new Float64Array(arrivals);
  let share = 0.5;
  let since = 0;
  let [round, planned] = [0, 0];
  let current = dualAt(scaled, view, beta, attempts);
  for (; round < maxRounds && share > tolerance; round++) {
    slope.fill(1);
    for (let k = 0; k < attempts.length; k++) slope[view.arrivals[k]] -= attempts[k];
    // A price of zero cannot fall further.
    let length = 0;
    for (let v = 0; v < arrivals; v++) {
      if (beta[v] === 0 && slope[v] > 0) slope[v] = 0;
      length += slope[v] * slope[v];
    }
    if (!(length > 0)) break; // a minimum: no direction is left
    const level = best.value * (1 - share);
    const step = Math.max(current.value - level, 0) / length;
    beta = beta.map((price, v) => Math.max(0, price - step * slope[v])) as typeof beta;
    current = dualAt(scaled, view, beta, attempts);
    planned++;
    for (let k = 0; k < plan.length; k++) plan[k] += (attempts[k] - plan[k]) * (2 / (planned + 1));
    if (current.value < best.value * (1 - 0.1 * share)) since = 0;
    else since++;
    if (current.value < best.value) {
      best = current;
      bestBeta = beta.slice();
    }
    if (since >= 8) {
      share /= 2;
      since = 0;
      beta = bestBeta.slice();
      current = dualAt(scaled, view, beta, attempts);
    }
  }
  if (planned === 0) plan.set(attempts);
  for (let v = 0; v < arrivals; v++) {
    let sum = 0;
    for (let k = rowPointers[v]; k < rowPointers[v + 1]; k++) sum += plan[k];
    if (sum > 1) for (let k = rowPointers[v]; k < rowPointers[v + 1]; k++) plan[k] /= sum * (1 + 1e-12);
  }
  return {
    value: best.value * scale,
    alpha: best.alpha.map((a) => a * scale),
    beta: bestBeta.map((b) => b * scale),
    plan,
    rounds: round,
  };
}

/**
 * The bound of given prices, and α = W_1(β). Where `attempts` is given, it gets the best responses: the probability with
 * which each edge is tried.
 *
 * @throws {InvalidInputError} for prices that are not finite, an entry an arrival
 */
export function dualAt(
  { weights, rowPointers, probabilities }: OnlineInstance,
  view: OfflineView,
  beta: Float64Array,
  attempts?: Float64Array,
  gain: ArrayLike<number> = weights,
): { value: number; alpha: Float64Array } {
  checkVectorOrEmpty(beta, rowPointers.length - 1);
  const { begins, edges, arrivals } = view;
  const alpha = new Float64Array(weights.length);
  let value = 0;
  for (let v = 0; v < beta.length; v++) value += beta[v];
  for (let u = 0; u < weights.length; u++) {
    let rest = 0;
    for (let at = begins[u + 1] - 1; at >= begins[u]; at--) {
      const k = edges[at];
      const taken = gain[u] * probabilities[k] - beta[arrivals[k]] + (1 - probabilities[k]) * rest;
      const isTaken = taken > rest;
      if (isTaken) rest = taken;
      if (attempts) attempts[k] = isTaken ? 1 : 0;
    }
    alpha[u] = rest;
    value += rest;
    if (!attempts) continue;
    let survival = 1;
    for (let at = begins[u]; at < begins[u + 1]; at++) {
      const k = edges[at];
      if (attempts[k] === 0) continue;
      attempts[k] = survival;
      survival *= 1 - probabilities[k];
    }
  }
  return { value, alpha };
}

function checkVectorOrEmpty(beta: Float64Array, length: number): void {
  if (length > 0) checkVector(beta, 'beta', length);
}
