// Differential evolution: every point is challenged by the best one plus the difference of two others.
//
// R. Storn, K. Price: Differential evolution (1997); best/1/bin with a factor drawn anew every generation.
import type { LimitOptions, OptionSpecs, OptionsOf, Outcome, Steps } from '@infimum/core';
import { defineSolver, resolveOptions, runWith } from '@infimum/core';
import type { BestPoint, BlackBox, Questions } from './black-box.ts';
import { answersOf, maxEvaluations, randomOf, Search, seed } from './black-box.ts';
import { continuous } from './continuous-problem.ts';

const differentialEvolutionOptions = {
  population: { type: 'integer', min: 4, max: 1_000_000, description: 'Points; 15 per variable, at most 200, by default' },
  strategy: {
    type: 'choice',
    choices: ['best', 'random'],
    default: 'best',
    description: 'Whether differences are added to the best point (faster) or to a random one (safer)',
  },
  minFactor: { type: 'number', was: 'least', min: 0, max: 2, default: 0.5, description: 'Smallest factor of a difference' },
  maxFactor: { type: 'number', was: 'most', min: 0, max: 2, default: 1, description: 'Largest factor of a difference' },
  crossover: {
    type: 'number',
    min: 0,
    max: 1,
    default: 0.7,
    description: 'Probability that a coordinate comes from the challenger',
  },
  maxEvaluations,
  seed,
} as const satisfies OptionSpecs;

/** Options of `differentialEvolution`. */
export type DifferentialEvolutionOptions = OptionsOf<typeof differentialEvolutionOptions> & LimitOptions<Questions>;

/**
 * Minimises f by challengers v = x_best + F (x_a - x_b), F uniform in [least, most], whose coordinates replace those of x_i with
 * probability `crossover`; the better of both is kept. N evaluations and O(N d) a step.
 *
 * @throws {InvalidInputError} naming the argument or option at fault; `most` below `least`
 *
 * @example
 * ```ts
 * import { differentialEvolution } from '@infimum/blackbox';
 *
 * const value = ([x, y]: Float64Array) => 100 * (y - x * x) ** 2 + (1 - x) ** 2;
 * const { status } = differentialEvolution({ dimension: 2, value, target: 1e-8 }, { seed: 1 });
 * console.log(status); // converged
 * ```
 */
export function differentialEvolution(
  blackBox: BlackBox,
  options: DifferentialEvolutionOptions = {},
): Outcome<BestPoint, Questions<BestPoint>> {
  return runWith(differentialEvolutionOptions, options, differentialEvolutionSteps(blackBox, options), answersOf(blackBox));
}

/** The steps of `differentialEvolution`. */
export function* differentialEvolutionSteps(
  blackBox: BlackBox,
  options: DifferentialEvolutionOptions = {},
): Steps<BestPoint, Questions<BestPoint>, Float64Array> {
  const settings = resolveOptions(differentialEvolutionOptions, options);
  const { strategy, minFactor, crossover, maxEvaluations, seed } = settings;
  const search = new Search(blackBox, maxEvaluations);
  const most = Math.max(minFactor, settings.maxFactor);
  const random = randomOf(seed);
  const d = search.dimension;
  const population = settings.population ?? Math.max(4, Math.min(200, 15 * d));
  const x = new Float64Array(population * d);
  search.draw(random, population, x);
  const trials = new Float64Array(population * d);
  const values = (yield* search.ask(x, population)).slice();
  for (;;) {
    const end = search.end();
    if (end) return end;
    let leader = 0;
    for (let i = 1; i < population; i++) if (values[i] < values[leader]) leader = i;
    const factor = minFactor + (most - minFactor) * random.uniform();
    for (let i = 0; i < population; i++) {
      const [a, b, c] = others(i, () => random.integer(population));
      const base = strategy === 'best' ? leader : c;
      const certain = random.integer(d);
      for (let j = 0; j < d; j++) {
        const comes = random.uniform() < crossover || j === certain;
        const challenger = x[base * d + j] + factor * (x[a * d + j] - x[b * d + j]);
        trials[i * d + j] = comes ? challenger : x[i * d + j];
      }
    }
    search.keepInside(trials, population, true);
    const results = yield* search.ask(trials, population);
    for (let i = 0; i < population; i++) {
      // Equal values are accepted, so that plateaus are crossed.
      if (!(results[i] <= values[i])) continue;
      values[i] = results[i];
      x.set(trials.subarray(i * d, (i + 1) * d), i * d);
    }
  }
}

/** Three points, different from each other and from point i. */
function others(i: number, draw: () => number): [number, number, number] {
  let [a, b, c] = [i, i, i];
  while (a === i) a = draw();
  while (b === i || b === a) b = draw();
  while (c === i || c === a || c === b) c = draw();
  return [a, b, c];
}

export const differentialEvolutionSolver = /* @__PURE__ */ defineSolver({
  id: 'blackbox/differential-evolution',
  title: 'Differential evolution',
  summary: 'Every point competes with the best one plus the difference of two others.',
  problem: continuous,
  role: 'baseline',
  paper: { title: 'Differential evolution: a simple and efficient heuristic for global optimization', year: 1997 },
  cost: 'N \\text{ evaluations and } O(N d) \\text{ per step}',
  options: differentialEvolutionOptions,
  steps: (instance, options) => differentialEvolutionSteps(instance, options),
});
