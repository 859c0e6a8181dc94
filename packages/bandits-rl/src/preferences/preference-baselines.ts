// Baselines for learning from preferences.
import type { OptionSpecs } from '@infimum/core';
import { defineSolver, Random, resolveOptions } from '@infimum/core';
import type { LinearMdp } from '../linear-mdp/mdp.ts';
import { bestPolicy } from '../linear-mdp/mdp.ts';
import { DirichletModelPosterior } from './dirichlet-model-posterior.ts';
import type { PreferenceFeatures, PreferenceLearner } from './play-preferences.ts';
import { preferenceSteps, worldOf } from './play-preferences.ts';
import type { PrLsviSettings } from './pr-lsvi.ts';
import { PrLsvi } from './pr-lsvi.ts';
import { preferenceProblem } from './preference-problem.ts';
import { solveBackwards, solveForwards, updateInPlace } from './small-triangular.ts';

const seed = { type: 'integer', min: 0, default: 0, description: 'Seed' } as const;
const always = { queryRule: 'always', queryThreshold: 0, queryProbability: 0, comparator: 'previous' } as const;
const never = { ...always, queryRule: 'never' } as const;
const certain: PrLsviSettings = {
  rewardNoise: 0,
  transitionNoise: 0,
  ridge: 1,
  optimismFrom: 1e9,
  optimismFull: 2e9,
  lastLayerNoise: false,
  link: 'logistic',
};

const duelingOptions = {
  noiseFactor: { type: 'number', min: 0, default: 0.5, description: 'Noise c of the posterior of rewards' },
  concentration: { type: 'number', above: 0, default: 0.5, description: 'Concentration of the Dirichlet prior of transitions' },
  seed,
} as const satisfies OptionSpecs;

/** Two independent samples a round, credit by Bayesian regression of the bit on the difference of features. */
class DuelingPosterior implements PreferenceLearner {
  choices: Int32Array;
  readonly #world: PreferenceFeatures;
  readonly #noise: number;
  readonly #model: DirichletModelPosterior;
  readonly #random: Random;
  readonly #factor: Float64Array;
  readonly #moments: Float64Array;

  constructor(world: PreferenceFeatures, noise: number, concentration: number, seed: number) {
    const size = world.horizon * world.dimension;
    this.#world = world;
    this.#noise = noise;
    this.#model = new DirichletModelPosterior(world, concentration, seed);
    this.#random = new Random(seed, 11);
    this.#factor = new Float64Array(size * size);
    for (let i = 0; i < size; i++) this.#factor[i * size + i] = 1;
    this.#moments = new Float64Array(size);
    this.choices = new Int32Array(world.horizon * world.states);
  }

