// Baselines for policy optimisation: no learning, bandits in every state, full information, and optimism for
// losses that do not change.
import type { OptionSpecs } from '@infimum/core';
import { defineSolver, resolveOptions } from '@infimum/core';
import { exponentialLeader } from '../bandits/follow-the-leader.ts';
import { regularizedInverse } from '../bandits/regularized-inverse.ts';
import { addOuter } from './inverse-covariance.ts';
import { linearMdpProblem } from './linear-mdp-problem.ts';
import type { LinearMdp } from './mdp.ts';
import { tableSize } from './mdp.ts';
import type { Episode, EpisodeLearner } from './play-episodes.ts';
import { episodeSteps } from './play-episodes.ts';

const seed = { type: 'integer', min: 0, default: 0, description: 'Seed of the actions' } as const;
const learningRate = { type: 'number', above: 0, default: 1, description: 'Factor on the learning rate of theory' } as const;

const uniformOptions = { seed } as const satisfies OptionSpecs;

export const uniformMdpSolver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/mdp-uniform',
  title: 'The uniform policy',
  summary: 'Learns nothing: the baseline for every learner.',
  problem: linearMdpProblem,
  variant: 'simulator-free',
  role: 'baseline',
  paper: { title: 'Folklore', year: 1654 },
  cost: 'O(H) \\text{ per episode}',
  options: uniformOptions,
  steps: (instance, options) => {
    const policy = new Float64Array(tableSize(instance)).fill(1 / instance.actions);
    const learner: EpisodeLearner = { policy, prepare: () => {}, learn: () => {}, leastEstimate: 0 };
    return episodeSteps(instance, learner, resolveOptions(uniformOptions, options).seed);
  },
});

/** Exponential weights in every state, on the action values of `values`. */
abstract class Weights implements EpisodeLearner {
  readonly policy: Float64Array;
  leastEstimate = 0;
  protected readonly mdp: LinearMdp;
  protected readonly losses: Float64Array;
  protected readonly rate: number;

  constructor(mdp: LinearMdp, rate: number) {
    this.mdp = mdp;
    this.rate = rate;
    this.policy = new Float64Array(tableSize(mdp)).fill(1 / mdp.actions);
    this.losses = new Float64Array(tableSize(mdp));
  }

  prepare(): void {
    const { horizon, states, actions } = this.mdp;
    for (let place = 0; place < horizon * states; place++) {
      const [from, to] = [place * actions, (place + 1) * actions];
      exponentialLeader(this.losses.subarray(from, to), this.rate, this.policy.subarray(from, to));
    }
  }

  abstract learn(episode: Episode, occupied: Float64Array, losses: Float64Array): void;
}

/** Exp3 in every state: losses to go over the probability of the visit. */
class Exp3Everywhere extends Weights {
  learn({ states: visited, actions: taken, losses }: Episode, occupied: Float64Array): void {
    const { horizon, states, actions } = this.mdp;
    let toGo = 0;
    for (let h = horizon - 1; h >= 0; h--) {
      toGo += losses[h];
      const place = h * states + visited[h];
      const entry = place * actions + taken[h];
      // Implicit exploration keeps the estimates small.
      this.losses[entry] += toGo / (occupied[place] * this.policy[entry] + this.rate * horizon);
    }
  }
}

const weightOptions = { learningRate, seed } as const satisfies OptionSpecs;

export const exp3MdpSolver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/mdp-exp3',
  title: 'Exp3 in every state',
  summary: 'A bandit in every state of every layer, on importance-weighted losses-to-go, without features.',
  problem: linearMdpProblem,
  role: 'baseline',
  paper: { title: 'Optimistic policy optimization with bandit feedback', arxiv: '2002.08243', year: 2020 },
  cost: 'O(H S^2 A) \\text{ per episode}',
  options: weightOptions,
  steps: (instance, options) => {
    const { learningRate: factor, seed } = resolveOptions(weightOptions, options);
    const { states, actions, horizon, episodes } = instance;
    const rate = (factor * Math.sqrt(Math.log(Math.max(2, actions)) / (states * actions * episodes))) / horizon;
    return episodeSteps(instance, new Exp3Everywhere(instance, rate), seed);
  },
});

/** Hedge in every state: sees all losses after the episode, and computes the values of its policy exactly. */
class HedgeEverywhere extends Weights {
  learn(_: Episode, __: Float64Array, losses: Float64Array): void {
    const { horizon, states, actions, transitions } = this.mdp;
    let later = new Float64Array(states);
    for (let h = horizon - 1; h >= 0; h--) {
      const now = new Float64Array(states);
      for (let pair = 0; pair < states * actions; pair++) {
        const entry = h * states * actions + pair;
        let value = losses[entry];
        if (h + 1 < horizon)
          for (let next = 0; next < states; next++) value += transitions[entry * states + next] * later[next];
        this.losses[entry] += value;
        now[Math.floor(pair / actions)] += this.policy[entry] * value;
      }
      later = now;
    }
  }
}

