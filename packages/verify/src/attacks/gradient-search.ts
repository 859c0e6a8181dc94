// Gradients through the network: Adam from several starts.
//
// D. P. Kingma, J. Ba: Adam: a method for stochastic optimization (2014), arXiv 1412.6980.
import type { OptionSpecs, OptionsOf } from '@infimum/core';
import { defineSolver, Random, resolveOptions } from '@infimum/core';
import { AdamMoments } from '@infimum/linalg/numerics';
import { attackOptions } from './directional-attack.ts';
import type { Evaluated, SurrogateInstance, SurrogateSteps } from './network-surrogate.ts';
import { endOf, SurrogateSearch, searchOptions } from './network-surrogate.ts';
import { networkSurrogateProblem } from './network-surrogate-problem.ts';

export const gradientSearchOptions = {
  stepSize: {
    type: 'number',
    was: 'rate',
    above: 0,
    default: 0.05,
    description: 'Length of the first steps, in units of the scale',
  },
  steps: {
    type: 'integer',
    min: 1,
    default: 300,
    description: 'Steps from every start, over which the rate falls to a hundredth',
  },
  starts: {
    type: 'integer',
    min: 1,
    max: 1000,
    default: 5,
    description: 'Number of starts: the initial point, and random ones within ten radii of it',
  },
  fallback: attackOptions.fallback,
  ...searchOptions,
} as const satisfies OptionSpecs;

/**
 * Minimises F(map(x)) + |max(c, 0)|² by Adam, from the initial point and then from random ones. One evaluation and one
 * product a step. `converged` when no step of 1e-5 along an axis improves on the best point at the end; `stalled` if one
 * does, or without gradients.
 */
export function* gradientSearchSteps(
  instance: SurrogateInstance,
  options: OptionsOf<typeof gradientSearchOptions> = {},
): SurrogateSteps {
  const { stepSize, steps, starts, fallback, seed } = resolveOptions(gradientSearchOptions, options);
  const search = new SurrogateSearch(instance);
  const random = new Random(seed);
  for (let start = 0; start < starts; start++) {
    let x: Float64Array = instance.initial.slice();
    if (start > 0) {
      const d = Float64Array.from(x, () => 10 * instance.radius * (2 * random.uniform() - 1));
      x = search.moved(x, d);
    }
    const adam = new AdamMoments(x.length, { epsilon: 0 });
    for (let step = 1; step <= steps; step++) {
      const point: Evaluated = yield* search.evaluate(x);
      const gradient = yield* search.gradient(point, point, fallback);
      // Without a gradient the method cannot continue from here.
      if (!gradient?.some((g) => g !== 0)) break;
      const length = stepSize * 0.01 ** (step / steps);
      const direction = gradient.map((g, j) => g * search.scale[j]);
      const d = adam.direction(direction, direction).map((entry) => -length * entry);
      x = search.moved(x, d);
    }
  }
  return yield* endOf(search, 'no short step improves', 'all starts were used, but a step along an axis improves');
}

export const gradientSearchSolver = /* @__PURE__ */ defineSolver({
  id: 'verify/gradient-search',
  title: 'Adam through the network',
  summary: 'Follows gradients from several starts, where products with the Jacobian are available.',
  problem: networkSurrogateProblem,
  role: 'baseline',
  paper: { title: 'Adam: A Method for Stochastic Optimization', arxiv: '1412.6980', year: 2014 },
  cost: '1 \\text{ evaluation and } 1 \\text{ product per step}',
  options: gradientSearchOptions,
  steps: gradientSearchSteps,
});
