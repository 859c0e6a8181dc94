// The claims of the paper on ranking oracles, by counted points.
import type { ClaimContext, ClaimResult } from '@infimum/core';
import { defineClaim } from '@infimum/core';
import { gradientlessDescent } from './gradientless-descent.ts';
import { oneBitDescent } from './one-bit-descent.ts';
import { rankingPaper as paper } from './papers.ts';
import { cartPoleReturn, rankedCartPole, rankedFunction } from './ranking-families.ts';
import { zoRankSgd } from './zo-rank-sgd.ts';

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Median errors on a function of 20 variables after as many points. */
export function medianErrors(name: 'quadratic' | 'rosenbrock', maxQueries: number, runs: number) {
  const seeds = Array.from({ length: runs }, (_, i) => i + 1);
  const error = (solve: (search: ReturnType<typeof rankedFunction>, seed: number) => { x: Float64Array }) =>
    median(
      seeds.map((seed) => {
        const search = rankedFunction(name, 20, seed);
        return search.value(solve(search, seed).x, 0);
      }),
    );
  const fixed = {
    variant: 'line-search',
    smoothingRadius: 0.01,
    stepSize: name === 'quadratic' ? 50 : 10,
    maxMemory: 10_000,
  } as const;
  return {
    adaptive: error((search, seed) => zoRankSgd(search, { maxQueries, seed })),
    lineSearch: error((search, seed) => zoRankSgd(search, { ...fixed, maxQueries, seed })),
    best: error((search, seed) => zoRankSgd(search, { ...fixed, topK: 1, maxQueries, seed })),
    gradientless: error((search, seed) => gradientlessDescent(search, { maxQueries, seed })),
    oneBit: error((search, seed) => oneBitDescent(search, { comparisons: 15, maxQueries, seed })),
  };
}

/** Episodes of five that a linear policy needs from rankings until it keeps the pole up in ten new ones; undefined if more than `most`. */
export function episodesToBalance(seed: number, most: number): number | undefined {
  let found: number | undefined;
  const stop = new AbortController();
  zoRankSgd(rankedCartPole(seed), {
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

function functionsClaim({ onProgress }: ClaimContext): ClaimResult {
  onProgress?.('the bowl');
  const bowl = medianErrors('quadratic', 2000, 10);
  onProgress?.('the valley');
  const valley = medianErrors('rosenbrock', 10_000, 10);
  const wins =
    bowl.lineSearch < bowl.oneBit &&
    bowl.lineSearch < bowl.gradientless &&
    valley.lineSearch <= 1.1 * Math.min(valley.oneBit, valley.gradientless);
  return {
    measured: `bowl after 2000 points: ${bowl.lineSearch.toExponential(1)} (adaptive ${bowl.adaptive.toExponential(1)}, best of m only ${bowl.best.toExponential(1)}, one-bit ${bowl.oneBit.toExponential(1)}, gradientless ${bowl.gradientless.toExponential(1)}); valley after 10 000: ${valley.lineSearch.toFixed(1)}, ${valley.adaptive.toFixed(1)}, ${valley.best.toFixed(1)}, ${valley.oneBit.toFixed(1)}, ${valley.gradientless.toFixed(1)}`,
    verdict: wins ? 'reproduced' : bowl.lineSearch < bowl.gradientless ? 'partly reproduced' : 'not reproduced',
    figures: {
      bowl: bowl.lineSearch,
      adaptiveBowl: bowl.adaptive,
      valley: valley.lineSearch,
      oneBitBowl: bowl.oneBit,
      oneBitValley: valley.oneBit,
    },
  };
}

function policyClaim(): ClaimResult {
  const solved = Array.from({ length: 20 }, (_, seed) => episodesToBalance(seed, 150)).filter((e) => e !== undefined);
  return {
    measured: `${solved.length} of 20 policies balance within 150 ranked episodes, the median of these after ${median(solved)}`,
    verdict: solved.length >= 18 ? 'reproduced' : solved.length >= 10 ? 'partly reproduced' : 'not reproduced',
    figures: { solved: solved.length },
  };
}

/** The paper's claims. */
export const rankingClaims = [
  defineClaim({
    id: 'blackbox/ranking-functions',
    paper,
    statement: 'Rankings with line searches beat one-bit comparisons and random radii at equal numbers of points.',
    published: 'curves without numbers',
    budget: 30,
    run: async (context) => functionsClaim(context),
  }),
  defineClaim({
    id: 'blackbox/ranking-policy',
    paper,
    statement: 'Policies are found from ranked episodes alone.',
    published: 'curves on simulated robots',
    budget: 30,
    run: async () => policyClaim(),
  }),
];
