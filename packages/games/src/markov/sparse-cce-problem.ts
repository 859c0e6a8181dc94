// The registered problem of sparse equilibria of repeated games: families and metrics of `games/sparse-cce`.
import type { BadInstance, HardInstance, Iterate, Problem } from '@infimum/core';
import { checkInteger, defineFamily, defineProblem, fault } from '@infimum/core';
import { readObject } from '@infimum/core/data';
import type { NormalFormGame, PayoffTable } from '../normal-form/normal-form-game.ts';
import { bestResponses, bimatrix, checkBimatrix, unitPayoffs } from '../normal-form/normal-form-game.ts';
import { randomGame } from '../normal-form/normal-form-problem.ts';
import type { MarkovGame } from './markov-game.ts';
import { repeatedGame } from './markov-game.ts';
import { markovMixture, sparseCceGap } from './sparse-mixture.ts';

/** A game of two players that is repeated. */
export interface RepeatedGame {
  /** The game of every step. */
  readonly stage: NormalFormGame;
  /** Steps. */
  readonly horizon: number;
}

/** A uniform mixture of T products of Markov policies. */
export interface SparseCceSolution {
  /** T. */
  readonly count: number;
  /** Both players' weights by policy, step and choice. */
  readonly tables: readonly [Float64Array, Float64Array];
  /** The approximate Nash equilibrium that was extracted: an element of the mixture. */
  readonly strategies: readonly [Float64Array, Float64Array];
  /** Its regret, over the range of payoffs. */
  readonly regret: number;
}

/** An episode. */
export interface SparseCceIterate extends Iterate<SparseCceSolution> {
  /** The smallest regret so far. */
  readonly regret: number;
}

/** The Markov game of an instance, payoffs scaled to [0, 1] and divided by the horizon. */
export function markovGameOf({ stage, horizon }: RepeatedGame): MarkovGame {
  return repeatedGame({ actions: stage.actions, payoffs: unitPayoffs(stage) }, horizon);
}

/** Checks an instance. */
export function checkRepeatedGame(instance: RepeatedGame): void {
  if (typeof instance !== 'object' || instance === null) throw fault('expected { stage, horizon }', 'instance', 'type');
  checkBimatrix(instance.stage);
  checkInteger(instance.horizon, 'horizon', { min: 1, max: 10_000 });
}

function gapOf(instance: RepeatedGame, solution: SparseCceSolution, method: 'aggregator' | 'markov'): number {
  const game = markovGameOf(instance);
  const mixture = markovMixture(game, solution.tables, solution.count);
  return sparseCceGap(game, mixture, { method, samples: 20 }).gap;
}

/** Shapley's game, on which learning dynamics cycle. */
export const shapleyGame = (): NormalFormGame =>
  bimatrix(
    [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ],
    [
      [0, 1, 0],
      [0, 0, 1],
      [1, 0, 0],
    ],
  );

