// The registered problem of equilibria of games in normal form: families and metrics of `games/normal-form`.
import type { BadInstance, HardInstance, Problem } from '@infimum/core';
import { defineFamily, defineProblem, fault } from '@infimum/core';
import { importData, readObject } from '@infimum/core/data';
import { mulberry32 } from '@infimum/core/reference-generators';
import type { EquilibriumSolution } from './equilibrium.ts';
import { EXACT } from './equilibrium.ts';
import type { NormalFormGame, PayoffTable } from './normal-form-game.ts';
import { bestResponses, bimatrix, checkGame, expectedPayoffs, jointOf, jointRegret } from './normal-form-game.ts';
import { publicGame } from './public-games.ts';

/** Uniform payoffs; those of the second player are `correlation` = 0 independent, -1 minus the first one's. */
export function randomGame(rows: number, cols: number, correlation: number, seed: number): NormalFormGame {
  const next = mulberry32(seed);
  const first = Float64Array.from({ length: rows * cols }, next);
  const share = Math.abs(correlation);
  const second = first.map((value) => (1 - share) * next() + share * (correlation < 0 ? 1 - value : value));
  return bimatrix({ rows, cols, values: first }, { rows, cols, values: second });
}

const size = { type: 'integer', min: 1, max: 1000, default: 20, description: 'Choices of each player' } as const;

/** Exact sums over many joint choices take minutes. */
function tooLarge({ payoffs }: NormalFormGame): string | undefined {
  return payoffs[0].length > 50_000 ? 'exact sums over more than 50 000 joint choices take minutes' : undefined;
}

