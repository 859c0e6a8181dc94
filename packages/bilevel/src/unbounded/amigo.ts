// AmIGO: some warm-started stochastic steps of the lower level, some of the linear system, one of x.
//
// M. Arbel, J. Mairal: Amortized implicit differentiation for stochastic bilevel optimization (2021).
import type { OptionSpecs, OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { defineSolver, resolveOptions, runWith } from '@infimum/core';
import type { BilevelIterate, BilevelSolution } from '../models/bilevel-optimization.ts';
import { bilevelOptimization, declinesSets, refuseLowerSet } from '../models/bilevel-optimization.ts';
import { modelOf } from '../models/instance.ts';
import type { BilevelProblem } from '../oracles/bilevel-problem.ts';
import { checkBilevelProblem, checkSecondOrder } from '../oracles/bilevel-problem.ts';
import { BilevelState, guarded, loop } from '../single/bilevel-state.ts';
import { CurvatureWatch, lowerCurvature } from '../single/lipschitz.ts';
import { Sampler } from '../single/sampler.ts';

const amigoOptions = {
  stepSize: { type: 'number', was: 'eta', above: 0, default: 0.1, description: 'Step of x' },
  linearStepSize: {
    type: 'number',
    was: 'nu',
    above: 0,
    description: 'Step of the linear system; 0.4/L_g by default',
  },
  lowerStepSize: {
    type: 'number',
    was: 'gamma',
    above: 0,
    description: 'Step of the lower level; 0.8/L_g by default',
  },
  lowerSteps: {
    type: 'integer',
    was: 'innerSteps',
    min: 1,
    max: 1_000_000,
    default: 10,
    description: 'Steps of the lower level an iteration',
  },
  linearSteps: {
    type: 'integer',
    min: 1,
    max: 1_000_000,
    default: 10,
    description: 'Steps of the linear system an iteration',
  },
  batchSize: {
    type: 'integer',
    was: 'batch',
    min: 1,
    default: 32,
    description: 'Samples of a call, where a level is a mean',
  },
  tolerance: {
    type: 'number',
    min: 0,
    default: 1e-6,
    description: 'Residuals at which to stop, relative to their terms',
  },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the samples' },
  maxIterations: { type: 'integer', min: 0, default: 50_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `amigo`. */
export type AmigoOptions = OptionsOf<typeof amigoOptions> & RunOptions<BilevelIterate>;

/**
 * Every iteration: T stochastic steps of y on g, N of v on `∇²_yy g v = ∇_y f`, both from where they were, and
 * `x ← x − η(∇_x f − ∇²_xy g v)`.
 *
 * T gradients, N Hessian products and three other calls an iteration.
 *
 * @param problem - with `hvpGyy` and `jvpGxy`, without a set Y
 * @param initial - start, p numbers
 * @param y0 - start, q numbers
 * @throws {InvalidInputError} for a problem without products or with a set Y, and options out of range
 */
export function amigo(
  problem: BilevelProblem,
  initial: Float64Array,
  y0: Float64Array,
  options: AmigoOptions = {},
): Outcome<BilevelSolution, BilevelIterate> {
  return runWith(amigoOptions, options, amigoSteps(problem, initial, y0, options));
}

/** The steps of `amigo`. */
function* amigoSteps(
  problem: BilevelProblem,
  x0: Float64Array,
  y0: Float64Array,
  options: AmigoOptions = {},
): Steps<BilevelSolution, BilevelIterate> {
  const settings = resolveOptions(amigoOptions, options);
  checkBilevelProblem(problem);
  checkSecondOrder(problem);
  refuseLowerSet(problem);
  const { stepSize, batchSize, tolerance, seed } = settings;
  const state = new BilevelState(problem, x0, y0, 0, batchSize);
  const { problem: oracles, x, y } = state;
  const sampler = new Sampler(problem, seed);
  const curvature = new CurvatureWatch(undefined, () => lowerCurvature(oracles, x, y));
  const { linearStepSize, lowerStepSize, lowerSteps, linearSteps } = settings;
  const [v, fy, image] = Array.from({ length: 3 }, () => new Float64Array(y.length));
  const [direction, cross] = [new Float64Array(x.length), new Float64Array(x.length)];
  const advance = (k: number) => {
    const lipschitz = curvature.at(k);
    for (let t = 0; t < lowerSteps; t++) {
      oracles.gradGy(x, y, image, sampler.lower(batchSize));
      for (let j = 0; j < y.length; j++) y[j] -= (lowerStepSize ?? 0.8 / lipschitz) * image[j];
    }
    const upper = sampler.upper(batchSize);
    oracles.gradFy(x, y, fy, upper);
    for (let t = 0; t < linearSteps; t++) {
      oracles.hvpGyy(x, y, v, image, sampler.lower(batchSize));
      for (let j = 0; j < y.length; j++) v[j] -= (linearStepSize ?? 0.4 / lipschitz) * (image[j] - fy[j]);
    }
    oracles.gradFx(x, y, direction, upper);
    oracles.jvpGxy(x, y, v, cross, sampler.lower(batchSize));
    let squares = 0;
    for (let i = 0; i < x.length; i++) {
      const d = direction[i] - cross[i];
      squares += d * d;
      x[i] -= stepSize * d;
    }
    state.direction = Math.sqrt(squares);
    problem.setX?.project(x, x);
  };
  return yield* guarded(state, loop(state, tolerance, advance));
}

export const amigoSolver = /* @__PURE__ */ defineSolver({
  id: 'bilevel/amigo',
  title: 'AmIGO',
  summary: 'Warm-started stochastic steps of the lower level and of the linear system, then one of x.',
  problem: bilevelOptimization,
  role: 'baseline',
  paper: {
    title: 'Amortized Implicit Differentiation for Stochastic Bilevel Optimization',
    arxiv: '2111.14580',
    year: 2021,
  },
  cost: 'O(\\epsilon^{-2}) \\text{ calls under strong growth}',
  options: amigoOptions,
  declines: declinesSets,
  steps: (instance, options) => amigoSteps(modelOf(instance).problem, instance.x0, instance.y0, options),
});
