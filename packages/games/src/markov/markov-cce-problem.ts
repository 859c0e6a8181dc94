// The registered problem of equilibria of Markov games: families and metrics of `games/markov-cce`.
import type { BadInstance, Conclusion, HardInstance, Iterate, Problem } from '@infimum/core';
import { checkNumber, converged, defineFamily, defineProblem, exhausted, fault } from '@infimum/core';
import { readObject, readVector } from '@infimum/core/data';
import { mulberry32 } from '@infimum/core/reference-generators';
import type { MarkovGame } from './markov-game.ts';
import { cellsOf, checkMarkovGame, markovGap, policyValues } from './markov-game.ts';

/** A policy whose joint choices are drawn anew in every step. */
export interface MarkovPolicySolution {
  /** Whether players learn their recommendation before they may deviate. */
  readonly concept: 'coarse' | 'correlated';
  /** Probabilities of joint choices by step and state. */
  readonly policy: Float64Array;
  /** Every player's values by state at the first step. */
  readonly values: readonly Float64Array[];
  /** Largest gain of a player by deviating, relative to the sum of the ranges of its rewards. */
  readonly gap: number;
}

/** One round. */
export interface MarkovPolicyIterate extends Iterate<MarkovPolicySolution> {}

/** A block of episodes. */
export interface EpisodesIterate extends MarkovPolicyIterate {
  /** Episodes so far. */
  readonly episodes: number;
}

/** How learning from so many episodes ended, if it has. */
export function endOfEpisodes<S extends MarkovPolicySolution>(
  found: S,
  tolerance: number,
  done: number,
  episodes: number,
): Conclusion<S> | undefined {
  if (found.gap <= tolerance) {
    return converged(found, `no deviation gains more than ${tolerance} of the range of rewards`);
  }
  return done >= episodes ? exhausted(found, `all ${episodes} episodes were played`) : undefined;
}

/** A policy with its values. */
export function policySolution(
  game: MarkovGame,
  policy: Float64Array,
  concept: 'coarse' | 'correlated' = 'coarse',
): MarkovPolicySolution {
  return { concept, policy: policy.slice(), values: policyValues(game, policy), gap: markovGap(game, policy, concept) };
}

/** The paper on V-learning. */
export const vLearningPaper = {
  title: 'V-learning: a simple, efficient, decentralized algorithm for multiagent RL',
  arxiv: '2110.14555',
  year: 2021,
};

/** All players choose uniformly at random. */
export function uniformPolicy(game: MarkovGame): Float64Array {
  const cells = cellsOf(game);
  return new Float64Array(game.horizon * game.states * cells).fill(1 / cells);
}

/** Uniform rewards, and transitions whose weights are exponential. */
export function randomMarkovGame(states: number, horizon: number, actions: readonly number[], seed: number): MarkovGame {
  const next = mulberry32(seed);
  const cells = actions.reduce((product, count) => product * count, 1);
  const rewards = actions.map(() => Float64Array.from({ length: horizon * states * cells }, next));
  const transitions = Float64Array.from({ length: horizon * states * cells * states }, () => -Math.log(1 - next()));
  for (let row = 0; row < transitions.length; row += states) {
    const sum = transitions.subarray(row, row + states).reduce((total, value) => total + value, 0);
    for (let s = 0; s < states; s++) transitions[row + s] /= sum;
  }
  return { states, horizon, actions, rewards, transitions, stationary: false };
}

/** The game of the reference implementation: two states, three steps; payoffs of the second player as given, or 1 minus these. */
export function referenceMarkovGame(first: readonly number[], second?: readonly number[]): MarkovGame {
  const stay = [0.75, 0.75, 0.5, 1, 0.75, 0.25, 0.5, 0.5];
  const rewards = [Float64Array.from(first), Float64Array.from(second ?? first.map((value) => 1 - value))];
  const transitions = Float64Array.from(stay.flatMap((p) => [p, 1 - p]));
  return { states: 2, horizon: 3, actions: [2, 2], rewards, transitions, stationary: true };
}

