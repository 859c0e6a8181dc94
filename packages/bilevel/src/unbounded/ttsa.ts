// TTSA: two time scales, the lower level's steps longer than those of x, and an inverse Hessian by a product of random length.
//
// M. Hong, H.-T. Wai, Z. Wang, Z. Yang: A two-timescale framework for bilevel optimization (2020).
import type { OptionSpecs, OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { defineSolver, Random, resolveOptions, runWith } from '@infimum/core';
import type { BilevelIterate, BilevelSolution } from '../models/bilevel-optimization.ts';
import { bilevelOptimization, declinesSets, refuseLowerSet } from '../models/bilevel-optimization.ts';
import { modelOf } from '../models/instance.ts';
import type { BilevelProblem } from '../oracles/bilevel-problem.ts';
import { checkBilevelProblem, checkSecondOrder } from '../oracles/bilevel-problem.ts';
import { BilevelState, guarded, loop } from '../single/bilevel-state.ts';
import { CurvatureWatch, lowerCurvature } from '../single/lipschitz.ts';
import { Sampler } from '../single/sampler.ts';

const ttsaOptions = {
  stepSize: {
    type: 'number',
    was: 'eta',
    above: 0,
    default: 0.1,
    description: 'Step of x at the start; falls like k^(−3/5)',
  },
  lowerStepSize: {
    type: 'number',
    was: 'gamma',
    above: 0,
    description: 'Step of the lower level at the start, falls like k^(−2/5); 0.8/L_g by default',
  },
  neumannTerms: {
    type: 'integer',
    was: 'terms',
    min: 1,
    max: 100_000,
    default: 10,
    description: 'Largest number of factors of the product, exclusive',
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

/** Options of `ttsa`. */
export type TtsaOptions = OptionsOf<typeof ttsaOptions> & RunOptions<BilevelIterate>;

/**
 * Every iteration one stochastic step of y at `γ k^(−2/5)`, and one of x at `η k^(−3/5)` along
 * `∇_x f − ∇²_xy g v`, `v = (Q_max/L) Π_{q≤Q} (I − H_q/L) ∇_y f` with Q uniform below Q_max and fresh samples a factor.
 *
 * Three gradients, on average Q_max/2 Hessian products and a mixed one an iteration.
 *
 * @param problem - with `hvpGyy` and `jvpGxy`, without a set Y
 * @param initial - start, p numbers
 * @param y0 - start, q numbers
 * @throws {InvalidInputError} for a problem without products or with a set Y, and options out of range
 */
export function ttsa(
  problem: BilevelProblem,
  initial: Float64Array,
  y0: Float64Array,
  options: TtsaOptions = {},
): Outcome<BilevelSolution, BilevelIterate> {
  return runWith(ttsaOptions, options, ttsaSteps(problem, initial, y0, options));
}

/** The steps of `ttsa`. */
function* ttsaSteps(
  problem: BilevelProblem,
  x0: Float64Array,
  y0: Float64Array,
  options: TtsaOptions = {},
): Steps<BilevelSolution, BilevelIterate> {
  const settings = resolveOptions(ttsaOptions, options);
  checkBilevelProblem(problem);
  checkSecondOrder(problem);
  refuseLowerSet(problem);
  const { stepSize, batchSize, tolerance, seed } = settings;
  const state = new BilevelState(problem, x0, y0, 0, batchSize);
  const { problem: oracles, x, y } = state;
  const sampler = new Sampler(problem, seed);
  const curvature = new CurvatureWatch(undefined, () => lowerCurvature(oracles, x, y));
  const { lowerStepSize, neumannTerms } = settings;
  const random = new Random(seed, 5);
  const [v, image] = [new Float64Array(y.length), new Float64Array(y.length)];
  const [direction, cross] = [new Float64Array(x.length), new Float64Array(x.length)];
  const advance = (k: number) => {
    const lipschitz = curvature.at(k);
    oracles.gradGy(x, y, image, sampler.lower(batchSize));
    const step = (lowerStepSize ?? 0.8 / lipschitz) * (k + 1) ** (-2 / 5);
    for (let j = 0; j < y.length; j++) y[j] -= step * image[j];
    const upper = sampler.upper(batchSize);
    oracles.gradFy(x, y, v, upper);
    // A little above the curvature that power iterations find, which is from below.
    const length = 0.8 / lipschitz;
    const factors = random.integer(neumannTerms);
    for (let q = 0; q < factors; q++) {
      oracles.hvpGyy(x, y, v, image, sampler.lower(batchSize));
      for (let j = 0; j < v.length; j++) v[j] -= length * image[j];
    }
    for (let j = 0; j < v.length; j++) v[j] *= neumannTerms * length;
    oracles.gradFx(x, y, direction, upper);
    oracles.jvpGxy(x, y, v, cross, sampler.lower(batchSize));
    let squares = 0;
    for (let i = 0; i < x.length; i++) {
      const d = direction[i] - cross[i];
      squares += d * d;
      x[i] -= stepSize * (k + 1) ** (-3 / 5) * d;
    }
    state.direction = Math.sqrt(squares);
    problem.setX?.project(x, x);
  };
  return yield* guarded(state, loop(state, tolerance, advance));
}

export const ttsaSolver = /* @__PURE__ */ defineSolver({
  id: 'bilevel/ttsa',
  title: 'TTSA',
  summary: 'Two time scales, and an inverse Hessian by a product of random length.',
  problem: bilevelOptimization,
  role: 'baseline',
  paper: {
    title:
      'A Two-Timescale Framework for Bilevel Optimization: Complexity Analysis and Application to Actor-Critic',
    arxiv: '2007.05170',
    year: 2020,
  },
  cost: 'O(\\epsilon^{-5}) \\text{ calls}',
  options: ttsaOptions,
  declines: declinesSets,
  steps: (instance, options) => ttsaSteps(modelOf(instance).problem, instance.x0, instance.y0, options),
});
