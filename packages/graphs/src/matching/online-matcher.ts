// A matcher for arrivals that come one at a time: assigns at once, receives reports of success, can be saved and resumed as JSON.
import type { VectorLike } from '@infimum/core';
import { asVector, checkInteger, checkObject, describeValue, fault, Random } from '@infimum/core';
import type { Policy } from './policies.ts';
import { factorOf, loadOf, usesChance } from './policies.ts';

/** An attempt whose outcome is not known yet. */
export interface PendingAttempt {
  /** The vertex tried. */
  readonly vertex: number;
  /** The success probability. */
  readonly chance: number;
}

/** A matcher's state as JSON. */
export interface OnlineMatcherState {
  /** The policy. */
  readonly policy: Policy;
  /** w of the offline vertices. */
  readonly weights: readonly number[];
  /** Whether each is unsuccessful. */
  readonly alive: readonly boolean[];
  /** Loads, −Σ ln(1 − p) of failed attempts. */
  readonly loads: readonly number[];
  /** Ranks, drawn once. */
  readonly ranks: readonly number[];
  /** The attempt that has not been reported yet. */
  readonly pending: PendingAttempt | null;
}

/**
 * Assigns arrivals at once, each to one offline vertex that has not succeeded, by the policies of `simulateOnline`.
 *
 * @example
 * ```ts
 * import { OnlineMatcher } from '@infimum/graphs';
 *
 * const matcher = new OnlineMatcher({ weights: Float64Array.of(1, 1, 2) });
 * console.log(matcher.arrive([0.5, 0.4, 0.3])); // 2
 * matcher.report(true); // vertex 2 is taken
 * const resumed = OnlineMatcher.from(JSON.parse(JSON.stringify(matcher)));
 * console.log(resumed.arrive([0.5, 0.4, 0.3])); // 0
 * ```
 */
export class OnlineMatcher {
  readonly #policy: Policy;
  readonly #weights: Float64Array;
  readonly #alive: Uint8Array;
  readonly #loads: Float64Array;
  readonly #ranks: Float64Array;
  #pending: { readonly vertex: number; readonly chance: number } | undefined;

  /**
   * @param options - `weights`, or how many vertices of weight 1; `policy` and `seed` of the ranks
   * @throws {InvalidInputError} for weights that are not finite and at least 0, or a policy that is not online
   */
  constructor(options: { readonly weights: VectorLike | number; readonly policy?: Policy; readonly seed?: number }) {
    checkObject(options, 'options');
    const { weights, policy = 'stochastic-balance', seed = 0 } = options;

    if (typeof weights === 'number') checkInteger(weights, 'weights', { min: 1, max: 2 ** 28 });
    else asVector(weights, 'weights');
    this.#weights = typeof weights === 'number' ? new Float64Array(weights).fill(1) : Float64Array.from(weights);
    const index = this.#weights.findIndex((weight) => weight < 0);
    if (index >= 0) throw fault(`is negative at index ${index}`, 'weights', 'negative', index);
    if (!['stochastic-balance', 'least-load', 'ranking', 'perturbed-greedy', 'greedy'].includes(policy)) {
      throw fault(`${describeValue(policy)} is not a matcher policy`, 'policy', 'unknown');
    }
    this.#policy = policy;
    this.#alive = new Uint8Array(this.#weights.length).fill(1);
    this.#loads = new Float64Array(this.#weights.length);
    this.#ranks = new Random(seed).uniforms(new Float64Array(this.#weights.length));
  }

  /** Resumes a matcher from its state by `JSON.stringify`. */
  static from(state: OnlineMatcherState): OnlineMatcher {
    const matcher = new OnlineMatcher({ weights: Float64Array.from(state.weights), policy: state.policy });
    for (const list of ['alive', 'loads', 'ranks'] as const) {
      if (state[list]?.length === state.weights.length) continue;
      throw fault(`expected ${state.weights.length} entries`, list, 'shape');
    }
    matcher.#alive.set(state.alive.map(Number));
    matcher.#loads.set(state.loads);
    matcher.#ranks.set(state.ranks);
    matcher.#pending = state.pending ?? undefined;
    return matcher;
  }

  /**
   * The vertex on which to try the arrival, or −1. The outcome must be reported before the next arrival.
   *
   * @param probabilities - the success probability with every vertex, 0 for no edge
   */
  arrive(probabilities: ArrayLike<number>): number {
    if (this.#pending) throw fault('the last attempt has not been reported', 'arrive', 'unsupported');
    if (probabilities.length !== this.#weights.length) {
      throw fault(`expected ${this.#weights.length} entries, got ${probabilities.length}`, 'probabilities', 'shape');
    }
    for (let u = 0; u < probabilities.length; u++) {
      if (probabilities[u] >= 0 && probabilities[u] <= 1) continue;
      throw fault(`is ${probabilities[u]} at index ${u}, not in [0, 1]`, 'probabilities', 'out-of-range', u);
    }
    let [best, bestKey] = [-1, -Infinity];
    for (let u = 0; u < probabilities.length; u++) {
      if (!this.#alive[u] || probabilities[u] === 0) continue;
      const factor = factorOf(this.#policy, 'exp', this.#weights[u], this.#loads[u], this.#ranks[u]);
      const key = usesChance(this.#policy) ? probabilities[u] * factor : factor;
      if (key > bestKey) [best, bestKey] = [u, key];
    }
    if (best >= 0) this.#pending = { vertex: best, chance: probabilities[best] };
    return best;
  }

  /** Reports whether the last attempt succeeded. */
  report(success: boolean): void {
    if (!this.#pending) throw fault('there is no attempt to report on', 'report', 'unsupported');
    const { vertex, chance } = this.#pending;
    if (success) this.#alive[vertex] = 0;
    // An attempt with probability 1 that failed anyway: JSON has no infinity, and any large load is equivalent.
    else this.#loads[vertex] = Math.min(this.#loads[vertex] + loadOf(chance), 1e6);
    this.#pending = undefined;
  }

  /** The state, for `JSON.stringify`. */
  toJSON(): OnlineMatcherState {
    return {
      policy: this.#policy,
      weights: Array.from(this.#weights),
      alive: Array.from(this.#alive, Boolean),
      loads: Array.from(this.#loads),
      ranks: Array.from(this.#ranks),
      pending: this.#pending ?? null,
    };
  }
}
