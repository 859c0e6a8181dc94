// Learning from preferences: two policies are tried in every episode, no reward is ever seen, and the learner may ask, at a cost, which of
// the two trajectories was better.
import type { Iterate } from '@infimum/core';
import { checkInteger, checkNumber, checkVector, defineFamily, defineProblem, fault, Random } from '@infimum/core';
import { drawDirichlet } from '@infimum/linalg/numerics';
import type { LinearMdp } from '../linear-mdp/mdp.ts';
import {
  bestPolicy,
  checkMdp,
  linearTable,
  riverSwim,
  simplexLinearMdp,
  tableSize,
  tabularMdp,
  valueOfChoices,
} from '../linear-mdp/mdp.ts';
import { logisticLink } from './preference-link.ts';

/** A process whose rewards are known to the oracle. */
export interface PreferenceInstance extends LinearMdp {
  /** Expected rewards, a table. */
  readonly rewards: Float64Array;
  /** The first trajectory is preferred with probability 1 / (1 + exp(-scale · (r(first) - r(second)))). */
  readonly linkScale: number;
  /** What rewards may depend on, `inputDimension` numbers a table entry, where they are not linear in the features. */
  readonly inputs?: Float64Array;
  /** Numbers of an input. */
  readonly inputDimension?: number;
  /** Episodes. */
  readonly episodes: number;
  /** Seed of transitions and answers. */
  readonly noiseSeed: number;
}

/** What was tried and asked. */
export interface PreferencePlay {
  /** Different policies, an action for every state of every layer each. */
  readonly policies: Int32Array;
  /** Which of them went first in every episode. */
  readonly first: Int32Array;
  /** Which went second. */
  readonly second: Int32Array;
  /** Whether the preference was queried. */
  readonly asked: Uint8Array;
}

/** Two trajectories, as pairs s A + a a layer; which is better? */
export interface PreferenceQuestion {
  /** The first way. */
  readonly first: Int32Array;
  /** The second way. */
  readonly second: Int32Array;
}

/** An episode, with or without a question. */
export interface PreferenceIterate extends Iterate<PreferencePlay> {
  /** Questions asked so far. */
  readonly queries: number;
  /** The question; answer 1 if the first is preferred, 0 if the second. Undefined if there is no question. */
  readonly question: PreferenceQuestion | undefined;
}

/** The answer to a question; ignored if there was none. */
export type PreferenceAnswer = number;

/** Regret of every episode: twice the best value less those of both policies. */
export function preferenceRegrets(instance: PreferenceInstance, { policies, first, second }: PreferencePlay): Float64Array {
  const length = instance.horizon * instance.states;
  const best = bestPolicy(instance, instance.rewards).value;
  const values = new Float64Array(policies.length / length);
  for (let i = 0; i < values.length; i++) {
    values[i] = valueOfChoices(instance, instance.rewards, policies.subarray(i * length, (i + 1) * length));
  }
  return Float64Array.from(first, (policy, t) => 2 * best - values[policy] - values[second[t]]);
}

/** The sum of a table along a trajectory. */
export function sumAlong(table: Float64Array, pairs: Int32Array, perLayer: number): number {
  let sum = 0;
  for (let h = 0; h < pairs.length; h++) sum += table[h * perLayer + pairs[h]];
  return sum;
}

const sizes = {
  horizon: { type: 'integer', min: 1, max: 50, default: 3, description: 'Layers' },
  states: { type: 'integer', min: 1, max: 200, default: 6, description: 'States' },
  actions: { type: 'integer', min: 1, max: 100, default: 4, description: 'Actions' },
  dimension: { type: 'integer', min: 1, max: 50, default: 4, description: 'Features' },
  episodes: { type: 'integer', min: 1, max: 1_000_000, default: 1000, description: 'Episodes' },
} as const;

/** The problem. */
export const preferenceProblem = /* @__PURE__ */ defineProblem<
  PreferenceInstance,
  PreferencePlay,
  'regret' | 'queries',
  PreferenceIterate,
  PreferenceAnswer
