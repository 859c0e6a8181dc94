// The claims of the paper on preferences, and the experiments that check them. It has no experiments of its own.
import type { ClaimContext, ClaimResult } from '@infimum/core';
import { defineClaim, run, solve } from '@infimum/core';
import { powerExponent } from '@infimum/core/claim';

import { worldOf } from './play-preferences.ts';
import type { PrLsviOptions } from './pr-lsvi.ts';
import { preferencePaper as paper, prLsviSteps } from './pr-lsvi.ts';
import type { PreferenceInstance } from './preference-problem.ts';
import { networkPreferences, preferenceProblem, preferenceRegrets, simplexPreferences } from './preference-problem.ts';
import { thompsonPreferenceSolver } from './preference-thompson-sampling.ts';

/** The claims of the paper. */
export const preferenceClaims = [
  defineClaim({
    id: 'bandits-rl/preference-queries',
    paper,
    statement:
      'Asking only where plausible rewards disagree takes far fewer questions than always asking, at comparable regret, and far less regret than asking at random as often.',
    published: 'none published as a number',
    budget: 60,
    null: 'asking at random',
    bars: [
      { figure: 'share of the questions of always asking', atMost: 0.5, scale: 'log', source: 'far fewer are less than half' },
      {
        figure: 'regret over that of always asking: exponent in T',
        atMost: 0,
        source: 'comparable at every T: the ratio does not grow',
      },
      { figure: 'regret over that of random asking', atMost: 0.5, scale: 'log', source: 'far less is less than half' },
    ],
    measure: (seed) => {
      const lengths = [500, 1000, 2000, 4000];
      const runs = lengths.map((episodes) => ({
        always: regretAndQueries({ queryRule: 'always' }, episodes, seed),
        gap: regretAndQueries({ queryRule: 'expected-gap' }, episodes, seed),
        random: regretAndQueries({ queryRule: 'random', queryProbability: 0.1 }, episodes, seed),
      }));
      const last = runs[3];
      const figures = (name: 'gap' | 'random') => ({
        'share of the questions of always asking': last[name].queries / last.always.queries,
        'regret over that of always asking: exponent in T': powerExponent(
          lengths,
          runs.map((run) => run[name].regret / run.always.regret),
        ),
        'regret over that of random asking': last[name].regret / last.random.regret,
      });
      const curves = lengths.flatMap((episodes, k) => [
        [`gap over always@${episodes}`, runs[k].gap.regret / runs[k].always.regret],
      ]);
      return { ours: { ...figures('gap'), ...Object.fromEntries(curves) }, null: figures('random') };
    },
  }),
  defineClaim({
    id: 'bandits-rl/preference-trade-off',
    paper,
    statement: 'With a threshold of T^-β the regret is of the order of T^(1 − β) and the questions of T^(2 β), β up to 1/2.',
    published: 'theorems: the trade-off is optimal up to logarithms',
    budget: 60,
    null: 'asking always',
    limit: 'one value of β, 1/4',
    bars: [
      { figure: 'exponent in T of the regret', atMost: 0.75, source: 'theorem: 1 - β' },
      {
        figure: 'exponent in T of the questions',
        atMost: 0.65,
        source: 'theorem: 2 β = 1/2, and 0.15 for a logarithm from T = 500 to 4000 (ln of 8.3 / 6.2 over ln 8)',
      },
    ],
    measure: (seed) => {
      const lengths = [500, 1000, 2000, 4000];
      const figures = (options: (episodes: number) => PrLsviOptions) => {
        const runs = lengths.map((episodes) => regretAndQueries(options(episodes), episodes, seed));
        return {
          'exponent in T of the regret': powerExponent(
            lengths,
            runs.map(({ regret }) => regret),
          ),
          'exponent in T of the questions': powerExponent(
            lengths,
            runs.map(({ queries }) => queries),
          ),
        };
      };
      // 0.3, the default, at the middle of the lengths.
      const ours = figures((episodes) => ({ queryRule: 'expected-gap', queryThreshold: 0.3 * (episodes / 1414) ** -0.25 }));
      return { ours, null: figures(() => ({ queryRule: 'always' })) };
    },
  }),
  defineClaim({
    id: 'bandits-rl/preference-thompson',
    paper,
    statement: 'The same holds for Thompson sampling with rewards that are no linear functions.',
    published: 'none published as a number',
    budget: 60,
    run: async (context) => thompsonExperiment({ episodes: 1000, seeds: 20 }, context),
  }),
];