/** Intervals over very large games take minutes. */
function tooLarge({ states, horizon, actions }: MarkovGame): string | undefined {
  const work = horizon * states * cellsOf({ actions }) * (states + actions.reduce((sum, count) => sum + count, 0));
  return work > 5e6 ? 'intervals over a game of this size take minutes' : undefined;
}

/** Coarse correlated equilibria of Markov games. */
export const markovCceProblem: Problem<MarkovGame, MarkovPolicySolution> = defineProblem<
  MarkovGame,
  MarkovPolicySolution,
  'gap' | 'welfare'
>({
  id: 'games/markov-cce',
  title: 'Equilibria of Markov games',
  statement: String.raw`In step $h$ and state $s$ a joint choice $a \sim \pi_h(\cdot \mid s)$ is drawn, player $i$ gets $r_{i,h}(s, a)$,
and the next state has law $P_h(\cdot \mid s, a)$. Find $\pi$ from which no player gains by deviating alone,
$$V_i^{\pi} \ge V_i^{d, \pi_{-i}} \quad \text{for all } i \text{ and all strategies } d.$$`,
  families: {
    reference: defineFamily({
      title: 'Two states, three steps',
      description: 'A small general-sum game with stationary rewards.',
      real: false,
      params: { horizon: { type: 'integer', min: 1, max: 100, default: 3, description: 'Steps' } },
      suites: { quick: [{}], full: [{}, { horizon: 20 }] },
      generate: ({ horizon }): MarkovGame => ({
        ...referenceMarkovGame([0.9, 0.6, 0.6, 0.8, 0.5, 0.7, 0.8, 0.2], [0, 0.3, 0.2, 0.8, 0.9, 0, 0.4, 0.8]),
        horizon,
      }),
    }),
    'zero-sum': defineFamily({
      title: 'Two states, opposed players',
      description: 'Three steps; the second player gets one minus the first player’s reward.',
      real: false,
      params: {},
      suites: { quick: [{}], full: [{}] },
      generate: (): MarkovGame => referenceMarkovGame([0.9, 0.1, 0.3, 0.6, 0.2, 0.8, 0.7, 0.4]),
    }),
    random: defineFamily({
      title: 'Random games',
      description: 'Uniform rewards, transitions with exponential weights, by mulberry32: rewards first.',
      real: false,
      params: {
        states: { type: 'integer', min: 1, max: 200, default: 10, description: 'States' },
        horizon: { type: 'integer', min: 1, max: 50, default: 5, description: 'Steps' },
        size: { type: 'integer', min: 1, max: 10, default: 3, description: 'Choices per player' },
        players: { type: 'integer', min: 2, max: 4, default: 2, description: 'Players' },
      },
      suites: {
        quick: [{ states: 2, horizon: 2, size: 2 }, {}],
        full: [
          { states: 50, horizon: 10 },
          { states: 10, players: 3 },
        ],
      },
      generate: ({ states, horizon, size, players }, seed): MarkovGame =>
        randomMarkovGame(states, horizon, Array(players).fill(size), seed),
    }),
  },
  metrics: {
    gap: {
      title: 'Gap',
      description: 'Largest gain of a player by deviating, relative to the sum of the ranges of its rewards.',
      unit: '',
      direction: 'minimize',
      targets: [0.1, 0.01, 1e-9],
      compute: (game: MarkovGame, { policy, concept }: MarkovPolicySolution) => markovGap(game, policy, concept),
    },
    welfare: {
      title: 'Welfare',
      description: 'Sum of all players’ values, averaged over the initial states.',
      unit: '',
      direction: 'maximize',
      compute: (game, { policy }) =>
        policyValues(game, policy).reduce((sum, v) => sum + v.reduce((total, value) => total + value / game.states, 0), 0),
    },
  },
  primaryMetric: 'gap',
  certificates: {
    gap: {
      title: 'Gap',
      statement: `With the given rewards, and weights of the policy and of next states divided by their sums, no player gains more than
*gap* times the sum of the ranges of its rewards by deviating, from any initial state; deviations may use the whole history.`,
      about: 'optimum',
      figures: ['gap'],
      cost: 'O(\\text{size of the game})',
      always: true,
      declines: tooLarge,
      // The checker needs no witness.
      prover: async () => ({ certify: () => ({}) }),
      checker: () => import('./markov-cce-checker.ts'),
    },
  },
  success: { metric: 'gap', certificate: 'gap', bound: (_, { options }) => Number(options['tolerance']) * (1 + 1e-9) },
  validate: checkMarkovGame,
  badInstances: (): BadInstance<MarkovGame>[] => {
    const game = randomMarkovGame(2, 2, [2, 2], 1);
    const bad = (fault: string, argument: string, change: object) => ({ fault, argument, instance: { ...game, ...change } });
    return [
      bad('no states', 'states', { states: 0 }),
      bad('no steps', 'horizon', { horizon: 0 }),
      bad('one player', 'actions', { actions: [2] }),
      bad('no choices', 'actions', { actions: [2, 0] }),
      bad('rewards of one player', 'rewards', { rewards: [game.rewards[0]] }),
      bad('NaN', 'rewards', { rewards: game.rewards.map((values) => values.map(() => Number.NaN)) }),
      bad('too few transitions', 'transitions', { transitions: Float64Array.of(1) }),
      bad('transitions that do not sum to one', 'transitions', { transitions: game.transitions.map((p) => p / 2) }),
      bad('no word on stationary', 'stationary', { stationary: undefined }),
    ];
  },
  hardInstances: (): HardInstance<MarkovGame>[] => {
    const game = randomMarkovGame(3, 2, [2, 3], 5);
    const changed = (entry: (value: number) => number): MarkovGame => ({
      ...game,
      rewards: game.rewards.map((values) => values.map(entry)),
    });
    return [
      { hardness: 'rewards times 1e150', instance: changed((value) => value * 1e150) },
      { hardness: 'rewards times 1e-150', instance: changed((value) => value * 1e-150) },
      { hardness: 'denormal rewards', instance: changed((value) => value * 1e-320) },
      { hardness: 'rewards all zero', instance: changed(() => 0) },
      { hardness: 'ties', instance: changed((value) => Math.round(2 * value)) },
      { hardness: 'a large offset', instance: changed((value) => value + 1e6) },
      { hardness: 'one state, one step, one choice', instance: randomMarkovGame(1, 1, [1, 1], 1) },
      { hardness: 'three players', instance: randomMarkovGame(2, 2, [2, 2, 2], 1) },
    ];
  },
  instanceFile: {
    description:
      '`states`, `horizon`, `actions`; `rewards`: one list per player, by step, state and joint choice; `transitions`: by step, state, joint choice and next state; `stationary`: true (default) if these are of one step.',
    example: {
      states: 1,
      horizon: 2,
      actions: [2, 2],
      rewards: [
        [1, 0, 0, 1],
        [0, 1, 1, 0],
      ],
      transitions: [1, 1, 1, 1],
    },
    parse: (json) => {
      const fields = readObject(json, 'instance', ['states', 'horizon', 'actions', 'rewards', 'transitions', 'stationary']);
      const { states, horizon, actions, rewards, transitions, stationary = true } = fields;
      checkNumber(states, 'states');
      checkNumber(horizon, 'horizon');
      if (!Array.isArray(rewards)) throw fault('expected one list per player', 'rewards', 'type');
      const game: MarkovGame = {
        states,
        horizon,
        actions: actions as number[],
        rewards: rewards.map((values) => readVector(values, 'rewards')),
        transitions: readVector(transitions, 'transitions'),
        stationary: stationary as boolean,
      };
      checkMarkovGame(game);
      return game;
    },
  },
});
