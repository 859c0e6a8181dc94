// PbTS: Thompson sampling from preferences, for any rewards that have a posterior: plan for a sampled process and sampled
// rewards, compare with the last policy, and ask where posterior samples disagree.
//
// R. Wu, W. Sun: Making RL with preference-based feedback efficient via randomization, arXiv 2310.14554 (2023).
import type { OptionSpecs, OptionsOf, Outcome, ResolvedOptions, RunOptions, Steps, VectorLike } from '@infimum/core';
import {
  asVector,
  checkFunction,
  checkInteger,
  checkNumber,
  defineSolver,
  Random,
  resolveOptions,
  run,
  runAsync,
  runOptionsOf,
} from '@infimum/core';
import type { LinearMdp } from '../linear-mdp/mdp.ts';
import { bestPolicy, tableSize } from '../linear-mdp/mdp.ts';
import { DirichletModelPosterior } from './dirichlet-model-posterior.ts';
import { EllipticalSlicePosterior } from './elliptical-slice-posterior.ts';
import { EnsembleRewardPosterior } from './ensemble-reward-posterior.ts';
import { LinearRewardPosterior } from './linear-reward-posterior.ts';
import type { PreferenceFeatures, PreferenceLearner, PreferenceWorld } from './play-preferences.ts';
import {
  answeredBy,
  asPreferenceWorld,
  comparator,
  preferenceSteps,
  queryProbability,
  queryRule,
  worldOf,
} from './play-preferences.ts';
import type { PrLsviEpisodes } from './pr-lsvi.ts';
import { preferencePaper } from './pr-lsvi.ts';
import type { PreferenceAnswer, PreferenceIterate, PreferencePlay, PreferenceQuestion } from './preference-problem.ts';
import { networkReward, networkSize, preferenceProblem, sumAlong } from './preference-problem.ts';
import type { RewardPosterior } from './reward-posterior.ts';

