// Gradients through the network: Adam from several starts.
//
// D. P. Kingma, J. Ba: Adam: a method for stochastic optimization (2014), arXiv 1412.6980.
import type { OptionSpecs, OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { converged, defineSolver, Random, resolveOptions, run, runOptionsOf, stalled } from '@infimum/core';
import type {
  Evaluated,
  SurrogateAnswer,
  SurrogateInstance,
  SurrogateIterate,
  SurrogateSolution,
} from './network-surrogate.ts';
import { answerSurrogate, confirmEnd, FAILED_REASON, SurrogateSearch } from './network-surrogate.ts';
import { networkSurrogateProblem } from './network-surrogate-problem.ts';

const gradientSearchOptions = {
  stepSize: {
    type: 'number',
    was: 'rate',
    above: 0,
    default: 0.05,
    description: 'Length of first steps, in units of the scale',
  },
  steps: {
    type: 'integer',
    min: 1,
    default: 300,
    description: 'Steps from every start; the rate falls to a hundredth over them',
  },
  starts: {
    type: 'integer',
    min: 1,
    max: 1000,
    default: 5,
    description: 'Starts: the initial point, and random ones within ten radii of it',
  },
  fallback: {
    type: 'choice',
    choices: ['differences', 'none'],
    default: 'differences',
    description: 'What to do without products with the Jacobian: forward differences, or nothing',
  },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of everything random' },
  maxIterations: {
    type: 'integer',
    min: 0,
    default: 5000,
    description: 'Limit of questions: evaluations and products with the Jacobian together',
  },
} as const satisfies OptionSpecs;

/** Options of `gradientSearch`. */
export type GradientSearchOptions = OptionsOf<typeof gradientSearchOptions> & RunOptions<SurrogateIterate>;

/**
 * Minimises F(map(x)) + |max(c, 0)|² by Adam, from the initial point and then from random ones. One evaluation and one
 * product a step. `converged` when no step of 1e-5 along an axis improves on the best point at the end; `stalled` if one
 * does, or without gradients.
 *
 * @param instance - map, objective, inequalities, start and radius
 * @throws {InvalidInputError} for an instance that does not fit together, and for options out of range
 *
 * @example
 * ```ts
 * import { denseNetwork, gradientSearch, networkMap } from '@infimum/verify';
 *
 * // min (y - 1/2)² for y = tanh(x1 + 2 x2).
 * const map = networkMap(denseNetwork([Float64Array.of(1, 2), Float64Array.of(1)], [new Float64Array(1), new Float64Array(1)], 'tanh'));
 * const objective = { value: (y: Float64Array) => (y[0] - 0.5) ** 2, gradient: (y: Float64Array) => Float64Array.of(2 * (y[0] - 0.5)) };
 * const { value } = gradientSearch({ map, objective, initial: new Float64Array(2), radius: 0.1 });
 * console.log(value < 1e-4); // true
 * ```
 */
export function gradientSearch(
  instance: SurrogateInstance,
  options: GradientSearchOptions = {},
): Outcome<SurrogateSolution, SurrogateIterate> {
  return run(
    gradientSearchSteps(instance, options),
    runOptionsOf(gradientSearchOptions, options),
    (question) => answerSurrogate(instance, question),
  );
}

/** The steps of `gradientSearch`. */
function* gradientSearchSteps(
  instance: SurrogateInstance,
  options: GradientSearchOptions = {},
): Steps<SurrogateSolution, SurrogateIterate, SurrogateAnswer> {
  const { stepSize, steps, starts, fallback, seed } = resolveOptions(gradientSearchOptions, options);
  const search = new SurrogateSearch(instance);
  const random = new Random(seed);
  for (let start = 0; start < starts; start++) {
    let x: Float64Array = instance.initial.slice();
    if (start > 0) {
      const d = Float64Array.from(x, () => 10 * instance.radius * (2 * random.uniform() - 1));
      x = search.moved(x, d);
    }
    const moment = new Float64Array(x.length);
    const square = new Float64Array(x.length);
    for (let step = 1; step <= steps; step++) {
      const point: Evaluated = yield* search.evaluate(x);
      const gradient = yield* search.gradient(point, point, fallback);
      // Without a slope there is nothing to follow from here.
      if (!gradient?.some((g) => g !== 0)) break;
      const length = stepSize * 0.01 ** (step / steps);
      const d = gradient.map((g, j) => {
        const scaled = g * search.scale[j];
        moment[j] = 0.9 * moment[j] + 0.1 * scaled;
        square[j] = 0.999 * square[j] + 0.001 * scaled * scaled;
        const size = Math.sqrt(square[j] / (1 - 0.999 ** step));
        return size > 0 ? (-length * moment[j]) / (1 - 0.9 ** step) / size : 0;
      });
      x = search.moved(x, d);
    }
  }
  const end = yield* confirmEnd(search);
  if (end === 'ended') return converged(search.solution(), 'no short step improves');
  if (end === 'failed') return stalled(search.solution(), FAILED_REASON);
  return stalled(search.solution(), 'all starts were used up, and a step along an axis improves');
}

export const gradientSearchSolver = /* @__PURE__ */ defineSolver({
  id: 'verify/gradient-search',
  title: 'Adam through the network',
  summary: 'Follows gradients from several starts, where products with the Jacobian are to be had.',
  problem: networkSurrogateProblem,
  role: 'baseline',
  paper: { title: 'Adam: A Method for Stochastic Optimization', arxiv: '1412.6980', year: 2014 },
  cost: '1 \\text{ evaluation and } 1 \\text{ product a step}',
  options: gradientSearchOptions,
  steps: gradientSearchSteps,
});
