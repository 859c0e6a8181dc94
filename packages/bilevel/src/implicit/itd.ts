// Iterative differentiation: the exact gradient of what T steps of the lower level give, by a sweep back through them.
//
// L. Franceschi, M. Donini, P. Frasconi, M. Pontil: Forward and reverse gradient-based hyperparameter optimization (2017).
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

const itdOptions = {
  lowerSteps: {
    type: 'integer',
    was: 'innerSteps',
    min: 1,
    max: 100_000,
    default: 20,
    description: 'T, steps of the lower level that are differentiated; memory grows with them',
  },
  stepSize: { type: 'number', was: 'eta', above: 0, default: 0.1, description: 'Step of x' },
  lowerStepSize: {
    type: 'number',
    was: 'gamma',
    above: 0,
    description: 'Step of the lower level; 0.8/L_g by default',
  },
  optimizer: {
    type: 'choice',
    was: 'outer',
    choices: ['gradient', 'adam'],
    default: 'gradient',
    description: 'The step of x: plain, or by Adam',
  },
  tolerance: {
    type: 'number',
    min: 0,
    default: 1e-6,
    description: 'Residuals at which to stop, relative to their terms',
  },
  maxIterations: { type: 'integer', min: 0, default: 20_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `itd`. */
export type ItdOptions = OptionsOf<typeof itdOptions> & RunOptions<BilevelIterate>;

/**
 * Every iteration makes T gradient steps of y on g, from the y of before, and differentiates through them:
 * `a = ∇_y f(x, y_T)`, and for t = T−1, …, 0 `G ← G − γ ∇²_xy g(x, y_t) a`, `a ← a − γ ∇²_yy g(x, y_t) a`, with
 * `G = ∇_x f(x, y_T)` at first. Biased by what T steps leave. Full batches; memory T q.
 *
 * T gradients and 2T products an iteration.
 *
 * @param problem - with `hvpGyy` and `jvpGxy`, without a set Y
 * @param initial - start, p numbers
 * @param y0 - start, q numbers
 * @throws {InvalidInputError} for a problem without products or with a set Y, and options out of range
 */
export function itd(
  problem: BilevelProblem,
  initial: Float64Array,
  y0: Float64Array,
  options: ItdOptions = {},
): Outcome<BilevelSolution, BilevelIterate> {
  return runWith(itdOptions, options, itdSteps(problem, initial, y0, options));
}

/** The steps of `itd`. */
function* itdSteps(
  problem: BilevelProblem,
  x0: Float64Array,
  y0: Float64Array,
  options: ItdOptions = {},
): Steps<BilevelSolution, BilevelIterate> {
  const { lowerSteps, stepSize, lowerStepSize, optimizer, tolerance } = resolveOptions(itdOptions, options);
  checkBilevelProblem(problem);
  checkSecondOrder(problem);
  refuseLowerSet(problem);
  const state = new BilevelState(problem, x0, y0, 0, 2 ** 31);
  const { problem: oracles, x, y } = state;
  const path = Array.from({ length: lowerSteps }, () => new Float64Array(y.length));
  const [a, image] = [new Float64Array(y.length), new Float64Array(y.length)];
  const [direction, cross] = [new Float64Array(x.length), new Float64Array(x.length)];
  const lower = new CurvatureWatch(undefined, () => lowerCurvature(oracles, x, y));
  const move = outerStep(optimizer, x.length, problem.setX);
  const advance = (k: number) => {
    const step = lowerStepSize ?? 0.8 / lower.at(k);
    for (const point of path) {
      point.set(y);
      oracles.gradGy(x, y, image);
      for (let j = 0; j < y.length; j++) y[j] -= step * image[j];
    }
    oracles.gradFy(x, y, a);
    oracles.gradFx(x, y, direction);
    for (let t = lowerSteps - 1; t >= 0; t--) {
      oracles.jvpGxy(x, path[t], a, cross);
      for (let i = 0; i < x.length; i++) direction[i] -= step * cross[i];
      oracles.hvpGyy(x, path[t], a, image);
      for (let j = 0; j < y.length; j++) a[j] -= step * image[j];
    }
    state.direction = move(x, direction, stepSize);
  };
  return yield* guarded(state, loop(state, tolerance, advance));
}

export const itdSolver = /* @__PURE__ */ defineSolver({
  id: 'bilevel/itd',
  title: 'ITD (unrolling)',
  summary: 'Differentiates through the last steps of the lower level: simple, biased, and hungry for memory.',
  problem: bilevelOptimization,
  role: 'baseline',
  paper: {
    title: 'Forward and Reverse Gradient-Based Hyperparameter Optimization',
    arxiv: '1703.01785',
    year: 2017,
  },
  cost: 'O(T) \\text{ gradients and products an iteration}',
  options: itdOptions,
  declines: declinesSets,
  steps: (instance, options) => itdSteps(modelOf(instance).problem, instance.x0, instance.y0, options),
});
