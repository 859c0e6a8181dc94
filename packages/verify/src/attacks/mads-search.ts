// Mesh adaptive direct search, small: points on a mesh that is refined faster than the poll, OrthoMADS directions,
// constraints by the progressive barrier.
//
// C. Audet, J. E. Dennis: Mesh adaptive direct search algorithms (2006); M. A. Abramson, C. Audet, J. E. Dennis,
// S. Le Digabel: OrthoMADS (2009); C. Audet, J. E. Dennis: A progressive barrier (2009).
import type { OptionSpecs, OptionsOf } from '@infimum/core';
import { defineSolver, Random, resolveOptions } from '@infimum/core';
import { householderDirections } from './direct-search-step.ts';
import type { Evaluated, SurrogateInstance, SurrogateSteps } from './network-surrogate.ts';
import { endOf, radiusOptions, SurrogateSearch, searchOptions } from './network-surrogate.ts';
import { networkSurrogateProblem } from './network-surrogate-problem.ts';

export const madsSearchOptions = { ...radiusOptions, ...searchOptions } as const satisfies OptionSpecs;

/**
 * Minimises F(map(x)) under inequalities by a mesh adaptive direct search: poll steps of length r on a mesh of width
 * min(r, r²), 2n orthogonal directions. Infeasible points are kept as long as their violation stays below a barrier
 * that only falls; the best feasible and the least infeasible point are polled in turn. The incumbent of `value` is the
 * penalised one, as for the other methods. `converged` when r has reached its least and no step of 1e-5 along an axis
 * improves; `stalled` if one does.
 */
export function* madsSearchSteps(
  instance: SurrogateInstance,
  options: OptionsOf<typeof madsSearchOptions> = {},
): SurrogateSteps {
  const { minRadius, maxRadius, seed } = resolveOptions(madsSearchOptions, options);
  const search = new SurrogateSearch(instance);
  const random = new Random(seed);
  const start = yield* search.evaluate(instance.initial);
  let feasible: Evaluated | undefined = start.violation === 0 ? start : undefined;
  let infeasible: Evaluated | undefined = start.violation > 0 ? start : undefined;
  let barrier = Number.isFinite(start.violation) ? start.violation ** 2 : Infinity;
  let radius = Math.min(maxRadius, instance.radius);
  while (radius > minRadius) {
    search.radius = radius;
    let success = false;
    // The best feasible point first, then the infeasible one, if it promises a better objective.
    for (const center of [feasible, infeasible]) {
      if (!center || success) continue;
      for (const d of onMesh(householderDirections(random.sphere(new Float64Array(search.dimension)), radius, '2n'), radius)) {
        const found = yield* search.evaluate(search.moved(center.x, d));
        const h = found.violation ** 2;
        if (h === 0) {
          if (feasible && !(found.value < feasible.value)) continue;
          feasible = found;
          success = true;
          break;
        }
        const better = !infeasible || h < infeasible.violation ** 2;
        if (!(h <= barrier) || !Number.isFinite(found.value) || !better) continue;
        infeasible = found;
        success = true;
        break;
      }
    }
    if (success) radius = Math.min(maxRadius, 2 * radius);
    else {
      radius /= 2;
      if (infeasible) barrier = Math.min(barrier, infeasible.violation ** 2);
    }
  }
  return yield* endOf(
    search,
    'no short step improves',
    'the mesh has reached its finest size, but a step along an axis improves',
  );
}

/** Steps rounded to the mesh of width min(r, r²), never to nothing. */
function* onMesh(directions: Iterable<Float64Array>, radius: number): Generator<Float64Array> {
  const width = Math.min(radius, radius * radius);
  for (const d of directions) yield d.map((x) => width * Math.round(x / width));
}

export const madsSearchSolver = /* @__PURE__ */ defineSolver({
  id: 'verify/mads-search',
  title: 'Mesh adaptive direct search',
  summary:
    'Polls orthogonal directions on an ever finer mesh, with a progressive barrier for constraints: NOMAD without its models.',
  problem: networkSurrogateProblem,
  role: 'baseline',
  paper: { title: 'Mesh Adaptive Direct Search Algorithms for Constrained Optimization', year: 2006 },
  cost: '2n \\text{ to } 4n \\text{ evaluations per iteration}',
  options: madsSearchOptions,
  steps: madsSearchSteps,
});
