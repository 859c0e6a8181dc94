// An upper bound on the reward of any algorithm for online matching, from prices of the arrivals.
//
// Online Matching with Stochastic Rewards: Advanced Analyses Using Configuration Linear Programs (2023), arXiv 2309.10289.
import type { Verdict } from '@infimum/core/certificate';
import { up } from '@infimum/rigor';
import type { OnlineInstance } from './online-instance.ts';
import type { OnlineReward } from './simulate-online.ts';

/** Prices of the arrivals. */
export interface MatchingWitness {
  /** β, at least 0. */
  readonly prices: ArrayLike<number>;
}

/** Bounds the dual value Σ β + Σ_u W_1^u(β) from above, every operation rounded up. Throws nothing, whatever the witness. */
export function check(instance: OnlineInstance, _: OnlineReward, witness: unknown): Verdict {
  const { weights, rowPointers, columnIndices, probabilities } = instance;
  const { prices } = (witness ?? {}) as Partial<MatchingWitness>;
  const arrivals = rowPointers.length - 1;
  if (!(prices instanceof Float64Array || Array.isArray(prices)) || prices.length !== arrivals)
    return { proved: false, reason: `the witness does not have ${arrivals} prices` };
  let total = 0;
  for (const price of prices) {
    if (!(typeof price === 'number' && price >= 0 && price < Infinity))
      return { proved: false, reason: 'a price is not a number of at least 0' };
    total = up(total + price);
  }
  // From the last arrival on: W = max(W, w p - β + (1 - p) W), which rises with W.
  const values = new Float64Array(weights.length);
  for (let v = arrivals - 1; v >= 0; v--) {
    for (let k = rowPointers[v]; k < rowPointers[v + 1]; k++) {
      const u = columnIndices[k];
      const kept = up(up(1 - probabilities[k]) * values[u]);
      values[u] = Math.max(values[u], up(up(up(weights[u] * probabilities[k]) - prices[v]) + kept));
    }
  }
  for (const value of values) total = up(total + value);
  return total < Infinity
    ? { proved: true, figures: { optimum: { lower: 0, upper: total } } }
    : { proved: false, reason: 'the bound overflows' };
}
