// Grid search over one number that all upper variables share: a simple baseline.
import type { OptionSpecs, OptionsOf, RunOptions } from '@infimum/core';
import { defineSolver, resolveOptions, runWith } from '@infimum/core';
import type { BilevelIterate, BilevelOutcome, BilevelSteps } from '../models/bilevel-optimization.ts';
import { bilevelOptimization } from '../models/bilevel-optimization.ts';
import { modelOf } from '../models/instance.ts';
import type { BilevelProblem, BilevelStart } from '../oracles/bilevel-problem.ts';
import { declinesWithoutValue, searchOptions, searchSteps } from './search.ts';

const gridSearchOptions = {
  ...searchOptions,
  points: { ...searchOptions.points, description: 'Number of evenly spaced values, each with a solve of the lower level' },
} as const satisfies OptionSpecs;

/** Options of `gridSearch`. */
export type GridSearchOptions = OptionsOf<typeof gridSearchOptions> & RunOptions<BilevelIterate>;

/**
 * Tries x = (t, …, t) for evenly spaced t, each with the lower level solved from the solution of the one before, and keeps the
 * least f. Ends as `stalled` when the grid is done, since a grid does not prove optimality.
 *
 * @param problem - with f; its products with Hessians are used where it has them
 * @param initial - x, kept if no point is tried, and where y starts; x alone for y = 0
 * @throws {InvalidInputError} for a problem without f, and options out of range
 */
export function gridSearch(problem: BilevelProblem, initial: BilevelStart, options: GridSearchOptions = {}): BilevelOutcome {
  return runWith(gridSearchOptions, options, gridSearchSteps(problem, initial, options));
}

/** The steps of `gridSearch`. */
export function* gridSearchSteps(
  problem: BilevelProblem,
  initial: BilevelStart,
  options: GridSearchOptions = {},
): BilevelSteps {
  const settings = resolveOptions(gridSearchOptions, options);
  const { lower, upper, points } = settings;
  return yield* searchSteps(problem, initial, settings, {
    *next(k) {
      const t = points > 1 ? lower + ((upper - lower) * k) / (points - 1) : lower;
      return () => t;
    },
  });
}

export const gridSearchSolver = /* @__PURE__ */ defineSolver({
  id: 'bilevel/grid-search',
  title: 'Grid search',
  summary: 'One value for all upper variables, from a grid, with the lower level solved at each: the simplest first try.',
  problem: bilevelOptimization,
  role: 'baseline',
  paper: { title: 'Random Search for Hyper-Parameter Optimization', year: 2012 },
  cost: 'O(\\text{points}) \\text{ solves of the lower level}',
  options: gridSearchOptions,
  declines: declinesWithoutValue,
  steps: (instance, options) => gridSearchSteps(modelOf(instance).problem, instance.initial, options),
});
