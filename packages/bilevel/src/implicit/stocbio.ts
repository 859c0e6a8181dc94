// stocBiO: warm-started stochastic steps of the lower level, and the inverse Hessian by a Neumann series of fresh samples.
//
// K. Ji, J. Yang, Y. Liang: Bilevel optimization: convergence analysis and enhanced design (2021).
import type { OptionSpecs, OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { defineSolver, resolveOptions, runWith } from '@infimum/core';
import type { BilevelIterate, BilevelSolution } from '../models/bilevel-optimization.ts';
import { bilevelOptimization, declinesSets, refuseLowerSet } from '../models/bilevel-optimization.ts';
import { modelOf } from '../models/instance.ts';
import type { BilevelProblem } from '../oracles/bilevel-problem.ts';
import { checkBilevelProblem, checkSecondOrder } from '../oracles/bilevel-problem.ts';
import { BilevelState, guarded, loop } from '../single/bilevel-state.ts';
import { CurvatureWatch, lowerCurvature } from '../single/lipschitz.ts';
import { outerStep } from '../single/outer-step.ts';
import { Sampler } from '../single/sampler.ts';

const stocBioOptions = {
  lowerSteps: {
    type: 'integer',
    was: 'innerSteps',
    min: 1,
    max: 1_000_000,
    default: 10,
    description: 'T, steps of the lower level an iteration',
  },
  neumannTerms: {
    type: 'integer',
    min: 0,
    max: 1_000_000,
    default: 10,
    description: 'Q, terms of the Neumann series beyond the first',
  },
  neumannStepSize: {
    type: 'number',
    was: 'neumannStep',
    above: 0,
    description: 'η_v of the series, below 2/L_g; 0.5/L_g by default',
  },
  stepSize: { type: 'number', was: 'eta', above: 0, default: 0.1, description: 'Step of x' },
  lowerStepSize: {
    type: 'number',
    was: 'gamma',
    above: 0,
    description: 'Step of the lower level; 0.5/L_g by default',
  },
  optimizer: {
    type: 'choice',
    was: 'outer',
    choices: ['gradient', 'adam'],
    default: 'gradient',
    description: 'The step of x: plain, or by Adam',
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
  maxIterations: { type: 'integer', min: 0, default: 20_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `stocBio`. */
export type StocBioOptions = OptionsOf<typeof stocBioOptions> & RunOptions<BilevelIterate>;

/**
 * Every iteration: T stochastic steps of y on g, `v = η_v Σ_{k=0..Q} Π_{l≤k} (I − η_v H_l) ∇_y f` with fresh samples a factor, and
 * `x ← P(x − η(∇_x f − ∇²_xy g v))`. The series stops after Q terms, which is a bias that stays.
 *
 * T gradients, Q Hessian products and three other calls an iteration.
 *
 * @param problem - with `hvpGyy` and `jvpGxy`, without a set Y
 * @param initial - start, p numbers
 * @param y0 - start, q numbers
 * @throws {InvalidInputError} for a problem without products or with a set Y, and options out of range
 */
export function stocBio(
  problem: BilevelProblem,
  initial: Float64Array,
  y0: Float64Array,
  options: StocBioOptions = {},
): Outcome<BilevelSolution, BilevelIterate> {
  return runWith(stocBioOptions, options, stocBioSteps(problem, initial, y0, options));
}

/** The steps of `stocBio`. */
function* stocBioSteps(
  problem: BilevelProblem,
  x0: Float64Array,
  y0: Float64Array,
  options: StocBioOptions = {},
): Steps<BilevelSolution, BilevelIterate> {
  const settings = resolveOptions(stocBioOptions, options);
  const {
    lowerSteps,
    neumannTerms,
    neumannStepSize,
    stepSize,
    lowerStepSize,
    optimizer,
    batchSize,
    tolerance,
    seed,
  } = settings;
  checkBilevelProblem(problem);
  checkSecondOrder(problem);
  refuseLowerSet(problem);
  const state = new BilevelState(problem, x0, y0, 0, batchSize);
  const { problem: oracles, x, y } = state;
  const sampler = new Sampler(problem, seed);
  const [v, term, image] = Array.from({ length: 3 }, () => new Float64Array(y.length));
  const [direction, cross] = [new Float64Array(x.length), new Float64Array(x.length)];
  const lower = new CurvatureWatch(undefined, () => lowerCurvature(oracles, x, y));
  const move = outerStep(optimizer, x.length, problem.setX);
  const advance = (k: number) => {
    const step = lowerStepSize ?? 0.5 / lower.at(k);
    for (let t = 0; t < lowerSteps; t++) {
      oracles.gradGy(x, y, image, sampler.lower(batchSize));
      for (let j = 0; j < y.length; j++) y[j] -= step * image[j];
    }
    const length = neumannStepSize ?? 0.5 / lower.at(k);
    const samples = sampler.upper(batchSize);
    oracles.gradFy(x, y, term, samples);
    v.set(term);
    for (let q = 0; q < neumannTerms; q++) {
      oracles.hvpGyy(x, y, term, image, sampler.lower(batchSize));
      for (let j = 0; j < y.length; j++) {
        term[j] -= length * image[j];
        v[j] += term[j];
      }
    }
    for (let j = 0; j < y.length; j++) v[j] *= length;
    oracles.gradFx(x, y, direction, samples);
    oracles.jvpGxy(x, y, v, cross, sampler.lower(batchSize));
    for (let i = 0; i < x.length; i++) direction[i] -= cross[i];
    state.direction = move(x, direction, stepSize);
  };
  return yield* guarded(state, loop(state, tolerance, advance));
}

export const stocBioSolver = /* @__PURE__ */ defineSolver({
  id: 'bilevel/stocbio',
  title: 'stocBiO',
  summary: 'Batches everywhere, and the inverse Hessian by a Neumann series.',
  problem: bilevelOptimization,
  role: 'baseline',
  paper: {
    title: 'Bilevel Optimization: Convergence Analysis and Enhanced Design',
    arxiv: '2010.07962',
    year: 2021,
  },
  cost: 'O(T) \\text{ gradients and } O(Q) \\text{ Hessian products an iteration}',
  options: stocBioOptions,
  declines: declinesSets,
  steps: (instance, options) => stocBioSteps(modelOf(instance).problem, instance.x0, instance.y0, options),
});