interface Tally {
  regret: number;
  squares: number;
  queries: number;
}

/** PR-LSVI on the smaller simplex family: the regret, positive however lucky, and questions. */
export function regretAndQueries(options: PrLsviOptions, episodes: number, seed: number) {
  const instance = simplexPreferences({ horizon: 2, states: 5, actions: 3, dimension: 3, episodes }, seed);
  const outcome = run(prLsviSteps(worldOf(instance), episodes, { ...options, seed }), {}, (iterate) =>
    answerOf(instance, iterate),
  );
  const sum = (values: Iterable<number>) => Array.from(values).reduce((a, b) => a + b, 0);
  return { regret: Math.max(1e-6, sum(preferenceRegrets(instance, outcome))), queries: sum(outcome.asked) };
}

/** PbTS on rewards by networks. */
export function thompsonExperiment(
  { episodes, seeds }: { episodes: number; seeds: number },
  { signal, onProgress }: ClaimContext,
): ClaimResult {
  const rules = {
    always: { queryRule: 'always' },
    gap: { queryRule: 'expected-gap', queryThreshold: 0.15 },
    random: { queryRule: 'random', queryProbability: 0.2 },
  } as const;
  const tallies = tally(rules, seeds, (options, seed) => {
    signal?.throwIfAborted();
    onProgress?.(`seed ${seed + 1} of ${seeds}`);
    const instance = networkPreferences({ horizon: 3, states: 5, actions: 3, episodes }, seed);
    return [instance, solve(thompsonPreferenceSolver, instance, { seed, options })];
  });
  return verdictOf(tallies);
}

type Played = Parameters<typeof preferenceRegrets>[1];

function answerOf(instance: PreferenceInstance, iterate: Parameters<NonNullable<typeof preferenceProblem.answer>>[1]): number {
  return preferenceProblem.answer?.(instance, iterate) ?? 0;
}

function tally<Options, Name extends string>(
  rules: Readonly<Record<Name, Options>>,
  seeds: number,
  play: (options: Options, seed: number) => [PreferenceInstance, Played],
): Record<Name, Tally> {
  const tallies = {} as Record<Name, Tally>;
  for (const name of Object.keys(rules) as Name[]) {
    tallies[name] = { regret: 0, squares: 0, queries: 0 };
    for (let seed = 0; seed < seeds; seed++) {
      const [instance, outcome] = play(rules[name], seed);
      const regret = preferenceRegrets(instance, outcome).reduce((a, b) => a + b, 0);
      tallies[name].regret += regret / seeds;
      tallies[name].squares += regret ** 2 / seeds;
      tallies[name].queries += outcome.asked.reduce((a, b) => a + b, 0) / seeds;
    }
  }
  return tallies;
}

function verdictOf({ always, gap, random }: Record<'always' | 'gap' | 'random', Tally>): ClaimResult {
  const figures = {
    regretAlways: always.regret,
    regretGap: gap.regret,
    regretRandom: random.regret,
    deviationAlways: Math.sqrt(Math.max(0, always.squares - always.regret ** 2)),
    deviationGap: Math.sqrt(Math.max(0, gap.squares - gap.regret ** 2)),
    queriesAlways: always.queries,
    queriesGap: gap.queries,
    queriesRandom: random.queries,
  };
  const cheap = gap.queries <= 0.3 * always.queries;
  const close = gap.regret <= 2 * always.regret;
  const better = gap.regret < random.regret;
  return {
    measured: `${(gap.regret / always.regret).toFixed(2)} times the regret of always asking with ${((100 * gap.queries) / always.queries).toFixed(0)} % of its questions; ${(gap.regret / random.regret).toFixed(2)} of random asking's regret, which asked ${random.queries.toFixed(0)} times against ${gap.queries.toFixed(0)}`,
    verdict: cheap && close && better ? 'reproduced' : better ? 'partly reproduced' : 'not reproduced',
    figures,
  };
}
