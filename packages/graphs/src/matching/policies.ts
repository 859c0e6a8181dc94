// Online policies: an arrival goes to the unsuccessful neighbour with the largest key, the lowest index on ties.
//
// A. Mehta, D. Panigrahi: Online Matching with Stochastic Rewards (FOCS 2012); the analyses of arXiv 2309.10289.

/** A policy; see `simulateOnline`. */
export type Policy = 'stochastic-balance' | 'least-load' | 'ranking' | 'perturbed-greedy' | 'greedy' | 'random' | 'guided';

/** The penalty of load on a vertex in `stochastic-balance`: f, rising from below 1. */
export type Sharing = 'exp' | 'msvv' | ((load: number) => number);

/** 1 − f(load), kept positive so that overloaded vertices still get attempts, in the order of their loads. */
function worth(sharing: Sharing, load: number): number {
  if (sharing === 'exp') return Math.exp(-load);
  if (sharing === 'msvv') return Math.max(1 - Math.exp(Math.min(load, 1) - 1), 1e-9 * Math.exp(-load));
  return 1 - sharing(load);
}

/** The factor of an offline vertex in a policy's key, besides the success probability. */
export function factorOf(policy: Policy, sharing: Sharing, weight: number, load: number, rank: number): number {
  switch (policy) {
    case 'stochastic-balance':
      return weight * worth(sharing, load);
    case 'least-load':
      return -load;
    case 'ranking':
      return -rank;
    case 'perturbed-greedy':
      return weight * -Math.expm1(rank - 1);
    default:
      return weight;
  }
}

/** Whether the key is the success probability times the factor, not the factor alone. */
export function usesChance(policy: Policy): boolean {
  return policy === 'stochastic-balance' || policy === 'perturbed-greedy' || policy === 'greedy';
}

/** −ln(1 − p), the load of an attempt. */
export function loadOf(chance: number): number {
  return chance < 1 ? -Math.log1p(-chance) : Infinity;
}