>({
  id: 'bandits-rl/preferences',
  title: 'Reinforcement learning from preferences',
  statement:
    'In episode $t$ two policies give trajectories $\\tau^0_t, \\tau^1_t$ in an unknown process. One bit may be bought: $\\tau^0$ is preferred with probability $\\Phi(r(\\tau^0) - r(\\tau^1))$. Minimise $\\sum_t (2V^* - V^{\\pi^0_t} - V^{\\pi^1_t})$ and the number of bits bought.',
  families: {
    simplex: defineFamily({
      title: 'Features on the simplex',
      description:
        'Dirichlet features and next-state distributions; rewards linear in the features, from 0 to 1, with a different direction in each layer.',
      real: false,
      params: sizes,
      suites: {
        quick: [
          { horizon: 2, states: 2, actions: 2, dimension: 2, episodes: 20 },
          { horizon: 2, states: 5, actions: 3, dimension: 3, episodes: 1000 },
        ],
        full: [{ episodes: 4000 }, { horizon: 2, states: 5, actions: 3, dimension: 3, episodes: 2000 }],
      },
      generate: (params, seed) => simplexPreferences(params, seed),
    }),
    network: defineFamily({
      title: 'Rewards by a network',
      description:
        'Dirichlet transitions; rewards are the sigmoid of a random network with four hidden units, so they are not linear.',
      real: false,
      params: {
        horizon: sizes.horizon,
        states: { ...sizes.states, default: 5 },
        actions: { ...sizes.actions, default: 3 },
        episodes: sizes.episodes,
      },
      suites: { quick: [{ horizon: 2, states: 3, actions: 2, episodes: 100 }], full: [{ episodes: 1000 }] },
      generate: (params, seed) => networkPreferences(params, seed),
    }),
    river: defineFamily({
      title: 'RiverSwim',
      description: 'Swim against the current: both ends pay, the far one more.',
      real: false,
      params: {
        horizon: { ...sizes.horizon, default: 12 },
        states: { ...sizes.states, default: 6, min: 2 },
        episodes: sizes.episodes,
      },
      suites: { quick: [{ horizon: 5, states: 3, episodes: 100 }], full: [{ episodes: 2000 }] },
      generate: ({ horizon = 12, states = 6, episodes = 1000 }, seed): PreferenceInstance => {
        const mdp = riverSwim(horizon, states);
        const rewards = new Float64Array(tableSize(mdp));
        for (let h = 0; h < horizon; h++) {
          rewards[h * 2 * states] = 0.05;
          rewards[h * 2 * states + 2 * states - 1] = 1;
        }
        return { ...mdp, rewards, linkScale: 1, episodes, noiseSeed: seed };
      },
    }),
    grid: defineFamily({
      title: 'A grid to cross',
      description: 'A square grid; one corner is the start, and the opposite one pays for every step spent there.',
      real: false,
      params: {
        side: { type: 'integer', min: 2, max: 20, default: 5, description: 'Cells per side' },
        horizon: { ...sizes.horizon, default: 10 },
        episodes: sizes.episodes,
      },
      suites: { quick: [{ side: 2, horizon: 3, episodes: 50 }], full: [{ episodes: 2000 }] },
      generate: ({ side = 5, horizon = 10, episodes = 1000 }, seed) => gridPreferences(side, horizon, episodes, seed),
    }),
    lock: defineFamily({
      title: 'A combination lock',
      description: 'One action in each layer continues, the others lead to a dead end; only the last layer pays.',
      real: false,
      params: {
        horizon: { ...sizes.horizon, default: 8 },
        actions: { ...sizes.actions, default: 3 },
        episodes: sizes.episodes,
      },
      suites: { quick: [{ horizon: 3, episodes: 50 }], full: [{ episodes: 2000 }] },
      generate: ({ horizon = 8, actions = 3, episodes = 1000 }, seed) => lockPreferences(horizon, actions, episodes, seed),
    }),
  },
  metrics: {
    regret: {
      title: 'Regret',
      description: 'Mean over the episodes of twice the best value minus the values of both policies.',
      unit: 'reward',
      direction: 'minimize',
      compute: (instance, play) => {
        const regrets = preferenceRegrets(instance, play);
        const worst = 2 * instance.horizon * instance.rewards.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
        return regrets.length > 0 ? regrets.reduce((a, b) => a + b, 0) / regrets.length : worst;
      },
    },
    queries: {
      title: 'Questions',
      description: 'Number of preferences queried.',
      unit: '',
      direction: 'minimize',
      compute: (_, { asked }) => asked.reduce((a, b) => a + b, 0),
    },
  },
  primaryMetric: 'regret',
  unproved: 'Preferences are random: the regret of a run is only measured; bounds hold with a probability.',
  answer: ({ rewards, states, actions, linkScale, noiseSeed }, { iteration, question }) => {
    if (!question) return 0;
    const difference =
      sumAlong(rewards, question.first, states * actions) - sumAlong(rewards, question.second, states * actions);
    const uniform = new Random(noiseSeed, 4).split(iteration).uniform();
    return uniform < logisticLink.probability(linkScale * difference) ? 1 : 0;
  },
  validate,
  badInstances: () => {
    const good = small();
    return [
      { fault: 'rewards of another number', instance: { ...good, rewards: new Float64Array(3) }, argument: 'rewards' },
      {
        fault: 'a reward that is not a number',
        instance: { ...good, rewards: good.rewards.map(() => Number.NaN) },
        argument: 'rewards',
      },
      {
        fault: 'a reward beyond all scales',
        instance: { ...good, rewards: good.rewards.map(() => 1e200) },
        argument: 'rewards',
      },
      { fault: 'no episodes', instance: { ...good, episodes: 0 }, argument: 'episodes' },
      { fault: 'a link without a scale', instance: { ...good, linkScale: 0 }, argument: 'linkScale' },
      {
        fault: 'inputs of another number',
        instance: { ...good, inputs: new Float64Array(1), inputDimension: 2 },
        argument: 'inputs',
      },
      { fault: 'features longer than one', instance: { ...good, features: good.features.map(() => 1) }, argument: 'features' },
    ];
  },
  hardInstances: () => {
    const good = small();
    return [
      { hardness: 'no rewards', instance: { ...good, rewards: good.rewards.map(() => 0) } },
      { hardness: 'huge rewards', instance: { ...good, rewards: good.rewards.map((reward) => reward * 1e90) } },
      { hardness: 'denormal rewards', instance: { ...good, rewards: good.rewards.map(() => 5e-324) } },
      { hardness: 'features of zero', instance: { ...good, features: good.features.map(() => 0) } },
      { hardness: 'features that are all the same', instance: { ...good, features: good.features.map(() => 0.5) } },
      { hardness: 'one episode', instance: { ...good, episodes: 1 } },
    ];
  },
});

