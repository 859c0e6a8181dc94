// The posterior of rewards by an ensemble of networks.
import { Random } from '@infimum/core';
import type { PreferenceFeatures } from './play-preferences.ts';
import { logisticLink } from './preference-link.ts';
import { HIDDEN, networkReward, networkSize } from './preference-problem.ts';
import type { RewardPosterior, RewardPosteriorSettings } from './reward-posterior.ts';

/** Rewards by networks of one hidden layer, of which several are trained on resampled comparisons, each beside a fixed random one. */
export class EnsembleRewardPosterior implements RewardPosterior {
  readonly #world: PreferenceFeatures;
  readonly #settings: RewardPosteriorSettings;
  readonly #inputs: Float64Array;
  readonly #dimension: number;
  readonly #random: Random;
  readonly #members: Member[];
  #fresh = false;

  constructor(world: PreferenceFeatures, inputs: Float64Array, inputDimension: number, settings: RewardPosteriorSettings) {
    this.#world = world;
    this.#settings = settings;
    this.#inputs = inputs;
    this.#dimension = inputDimension;
    this.#random = new Random(settings.seed, 8);
    const size = networkSize(inputDimension);
    this.#members = Array.from({ length: settings.draws }, () => ({
      weights: new Float64Array(size).map(() => 0.1 * this.#random.normal()),
      prior: new Float64Array(size).map(() => settings.priorScale * this.#random.normal()),
      first: new Float64Array(size),
      second: new Float64Array(size),
      steps: 0,
      data: [],
      table: new Float64Array(world.horizon * world.states * world.actions),
    }));
  }

  sample(): Float64Array {
    return this.draws()[this.#random.integer(this.#members.length)];
  }

  draws(): readonly Float64Array[] {
    if (!this.#fresh) for (const member of this.#members) this.#tabulate(member);
    this.#fresh = true;
    return this.#members.map(({ table }) => table);
  }

  update(first: Int32Array, second: Int32Array, outcome: 0 | 1): void {
    for (const member of this.#members) {
      const times = drawPoisson(this.#random);
      if (times > 0) member.data.push({ first: first.slice(), second: second.slice(), sign: outcome === 1 ? 1 : -1, times });
      for (let k = 0; k < this.#settings.transitions && member.data.length > 0; k++) this.#train(member);
    }
    this.#fresh = false;
  }

  #tabulate(member: Member): void {
    const { table, weights, prior } = member;
    for (let entry = 0; entry < table.length; entry++) table[entry] = this.#reward(weights, prior, entry);
  }

  /** The mean of the trained and the fixed network's rewards. */
  #reward(weights: Float64Array, prior: Float64Array, entry: number): number {
    const at = entry * this.#dimension;
    return (
      (networkReward(weights, this.#inputs, at, this.#dimension) + networkReward(prior, this.#inputs, at, this.#dimension)) / 2
    );
  }

  /** A step of Adam on at most 32 comparisons. */
  #train(member: Member): void {
    const { weights, prior, first, second, data } = member;
    const { linkScale } = this.#settings;
    const perLayer = this.#world.states * this.#world.actions;
    const gradient = new Float64Array(weights.length);
    const batch = Math.min(32, data.length);
    for (let k = 0; k < batch; k++) {
      const datum = data[this.#random.integer(data.length)];
      let difference = 0;
      for (let h = 0; h < datum.first.length; h++) {
        difference +=
          this.#reward(weights, prior, h * perLayer + datum.first[h]) -
          this.#reward(weights, prior, h * perLayer + datum.second[h]);
      }
      const slope = (datum.times * datum.sign * linkScale * logisticLink.slope(datum.sign * linkScale * difference)) / batch;
      for (let h = 0; h < datum.first.length; h++) {
        this.#addGradient(weights, h * perLayer + datum.first[h], slope / 2, gradient);
        this.#addGradient(weights, h * perLayer + datum.second[h], -slope / 2, gradient);
      }
    }
    member.steps++;
    const [decayFirst, decaySecond] = [1 - 0.9 ** member.steps, 1 - 0.999 ** member.steps];
    for (let i = 0; i < weights.length; i++) {
      // A little weight decay, as the prior of the trained part.
      const own = gradient[i] - 1e-3 * weights[i];
      first[i] = 0.9 * first[i] + 0.1 * own;
      second[i] = 0.999 * second[i] + 0.001 * own * own;
      weights[i] += (0.02 * (first[i] / decayFirst)) / (Math.sqrt(second[i] / decaySecond) + 1e-8);
    }
  }

  /** Adds factor times the derivative of the trained network's reward at an entry. */
  #addGradient(weights: Float64Array, entry: number, factor: number, out: Float64Array): void {
    const [d, at] = [this.#dimension, entry * this.#dimension];
    const reward = networkReward(weights, this.#inputs, at, d);
    const outer = factor * reward * (1 - reward);
    out[out.length - 1] += outer;
    for (let unit = 0; unit < HIDDEN; unit++) {
      let inner = weights[HIDDEN * d + unit];
      for (let i = 0; i < d; i++) inner += weights[unit * d + i] * this.#inputs[at + i];
      const value = Math.tanh(inner);
      out[HIDDEN * (d + 1) + unit] += outer * value;
      const back = outer * weights[HIDDEN * (d + 1) + unit] * (1 - value * value);
      out[HIDDEN * d + unit] += back;
      for (let i = 0; i < d; i++) out[unit * d + i] += back * this.#inputs[at + i];
    }
  }
}

interface Member {
  readonly weights: Float64Array;
  readonly prior: Float64Array;
  readonly first: Float64Array;
  readonly second: Float64Array;
  steps: number;
  readonly data: { readonly first: Int32Array; readonly second: Int32Array; readonly sign: 1 | -1; readonly times: number }[];
  readonly table: Float64Array;
}

/** A Poisson number of mean one. */
function drawPoisson(random: Random): number {
  let count = 0;
  for (let product = random.uniform(); product > Math.exp(-1); product *= random.uniform()) count++;
  return count;
}
