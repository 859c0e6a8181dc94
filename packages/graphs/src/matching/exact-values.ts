// Exact values for small instances: the best possible reward with a known graph, and the expected reward of a policy.
import { checkFunction, checkObject, fault } from '@infimum/core';
import type { OnlineInstanceLike } from './online-instance.ts';
import { asOnlineInstance } from './online-instance.ts';
import type { Policy, Sharing } from './policies.ts';
import { factorOf, loadOf, usesChance } from './policies.ts';

/** Offline vertices up to which the dynamic programme over subsets is run. */
const MOST_OFFLINE = 18;
/** Arrivals up to which all outcomes are enumerated. */
const MOST_ARRIVALS = 20;

/**
 * The expected reward of the best adaptive algorithm that knows all arrivals but no outcome, by a dynamic programme over
 * arrivals and the sets A of unsuccessful vertices: W(t, A) = max(W(t+1, A), max_u p (w_u + W(t+1, A∖u)) + (1−p) W(t+1, A)).
 * Time O(edges 2^|U|), memory 2^|U|.
 *
 * @throws {InvalidInputError} `too-large` for more than 18 offline vertices
 *
 * @example
 * ```ts
 * import { clairvoyantOptimum, onlineInstance } from '@infimum/graphs';
 *
 * console.log(clairvoyantOptimum(onlineInstance([[0.9, 0.9], [0.9, 0]])).toFixed(2)); // 1.80
 * ```
 */
export function clairvoyantOptimum(instance: OnlineInstanceLike): number {
  const { weights, rowPointers, columnIndices, probabilities } = asOnlineInstance(instance);
  const size = weights.length;
  if (size > MOST_OFFLINE) {
    throw fault(`has ${size} offline vertices; at most ${MOST_OFFLINE} are feasible`, 'weights', 'too-large');
  }
  const values = new Float64Array(2 ** size);
  for (let v = rowPointers.length - 2; v >= 0; v--) {
    // From large sets to small ones: W(t+1) of the smaller sets is still there.
    for (let set = values.length - 1; set >= 0; set--) {
      const later = values[set];
      let best = later;
      for (let k = rowPointers[v]; k < rowPointers[v + 1]; k++) {
        const u = columnIndices[k];
        if (!((set >> u) & 1)) continue;
        const p = probabilities[k];
        best = Math.max(best, p * (weights[u] + values[set & ~(1 << u)]) + (1 - p) * later);
      }
      values[set] = best;
    }
  }
  return values[values.length - 1];
}

/** A deterministic policy, with given ranks. */
export interface FixedPolicy {
  /** The policy; `random` and `guided` are not deterministic. */
  readonly policy: Policy;
  /** f of stochastic balance. */
  readonly sharing?: Sharing;
  /** y of ranking and perturbed greedy. */
  readonly ranks?: ArrayLike<number>;
}

/**
 * The exact expected reward of a deterministic policy, by enumerating successes and failures. Time O(2^arrivals) at
 * worst.
 *
 * @param onAttempt - called for every attempt with its edge, the probability of reaching it, and the load before
 * @throws {InvalidInputError} `too-large` for more than 20 arrivals; `unsupported` for a randomised policy
 *
 * @example
 * ```ts
 * import { expectedReward, onlineInstance } from '@infimum/graphs/matching';
 *
 * console.log(expectedReward(onlineInstance([[0.9, 0.9], [0.9, 0]]), { policy: 'greedy' }).toFixed(2)); // 0.99
 * ```
 */
export function expectedReward(
  instance: OnlineInstanceLike,
  fixed: FixedPolicy,
  onAttempt: (edge: number, probability: number, load: number) => void = () => {},
): number {
  checkObject(fixed, 'fixed');
  checkFunction(onAttempt, 'onAttempt');
  const { weights, rowPointers, columnIndices, probabilities } = asOnlineInstance(instance);
  const { policy, sharing = 'exp', ranks } = fixed;
  if (policy === 'random' || policy === 'guided') throw fault(`'${policy}' is randomised`, 'policy', 'unsupported');
  const arrivals = rowPointers.length - 1;
  if (arrivals > MOST_ARRIVALS) {
    throw fault(`has ${arrivals} arrivals; at most ${MOST_ARRIVALS} are feasible`, 'rowPointers', 'too-large');
  }
  const alive = new Uint8Array(weights.length).fill(1);
  const loads = new Float64Array(weights.length);
  const valueFrom = (v: number, probability: number): number => {
    if (v === arrivals) return 0;
    let [best, bestKey] = [-1, -Infinity];
    for (let k = rowPointers[v]; k < rowPointers[v + 1]; k++) {
      const u = columnIndices[k];
      if (!alive[u] || probabilities[k] === 0) continue;
      const factor = factorOf(policy, sharing, weights[u], loads[u], ranks?.[u] ?? 0);
      const key = usesChance(policy) ? probabilities[k] * factor : factor;
      if (key > bestKey) [best, bestKey] = [k, key];
    }
    if (best < 0) return valueFrom(v + 1, probability);
    const [u, p] = [columnIndices[best], probabilities[best]];
    onAttempt(best, probability, loads[u]);
    alive[u] = 0;
    const success = weights[u] + valueFrom(v + 1, probability * p);
    alive[u] = 1;
    if (p === 1) return success;
    const before = loads[u];
    loads[u] += loadOf(p);
    const failure = valueFrom(v + 1, probability * (1 - p));
    loads[u] = before;
    return p * success + (1 - p) * failure;
  };
  return valueFrom(0, 1);
}
