// The (1+1) evolution strategy: a parent, a child, and a step size controlled by the one-fifth success rule.
//
// I. Rechenberg: Evolutionsstrategie (1973); the rule by factors as in S. Kern et al.: Learning probability distributions in continuous
// evolutionary algorithms (2004).
import type { LimitOptions, OptionSpecs, OptionsOf, Outcome, Steps } from '@infimum/core';
import { defineSolver, exhausted, Random, resolveOptions, runWith } from '@infimum/core';
import { seed } from '../continuous/black-box.ts';
import type { Ranking } from './rank-gradient.ts';
import { levelsOf } from './rank-gradient.ts';
import type { RankedPoint, RankedSearch, RankingQuestion } from './ranking-oracle.ts';
import { checkRankedSearch, Judge, judgeOf, maxQueries } from './ranking-oracle.ts';
import { rankingProblem } from './ranking-problem.ts';

const onePlusOneEsOptions = {
  sigma: { type: 'number', above: 0, default: 1, description: 'First step' },
  maxQueries,
  seed,
} as const satisfies OptionSpecs;

/** Options of `onePlusOneEs`. */
export type OnePlusOneEsOptions = OptionsOf<typeof onePlusOneEsOptions> & LimitOptions<RankingQuestion>;

/**
 * Compares x with x + sigma N(0, I) and keeps the better one; sigma grows by exp(0.8 / damping) after a success and shrinks by
 * exp(-0.2 / damping) otherwise, damping = 1 + d / 10, so that one in five succeeds. Two points shown and O(d) a step.
 *
 * @throws {InvalidInputError} naming the argument or option at fault
 *
 * @example
 * ```ts
 * import { onePlusOneEs } from '@infimum/blackbox';
 *
 * const value = ([x, y]: Float64Array) => x * x + y * y;
 * const { x } = onePlusOneEs({ dimension: 2, initial: Float64Array.of(3, 4), value });
 * console.log(value(x) < 1e-12); // true
 * ```
 */
export function onePlusOneEs(search: RankedSearch, options: OnePlusOneEsOptions = {}): Outcome<RankedPoint, RankingQuestion> {
  return runWith(onePlusOneEsOptions, options, onePlusOneEsSteps(search, options), judgeOf(search));
}

/** The steps of `onePlusOneEs`. */
export function* onePlusOneEsSteps(
  search: RankedSearch,
  options: OnePlusOneEsOptions = {},
): Steps<RankedPoint, RankingQuestion, Ranking> {
  const { maxQueries, seed, ...start } = resolveOptions(onePlusOneEsOptions, options);
  checkRankedSearch(search);
  const random = new Random(seed, 0x312b31);
  const judge = new Judge();
  const damping = 1 + search.dimension / 10;
  let x = search.initial.slice();
  let { sigma } = start;
  const solution = () => ({ x: x.slice(), queries: judge.queries });
  for (;;) {
    const child = x.map((entry) => entry + sigma * random.normal());
    const levels = levelsOf(yield* judge.ask('comparison', [x.slice(), child], 1, solution), 2);
    const isLiked = levels[1] < levels[0];
    if (isLiked) x = child;
    sigma = Math.max(1e-150, Math.min(1e150, sigma * Math.exp((isLiked ? 0.8 : -0.2) / damping)));
    if (judge.queries >= maxQueries) return exhausted(solution(), `maxQueries = ${maxQueries} was reached`);
  }
}

export const onePlusOneEsSolver = /* @__PURE__ */ defineSolver({
  id: 'blackbox/one-plus-one-es',
  title: '(1+1) evolution strategy',
  summary: 'A parent, a child, and a step by the one-fifth rule.',
  problem: rankingProblem,
  role: 'baseline',
  paper: { title: 'Evolutionsstrategie', year: 1973 },
  cost: 'O(d) \\text{ and two points shown per step}',
  options: onePlusOneEsOptions,
  steps: (instance, options) => onePlusOneEsSteps(instance, options),
});
