// Random search: every upper variable uniformly between bounds.
//
// J. Bergstra, Y. Bengio: Random search for hyper-parameter optimization (2012).
import type { OptionSpecs, OptionsOf, RunOptions } from '@infimum/core';
import { defineSolver, Random, resolveOptions, runWith } from '@infimum/core';
import type { BilevelIterate, BilevelOutcome, BilevelSteps } from '../models/bilevel-optimization.ts';
import { bilevelOptimization } from '../models/bilevel-optimization.ts';
import { modelOf } from '../models/instance.ts';
import type { BilevelProblem, BilevelStart } from '../oracles/bilevel-problem.ts';
import { declinesWithoutValue, searchOptions, searchSteps } from './search.ts';

const randomSearchOptions = {
  ...searchOptions,
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the points' },
} as const satisfies OptionSpecs;

/** Options of `randomSearch`. */
export type RandomSearchOptions = OptionsOf<typeof randomSearchOptions> & RunOptions<BilevelIterate>;

/**
 * Tries points whose coordinates are uniform between the bounds, each with the lower level solved from the solution of the one
 * before, and keeps the least f. Ends as `stalled` when all are tried, since random points do not prove optimality.
 *
 * @param problem - with f; its products with Hessians are used where it has them
 * @param initial - x, kept if no point is tried, and where y starts; x alone for y = 0
 * @throws {InvalidInputError} for a problem without f, and options out of range
 */
export function randomSearch(
  problem: BilevelProblem,
  initial: BilevelStart,
  options: RandomSearchOptions = {},
): BilevelOutcome {
  return runWith(randomSearchOptions, options, randomSearchSteps(problem, initial, options));
}

/** The steps of `randomSearch`. */
export function* randomSearchSteps(
  problem: BilevelProblem,
  initial: BilevelStart,
  options: RandomSearchOptions = {},
): BilevelSteps {
  const settings = resolveOptions(randomSearchOptions, options);
  const { lower, upper, seed } = settings;
  const random = new Random(seed);
  return yield* searchSteps(problem, initial, settings, {
    *next() {
      return () => lower + (upper - lower) * random.uniform();
    },
  });
}

export const randomSearchSolver = /* @__PURE__ */ defineSolver({
  id: 'bilevel/random-search',
  title: 'Random search',
  summary: 'Random upper variables between bounds, with the lower level solved at each point: hard to beat in few dimensions.',
  problem: bilevelOptimization,
  role: 'baseline',
  paper: { title: 'Random Search for Hyper-Parameter Optimization', year: 2012 },
  cost: 'O(\\text{points}) \\text{ solves of the lower level}',
  options: randomSearchOptions,
  declines: declinesWithoutValue,
  steps: (instance, options) => randomSearchSteps(modelOf(instance).problem, instance.initial, options),
});