  plan(): void {
    const { states, actions, dimension: d, features, horizon } = this.#world;
    const size = this.#moments.length;
    const theta = this.#moments.slice();
    solveForwards(this.#factor, size, theta);
    for (let i = 0; i < size; i++) theta[i] += this.#noise * this.#random.normal();
    solveBackwards(this.#factor, size, theta);
    const rewards = Float64Array.from({ length: horizon * states * actions }, (_, entry) => {
      const h = Math.floor(entry / (states * actions));
      let sum = 0;
      for (let i = 0; i < d; i++) sum += features[entry * d + i] * theta[h * d + i];
      return sum;
    });
    const sampled: LinearMdp = { ...this.#world, transitions: this.#model.sample() };
    this.choices = bestPolicy(sampled, rewards).choices;
  }

  gap(): number {
    return Infinity;
  }

  walked(pairs: Int32Array, visited: Int32Array): void {
    this.#model.update(pairs, visited);
  }

  answered(first: Int32Array, second: Int32Array, outcome: 0 | 1): void {
    const { states, actions, dimension: d, features, horizon } = this.#world;
    const difference = new Float64Array(this.#moments.length);
    for (let h = 0; h < horizon; h++) {
      const [a, b] = [(h * states * actions + first[h]) * d, (h * states * actions + second[h]) * d];
      for (let i = 0; i < d; i++) difference[h * d + i] = features[a + i] - features[b + i];
    }
    for (let i = 0; i < difference.length; i++) this.#moments[i] += (outcome - 0.5) * difference[i];
    updateInPlace(this.#factor, difference.length, difference);
  }
}

export const duelingSolver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/dueling-posterior-sampling',
  title: 'Dueling posterior sampling',
  summary: 'Compares two independent posterior samples and always asks.',
  problem: preferenceProblem,
  role: 'baseline',
  paper: { title: 'Dueling Posterior Sampling for Preference-Based Reinforcement Learning', arxiv: '1908.01289', year: 2019 },
  cost: 'O(H S^2 A + (Hd)^2) \\text{ per episode}',
  options: duelingOptions,
  steps: (instance, options) => {
    const { noiseFactor, concentration, seed } = resolveOptions(duelingOptions, options);
    const world = worldOf(instance);
    const learner = new DuelingPosterior(world, noiseFactor, concentration, seed);
    const settings = { ...always, comparator: 'independent-sample' } as const;
    return preferenceSteps(world, learner, instance.episodes, settings, new Random(seed));
  },
});

/** Plans for the most likely rewards, and sometimes plays at random. */
class Exploring implements PreferenceLearner {
  readonly choices: Int32Array;
  readonly #inner: PrLsvi;
  readonly #world: PreferenceFeatures;
  readonly #random: Random;
  readonly #explores: () => boolean;

  constructor(world: PreferenceFeatures, random: Random, explores: () => boolean) {
    this.#world = world;
    this.#inner = new PrLsvi(world, certain, random);
    this.choices = this.#inner.choices;
    this.#random = random;
    this.#explores = explores;
  }

  plan(): void {
    if (!this.#explores()) this.#inner.plan();
    else for (let i = 0; i < this.choices.length; i++) this.choices[i] = this.#random.integer(this.#world.actions);
  }

  gap(): number {
    return Infinity;
  }

  walked(pairs: Int32Array, visited: Int32Array): void {
    this.#inner.walked(pairs, visited);
  }

  answered(first: Int32Array, second: Int32Array, outcome: 0 | 1): void {
    this.#inner.answered(first, second, outcome);
  }
}

const greedyPreferenceOptions = {
  exploration: { type: 'number', min: 0, max: 1, default: 0.1, description: 'Share of random policies' },
  seed,
} as const satisfies OptionSpecs;

export const greedyPreferenceSolver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/greedy-preferences',
  title: 'ε-greedy from preferences',
  summary: 'Plans for the most likely rewards, sometimes acts randomly, and always asks.',
  problem: preferenceProblem,
  role: 'baseline',
  paper: { title: 'Learning from delayed rewards', year: 1989 },
  cost: 'O(H(SA d^2 + dS) + n (Hd)^2) \\text{ per episode after } n \\text{ different questions}',
  options: greedyPreferenceOptions,
  steps: (instance, options) => {
    const { exploration, seed } = resolveOptions(greedyPreferenceOptions, options);
    const world = worldOf(instance);
    const random = new Random(seed);
    const learner = new Exploring(world, random, () => random.uniform() < exploration);
    return preferenceSteps(world, learner, instance.episodes, always, random);
  },
});

const commitOptions = {
  exploration: {
    type: 'number',
    min: 0,
    max: 1,
    default: 0.2,
    description: 'Share of the episodes, at the start, that explore',
  },
  seed,
} as const satisfies OptionSpecs;

export const commitSolver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/explore-then-commit',
  title: 'Explore, then commit',
  summary: 'Compares random policies first, then plays the most likely best one.',
  problem: preferenceProblem,
  role: 'baseline',
  paper: { title: 'Some aspects of the sequential design of experiments', year: 1952 },
  cost: 'O(H(SA d^2 + dS)) \\text{ per episode}',
  options: commitOptions,
  steps: (instance, options) => {
    const { exploration, seed } = resolveOptions(commitOptions, options);
    const world = worldOf(instance);
    const random = new Random(seed);
    let episode = 0;
    const learner = new Exploring(world, random, () => episode++ < exploration * instance.episodes);
    return preferenceSteps(world, learner, instance.episodes, always, random);
  },
});

const uniformOptions = { seed } as const satisfies OptionSpecs;

export const uniformPreferenceSolver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/random-policies',
  title: 'Random policies',
  summary: 'Learns nothing and asks nothing: the baseline for every learner.',
  problem: preferenceProblem,
  role: 'baseline',
  paper: { title: 'Folklore', year: 1654 },
  cost: 'O(HS) \\text{ per episode}',
  options: uniformOptions,
  steps: (instance, options) => {
    const random = new Random(resolveOptions(uniformOptions, options).seed);
    const world = worldOf(instance);
    return preferenceSteps(world, new Exploring(world, random, () => true), instance.episodes, never, random);
  },
});

const rlsviOptions = {
  transitionNoise: { type: 'number', min: 0, default: 0.5, description: 'Noise of the values' },
  seed,
} as const satisfies OptionSpecs;

export const rlsviSolver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/rlsvi-true-rewards',
  title: 'Randomised value iteration with true rewards',
  summary: 'Knows the rewards and asks nothing: shows the cost of unknown transitions.',
  problem: preferenceProblem,
  variant: 'true-rewards',
  role: 'baseline',
  paper: { title: 'Generalization and Exploration via Randomized Value Functions', arxiv: '1402.0635', year: 2014 },
  cost: 'O(H(SA d^2 + dS)) \\text{ per episode}',
  options: rlsviOptions,
  steps: (instance, options) => {
    const { transitionNoise, seed } = resolveOptions(rlsviOptions, options);
    const world = worldOf(instance);
    const random = new Random(seed);
    const settings = { ...certain, transitionNoise, optimismFrom: 0.5, optimismFull: 1 };
    const learner = new PrLsvi(world, settings, random, instance.rewards);
    return preferenceSteps(world, learner, instance.episodes, never, random);
  },
});
