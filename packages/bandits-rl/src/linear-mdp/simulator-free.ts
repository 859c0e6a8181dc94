// Policy optimisation without a simulator: epochs of one policy each, a cover of policies for exploration, covariances from one
// half of an epoch and action values from the other.
//
// Y. Dai, H. Luo, C.-Y. Wei, J. Zimmert: Refined regret for adversarial MDPs with linear function approximation,
// arXiv 2301.12942 (2023), algorithm 3; reconstructed from the abstract and its predecessor.
import type { OptionSpecs, ResolvedOptions } from '@infimum/core';
import { defineSolver, Random, resolveOptions } from '@infimum/core';
import { refinedRegretPaper } from '../bandits/adversarial-linear.ts';
import { logBarrierLeader } from '../bandits/follow-the-leader.ts';
import { regularizedInverse } from '../bandits/regularized-inverse.ts';
import { addOuter } from './inverse-covariance.ts';
import { linearMdpProblem } from './linear-mdp-problem.ts';
import type { MdpFeatures } from './mdp.ts';
import { tableSize } from './mdp.ts';
import type { Episode, EpisodeLearner } from './play-episodes.ts';
import { episodeSteps } from './play-episodes.ts';

const simulatorFreeOptions = {
  learningRate: { type: 'number', above: 0, default: 20, description: 'Factor on the learning rate of theory' },
  bonus: { type: 'number', min: 0, default: 0.02, description: 'Factor on the bonus β = η H² of theory' },
  epochLength: { type: 'integer', min: 4, max: 1_000_000, description: 'Episodes per policy; max(20, K^⅓) by default' },
  mixing: { type: 'number', min: 0, max: 1, default: 0.05, description: 'Share of the episodes that explore' },
  cover: {
    type: 'choice',
    choices: ['least-squares', 'uniform'],
    default: 'least-squares',
    description: 'Exploration policies: found by optimistic least-squares value iteration in separate rounds, or uniform',
  },
  coverRounds: { type: 'integer', min: 1, max: 1000, default: 20, description: 'Rounds to find the cover' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of actions and of the order within epochs' },
} as const satisfies OptionSpecs;

type Settings = ResolvedOptions<typeof simulatorFreeOptions>;

/** The learner. It uses features, but no transition probabilities. */
export class SimulatorFree implements EpisodeLearner {
  readonly policy: Float64Array;
  readonly leastEstimate = 0;
  readonly #mdp: MdpFeatures;
  readonly #length: number;
  readonly #mixing: number;
  readonly #rate: number;
  readonly #bonus: number;
  readonly #regularization: number;
  readonly #random: Random;
  readonly #losses: Float64Array;
  readonly #main: Float64Array;
  readonly #cover: PolicyCover;
  readonly #pairs: Int32Array;
  readonly #toGo: Float64Array;
  #inEpoch = 0;

  constructor(mdp: MdpFeatures, episodes: number, settings: Settings) {
    const { horizon, actions, dimension } = mdp;
    this.#mdp = mdp;
    this.#length = settings.epochLength ?? Math.max(20, Math.ceil(Math.cbrt(episodes)));
    this.#mixing = settings.mixing;
    this.#regularization = dimension / this.#length;
    const rounds = Math.max(2, episodes / this.#length);
    this.#rate = (settings.learningRate * Math.sqrt((actions * Math.log(rounds)) / (dimension * rounds))) / horizon ** 1.5;
    this.#bonus = settings.bonus * this.#rate * horizon * horizon;
    this.#random = new Random(settings.seed, 3);
    this.#losses = new Float64Array(tableSize(mdp));
    this.policy = new Float64Array(tableSize(mdp)).fill(1 / actions);
    this.#main = this.policy.slice();
    const share = settings.cover === 'uniform' ? 0 : Math.min(200, Math.ceil((0.1 * episodes) / settings.coverRounds));
    this.#cover = new PolicyCover(mdp, episodes, settings.coverRounds, share, this.#random);
    this.#pairs = new Int32Array(this.#length * horizon);
    this.#toGo = new Float64Array(this.#length * horizon);
  }

  /** The policy of the epoch, without exploration. */
  get learned(): Float64Array {
    return this.#main;
  }

  prepare(): void {
    if (!this.#cover.done) {
      this.policy.set(this.#cover.policy);
      return;
    }
    if (this.#inEpoch === 0) this.#lead();
    this.policy.set(this.#main);
    if (this.#random.uniform() < this.#mixing) this.#explore();
  }

  learn(episode: Episode): void {
    if (!this.#cover.done) {
      this.#cover.learn(episode);
      return;
    }
    const { horizon, actions } = this.#mdp;
    let toGo = 0;
    for (let h = horizon - 1; h >= 0; h--) {
      toGo += episode.losses[h];
      this.#pairs[this.#inEpoch * horizon + h] = episode.states[h] * actions + episode.actions[h];
      this.#toGo[this.#inEpoch * horizon + h] = toGo;
    }
    if (++this.#inEpoch === this.#length) this.#endEpoch();
  }

  #lead(): void {
    const { horizon, states, actions } = this.#mdp;
    for (let place = 0; place < horizon * states; place++) {
      const [from, to] = [place * actions, (place + 1) * actions];
      logBarrierLeader(this.#losses.subarray(from, to), this.#rate, this.#main.subarray(from, to));
    }
  }

  /** A policy of the cover, throughout or up to a random layer. */
  #explore(): void {
    const { horizon, states, actions } = this.#mdp;
    const policy = this.#cover.draw();
    const layers = this.#random.uniform() < 0.5 ? horizon : 1 + this.#random.integer(horizon);
    this.policy.set(policy.subarray(0, layers * states * actions));
  }

  /** Covariances from one half of the episodes, in random order; values and bonuses from the other. */
  #endEpoch(): void {
    const { horizon, states, actions, dimension: d, features } = this.#mdp;
    const order = this.#random.permutation(this.#length);
    const half = this.#length >> 1;
    const rest = this.#length - half;
    const dilation = 1 + 1 / horizon;
    const inverses = Array.from({ length: horizon }, (_, h) => {
      const covariance = new Float64Array(d * d);
      for (let i = 0; i < half; i++) {
        addOuter(features, (h * states * actions + this.#pairs[order[i] * horizon + h]) * d, d, 1 / half, covariance);
      }
      return regularizedInverse(covariance, d, this.#regularization, new Float64Array(d * d));
    });
    const local = this.#localBonuses(inverses);
    const [values, later] = [new Float64Array(horizon * d), new Float64Array(horizon * d)];
    for (let i = half; i < this.#length; i++) {
      let bonusToGo = 0;
      for (let h = horizon - 1; h >= 0; h--) {
        const entry = h * states * actions + this.#pairs[order[i] * horizon + h];
        for (let j = 0; j < d; j++) {
          values[h * d + j] += (features[entry * d + j] * this.#toGo[order[i] * horizon + h]) / rest;
          later[h * d + j] += (features[entry * d + j] * bonusToGo) / rest;
        }
        bonusToGo = dilation * (local[entry] + bonusToGo);
      }
    }
    for (let h = 0; h < horizon; h++) {
      // θ - λ in one: the loss that is added is φ·θ - b - φ·λ.
      const direction = Float64Array.from({ length: d }, (_, i) => {
        let sum = 0;
        for (let j = 0; j < d; j++) {
          const tail = h + 1 < horizon ? later[h * d + j] : 0;
          sum += inverses[h][i * d + j] * (values[h * d + j] - tail);
        }
        return sum;
      });
      for (let pair = 0; pair < states * actions; pair++) {
        const entry = h * states * actions + pair;
        const known = this.#cover.knows(h, Math.floor(pair / actions));
        let sum = known ? -local[entry] : 0;
        for (let i = 0; i < d; i++) sum += features[entry * d + i] * direction[i];
        this.#losses[entry] += sum;
      }
    }
    this.#inEpoch = 0;
  }

  #localBonuses(inverses: readonly Float64Array[]): Float64Array {
    const { horizon, states, actions, dimension: d, features } = this.#mdp;
    const bonuses = new Float64Array(this.#losses.length);
    for (let place = 0; place < horizon * states; place++) {
      const h = Math.floor(place / states);
      let mean = 0;
      for (let a = 0; a < actions; a++) {
        const entry = place * actions + a;
        bonuses[entry] = quadratic(inverses[h], features, entry * d, d);
        mean += this.#main[entry] * bonuses[entry];
      }
      for (let a = 0; a < actions; a++) bonuses[place * actions + a] = this.#bonus * (bonuses[place * actions + a] + mean);
    }
    return bonuses;
  }
}

/** φ' M φ. */
function quadratic(matrix: Float64Array, features: Float64Array, at: number, d: number): number {
  let sum = 0;
  for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) sum += features[at + i] * matrix[i * d + j] * features[at + j];
  return sum;
}

/** A mixture of policies that reaches all reachable states: each round explores where features have been seen least. */
class PolicyCover {
  readonly policy: Float64Array;
  readonly #mdp: MdpFeatures;
  readonly #episodes: number;
  readonly #rounds: number;
  readonly #share: number;
  readonly #random: Random;
  readonly #policies: Float64Array[] = [];
  readonly #gram: Float64Array;
  readonly #arrivals: Float64Array;
  readonly #known: Uint8Array;
  #played = 0;

  constructor(mdp: MdpFeatures, episodes: number, rounds: number, share: number, random: Random) {
    const { horizon, states, actions, dimension: d } = mdp;
    this.#mdp = mdp;
    this.#episodes = episodes;
    this.#rounds = rounds;
    this.#share = share;
    this.#random = random;
    this.policy = new Float64Array(tableSize(mdp)).fill(1 / actions);
    this.#gram = new Float64Array(horizon * d * d);
    for (let h = 0; h < horizon; h++) for (let i = 0; i < d; i++) this.#gram[(h * d + i) * d + i] = 1;
    this.#arrivals = new Float64Array(horizon * d * states);
    this.#known = new Uint8Array(horizon * states).fill(1);
    if (share === 0) this.#policies.push(this.policy.slice());
  }

  get done(): boolean {
    return this.#share === 0 || this.#played >= this.#rounds * this.#share;
  }

  knows(layer: number, state: number): boolean {
    return this.#known[layer * this.#mdp.states + state] === 1;
  }

  draw(): Float64Array {
    return this.#policies[this.#random.integer(this.#policies.length)];
  }

  learn({ states: visited, actions: taken }: Episode): void {
    const { horizon, states, actions, dimension: d, features } = this.#mdp;
    for (let h = 0; h < horizon; h++) {
      const entry = (h * states + visited[h]) * actions + taken[h];
      addOuter(features, entry * d, d, 1, this.#gram, h * d * d);
      if (h + 1 < horizon) {
        for (let i = 0; i < d; i++) this.#arrivals[(h * d + i) * states + visited[h + 1]] += features[entry * d + i];
      }
    }
    this.#played++;
    if (this.#played % this.#share !== 0) return;
    this.#policies.push(this.policy.slice());
    if (this.done) this.#judge();
    else this.#plan();
  }

  /** Optimistic least-squares value iteration for a reward where features are unfamiliar. */
  #plan(): void {
    const { horizon, states, actions, dimension: d, features } = this.#mdp;
    const threshold = (10 * d) / this.#rounds;
    let later = new Float64Array(states);
    const inverse = new Float64Array(d * d);
    for (let h = horizon - 1; h >= 0; h--) {
      regularizedInverse(this.#gram.subarray(h * d * d, (h + 1) * d * d), d, 0, inverse);
      const weights = new Float64Array(d);
      for (let i = 0; i < d; i++) {
        for (let j = 0; j < d; j++) {
          let sum = 0;
          for (let s = 0; s < states; s++) sum += this.#arrivals[(h * d + j) * states + s] * later[s];
          weights[i] += inverse[i * d + j] * sum;
        }
      }
      const now = new Float64Array(states);
      for (let s = 0; s < states; s++) {
        let [best, choice] = [-Infinity, 0];
        for (let a = 0; a < actions; a++) {
          const entry = (h * states + s) * actions + a;
          const norm = quadratic(inverse, features, entry * d, d);
          let value = Math.min(1, Math.max(0, (norm - threshold) * this.#episodes)) + 0.5 * Math.sqrt(norm);
          for (let i = 0; i < d; i++) value += features[entry * d + i] * weights[i];
          value = Math.min(horizon, value);
          if (value > best) [best, choice] = [value, a];
        }
        now[s] = best;
        for (let a = 0; a < actions; a++) this.policy[(h * states + s) * actions + a] = a === choice ? 1 : 0;
      }
      later = now;
    }
  }

  /** States count as known where the cover's covariance covers all directions of their features. */
  #judge(): void {
    const { horizon, states, actions, dimension: d, features } = this.#mdp;
    const inverse = new Float64Array(d * d);
    for (let h = 0; h < horizon; h++) {
      const mean = this.#gram.slice(h * d * d, (h + 1) * d * d).map((value) => value / this.#played);
      regularizedInverse(mean, d, 0, inverse);
      for (let s = 0; s < states; s++) {
        let most = 0;
        for (let a = 0; a < actions; a++) {
          most = Math.max(most, quadratic(inverse, features, ((h * states + s) * actions + a) * d, d));
        }
        this.#known[h * states + s] = most <= 10 * d ? 1 : 0;
      }
    }
  }
}

export const simulatorFreeSolver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/mdp-simulator-free',
  title: 'Policy optimisation without a simulator',
  summary: 'Epochs of one policy each and an exploration cover: uses no transition probabilities, and learns slowly.',
  problem: linearMdpProblem,
  variant: 'simulator-free',
  role: 'paper',
  paper: refinedRegretPaper,
  cost: 'O(H d^2 + (SA d^2 + d^3) H / W) \\text{ per episode, epochs of } W',
  options: simulatorFreeOptions,
  steps: (instance, options) => {
    const settings = resolveOptions(simulatorFreeOptions, options);
    return episodeSteps(instance, new SimulatorFree(instance, instance.episodes, settings), settings.seed);
  },
});