/** Equilibria of games in normal form. */
export const normalForm: Problem<NormalFormGame, EquilibriumSolution> = defineProblem({
  id: 'games/normal-form',
  title: 'Equilibria of games in normal form',
  statement: String.raw`Players $i$ choose $a_i \in A_i$ and get $u_i(a)$. Find mixed strategies $x_i$ such that no player gains
by deviating alone,
$$u_i(x) \ge u_i(a'_i, x_{-i}) \quad \text{for all } i, a'_i$$
(Nash), or a distribution of joint choices from which no player gains by deviating, before it knows its own choice (coarse
correlated equilibrium) or after (correlated equilibrium).`,
  families: {
    public: defineFamily({
      title: 'Reported games',
      description:
        'Small games from the test suites of QuantEcon, Nashpy and Gambit: degenerate, cycling, with many equilibria.',
      real: false,
      params: { number: { type: 'integer', min: 1, max: 5, default: 1, description: 'Which one' } },
      suites: { quick: [{ number: 1 }, { number: 4 }], full: [1, 2, 3, 4, 5].map((number) => ({ number })) },
      generate: ({ number }): NormalFormGame => publicGame(number),
    }),
    uniform: defineFamily({
      title: 'Independent payoffs',
      description: 'Payoffs of both players uniform in [0, 1] by mulberry32, the first player’s table first.',
      real: false,
      params: { size },
      suites: {
        quick: [{ size: 3 }, { size: 20 }, { size: 100 }],
        full: [{ size: 8 }, { size: 50 }, { size: 100 }, { size: 200 }],
      },
      generate: ({ size }, seed): NormalFormGame => randomGame(size, size, 0, seed),
    }),
    correlated: defineFamily({
      title: 'Correlated payoffs',
      description: 'Nearly opposed interests: B = (1 - |r|) U + |r| (1 - A) for r = -0.9.',
      real: false,
      params: {
        size,
        correlation: { type: 'number', min: -1, max: 1, default: -0.9, description: 'r; at most 0 opposes the players' },
      },
      suites: { quick: [{ size: 3 }, { size: 100 }], full: [{ size: 20 }, { size: 50 }, { size: 100 }, { size: 200 }] },
      generate: ({ size, correlation }, seed): NormalFormGame => randomGame(size, size, correlation, seed),
    }),
    'zero-sum': defineFamily({
      title: 'Zero-sum games',
      description: 'Payoffs of the first player uniform in [0, 1], minus these for the second.',
      real: false,
      params: { size },
      suites: { quick: [{ size: 3 }, { size: 50 }], full: [{ size: 20 }, { size: 100 }] },
      generate: ({ size }, seed): NormalFormGame => {
        const next = mulberry32(seed);
        return bimatrix({ rows: size, cols: size, values: Float64Array.from({ length: size * size }, next) });
      },
    }),
    travellers: defineFamily({
      title: 'The traveller’s dilemma',
      description:
        'Both players claim 2, 3, … for the same lost suitcase. Both get the lower claim; the player who made it gets 2 more, the other 2 less. Only the lowest claims are in equilibrium.',
      real: false,
      params: { size: { ...size, min: 2, default: 20 } },
      suites: { quick: [{ size: 4 }], full: [{ size: 8 }, { size: 50 }] },
      generate: ({ size }): NormalFormGame => {
        const table = (mine: (i: number, j: number) => number) =>
          Array.from({ length: size }, (_, i) => Array.from({ length: size }, (__, j) => mine(i, j)));
        const payoff = (own: number, other: number) => 2 + Math.min(own, other) + 2 * Math.sign(other - own);
        return bimatrix(
          table((i, j) => payoff(i, j)),
          table((i, j) => payoff(j, i)),
        );
      },
    }),
    attrition: defineFamily({
      title: 'War of attrition',
      description:
        'Both players choose how long they stay, 0, 1, …. The one who stays longer gets a prize, worth between a quarter of the longest stay and all of it, by mulberry32; a draw shares it. Both pay for the shorter stay.',
      real: false,
      params: { size: { ...size, min: 2, default: 20 } },
      suites: { quick: [{ size: 4 }], full: [{ size: 8 }, { size: 50 }] },
      generate: ({ size }, seed): NormalFormGame => {
        const next = mulberry32(seed);
        const tables = [0, 1].map((player) => {
          const prize = size * (0.25 + 0.75 * next());
          return Array.from({ length: size }, (_, i) =>
            Array.from({ length: size }, (__, j) => {
              const lead = player === 0 ? i - j : j - i;
              return (prize * (1 + Math.sign(lead))) / 2 - Math.min(i, j);
            }),
          );
        });
        return bimatrix(tables[0], tables[1]);
      },
    }),
    tumours: defineFamily({
      title: 'Boosting as a game, tumours',
      description:
        'One player picks a test (this measurement is above its mean), the other a tumour; the first player gets 1 if the test predicts the tumour’s kind, otherwise -1. The value is the margin of the best vote of tests.',
      real: true,
      params: { count: { type: 'integer', min: 2, max: 569, default: 100, description: 'Number of tumours' } },
      suites: { quick: [{ count: 5 }], full: [{}, { count: 569 }] },
      generate: async ({ count }): Promise<NormalFormGame> => {
        const { loadBreastCancer } = await importData(() => import('@infimum/datasets/breast-cancer'));
        const { features, labels } = loadBreastCancer();
        const { rows, cols, values } = features;
        const means = new Float64Array(cols);
        for (let k = 0; k < rows * cols; k++) means[k % cols] += values[k] / rows;
        const table = new Float64Array(2 * cols * count);
        for (let j = 0; j < cols; j++) {
          for (let i = 0; i < count; i++) {
            const isRight = values[i * cols + j] > means[j] === labels[i] > 0;
            table[2 * j * count + i] = isRight ? 1 : -1;
            table[(2 * j + 1) * count + i] = isRight ? -1 : 1;
          }
        }
        return bimatrix({ rows: 2 * cols, cols: count, values: table });
      },
    }),
  },
  metrics: {
    regret: {
      title: 'Regret',
      description:
        'Largest gain of a player by a deviation that the solution concept forbids, relative to the range of its payoffs.',
      unit: '',
      direction: 'minimize',
      targets: [1e-2, 1e-4, 1e-9],
      compute: (game: NormalFormGame, { concept, strategies, joint }: EquilibriumSolution) =>
        concept === 'nash' || !joint ? bestResponses(game, strategies).regret : jointRegret(game, joint, concept),
    },
    nash: {
      title: 'Nash regret',
      description: 'Largest gain of a player by deviating if all choose independently, relative to the range of its payoffs.',
      unit: '',
      direction: 'minimize',
      compute: (game, { strategies }) => bestResponses(game, strategies).regret,
    },
    welfare: {
      title: 'Welfare',
      description: 'The sum of all payoffs.',
      unit: '',
      direction: 'maximize',
      compute: (game, { strategies, joint }) =>
        expectedPayoffs(game, joint ?? jointOf(strategies)).reduce((sum, value) => sum + value, 0),
    },
  },
  primaryMetric: 'regret',
  certificates: {
    regret: {
      title: 'Regret',
      statement: `With the given payoffs, doubles or fractions, and weights divided by their exact sum, no player gains more than
*regret* times the range of its payoffs by a deviation that the solution concept forbids.`,
      about: 'optimum',
      figures: ['regret'],
      cost: 'O(n^2 N)',
      always: true,
      declines: tooLarge,
      // The checker needs no witness.
      prover: async () => ({ certify: () => ({}) }),
      checker: () => import('./normal-form-checker.ts'),
    },
  },
  success: {
    metric: 'regret',
    certificate: 'regret',
    bound: (_, { variant, options }) =>
      (variant === 'learning' || variant === 'quantal' ? Number(options['tolerance']) : EXACT) * (1 + 1e-6) + 1e-12,
  },
  // Fractions are not transferred.
  plainData: ({ actions, payoffs }) => ({ actions, payoffs }),
  validate: (game) => checkGame(game),
  badInstances,
  hardInstances,
  instanceFile: {
    description:
      '`first`: payoffs of the first player, who chooses rows; `second`: those of the second, by default minus those of the first. Numbers, or texts such as `5/2`, which are exact.',
    example: {
      first: [
        [3, 3],
        [2, 5],
        [0, 6],
      ],
      second: [
        [3, 3],
        [2, 6],
        [3, 1],
      ],
    },
    parse: (json) => {
      const { first, second } = readObject(json, 'instance', ['first', 'second']);
      if (!Array.isArray(first)) throw fault('expected rows of numbers', 'first', 'type');
      return bimatrix(first as PayoffTable, second as PayoffTable | undefined);
    },
  },
});

