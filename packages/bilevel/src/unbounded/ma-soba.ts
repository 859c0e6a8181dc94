// MA-SOBA: one step of the lower level, of the linear system and of x by momentum in every iteration; SOBA without momentum, and
// clipped on demand.
//
// X. Chen, T. Xiao, K. Balasubramanian: Optimal algorithms for stochastic bilevel optimization under relaxed smoothness
// conditions (2023); M. Dagréou, P. Ablin, S. Vaiter, T. Moreau (2022) for SOBA.
import type { OptionSpecs, OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { defineSolver, resolveOptions, runWith } from '@infimum/core';
import { norm } from '@infimum/linalg/numerics';
import type { BilevelIterate, BilevelSolution } from '../models/bilevel-optimization.ts';
import { bilevelOptimization, declinesSets, refuseLowerSet } from '../models/bilevel-optimization.ts';
import { modelOf } from '../models/instance.ts';
import type { BilevelProblem } from '../oracles/bilevel-problem.ts';
import { checkBilevelProblem, checkSecondOrder } from '../oracles/bilevel-problem.ts';
import { BilevelState, guarded, loop } from '../single/bilevel-state.ts';
import { CurvatureWatch, lowerCurvature } from '../single/lipschitz.ts';
import { Sampler } from '../single/sampler.ts';

const maSobaOptions = {
  stepSize: { type: 'number', was: 'eta', above: 0, default: 0.02, description: 'Step of x' },
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
  momentum: {
    type: 'number',
    was: 'beta',
    min: 0,
    below: 1,
    default: 0.9,
    description: 'β of the momentum; 0 makes it SOBA',
  },
  clipNorm: {
    type: 'number',
    was: 'clip',
    above: 0,
    description: 'Longest momentum that makes a step; unbounded by default',
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

/** Options of `maSoba`. */
export type MaSobaOptions = OptionsOf<typeof maSobaOptions> & RunOptions<BilevelIterate>;

/**
 * Every iteration, one after the other: `y ← y − γ∇_y g`, `z ← z − ν(∇²_yy g z − ∇_y f)`,
 * `m ← βm + (1 − β)(∇_x f − ∇²_xy g z)`, `x ← x − ηm`. With `clip` c the step is `η m min(1, c/|m|)`: as safe as normalised
 * momentum where the gradient is huge, and with no floor near a solution.
 *
 * Two gradients of f, one of g and two products an iteration.
 *
 * @param problem - with `hvpGyy` and `jvpGxy`, without a set Y
 * @param initial - start, p numbers
 * @param y0 - start, q numbers
 * @throws {InvalidInputError} for a problem without products or with a set Y, and options out of range
 */
export function maSoba(
  problem: BilevelProblem,
  initial: Float64Array,
  y0: Float64Array,
  options: MaSobaOptions = {},
): Outcome<BilevelSolution, BilevelIterate> {
  return runWith(maSobaOptions, options, maSobaSteps(problem, initial, y0, options));
}

/** The steps of `maSoba`. */
export function* maSobaSteps(
  problem: BilevelProblem,
  x0: Float64Array,
  y0: Float64Array,
  options: MaSobaOptions = {},
): Steps<BilevelSolution, BilevelIterate> {
  const settings = resolveOptions(maSobaOptions, options);
  checkBilevelProblem(problem);
  checkSecondOrder(problem);
  refuseLowerSet(problem);
  const { stepSize, batchSize, tolerance, seed } = settings;
  const state = new BilevelState(problem, x0, y0, 0, batchSize);
  const { problem: oracles, x, y } = state;
  const sampler = new Sampler(problem, seed);
  const curvature = new CurvatureWatch(undefined, () => lowerCurvature(oracles, x, y));
  const { momentum, clipNorm = Infinity, linearStepSize, lowerStepSize } = settings;
  const [z, fy, gy, image] = Array.from({ length: 4 }, () => new Float64Array(y.length));
  const [m, direction, cross] = Array.from({ length: 3 }, () => new Float64Array(x.length));
  const advance = (k: number) => {
    const lipschitz = curvature.at(k);
    const [upper, lower] = [sampler.upper(batchSize), sampler.lower(batchSize)];
    oracles.gradGy(x, y, gy, lower);
    for (let j = 0; j < y.length; j++) y[j] -= (lowerStepSize ?? 0.8 / lipschitz) * gy[j];
    oracles.hvpGyy(x, y, z, image, lower);
    oracles.gradFy(x, y, fy, upper);
    for (let j = 0; j < y.length; j++) z[j] -= (linearStepSize ?? 0.4 / lipschitz) * (image[j] - fy[j]);
    oracles.gradFx(x, y, direction, upper);
    oracles.jvpGxy(x, y, z, cross, lower);
    for (let i = 0; i < x.length; i++) m[i] = momentum * m[i] + (1 - momentum) * (direction[i] - cross[i]);
    state.direction = norm(m);
    const step = state.direction > clipNorm ? stepSize * (clipNorm / state.direction) : stepSize;
    for (let i = 0; i < x.length; i++) x[i] -= step * m[i];
    problem.setX?.project(x, x);
  };
  return yield* guarded(state, loop(state, tolerance, advance));
}

export const maSobaSolver = /* @__PURE__ */ defineSolver({
  id: 'bilevel/ma-soba',
  title: 'MA-SOBA',
  summary:
    'One step of everything an iteration, with momentum for x: simple and fast where smoothness is bounded.',
  problem: bilevelOptimization,
  role: 'baseline',
  paper: {
    title: 'Optimal Algorithms for Stochastic Bilevel Optimization under Relaxed Smoothness Conditions',
    arxiv: '2306.12067',
    year: 2023,
  },
  cost: 'O(\\epsilon^{-4}) \\text{ calls}',
  options: maSobaOptions,
  declines: declinesSets,
  steps: (instance, options) => maSobaSteps(modelOf(instance).problem, instance.x0, instance.y0, options),
});
