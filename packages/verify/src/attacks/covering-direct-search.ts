// Direct search with a covering step: polls find a descent, and covering steps keep evaluated points dense near the refined points, so that
// it converges to local minima even of discontinuous functions.
//
// C. Audet, P.-Y. Bouchet, L. Bourdin: Convergence towards a local minimum by direct search methods with a covering step
// (2024), arXiv 2401.07097; as in arXiv 2510.01461.
import type { OptionSpecs, OptionsOf } from '@infimum/core';
import { converged, defineSolver, Random, resolveOptions, stalled } from '@infimum/core';
import type { DirectSearchState } from './direct-search-step.ts';
import { directSearchOptions, directSearchStep } from './direct-search-step.ts';
import type { SurrogateInstance, SurrogateSteps } from './network-surrogate.ts';
import { confirmEnd, FAILED_REASON, SurrogateSearch, searchOptions } from './network-surrogate.ts';
import { networkSurrogateProblem } from './network-surrogate-problem.ts';

export const coveringDirectSearchOptions = { ...directSearchOptions, ...searchOptions } as const satisfies OptionSpecs;

/**
 * Minimises F(map(x)) + |max(c, 0)|² by values only. An iteration tries a point of the ball around the incumbent
 * (covering), a longer random step (search), and the columns of a random Householder matrix, forwards and backwards (poll),
 * and stops at the first success. The length of poll steps doubles after a success and is halved after a failure.
 *
 * Up to 2n + 2 evaluations an iteration. `converged` when the length has reached `minRadius` and no step of 1e-5 along an
 * axis improves; failed evaluations count as infinitely bad.
 */
export function* coveringDirectSearchSteps(
  instance: SurrogateInstance,
  options: OptionsOf<typeof coveringDirectSearchOptions> = {},
): SurrogateSteps {
  const settings = resolveOptions(coveringDirectSearchOptions, options);
  const { minRadius, maxRadius, covering, poll, seed } = settings;
  const search = new SurrogateSearch(instance);
  const random = new Random(seed);
  const state: DirectSearchState = {
    incumbent: yield* search.evaluate(instance.initial),
    radius: Math.min(maxRadius, instance.radius),
    searches: 0,
    history: [],
  };
  for (;;) {
    yield* directSearchStep(search, state, random, { minRadius, maxRadius, covering, poll }, true);
    search.radius = state.radius;
    if (state.radius > minRadius) continue;
    const end = yield* confirmEnd(search);
    if (end === 'ended')
      return converged(search.solution(), `steps are as short as ${minRadius}, and no short step along an axis improves`);
    if (end === 'failed' || !search.best) return stalled(search.solution(), FAILED_REASON);
    state.incumbent = search.best;
    state.radius = 2 * minRadius;
  }
}

export const coveringDirectSearchSolver = /* @__PURE__ */ defineSolver({
  id: 'verify/covering-direct-search',
  title: 'Covering direct search',
  summary: 'Polls random positive bases and covers the neighbourhood: needs only values and ends at local minima.',
  problem: networkSurrogateProblem,
  role: 'baseline',
  paper: {
    title: 'Convergence towards a Local Minimum by Direct Search Methods with a Covering Step',
    arxiv: '2401.07097',
    year: 2024,
  },
  cost: '2n + 2 \\text{ evaluations per iteration}',
  options: coveringDirectSearchOptions,
  steps: coveringDirectSearchSteps,
});