function badInstances(): BadInstance<NormalFormGame>[] {
  const game = bimatrix([
    [1, 0],
    [0, 1],
  ]);
  const bad = (fault: string, argument: string, change: object) => ({
    fault,
    argument,
    instance: { ...game, ...change } as NormalFormGame,
  });
  return [
    bad('one player', 'actions', { actions: [4] }),
    bad('a player without choices', 'actions', { actions: [0, 2] }),
    bad('half a choice', 'actions', { actions: [1.5, 2] }),
    bad('too many joint choices', 'actions', { actions: [3000, 3000] }),
    bad('payoffs of one player', 'payoffs', { payoffs: [game.payoffs[0]] }),
    bad('too few payoffs', 'payoffs', { payoffs: [game.payoffs[0], Float64Array.of(1)] }),
    bad('NaN', 'payoffs', { payoffs: [game.payoffs[0], Float64Array.of(1, 0, Number.NaN, 1)] }),
    bad('payoffs that overflow', 'payoffs', { payoffs: [game.payoffs[0], Float64Array.of(1, 0, 1e305, 1)] }),
    bad('fractions of another game', 'exact', { exact: game.payoffs.map(() => Array(4).fill({ num: 3n, den: 7n })) }),
  ];
}

function hardInstances(): HardInstance<NormalFormGame>[] {
  const scaled = (factor: number, other = factor): NormalFormGame => {
    const { actions, payoffs } = randomGame(4, 4, -0.5, 3);
    return { actions, payoffs: [payoffs[0].map((v) => v * factor), payoffs[1].map((v) => v * other)] };
  };
  const table = (rows: number, cols: number, entry: (k: number) => number) =>
    Array.from({ length: rows }, (_, i) => Array.from({ length: cols }, (__, j) => entry(i * cols + j)));
  const next = mulberry32(5);
  return [
    { hardness: 'payoffs times 1e150', instance: scaled(1e150) },
    { hardness: 'payoffs times 1e-150', instance: scaled(1e-150) },
    { hardness: 'payoffs of different units', instance: scaled(1e-150, 1e150) },
    { hardness: 'denormal payoffs', instance: scaled(1e-320) },
    { hardness: 'all payoffs zero', instance: bimatrix(table(3, 4, () => 0)) },
    { hardness: 'one choice each', instance: bimatrix([[7]], [[-2]]) },
    { hardness: 'one row', instance: bimatrix([[1, 2, 3]], [[2, 2, 1]]) },
    {
      hardness: 'ties everywhere',
      instance: bimatrix(
        table(5, 5, () => Math.floor(3 * next())),
        table(5, 5, () => Math.floor(3 * next())),
      ),
    },
    { hardness: 'a game on which naive pivoting cycles', instance: publicGame(3) },
    {
      hardness: 'a large offset',
      instance: bimatrix(
        table(4, 4, () => 1e9 + next()),
        table(4, 4, () => -1e9 + next()),
      ),
    },
    {
      hardness: 'one huge payoff',
      instance: bimatrix(
        table(4, 4, (k) => (k === 5 ? 1e12 : next())),
        table(4, 4, () => next()),
      ),
    },
    {
      hardness: 'nearly singular',
      instance: bimatrix(
        table(4, 4, (k) => (k % 5 === 0 ? 1 : 1 - 1e-13)),
        table(4, 4, (k) => (k % 5 === 0 ? 0 : 1e-13)),
      ),
    },
    {
      hardness: 'three players',
      instance: { actions: [2, 3, 2], payoffs: [0, 1, 2].map(() => Float64Array.from({ length: 12 }, next)) },
    },
  ];
}