function validate(instance: PreferenceInstance): void {
  checkMdp(instance);
  const { rewards, linkScale, inputs, inputDimension, episodes, noiseSeed } = instance;
  checkVector(rewards, 'rewards', tableSize(instance));
  const index = rewards.findIndex((reward) => Math.abs(reward) > 1e100);
  if (index >= 0) throw fault(`is beyond 1e100 at index ${index}`, 'rewards', 'out-of-range', index);
  checkNumber(linkScale, 'linkScale', { above: 0, max: 1e100 });
  checkInteger(episodes, 'episodes', { min: 1, max: 10_000_000 });
  checkInteger(noiseSeed, 'noiseSeed', { min: 0 });
  if (inputs === undefined) return;
  checkInteger(inputDimension, 'inputDimension', { min: 1 });
  checkVector(inputs, 'inputs', tableSize(instance) * inputDimension);
}

type Sizes = { readonly horizon: number; readonly states: number; readonly actions: number; readonly dimension: number };

/** The spec's `simplexLinearMdp`. */
export function simplexPreferences(
  { episodes, ...sizes }: Sizes & { readonly episodes: number },
  seed: number,
): PreferenceInstance {
  const random = new Random(seed);
  const mdp = simplexLinearMdp(sizes, 0.3, random);
  const { horizon, dimension } = sizes;
  const theta = new Float64Array(horizon * dimension);
  for (let h = 0; h < horizon; h++) {
    const order = random.permutation(dimension);
    for (let i = 0; i < dimension; i++) theta[h * dimension + i] = dimension > 1 ? order[i] / (dimension - 1) : 1;
  }
  return { ...mdp, rewards: linearTable(mdp, theta), linkScale: 1, episodes, noiseSeed: seed };
}