const thompsonPreferenceOptions = {
  posterior: {
    type: 'choice',
    choices: ['auto', 'laplace', 'polya-gamma', 'metropolis', 'elliptical-slice', 'ensemble'],
    default: 'auto',
    description:
      'Posterior of rewards: the first three assume linearity in the features, the last two networks of inputs; auto is elliptical-slice with inputs, otherwise laplace',
  },
  queryThreshold: { type: 'number', min: 0, default: 0.1, description: 'Expected gap ε beyond which to ask' },
  queryRule,
  queryProbability,
  comparator,
  draws: {
    type: 'integer',
    min: 2,
    max: 1000,
    default: 32,
    description: 'Samples compared by the query rule; networks of an ensemble',
  },
  transitions: {
    type: 'integer',
    min: 1,
    max: 1000,
    default: 4,
    description: 'Markov chain transitions per episode, or training steps per question',
  },
  priorScale: { type: 'number', above: 0, default: 1.5, description: 'Prior standard deviation of the weights' },
  concentration: { type: 'number', above: 0, default: 0.5, description: 'Concentration of the Dirichlet prior of transitions' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of all samples' },
} as const satisfies OptionSpecs;

/** Options of `pbts`. */
export type PbtsOptions = OptionsOf<typeof thompsonPreferenceOptions>;

/** A process that can be sampled, and the inputs of its rewards. */
export type PbtsWorld = PreferenceWorld & {
  /** The first trajectory is preferred with probability 1 / (1 + exp(-linkScale (r(first) - r(second)))); 1 by default. */
  readonly linkScale?: number | undefined;
  /** What rewards may depend on, where they are not linear in the features: `inputDimension` numbers a layer, state and action. */
  readonly inputs?: VectorLike | undefined;
  /** Numbers of an input. */
  readonly inputDimension?: number | undefined;
};

/**
 * Thompson sampling from preferences: plans for rewards and transitions that are drawn from their posteriors, and asks where draws
 * disagree. Rewards may be linear in the features, or, with `inputs`, a network of them. The run ends `stalled` when all episodes are
 * played. An episode costs O(H S² A + n H) after n questions with linear rewards.
 *
 * @param world - sizes, features of norm 1 at most, `step`, and optionally `inputs`
 * @param oracle - 1 where the first trajectory is better, 0 where the second
 * @throws {InvalidInputError} for features that do not fit, options out of range, and answers that are neither 0 nor 1
 *
 * Source: Making RL with Preference-based Feedback Efficient via Randomization, arXiv 2310.14554.
 *
 * @example
 * ```ts
 * import { pbts } from '@infimum/bandits-rl';
 *
 * // One choice of three, the third is liked best.
 * const world = {
 *   horizon: 1, states: 1, actions: 3, dimension: 3, start: 0,
 *   features: [1, 0, 0, 0, 1, 0, 0, 0, 1],
 *   step: () => 0,
 * };
 * const { policies, first, asked } = pbts(world, ({ first, second }) => (first[0] > second[0] ? 1 : 0), { episodes: 200 });
 * console.log(policies[first[199]], asked.reduce((a, b) => a + b) < 100); // 2 true
 * ```
 */
export function pbts(
  world: PbtsWorld,
  oracle: (question: PreferenceQuestion) => number,
  options: PrLsviEpisodes & PbtsOptions & RunOptions<PreferenceIterate>,
): Outcome<PreferencePlay, PreferenceIterate> {
  checkFunction(oracle, 'oracle');
  const { episodes, ...rest } = options;
  return run(pbtsSteps(world, episodes, rest), runOptionsOf(thompsonPreferenceOptions, rest), answeredBy(oracle));
}

/**
 * As `pbts`, with an asynchronous oracle, such as a person who is shown both trajectories and clicks.
 *
 * @example
 * ```ts
 * import { pbtsAsync } from '@infimum/bandits-rl';
 *
 * const world = { horizon: 1, states: 1, actions: 2, dimension: 2, start: 0, features: [1, 0, 0, 1], step: () => 0 };
 * const likesTheSecond = async ({ first }: { first: Int32Array }) => (first[0] === 1 ? 1 : 0);
 * const { policies, first } = await pbtsAsync(world, likesTheSecond, { episodes: 100 });
 * console.log(policies[first[99]]); // 1
 * ```
 */
export function pbtsAsync(
  world: PbtsWorld,
  oracle: (question: PreferenceQuestion) => Promise<number>,
  options: PrLsviEpisodes & PbtsOptions & RunOptions<PreferenceIterate>,
): Promise<Outcome<PreferencePlay, PreferenceIterate>> {
  checkFunction(oracle, 'oracle');
  const { episodes, ...rest } = options;
  return runAsync(pbtsSteps(world, episodes, rest), runOptionsOf(thompsonPreferenceOptions, rest), answeredBy(oracle));
}

/** The steps of `pbts`; send the answer where they ask. */
export function pbtsSteps(
  world: PbtsWorld,
  episodes: number,
  options: PbtsOptions = {},
): Steps<PreferencePlay, PreferenceIterate, PreferenceAnswer> {
  const settings = resolveOptions(thompsonPreferenceOptions, options);
  const read = asPreferenceWorld(world, episodes);
  const { linkScale = 1, inputDimension = 0 } = world;
  checkNumber(linkScale, 'linkScale', { above: 0, max: 1e100 });
  if (world.inputs) checkInteger(inputDimension, 'inputDimension', { min: 1 });
  const inputs = world.inputs && asVector(world.inputs, 'inputs', tableSize(read) * inputDimension);
  const model = new DirichletModelPosterior(read, settings.concentration, settings.seed);
  const rewards = posteriorOf({ ...read, linkScale, inputs, inputDimension }, settings);
  return preferenceSteps(read, new PreferenceThompson(read, rewards, model), episodes, settings, new Random(settings.seed));
}

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

type PosteriorChoice = ResolvedOptions<typeof thompsonPreferenceOptions>;

/** What rewards are known to depend on. */
interface RewardInputs extends PreferenceFeatures {
  readonly linkScale: number;
  readonly inputs: Float64Array | undefined;
  readonly inputDimension: number;
}

function posteriorOf(instance: RewardInputs, { posterior, ...rest }: PosteriorChoice): RewardPosterior {
  const kind = posterior === 'auto' ? (instance.inputs ? 'elliptical-slice' : 'laplace') : posterior;
  const settings = { ...rest, linkScale: instance.linkScale };
  const inputs = instance.inputs ?? instance.features;
  const dimension = instance.inputs ? instance.inputDimension : instance.dimension;
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
  summary: 'Plans for sampled rewards and transitions, and asks when samples disagree: for rewards of any form.',
  problem: preferenceProblem,
  role: 'paper',
  paper: preferencePaper,
  cost: 'O(H S^2 A + n H) \\text{ per episode after } n \\text{ questions}',
  options: thompsonPreferenceOptions,
  steps: (instance, options) => pbtsSteps(worldOf(instance), instance.episodes, options),
});
