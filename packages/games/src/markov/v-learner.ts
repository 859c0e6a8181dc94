// A player of V-learning: optimistic estimates of values, and choices by follow-the-regularised-leader on bandit feedback.
//
// Jin, Liu, Wang, Yu, "V-learning: a simple, efficient, decentralized algorithm for multiagent RL", arXiv 2110.14555 (2021).
import type { Random } from '@infimum/core';
import { drawn, softmax } from '../normal-form/learner.ts';

/** The settings of a player; indices are step * states + state. */
export interface VLearnerSettings {
  readonly choices: number;
  readonly horizon: number;
  readonly states: number;
  readonly episodes: number;
  /** c, the factor of the bonus. */
  readonly bonus: number;
  /** The probability that the theory's bound fails. */
  readonly delta: number;
}

/** One player's estimates and policies, by step and state. */
export class VLearner {
  readonly values: Float64Array;
  readonly #count: number;
  readonly #horizon: number;
  readonly #states: number;
  readonly #bonus: number;
  readonly #iota: number;
  readonly #random: Random;
  readonly #raw: Float64Array;
  readonly #losses: Float64Array;
  readonly #policy: Float64Array;
  #chosen = 0;

  constructor({ choices: count, horizon, states, episodes, bonus, delta }: VLearnerSettings, random: Random) {
    this.#count = count;
    this.#horizon = horizon;
    this.#states = states;
    this.#bonus = bonus;
    this.#random = random;
    this.#iota = Math.log((states * horizon * count * episodes) / delta);
    this.values = Float64Array.from({ length: (horizon + 1) * states }, (_, k) => horizon - Math.floor(k / states));
    this.#raw = this.values.slice();
    this.#losses = new Float64Array(horizon * states * count);
    this.#policy = new Float64Array(horizon * states * count).fill(1 / count);
  }

  /** Draws a choice. */
  choose(place: number): number {
    this.#chosen = drawn(this.#policy, this.#random, place * this.#count, this.#count);
    return this.#chosen;
  }

  /** The probability of a choice. */
  weight(place: number, choice: number): number {
    return this.#policy[place * this.#count + choice];
  }

  /**
   * Updates with the outcome of the choice.
   *
   * @param reward - in [0, 1]
   * @param n - visits of this step and state so far, this one included
   */
  learn(step: number, state: number, reward: number, next: number, n: number): void {
    const [horizon, count] = [this.#horizon, this.#count];
    const place = step * this.#states + state;
    const alpha = (horizon + 1) / (horizon + n);
    const bonus = this.#bonus * Math.sqrt((horizon ** 3 * count * this.#iota) / n);
    const target = reward + this.values[(step + 1) * this.#states + next];
    this.#raw[place] += alpha * (target + bonus - this.#raw[place]);
    this.values[place] = Math.min(horizon - step, this.#raw[place]);
    // Implicit exploration; the sums of losses are kept divided by the last weight, so that they cannot overflow.
    const rate = Math.sqrt(this.#iota / (count * n));
    const losses = this.#losses.subarray(place * count, (place + 1) * count);
    const loss = (horizon - target) / horizon / (this.#policy[place * count + this.#chosen] + rate);
    for (let k = 0; k < count; k++) losses[k] *= 1 - alpha;
    losses[this.#chosen] += alpha * loss;
    this.#policy.set(softmax(losses.map((sum) => (-rate * sum) / alpha)), place * count);
  }
}
