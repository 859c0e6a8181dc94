// The claims of the paper on sparse equilibria: it proves hardness, so the experiments check the inequalities behind the proofs.
import { defineClaim, Random } from '@infimum/core';
import { powerExponent } from '@infimum/core/claim';
import { normalized } from '../normal-form/equilibrium.ts';
import { lemkeHowson } from '../normal-form/lemke-howson.ts';
import { bestResponses, unitPayoffs } from '../normal-form/normal-form-game.ts';
import { randomGame } from '../normal-form/normal-form-problem.ts';
import { independentLearners, sparsePaper as paper } from './independent-learners.ts';
import { nashReduction } from './nash-reduction.ts';
import { markovGameOf, shapleyGame } from './sparse-cce-problem.ts';
import { markovMixture, sparseCceGap } from './sparse-mixture.ts';

/** The gains of deviations from Hedge's episodes in Shapley's game. */
export function learnersTable(episodes: number, horizon: number, samples: number, seed: number) {
  const instance = { stage: shapleyGame(), horizon };
  const learningRate = 2 * Math.sqrt(Math.log(3) / episodes);
  const { count, tables } = independentLearners(instance, { learningRate, tolerance: 0, seed, maxIterations: episodes - 1 });
  const game = markovGameOf(instance);
  const mixture = markovMixture(game, tables, count);
  const markov = sparseCceGap(game, mixture, { method: 'markov' });
  const aggregator = sparseCceGap(game, mixture, { method: 'aggregator', samples, seed });
  return { markov: markov.perPlayer[0], aggregator: aggregator.perPlayer[0], divergence: aggregator.divergence };
}

/**
 * A mixture of two Markov policies over 1000 steps that play an equilibrium of a random game with a share of at most a tenth at
 * random: the regrets that the theorem bounds, and those of strategies drawn at random.
 */
function nearEquilibrium(seed: number) {
  const horizon = 1000;
  const random = new Random(seed);
  const stage = randomGame(4, 4, 0, seed);
  const { game, extract } = nashReduction(stage, { horizon });
  const drawn = () => normalized(Float64Array.from({ length: 4 }, () => -Math.log(1 - random.uniform())));
  const tables = lemkeHowson(stage).strategies.map((strategy) =>
    Float64Array.from(
      Array.from({ length: 2 * horizon }, () => {
        const [share, other] = [0.1 * random.uniform(), drawn()];
        return Array.from(strategy, (weight, k) => (1 - share) * weight + share * other[k]);
      }).flat(),
    ),
  );
  const { mean, bound } = extract(markovMixture(game, tables, 2), { samples: 20, seed });
  const unit = { actions: stage.actions, payoffs: unitPayoffs(stage) };
  return { mean, bound, random: bestResponses(unit, [drawn(), drawn()]).regret };
}

/** The paper's claims. */
export const sparseClaims = [
  defineClaim({
    id: 'games/independent-learners-exploitable',
    paper,
    statement:
      'Independent learners with vanishing regret against Markov policies keep a regret against history-dependent policies.',
    published: 'none published',
    budget: 60,
    null: 'Markov deviations in the place of those that use the history',
    bars: [
      {
        figure: 'exponent in episodes of what Markov deviations gain',
        atMost: -0.25,
        source: 'the statement: it vanishes; Hedge’s bound is -1/2',
      },
      { figure: 'exponent in episodes of what the history brings', atLeast: -0.1, source: 'the statement: it stays' },
    ],
    measure: (seed) => {
      const episodes = [50, 150, 450];
      const tables = episodes.map((count) => learnersTable(count, 50, 20, seed));
      const exponent = (of: 'markov' | 'aggregator') =>
        powerExponent(
          episodes,
          tables.map((table) => Math.max(1e-9, table[of])),
        );
      const markov = exponent('markov');
      const figures = (history: number) => ({
        'exponent in episodes of what Markov deviations gain': markov,
        'exponent in episodes of what the history brings': history,
      });
      const curves = episodes.flatMap((count, k) => [
        [`Markov@${count}`, tables[k].markov],
        [`history@${count}`, tables[k].aggregator],
      ]);
      return { ours: { ...figures(exponent('aggregator')), ...Object.fromEntries(curves) }, null: figures(markov) };
    },
  }),
  defineClaim({
    id: 'games/sparse-to-nash',
    paper,
    statement:
      'A sparse mixture of Markov policies with gap epsilon contains a Nash equilibrium up to 2 (epsilon + sqrt(ln T / 2H)).',
    published: 'none published',
    budget: 30,
    null: 'strategies drawn at random instead of those of the mixture',
    bars: [
      { figure: 'regret over its bound', atMost: 1, scale: 'log', source: 'the statement' },
      {
        figure: 'bound over the regret of random strategies',
        atMost: 0.5,
        scale: 'log',
        source: 'a bound that random strategies meet would say nothing',
      },
    ],
    measure: (seed) => {
      const { mean, bound, random } = nearEquilibrium(seed);
      const figures = (regret: number) => ({
        'regret over its bound': Math.max(1e-9, regret) / bound,
        'bound over the regret of random strategies': bound / random,
      });
      return { ours: figures(mean), null: figures(random) };
    },
  }),
];