/** Weights of the network: four hidden units. */
export const HIDDEN = 4;

/** sigmoid(v · tanh(W x + u) + c) for the input at a place; weights are W, u, v, c. Four times faster with exp than with tanh. */
export function networkReward(weights: Float64Array, inputs: Float64Array, at: number, dimension: number): number {
  let sum = weights[weights.length - 1];
  for (let unit = 0; unit < HIDDEN; unit++) {
    let inner = weights[HIDDEN * dimension + unit];
    for (let i = 0; i < dimension; i++) inner += weights[unit * dimension + i] * inputs[at + i];
    sum += weights[HIDDEN * (dimension + 1) + unit] * (1 - 2 / (Math.exp(2 * inner) + 1));
  }
  return logisticLink.probability(sum);
}

/** How many weights a network of so many inputs has. */
export function networkSize(dimension: number): number {
  return HIDDEN * (dimension + 2) + 1;
}

/** The spec's family for Thompson sampling, drawn from the prior that the learner uses. */
export function networkPreferences(
  {
    episodes,
    ...sizes
  }: { readonly horizon: number; readonly states: number; readonly actions: number; readonly episodes: number },
  seed: number,
): PreferenceInstance {
  const random = new Random(seed);
  const { states } = sizes;
  const mdp = tabularMdp(sizes, () => drawDirichlet(random, 0.5, new Float64Array(states)));
  const inputDimension = 4;
  const inputs = random.normals(new Float64Array(tableSize(mdp) * inputDimension));
  const weights = random.normals(new Float64Array(networkSize(inputDimension))).map((value) => 1.5 * value);
  const rewards = Float64Array.from({ length: tableSize(mdp) }, (_, entry) =>
    networkReward(weights, inputs, entry * inputDimension, inputDimension),
  );
  return { ...mdp, rewards, linkScale: 4, inputs, inputDimension, episodes, noiseSeed: seed };
}

function gridPreferences(side: number, horizon: number, episodes: number, seed: number): PreferenceInstance {
  const states = side * side;
  const moves = [
    [-1, 0],
    [1, 0],
    [0, -1],
    [0, 1],
  ];
  const mdp = tabularMdp({ horizon, states, actions: 4 }, (_, s, a) => {
    const row = new Float64Array(states);
    const inside = (value: number) => Math.max(0, Math.min(side - 1, value));
    row[inside(Math.floor(s / side) + moves[a][0]) * side + inside((s % side) + moves[a][1])] = 1;
    return row;
  });
  const rewards = new Float64Array(tableSize(mdp));
  for (let h = 0; h < horizon; h++) rewards.fill(1, (h * states + states - 1) * 4, (h + 1) * states * 4);
  return { ...mdp, rewards, linkScale: 1, episodes, noiseSeed: seed };
}

function lockPreferences(horizon: number, actions: number, episodes: number, seed: number): PreferenceInstance {
  const random = new Random(seed);
  const keys = Int32Array.from({ length: horizon }, () => random.integer(actions));
  const mdp = tabularMdp({ horizon, states: 2, actions }, (h, s, a) => (s === 0 && a === keys[h] ? [1, 0] : [0, 1]));
  const rewards = new Float64Array(tableSize(mdp));
  rewards[(horizon - 1) * 2 * actions + keys[horizon - 1]] = 1;
  return { ...mdp, rewards, linkScale: 4, episodes, noiseSeed: seed };
}

function small(): PreferenceInstance {
  return simplexPreferences({ horizon: 2, states: 2, actions: 2, dimension: 2, episodes: 20 }, 1);
}
