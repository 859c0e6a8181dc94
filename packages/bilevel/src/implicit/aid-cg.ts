// Approximate implicit differentiation with conjugate gradients: warm-started steps of the lower level, a warm-started linear
// system, a step of x.
//
// F. Pedregosa: Hyperparameter optimization with approximate gradient (2016).
import type { OptionSpecs, OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { defineSolver, resolveOptions, runWith } from '@infimum/core';
import type { BilevelIterate, BilevelSolution } from '../models/bilevel-optimization.ts';
import { bilevelOptimization, declinesSets, refuseLowerSet } from '../models/bilevel-optimization.ts';
import { modelOf } from '../models/instance.ts';
import { conjugateGradients } from '../oracles/adjoint.ts';
import type { BilevelProblem } from '../oracles/bilevel-problem.ts';
import { checkBilevelProblem, checkSecondOrder } from '../oracles/bilevel-problem.ts';
import { BilevelState, guarded, loop } from '../single/bilevel-state.ts';
import { CurvatureWatch, lowerCurvature } from '../single/lipschitz.ts';
import { outerStep } from '../single/outer-step.ts';

const aidCgOptions = {
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
    description: 'Most conjugate gradient steps an iteration',
  },
  linearTolerance: {
    type: 'number',
    min: 0,
    default: 1e-10,
    description: 'Residual of the linear system at which they end sooner',
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

/** Options of `aidCg`. */
export type AidCgOptions = OptionsOf<typeof aidCgOptions> & RunOptions<BilevelIterate>;

/**
 * Every iteration: T gradient steps of y on g, up to N conjugate gradient steps on `∇²_yy g v = ∇_y f` from the v of before, and
 * `x ← P(x − η(∇_x f − ∇²_xy g v))`. Full batches. Needs a lower level with curvature in every direction: where a direction has
 * none, conjugate gradients keep what they had.
 *
 * T gradients, N Hessian products and three other calls an iteration.
 *
 * @param problem - with `hvpGyy` and `jvpGxy`, without a set Y
 * @param initial - start, p numbers
 * @param y0 - start, q numbers
 * @throws {InvalidInputError} for a problem without products or with a set Y, and options out of range
 */
export function aidCg(
  problem: BilevelProblem,
  initial: Float64Array,
  y0: Float64Array,
  options: AidCgOptions = {},
): Outcome<BilevelSolution, BilevelIterate> {
  return runWith(aidCgOptions, options, aidCgSteps(problem, initial, y0, options));
}

/** The steps of `aidCg`. */
function* aidCgSteps(
  problem: BilevelProblem,
  x0: Float64Array,
  y0: Float64Array,
  options: AidCgOptions = {},
): Steps<BilevelSolution, BilevelIterate> {
  const { lowerSteps, linearSteps, linearTolerance, stepSize, lowerStepSize, optimizer, tolerance } =
    resolveOptions(aidCgOptions, options);
  checkBilevelProblem(problem);
  checkSecondOrder(problem);
  refuseLowerSet(problem);
  const state = new BilevelState(problem, x0, y0, 0, 2 ** 31);
  const { problem: oracles, x, y } = state;
  const [v, fy, gy] = Array.from({ length: 3 }, () => new Float64Array(y.length));
  const [direction, cross] = [new Float64Array(x.length), new Float64Array(x.length)];
  const lower = new CurvatureWatch(undefined, () => lowerCurvature(oracles, x, y));
  const move = outerStep(optimizer, x.length, problem.setX);
  const product = (w: Float64Array, out: Float64Array) => oracles.hvpGyy(x, y, w, out);
  const advance = (k: number) => {
    const step = lowerStepSize ?? 0.8 / lower.at(k);
    for (let t = 0; t < lowerSteps; t++) {
      oracles.gradGy(x, y, gy);
      for (let j = 0; j < y.length; j++) y[j] -= step * gy[j];
    }
    oracles.gradFy(x, y, fy);
    conjugateGradients(product, fy, v, { tolerance: linearTolerance, maxIterations: linearSteps });
    oracles.gradFx(x, y, direction);
    oracles.jvpGxy(x, y, v, cross);
    for (let i = 0; i < x.length; i++) direction[i] -= cross[i];
    state.direction = move(x, direction, stepSize);
  };
  return yield* guarded(state, loop(state, tolerance, advance));
}

export const aidCgSolver = /* @__PURE__ */ defineSolver({
  id: 'bilevel/aid-cg',
  title: 'AID-CG',
  summary:
    'Implicit differentiation with conjugate gradients, all warm-started: the method of choice for deterministic lower levels that are strongly convex.',
  problem: bilevelOptimization,
  role: 'baseline',
  paper: { title: 'Hyperparameter optimization with approximate gradient', arxiv: '1602.02355', year: 2016 },
  cost: 'O(T) \\text{ gradients and } O(N) \\text{ Hessian products an iteration}',
  options: aidCgOptions,
  declines: declinesSets,
  steps: (instance, options) => aidCgSteps(modelOf(instance).problem, instance.x0, instance.y0, options),
});
