// Random line search: two random directions an iteration, three lengths each.
//
// The baseline of arXiv 2510.01461.
import type { OptionSpecs, OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { converged, defineSolver, Random, resolveOptions, run, runOptionsOf, stalled } from '@infimum/core';
import { unitDirection } from './direct-search-step.ts';
import type {
  Evaluated,
  SurrogateAnswer,
  SurrogateInstance,
  SurrogateIterate,
  SurrogateSolution,
} from './network-surrogate.ts';
import { answerSurrogate, confirmEnd, FAILED_REASON, SurrogateSearch } from './network-surrogate.ts';
import { networkSurrogateProblem } from './network-surrogate-problem.ts';

const randomLineSearchOptions = {
  minRadius: {
    type: 'number',
    above: 0,
    default: 1e-6,
    description: 'Length of steps at which to stop, in units of the scale',
  },
  maxRadius: { type: 'number', above: 0, default: 10, description: 'The largest length of steps' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of everything random' },
  maxIterations: {
    type: 'integer',
    min: 0,
    default: 5000,
    description: 'Limit of questions: evaluations and products with the Jacobian together',
  },
} as const satisfies OptionSpecs;

/** Options of `randomLineSearch`. */
export type RandomLineSearchOptions = OptionsOf<typeof randomLineSearchOptions> &
  RunOptions<SurrogateIterate>;

/**
 * Minimises F(map(x)) + |max(c, 0)|² along random directions: two an iteration, with 1.1, 1 and 1/1.1 times the radius.
 * The radius becomes the length of a successful step, and is divided by 1.3 after n + 1 failures in a row. Up to six
 * evaluations an iteration. `converged` when the radius has reached its least and no step of 1e-5 along an axis
 * improves; `stalled` if one does.
 *
 * @param instance - map, objective, inequalities, start and radius
 * @throws {InvalidInputError} for an instance that does not fit together, and for options out of range
 *
 * @example
 * ```ts
 * import { denseNetwork, randomLineSearch, networkMap } from '@infimum/verify';
 *
 * // min (y - 1/2)² for y = tanh(x1 + 2 x2).
 * const map = networkMap(denseNetwork([Float64Array.of(1, 2), Float64Array.of(1)], [new Float64Array(1), new Float64Array(1)], 'tanh'));
 * const objective = { value: (y: Float64Array) => (y[0] - 0.5) ** 2, gradient: (y: Float64Array) => Float64Array.of(2 * (y[0] - 0.5)) };
 * const { value } = randomLineSearch({ map, objective, initial: new Float64Array(2), radius: 0.1 });
 * console.log(value < 1e-4); // true
 * ```
 */
export function randomLineSearch(
  instance: SurrogateInstance,
  options: RandomLineSearchOptions = {},
): Outcome<SurrogateSolution, SurrogateIterate> {
  return run(
    randomLineSearchSteps(instance, options),
    runOptionsOf(randomLineSearchOptions, options),
    (question) => answerSurrogate(instance, question),
  );
}

/** The steps of `randomLineSearch`. */
function* randomLineSearchSteps(
  instance: SurrogateInstance,
  options: RandomLineSearchOptions = {},
): Steps<SurrogateSolution, SurrogateIterate, SurrogateAnswer> {
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
  const end = yield* confirmEnd(search);
  if (end === 'ended') return converged(search.solution(), 'no short step improves');
  if (end === 'failed') return stalled(search.solution(), FAILED_REASON);
  return stalled(
    search.solution(),
    'steps have become as short as may be, but a step along an axis improves',
  );
}

export const randomLineSearchSolver = /* @__PURE__ */ defineSolver({
  id: 'verify/random-line-search',
  title: 'Random line search',
  summary: 'Tries random directions with three lengths: no derivatives, no bookkeeping.',
  problem: networkSurrogateProblem,
  role: 'baseline',
  paper: {
    title: 'Optimization by Directional Attacks: Solving Problems with Neural Network Surrogates',
    arxiv: '2510.01461',
    year: 2025,
  },
  cost: 'O(1) \\text{ evaluations an iteration}',
  options: randomLineSearchOptions,
  steps: randomLineSearchSteps,
});
