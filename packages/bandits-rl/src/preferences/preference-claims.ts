// The claims of the paper on preferences, and the experiments that check them. The paper itself has no experiments.
import { defineClaim, run, solve } from '@infimum/core';
import type { Bar, Trial } from '@infimum/core/claim';
import { powerExponent } from '@infimum/core/claim';
import { worldOf } from './play-preferences.ts';
import type { PrLsviOptions } from './pr-lsvi.ts';
import { preferencePaper as paper, prLsviSteps } from './pr-lsvi.ts';
import type { PreferenceInstance } from './preference-problem.ts';
import { networkPreferences, preferenceProblem, preferenceRegrets, simplexPreferences } from './preference-problem.ts';
import { thompsonPreferenceSolver } from './preference-thompson-sampling.ts';

const BARS: readonly Bar[] = [
  { figure: 'share of the questions of always asking', atMost: 0.5, scale: 'log', source: 'far fewer are less than half' },
  {
    figure: 'regret over that of always asking: exponent in T',
    atMost: 0,
    source: 'comparable at every T: the ratio does not grow',
  },
  { figure: 'regret over that of random asking', atMost: 0.5, scale: 'log', source: 'far less is less than half' },
];

const RULES = {
  always: { queryRule: 'always' },
  gap: { queryRule: 'expected-gap' },
  random: { queryRule: 'random', queryProbability: 0.1 },
} as const;

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
    bars: BARS,
    measure: (seed) => comparison([500, 1000, 2000, 4000], (rule, episodes) => regretAndQueries(RULES[rule], episodes, seed)),
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
    statement:
      'Thompson sampling, with rewards that are no linear functions, too takes far fewer questions than always asking, at comparable regret, and far less regret than asking at random as often.',
    published: 'none published as a number',
    budget: 60,
    null: 'asking at random',
    bars: BARS,
    measure: (seed) =>
      comparison([250, 500, 1000], (rule, episodes) => {
        const instance = networkPreferences({ horizon: 3, states: 5, actions: 3, episodes }, seed);
        return tallyOf(instance, solve(thompsonPreferenceSolver, instance, { seed, options: THOMPSON_RULES[rule] }));
      }),
  }),
];

const THOMPSON_RULES = {
  always: { queryRule: 'always' },
  gap: { queryRule: 'expected-gap', queryThreshold: 0.15 },
  random: { queryRule: 'random', queryProbability: 0.2 },
} as const;

type Played = Parameters<typeof preferenceRegrets>[1];

/** What a run cost: the regret, made positive, and questions. */
interface Tally {
  readonly regret: number;
  readonly queries: number;
}

/** The figures of the bars from runs of some lengths; the null asks at random. */
function comparison(lengths: readonly number[], play: (rule: 'always' | 'gap' | 'random', episodes: number) => Tally): Trial {
  const runs = lengths.map((episodes) => ({
    always: play('always', episodes),
    gap: play('gap', episodes),
    random: play('random', episodes),
  }));
  const last = runs[runs.length - 1];
  const figures = (name: 'gap' | 'random') => ({
    'share of the questions of always asking': last[name].queries / last.always.queries,
    'regret over that of always asking: exponent in T': powerExponent(
      lengths,
      runs.map((run) => run[name].regret / run.always.regret),
    ),
    'regret over that of random asking': last[name].regret / last.random.regret,
  });
  const curve = lengths.map((episodes, k) => [`gap over always@${episodes}`, runs[k].gap.regret / runs[k].always.regret]);
  return { ours: { ...figures('gap'), ...Object.fromEntries(curve) }, null: figures('random') };
}

/** PR-LSVI on the smaller simplex family. */
export function regretAndQueries(options: PrLsviOptions, episodes: number, seed: number): Tally {
  const instance = simplexPreferences({ horizon: 2, states: 5, actions: 3, dimension: 3, episodes }, seed);
  const steps = prLsviSteps(worldOf(instance), episodes, { ...options, seed });
  return tallyOf(
    instance,
    run(steps, {}, (iterate) => preferenceProblem.answer?.(instance, iterate) ?? 0),
  );
}

function tallyOf(instance: PreferenceInstance, outcome: Played): Tally {
  const sum = (values: Iterable<number>) => Array.from(values).reduce((a, b) => a + b, 0);
  return { regret: Math.max(1e-6, sum(preferenceRegrets(instance, outcome))), queries: sum(outcome.asked) };
}
