// The registered problem of search by rankings.
import type { BadInstance, HardInstance, Problem } from '@infimum/core';
import { defineProblem } from '@infimum/core';
import type { Ranking } from './rank-gradient.ts';
import { rankingFamilies } from './ranking-families.ts';
import type { RankedPoint, RankedSearch, RankingQuestion } from './ranking-oracle.ts';
import { checkRankedSearch, judgeByValue } from './ranking-oracle.ts';

/** Search by rankings. */
export const rankingProblem: Problem<RankedSearch, RankedPoint, RankingQuestion, Ranking> = defineProblem<
  RankedSearch,
  RankedPoint,
  'error' | 'queries',
  RankingQuestion,
  Ranking
>({
  id: 'blackbox/ranking',
  title: 'Search by rankings',
  statement: `Find $x$ with a small $f(x)$ where only a judge knows $f$, and names the $k$ best of $m$ points in order.`,
  families: rankingFamilies,
  metrics: {
    error: {
      title: 'Error',
      description: 'f(x), which the method never sees, minus the minimum if it is known.',
      unit: '',
      direction: 'minimize',
      targets: [1, 1e-2, 1e-4, 1e-6],
      compute: (search, { x }) => {
        const error = search.value(x.slice(), 0) - (search.optimum ?? 0);
        return Number.isFinite(error) ? error : Number.MAX_VALUE;
      },
    },
    queries: {
      title: 'Points',
      description: 'Points shown to the judge.',
      unit: '',
      direction: 'minimize',
      compute: (_, { queries }) => queries,
    },
  },
  primaryMetric: 'error',
  unproved: 'The function is known only through comparisons, which do not rule out a better point.',
  validate: checkRankedSearch,
  badInstances,
  hardInstances,
  answer: judgeByValue,
});

function badInstances(): BadInstance<RankedSearch>[] {
  const bad = (fault: string, argument: string, change: object) => ({
    fault,
    argument,
    instance: { dimension: 1, initial: Float64Array.of(0), value: () => 0, ...change } as RankedSearch,
  });
  return [
    bad('no variables', 'dimension', { dimension: 0 }),
    bad('a start of another length', 'initial', { initial: new Float64Array(2) }),
    bad('NaN', 'initial', { initial: Float64Array.of(Number.NaN) }),
    bad('no function', 'value', { value: 3 }),
    bad('a negative temperature', 'temperature', { temperature: -1 }),
    bad('a judge that is not a seed', 'judge', { judge: -1 }),
    bad('an optimum that is NaN', 'optimum', { optimum: Number.NaN }),
  ];
}

function hardInstances(): HardInstance<RankedSearch>[] {
  const box = { dimension: 2, initial: Float64Array.of(3, -4) };
  const bowl = ([x, y]: Float64Array) => x * x + y * y;
  let calls = 0;
  return [
    { hardness: 'values times 1e150', instance: { ...box, value: (x) => 1e150 * bowl(x) } },
    { hardness: 'values times 1e-200', instance: { ...box, value: (x) => 1e-200 * bowl(x) } },
    { hardness: 'a judge who sees no difference', instance: { ...box, value: () => 1 } },
    { hardness: 'nothing but NaN', instance: { ...box, value: () => Number.NaN } },
    { hardness: 'NaN half-way', instance: { ...box, value: (x) => (calls++ > 40 ? Number.NaN : bowl(x)) } },
    { hardness: 'no lower bound', instance: { ...box, value: ([x]) => -x } },
    { hardness: 'a judge who guesses', instance: { ...box, value: bowl, temperature: 1e9 } },
  ];
}
