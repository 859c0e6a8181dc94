// PbTS: Thompson sampling from preferences, for any rewards that have a posterior: plan for a sampled process and sampled
// rewards, compare with the last policy, and ask where posterior samples disagree.
//
// R. Wu, W. Sun: Making RL with preference-based feedback efficient via randomization, arXiv 2310.14554 (2023).
import type { OptionSpecs } from '@infimum/core';
import { defineSolver, Random, resolveOptions } from '@infimum/core';
import type { LinearMdp } from '../linear-mdp/mdp.ts';
import { bestPolicy } from '../linear-mdp/mdp.ts';
import { DirichletModelPosterior } from './dirichlet-model-posterior.ts';
import { EllipticalSlicePosterior } from './elliptical-slice-posterior.ts';
import { EnsembleRewardPosterior } from './ensemble-reward-posterior.ts';
import { LinearRewardPosterior } from './linear-reward-posterior.ts';
import type { PreferenceFeatures, PreferenceLearner } from './play-preferences.ts';
import { preferenceSteps, worldOf } from './play-preferences.ts';
import { preferencePaper } from './pr-lsvi.ts';
import type { PreferenceInstance } from './preference-problem.ts';
import { networkReward, networkSize, preferenceProblem, sumAlong } from './preference-problem.ts';
import type { RewardPosterior } from './reward-posterior.ts';

const thompsonPreferenceOptions = {
  posterior: {
    type: 'choice',
    choices: ['auto', 'laplace', 'polya-gamma', 'metropolis', 'elliptical-slice', 'ensemble'],
    default: 'auto',
    description:
      'What is believed of rewards: the first three take them as linear in the features, the last two as networks of inputs; auto is elliptical-slice where there are inputs, and else laplace',
  },
  queryThreshold: { type: 'number', min: 0, default: 0.1, description: 'Expected gap ε beyond which to ask' },
  queryRule: {
    type: 'choice',
    choices: ['expected-gap', 'always', 'never', 'random'],
    default: 'expected-gap',
    description: 'When to ask; never for the same way twice',
  },
  queryProbability: { type: 'number', min: 0, max: 1, default: 0.1, description: 'For the rule random' },
  comparator: {
    type: 'choice',
    choices: ['previous', 'independent-sample', 'fixed'],
    default: 'previous',
    description: 'The second policy: the first of the last episode, another sample, or that of the first episode for ever',
  },
  draws: {
    type: 'integer',
    min: 2,
    max: 1000,
    default: 32,
    description: 'Samples that the rule compares; networks of an ensemble',
  },
  transitions: {
    type: 'integer',
    min: 1,
    max: 1000,
    default: 4,
    description: 'Transitions of a Markov chain an episode, or training steps a question',
  },
  priorScale: {
    type: 'number',
    above: 0,
    default: 1.5,
    description: 'Standard deviation of the weights before anything is known',
  },
  concentration: { type: 'number', above: 0, default: 0.5, description: 'Concentration of the Dirichlet prior of transitions' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of all samples' },
} as const satisfies OptionSpecs;

/** The mean over all pairs of |D_i - D_j|: O(m log m) by sorting. */
export function meanPairGap(values: Float64Array): number {
  const m = values.length;
  if (m < 2) return 0;
  values.sort();
  let sum = 0;
  for (let i = 0; i < m; i++) sum += (2 * (i + 1) - m - 1) * values[i];
  return sum / ((m * (m - 1)) / 2);
}

/** The learner. */
class PreferenceThompson implements PreferenceLearner {
  choices: Int32Array;
  readonly #world: PreferenceFeatures;
  readonly #rewards: RewardPosterior;
  readonly #model: DirichletModelPosterior;

  constructor(world: PreferenceFeatures, rewards: RewardPosterior, model: DirichletModelPosterior) {
    this.#world = world;
    this.#rewards = rewards;
    this.#model = model;
    this.choices = new Int32Array(world.horizon * world.states);
  }

  plan(): void {
    const sampled: LinearMdp = { ...this.#world, transitions: this.#model.sample() };
    this.choices = bestPolicy(sampled, this.#rewards.sample()).choices;
  }

  gap(first: Int32Array, second: Int32Array): number {
    const perLayer = this.#world.states * this.#world.actions;
    const tables = this.#rewards.draws();
    const gaps = Float64Array.from(tables, (table) => sumAlong(table, first, perLayer) - sumAlong(table, second, perLayer));
    return meanPairGap(gaps);
  }

  walked(pairs: Int32Array, visited: Int32Array): void {
    this.#model.update(pairs, visited);
  }

  answered(first: Int32Array, second: Int32Array, outcome: 0 | 1): void {
    this.#rewards.update(first, second, outcome);
  }
}

interface PosteriorChoice {
  readonly posterior: 'auto' | 'laplace' | 'polya-gamma' | 'metropolis' | 'elliptical-slice' | 'ensemble';
  readonly draws: number;
  readonly transitions: number;
  readonly priorScale: number;
  readonly seed: number;
}

function posteriorOf(instance: PreferenceInstance, { posterior, ...rest }: PosteriorChoice): RewardPosterior {
  const kind = posterior === 'auto' ? (instance.inputs ? 'elliptical-slice' : 'laplace') : posterior;
  const settings = { ...rest, linkScale: instance.linkScale };
  const inputs = instance.inputs ?? instance.features;
  const dimension = instance.inputs ? (instance.inputDimension as number) : instance.dimension;
  if (kind === 'ensemble')
    return new EnsembleRewardPosterior(instance, inputs, dimension, { ...settings, draws: Math.min(10, rest.draws) });
  if (kind === 'elliptical-slice') {
    const reward = (weights: Float64Array, out: Float64Array) => {
      for (let entry = 0; entry < out.length; entry++)
        out[entry] = networkReward(weights, inputs, entry * dimension, dimension);
    };
    return new EllipticalSlicePosterior(instance, networkSize(dimension), reward, settings);
  }
  return new LinearRewardPosterior(instance, kind, settings);
}

export const thompsonPreferenceSolver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/pbts',
  title: 'Thompson sampling from preferences',
  summary: 'Plans for sampled rewards and transitions, and asks where samples disagree: for rewards of any form.',
  problem: preferenceProblem,
  role: 'paper',
  paper: preferencePaper,
  cost: 'O(H S^2 A + n H) \\text{ an episode after } n \\text{ questions}',
  options: thompsonPreferenceOptions,
  steps: (instance, options) => {
    const settings = resolveOptions(thompsonPreferenceOptions, options);
    const world = worldOf(instance);
    const model = new DirichletModelPosterior(world, settings.concentration, settings.seed);
    const learner = new PreferenceThompson(world, posteriorOf(instance, settings), model);
    return preferenceSteps(world, learner, instance.episodes, settings, new Random(settings.seed));
  },
});