/** Sparse coarse correlated equilibria of repeated games. */
export const sparseCceProblem: Problem<RepeatedGame, SparseCceSolution> = defineProblem<RepeatedGame, SparseCceSolution>({
  id: 'games/sparse-cce',
  title: 'Sparse equilibria of repeated games',
  statement: String.raw`A two-player game is played $H$ times. Find products of policies $\sigma^1, \dots, \sigma^T$ such that no
player gains by a history-dependent deviation from their uniform mixture, drawn once and in secret,
$$V_i(d, \bar\sigma_{-i}) - V_i(\bar\sigma) \le \varepsilon,$$
and extract from them an approximate Nash equilibrium of the stage game.`,
  families: {
    shapley: defineFamily({
      title: 'Shapley’s game',
      description: 'Three choices; learning players cycle around its only equilibrium.',
      real: false,
      params: { horizon: { type: 'integer', min: 1, max: 1000, default: 20, description: 'Steps' } },
      suites: { quick: [{ horizon: 2 }, {}], full: [{ horizon: 100 }] },
      generate: ({ horizon }): RepeatedGame => ({ stage: shapleyGame(), horizon }),
    }),
    uniform: defineFamily({
      title: 'Independent payoffs',
      description: 'Payoffs uniform in [0, 1] by mulberry32.',
      real: false,
      params: {
        size: { type: 'integer', min: 1, max: 50, default: 4, description: 'Choices of each player' },
        horizon: { type: 'integer', min: 1, max: 1000, default: 20, description: 'Steps' },
      },
      suites: { quick: [{ size: 2, horizon: 2 }, {}], full: [{ size: 8, horizon: 50 }] },
      generate: ({ size, horizon }, seed): RepeatedGame => ({ stage: randomGame(size, size, 0, seed), horizon }),
    }),
  },
  metrics: {
    nash: {
      title: 'Nash regret',
      description: 'Regret of the extracted equilibrium, relative to the range of payoffs.',
      unit: '',
      direction: 'minimize',
      targets: [0.1, 0.01],
      compute: ({ stage }: RepeatedGame, { strategies }: SparseCceSolution) => bestResponses(stage, strategies).regret,
    },
    markov: {
      title: 'Markov gap',
      description: 'Gain of deviations that depend only on the step.',
      unit: '',
      direction: 'minimize',
      compute: (instance, solution) => gapOf(instance, solution, 'markov'),
    },
    aggregator: {
      title: 'Aggregator gain',
      description: 'Sampled gain of the best response to the posterior mean: a lower bound of the gap.',
      unit: '',
      direction: 'minimize',
      compute: (instance, solution) => gapOf(instance, solution, 'aggregator'),
    },
  },
  primaryMetric: 'nash',
  certificates: {
    regret: {
      title: 'Nash regret',
      statement:
        'For the given payoffs and strategies, with strategies divided by their sums: *nash* is the largest gain of a player by another choice, relative to the range of its payoffs.',
      about: 'optimum',
      figures: ['nash'],
      cost: 'O(|A|), integers',
      always: true,
      prover: async () => ({ certify: () => ({}) }),
      checker: () => import('./sparse-cce-checker.ts'),
    },
  },
  unproved: 'Nothing is proved about the gap of the mixture: history-dependent deviations are sampled.',
  success: { metric: 'nash', certificate: 'regret', bound: (_, { options }) => Number(options['tolerance']) * (1 + 1e-9) },
  validate: checkRepeatedGame,
  badInstances: (): BadInstance<RepeatedGame>[] => {
    const stage = shapleyGame();
    return [
      { fault: 'no steps', instance: { stage, horizon: 0 }, argument: 'horizon' },
      { fault: 'half a step', instance: { stage, horizon: 1.5 }, argument: 'horizon' },
      {
        fault: 'three players',
        instance: { stage: { actions: [1, 1, 1], payoffs: [0, 1, 2].map(() => new Float64Array(1)) }, horizon: 2 },
        argument: 'actions',
      },
      {
        fault: 'too few payoffs',
        instance: { stage: { ...stage, payoffs: [new Float64Array(1)] }, horizon: 2 },
        argument: 'payoffs',
      },
    ];
  },
  hardInstances: (): HardInstance<RepeatedGame>[] => {
    const scaled = (factor: number): RepeatedGame => {
      const { actions, payoffs } = randomGame(3, 3, 0, 2);
      return { stage: { actions, payoffs: payoffs.map((values) => values.map((value) => value * factor)) }, horizon: 3 };
    };
    return [
      { hardness: 'payoffs times 1e150', instance: scaled(1e150) },
      { hardness: 'payoffs times 1e-150', instance: scaled(1e-150) },
      { hardness: 'denormal payoffs', instance: scaled(1e-320) },
      { hardness: 'payoffs all zero', instance: scaled(0) },
      { hardness: 'one choice', instance: { stage: bimatrix([[1]]), horizon: 1 } },
      { hardness: 'many steps', instance: { stage: shapleyGame(), horizon: 300 } },
    ];
  },
  instanceFile: {
    description:
      '`first`, `second`: tables of payoffs, rows of numbers; the second minus the first by default; `horizon`: steps.',
    example: {
      first: [
        [1, -1],
        [-1, 1],
      ],
      horizon: 5,
    },
    parse: (json) => {
      const { first, second, horizon } = readObject(json, 'instance', ['first', 'second', 'horizon']);
      if (!Array.isArray(first)) throw fault('expected rows of numbers', 'first', 'type');
      const instance = { stage: bimatrix(first as PayoffTable, second as PayoffTable | undefined), horizon: horizon as number };
      checkRepeatedGame(instance);
      return instance;
    },
  },
});
