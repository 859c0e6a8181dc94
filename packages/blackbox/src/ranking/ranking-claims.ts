// The claims of the paper on ranking oracles, by counted points.
import { defineClaim, Random } from '@infimum/core';
import { gradientlessDescent } from './gradientless-descent.ts';
import { oneBitDescent } from './one-bit-descent.ts';
import { rankingPaper as paper } from './papers.ts';
import { cartPoleReturn, rankedCartPole, rankedFunction } from './ranking-families.ts';
import type { RankedSearch } from './ranking-oracle.ts';
import { zoRankSgd } from './zo-rank-sgd.ts';

/** The same search, ranked at random. */
function blind(search: RankedSearch, seed: number): RankedSearch {
  const random = new Random(seed, 17);
  return { ...search, value: () => random.uniform() };
}

/** Errors on a function of 20 variables after as many points. */
export function errorsOf(name: 'quadratic' | 'rosenbrock', maxQueries: number, seed: number) {
  const search = rankedFunction(name, 20, seed);
  const error = ({ x }: { x: Float64Array }) => search.value(x, 0);
  const limits = { maxQueries, seed };
  const lines = { ...limits, variant: 'line-search', smoothingRadius: 0.01, maxMemory: 10_000 } as const;
  const fixed = { ...lines, stepSize: name === 'quadratic' ? 50 : 10 };
  return {
    adaptive: error(zoRankSgd(search, limits)),
    lineSearch: error(zoRankSgd(search, fixed)),
    best: error(zoRankSgd(search, { ...fixed, topK: 1 })),
    gradientless: error(gradientlessDescent(search, limits)),
    oneBit: error(oneBitDescent(search, { ...limits, comparisons: 15 })),
    blind: error(zoRankSgd(blind(search, seed), fixed)),
  };
}

/** Episodes of five that a linear policy needs from rankings until it keeps the pole up in ten new ones; undefined if more than `most`. */
export function episodesToBalance(seed: number, most: number, search = rankedCartPole(seed)): number | undefined {
  let found: number | undefined;
  const stop = new AbortController();
  zoRankSgd(search, {
    variant: 'plain',
    schedule: 'constant',
    smoothingRadius: 0.5,
    stepSize: 0.5,
    population: 5,
    maxQueries: most,
    seed,
    signal: stop.signal,
    onIteration: ({ queries, solution }) => {
      if (found !== undefined) return;
      const { x } = solution();
      for (let start = 0; start < 10; start++) if (cartPoleReturn(x, 7_000_000 + start) < 500) return;
      found = queries;
      stop.abort();
    },
  });
  return found;
}

const OTHERS = { oneBit: 'one-bit comparisons', gradientless: 'random radii' } as const;
const PLACES = { bowl: ['quadratic', 2000], valley: ['rosenbrock', 10_000] } as const;
const overOthers = (place: string, other: string) => `${place}: error over that of ${other}`;

/** The paper's claims. */
export const rankingClaims = [
  defineClaim({
    id: 'blackbox/ranking-functions',
    paper,
    statement: 'Rankings with line searches beat one-bit comparisons and random radii at equal numbers of points.',
    published: 'curves without numbers',
    budget: 60,
    seeds: 40,
    null: 'a judge who ranks at random',
    bars: Object.keys(PLACES).flatMap((place) =>
      Object.values(OTHERS).map((other) => ({
        figure: overOthers(place, other),
        atMost: 1,
        scale: 'log' as const,
        source: 'the statement',
      })),
    ),
    measure: (seed) => {
      const trial = { ours: {} as Record<string, number>, null: {} as Record<string, number> };
      for (const [place, [name, maxQueries]] of Object.entries(PLACES)) {
        const errors = errorsOf(name, maxQueries, seed);
        for (const [other, title] of Object.entries(OTHERS) as ['oneBit' | 'gradientless', string][]) {
          trial.ours[overOthers(place, title)] = errors.lineSearch / errors[other];
          trial.null[overOthers(place, title)] = errors.blind / errors[other];
        }
      }
      return trial;
    },
  }),
  defineClaim({
    id: 'blackbox/ranking-policy',
    paper,
    statement: 'Ranked episodes alone are enough to find policies.',
    published: 'curves on simulated robots',
    budget: 60,
    seeds: 50,
    null: 'a judge who ranks at random',
    bars: [
      {
        figure: 'share of policies that balance within 150 episodes',
        atLeast: 0.9,
        scale: 'share',
        source: 'the statement: they are found; nine times of ten',
      },
    ],
    measure: (seed) => {
      const figure = (search?: RankedSearch) => ({
        'share of policies that balance within 150 episodes': Number(episodesToBalance(seed, 150, search) !== undefined),
      });
      return { ours: figure(), null: figure(blind(rankedCartPole(seed), seed)) };
    },
  }),
];
