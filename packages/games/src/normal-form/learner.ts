// One learning player: its strategy, given the payoffs of its choices so far. Shared by games in normal form and Markov games.
import type { Random } from '@infimum/core';
import { simplex } from '@infimum/optim/proximal';

/** How a player adapts. */
export type LearnerRule =
  | 'hedge'
  | 'optimistic-hedge'
  | 'regret-matching'
  | 'regret-matching-plus'
  | 'optimistic-regret-matching-plus'
  | 'optimistic-gradient'
  | 'exp3-ix';

/** A player that adapts to the payoffs of its choices. */
export class Learner {
  /** The current strategy; a new array for every round. */
  strategy: Float64Array;
  /** Sums of payoffs (Hedge) or of regrets. */
  readonly #sums: Float64Array;
  readonly #rule: LearnerRule;
  readonly #rate: number | undefined;
  #rounds = 0;
  /** The last payoffs, for gradients. */
  #last: Float64Array | undefined;

  /**
   * @param count - choices
   * @param rule - how it adapts
   * @param rate - the fixed learning rate of Hedge; sqrt(ln A / t) if not given
   * @param start - logits to begin with
   */
  constructor(count: number, rule: LearnerRule, rate?: number, start?: Float64Array) {
    this.strategy = new Float64Array(count).fill(1 / count);
    this.#sums = new Float64Array(count);
    this.#rule = rule;
    this.#rate = rate;
    if (start && rate) {
      for (let k = 0; k < count; k++) this.#sums[k] = start[k] / rate;
      this.strategy = softmax(start);
    }
  }

  /**
   * Updates with a round.
   *
   * @param gains - the payoff of each choice
   * @param here - the payoff of the mixed strategy
   */
  learn(gains: Float64Array, here: number): void {
    this.#rounds++;
    const sums = this.#sums;
    const count = sums.length;
    if (this.#rule === 'optimistic-gradient') {
      // x <- projection of x + eta (2 g_t - g_{t-1}).
      const rate = this.#rate ?? 0.1;
      const last = this.#last ?? gains;
      const moved = this.strategy.map((weight, k) => weight + rate * (2 * gains[k] - last[k]));
      simplex().project(moved, moved);
      this.#last = gains.slice();
      this.strategy = moved;
      return;
    }
    if (this.#rule === 'exp3-ix' || this.#rule === 'hedge' || this.#rule === 'optimistic-hedge') {
      const rate = this.#rate ?? Math.sqrt(Math.log(Math.max(2, count)) / this.#rounds);
      const again = this.#rule === 'optimistic-hedge' ? 1 : 0;
      const logits = new Float64Array(count);
      for (let k = 0; k < count; k++) {
        sums[k] += gains[k];
        logits[k] = rate * (sums[k] + again * gains[k]);
      }
      this.strategy = softmax(logits);
      return;
    }
    const isPlus = this.#rule !== 'regret-matching';
    const again = this.#rule === 'optimistic-regret-matching-plus' ? 1 : 0;
    const weights = new Float64Array(count);
    let total = 0;
    for (let k = 0; k < count; k++) {
      const regret = gains[k] - here;
      sums[k] = isPlus ? Math.max(0, sums[k] + regret) : sums[k] + regret;
      weights[k] = Math.max(0, sums[k] + again * regret);
      total += weights[k];
    }
    for (let k = 0; k < count; k++) weights[k] = total > 0 ? weights[k] / total : 1 / count;
    this.strategy = weights;
  }
}

/**
 * The estimated payoffs of the choices of a player that observes only its own payoff: implicit exploration, minus the loss of the choice
 * over its probability plus half the learning rate, 0 for the others. Neu, "Explore no more", arXiv 1506.03271 (2015).
 *
 * @param gain - in [0, 1]
 */
export function banditGains(strategy: Float64Array, choice: number, gain: number, rate: number): Float64Array {
  const gains = new Float64Array(strategy.length);
  gains[choice] = (gain - 1) / (strategy[choice] + rate / 2);
  return gains;
}

/** Weights proportional to the exponentials of logits. */
export function softmax(logits: Float64Array): Float64Array {
  let most = -Infinity;
  for (const logit of logits) if (logit > most) most = logit;
  const weights = logits.map((logit) => Math.exp(logit - most));
  let sum = 0;
  for (const weight of weights) sum += weight;
  for (let k = 0; k < weights.length; k++) weights[k] /= sum;
  return weights;
}

/** A choice drawn by a row of weights that add up to one: never one of weight zero. */
export function drawn(weights: Float64Array, random: Random, start = 0, count = weights.length): number {
  let rest = random.uniform();
  let last = 0;
  for (let k = 0; k < count; k++) {
    const weight = weights[start + k];
    if (weight <= 0) continue;
    last = k;
    rest -= weight;
    if (rest < 0) return k;
  }
  return last;
}
