// Random search: the best of independent points, the simplest baseline.
import type { LimitOptions, OptionSpecs, OptionsOf, Outcome, Steps } from '@infimum/core';
import { defineSolver, resolveOptions, runWith } from '@infimum/core';
import type { BestPoint, BlackBox, Questions } from './black-box.ts';
import { answersOf, maxEvaluations, randomOf, Search, seed } from './black-box.ts';
import { continuous } from './continuous-problem.ts';

const randomSearchOptions = {
  population: { type: 'integer', min: 1, max: 1_000_000, default: 32, description: 'Points per question' },
  maxEvaluations,
  seed,
} as const satisfies OptionSpecs;

/** Options of `randomSearch`. */
export type RandomSearchOptions = OptionsOf<typeof randomSearchOptions> & LimitOptions<Questions>;

/**
 * Evaluates independent points, uniform in a box or normal around the start, and keeps the best. In more than a few variables, and on
 * corners and edges of a box, none of them comes near the minimum.
 *
 * @throws {InvalidInputError} naming the argument or option at fault
 *
 * @example
 * ```ts
 * import { randomSearch } from '@infimum/blackbox';
 *
 * const { status } = randomSearch({ dimension: 1, value: ([x]) => x * x, target: 1e-4 });
 * console.log(status); // converged
 * ```
 */
export function randomSearch(blackBox: BlackBox, options: RandomSearchOptions = {}): Outcome<BestPoint, Questions<BestPoint>> {
  return runWith(randomSearchOptions, options, randomSearchSteps(blackBox, options), answersOf(blackBox));
}

/** The steps of `randomSearch`. */
export function* randomSearchSteps(
  blackBox: BlackBox,
  options: RandomSearchOptions = {},
): Steps<BestPoint, Questions<BestPoint>, Float64Array> {
  const settings = resolveOptions(randomSearchOptions, options);
  const search = new Search(blackBox, settings.maxEvaluations);
  const random = randomOf(settings.seed);
  const points = new Float64Array(settings.population * search.dimension);
  for (;;) {
    search.draw(random, settings.population, points);
    yield* search.ask(points, settings.population, undefined, () => search.draw(random, 1, new Float64Array(search.dimension)));
    const end = search.end();
    if (end) return end;
  }
}

export const randomSearchSolver = /* @__PURE__ */ defineSolver({
  id: 'blackbox/random-search',
  title: 'Random search',
  summary: 'The best of independent points: the baseline for every method.',
  problem: continuous,
  role: 'baseline',
  paper: { title: 'A discussion of random methods for seeking maxima', year: 1958 },
  cost: 'O(d) \\text{ per point}',
  options: randomSearchOptions,
  steps: (instance, options) => randomSearchSteps(instance, options),
});
