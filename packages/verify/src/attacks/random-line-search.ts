// Random line search: two random directions an iteration, three lengths each.
//
// The baseline of arXiv 2510.01461.
import type { OptionSpecs, OptionsOf } from '@infimum/core';
import { defineSolver, Random, resolveOptions } from '@infimum/core';
import { unitDirection } from './direct-search-step.ts';
import type { Evaluated, SurrogateInstance, SurrogateSteps } from './network-surrogate.ts';
import { attacksPaper, endOf, radiusOptions, SurrogateSearch, searchOptions } from './network-surrogate.ts';
import { networkSurrogateProblem } from './network-surrogate-problem.ts';

export const randomLineSearchOptions = {
  ...radiusOptions,
  minRadius: { ...radiusOptions.minRadius, default: 1e-6 },
  ...searchOptions,
} as const satisfies OptionSpecs;

/**
 * Minimises F(map(x)) + |max(c, 0)|² along random directions: two an iteration, with 1.1, 1 and 1/1.1 times the radius.
 * The radius becomes the length of a successful step, and is divided by 1.3 after n + 1 failures in a row. Up to six
 * evaluations an iteration. `converged` when the radius has reached its least and no step of 1e-5 along an axis
 * improves; `stalled` if one does.
 */
export function* randomLineSearchSteps(
  instance: SurrogateInstance,
  options: OptionsOf<typeof randomLineSearchOptions> = {},
): SurrogateSteps {
  const { minRadius, maxRadius, seed } = resolveOptions(randomLineSearchOptions, options);
  const search = new SurrogateSearch(instance);
  const random = new Random(seed);
  let incumbent: Evaluated = yield* search.evaluate(instance.initial);
  let radius = Math.min(maxRadius, instance.radius);
  let failures = 0;
  while (radius > minRadius) {
    search.radius = radius;
    let success = false;
    for (let direction = 0; direction < 2 && !success; direction++) {
      const unit = unitDirection(random, search.dimension);
      for (const factor of [1.1, 1, 1 / 1.1]) {
        const found = yield* search.evaluate(
          search.moved(
            incumbent.x,
            unit.map((x) => x * factor * radius),
          ),
        );
        if (!(found.value < incumbent.value)) continue;
        incumbent = found;
        radius = Math.min(maxRadius, factor * radius);
        success = true;
        break;
      }
    }
    failures = success ? 0 : failures + 1;
    if (failures > search.dimension) {
      radius /= 1.3;
      failures = 0;
    }
  }
  return yield* endOf(
    search,
    'no short step improves',
    'steps have reached the smallest length, but a step along an axis improves',
  );
}

export const randomLineSearchSolver = /* @__PURE__ */ defineSolver({
  id: 'verify/random-line-search',
  title: 'Random line search',
  summary: 'Tries random directions with three lengths: no derivatives, no bookkeeping.',
  problem: networkSurrogateProblem,
  role: 'baseline',
  paper: attacksPaper,
  cost: 'O(1) \\text{ evaluations per iteration}',
  options: randomLineSearchOptions,
  steps: randomLineSearchSteps,
});