export const hedgeMdpSolver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/mdp-hedge',
  title: 'Hedge with full information',
  summary: 'Sees all losses after every episode: a bound on the performance of bandit feedback.',
  problem: linearMdpProblem,
  variant: 'full-information',
  role: 'baseline',
  paper: { title: 'Online Markov decision processes', year: 2009 },
  cost: 'O(H S^2 A) \\text{ per episode}',
  options: weightOptions,
  steps: (instance, options) => {
    const { learningRate: factor, seed } = resolveOptions(weightOptions, options);
    const { actions, horizon, episodes } = instance;
    const rate = (factor * Math.sqrt((8 * Math.log(Math.max(2, actions))) / episodes)) / horizon;
    return episodeSteps(instance, new HedgeEverywhere(instance, rate), seed);
  },
});

const lsviUcbOptions = {
  confidenceWidth: { type: 'number', min: 0, default: 0.3, description: 'Width of the confidence bounds, a multiple of √d H' },
  seed,
} as const satisfies OptionSpecs;

/** Optimistic least-squares value iteration. It plans anew whenever the data have grown by a tenth. */
class OptimisticLeastSquares implements EpisodeLearner {
  readonly policy: Float64Array;
  readonly leastEstimate = 0;
  readonly #mdp: LinearMdp;
  readonly #width: number;
  readonly #gram: Float64Array;
  readonly #costs: Float64Array;
  readonly #arrivals: Float64Array;
  #episodes = 0;
  #planned = 0;

  constructor(mdp: LinearMdp, width: number) {
    const { horizon, states, actions, dimension: d } = mdp;
    this.#mdp = mdp;
    this.#width = width * Math.sqrt(d) * horizon;
    this.policy = new Float64Array(tableSize(mdp)).fill(1 / actions);
    this.#gram = new Float64Array(horizon * d * d);
    this.#costs = new Float64Array(horizon * d);
    this.#arrivals = new Float64Array(horizon * d * states);
  }

  prepare(): void {
    if (this.#episodes > 0 && this.#episodes >= 1.1 * this.#planned) this.#plan();
  }

  learn({ states: visited, actions: taken, losses }: Episode): void {
    const { horizon, states, actions, dimension: d, features } = this.#mdp;
    for (let h = 0; h < horizon; h++) {
      const entry = (h * states + visited[h]) * actions + taken[h];
      addOuter(features, entry * d, d, 1, this.#gram, h * d * d);
      for (let i = 0; i < d; i++) {
        this.#costs[h * d + i] += features[entry * d + i] * losses[h];
        if (h + 1 < horizon) this.#arrivals[(h * d + i) * states + visited[h + 1]] += features[entry * d + i];
      }
    }
    this.#episodes++;
  }

  #plan(): void {
    const { horizon, states, actions, dimension: d, features } = this.#mdp;
    const inverse = new Float64Array(d * d);
    let later = new Float64Array(states);
    for (let h = horizon - 1; h >= 0; h--) {
      regularizedInverse(this.#gram.subarray(h * d * d, (h + 1) * d * d), d, 1, inverse);
      const moments = Float64Array.from({ length: d }, (_, i) => {
        let sum = this.#costs[h * d + i];
        for (let s = 0; s < states; s++) sum += this.#arrivals[(h * d + i) * states + s] * later[s];
        return sum;
      });
      const now = new Float64Array(states);
      for (let s = 0; s < states; s++) {
        let [best, choice] = [Infinity, 0];
        for (let a = 0; a < actions; a++) {
          const entry = (h * states + s) * actions + a;
          let [value, norm] = [0, 0];
          for (let i = 0; i < d; i++) {
            let row = 0;
            for (let j = 0; j < d; j++) row += inverse[i * d + j] * features[entry * d + j];
            value += row * moments[i];
            norm += row * features[entry * d + i];
          }
          const optimistic = Math.max(0, value - this.#width * Math.sqrt(norm));
          if (optimistic < best) [best, choice] = [optimistic, a];
        }
        now[s] = best;
        for (let a = 0; a < actions; a++) this.policy[(h * states + s) * actions + a] = a === choice ? 1 : 0;
      }
      later = now;
    }
    this.#planned = this.#episodes;
  }
}

export const lsviUcbSolver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/mdp-lsvi-ucb',
  title: 'LSVI-UCB',
  summary: 'Optimistic least-squares value iteration: fast for stationary losses, fails for changing ones.',
  problem: linearMdpProblem,
  variant: 'simulator-free',
  role: 'baseline',
  paper: {
    title: 'Provably Efficient Reinforcement Learning with Linear Function Approximation',
    arxiv: '1907.05388',
    year: 2019,
  },
  cost: 'O(H d^2 + H(SA d^2 + d^3)/k) \\text{ in episode } k',
  options: lsviUcbOptions,
  steps: (instance, options) => {
    const { confidenceWidth, seed } = resolveOptions(lsviUcbOptions, options);
    return episodeSteps(instance, new OptimisticLeastSquares(instance, confidenceWidth), seed);
  },
});
