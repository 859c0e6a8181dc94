// CMA-ES with rankings, which are all it needs.
import type { LimitOptions, OptionSpecs, OptionsOf, Outcome, Steps } from '@infimum/core';
import { defineSolver, exhausted, Random, resolveOptions, runWith, stalled } from '@infimum/core';
import { seed } from '../continuous/black-box.ts';
import { Adaptation, checkCovariance, covariance } from '../continuous/cma-es.ts';
import type { Ranking } from './rank-gradient.ts';
import { levelsOf } from './rank-gradient.ts';
import type { RankedPoint, RankedSearch, RankingQuestion } from './ranking-oracle.ts';
import { checkRankedSearch, Judge, judgeOf, maxQueries } from './ranking-oracle.ts';
import { rankingProblem } from './ranking-problem.ts';

const rankCmaEsOptions = {
  population: { type: 'integer', min: 2, max: 100_000, description: 'Points per ranking; 4 + floor(3 ln d) by default' },
  sigma: { type: 'number', above: 0, default: 0.5, description: 'Initial step size' },
  covariance,
  maxQueries,
  seed,
} as const satisfies OptionSpecs;

/** Options of `rankCmaEs`. */
export type RankCmaEsOptions = OptionsOf<typeof rankCmaEsOptions> & LimitOptions<RankingQuestion>;

/**
 * CMA-ES whose generations a judge ranks; returns the mean of the distribution.
 *
 * @throws {InvalidInputError} naming the argument or option at fault
 *
 * @example
 * ```ts
 * import { rankCmaEs } from '@infimum/blackbox';
 *
 * const value = ([x, y]: Float64Array) => x * x + 100 * y * y;
 * const { x } = rankCmaEs({ dimension: 2, initial: Float64Array.of(3, 4), value }, { maxQueries: 1000 });
 * console.log(value(x) < 1e-8); // true
 * ```
 */
export function rankCmaEs(search: RankedSearch, options: RankCmaEsOptions = {}): Outcome<RankedPoint, RankingQuestion> {
  return runWith(rankCmaEsOptions, options, rankCmaEsSteps(search, options), judgeOf(search));
}

/** The steps of `rankCmaEs`. */
export function* rankCmaEsSteps(
  search: RankedSearch,
  options: RankCmaEsOptions = {},
): Steps<RankedPoint, RankingQuestion, Ranking> {
  const settings = resolveOptions(rankCmaEsOptions, options);
  checkRankedSearch(search);
  const { dimension: d, initial } = search;
  checkCovariance(settings.covariance, d);
  const count = settings.population ?? 4 + Math.floor(3 * Math.log(d));
  const adaptation = new Adaptation(initial, settings.sigma, count, { covariance: settings.covariance, active: true });
  const random = new Random(settings.seed, 0x636d61);
  const judge = new Judge();
  const solution = () => ({ x: adaptation.mean.slice(), queries: judge.queries });
  for (;;) {
    const points = adaptation.sample(random, count);
    const list = Array.from({ length: count }, (_, i) => points.slice(i * d, (i + 1) * d));
    const ranking = yield* judge.ask('comparison', list, count, solution);
    adaptation.tell(points, Float64Array.from(levelsOf(ranking, count)));
    if (judge.queries >= settings.maxQueries) {
      return exhausted(solution(), `maxQueries = ${settings.maxQueries} was reached`);
    }
    const reason = adaptation.isOver(1e-12);
    if (reason) return stalled(solution(), reason);
  }
}

export const rankCmaEsSolver = /* @__PURE__ */ defineSolver({
  id: 'blackbox/rank-cma-es',
  title: 'CMA-ES from rankings',
  summary: 'CMA-ES with generations ranked by a judge.',
  problem: rankingProblem,
  role: 'baseline',
  paper: { title: 'The CMA evolution strategy: a tutorial', arxiv: '1604.00772', year: 2016 },
  cost: 'O(d^2) \\text{ per point}',
  options: rankCmaEsOptions,
  steps: (instance, options) => rankCmaEsSteps(instance, options),
});
