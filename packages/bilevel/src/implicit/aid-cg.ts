// Approximate implicit differentiation with conjugate gradients: warm-started steps of the lower level, a warm-started linear
// system, a step of x.
//
// F. Pedregosa: Hyperparameter optimization with approximate gradient (2016).
import type { OptionSpecs, OptionsOf, RunOptions } from '@infimum/core';
import { defineSolver, resolveOptions, runWith } from '@infimum/core';
import type { BilevelIterate, BilevelOutcome, BilevelSteps } from '../models/bilevel-optimization.ts';
import { bilevelOptimization, declinesSets } from '../models/bilevel-optimization.ts';
import { modelOf } from '../models/instance.ts';
import { conjugateGradients } from '../oracles/adjoint.ts';
import type { BilevelProblem, BilevelStart } from '../oracles/bilevel-problem.ts';
import { singleOptions } from '../single/options.ts';
import { implicitSteps } from '../single/run.ts';

const aidCgOptions = {
  lowerSteps: singleOptions.lowerSteps,
  linearSteps: { type: 'integer', min: 1, max: 1_000_000, default: 10, description: 'Conjugate gradients per iteration' },
  linearTolerance: { type: 'number', min: 0, default: 1e-10, description: 'Residual of the linear system at which they stop' },
  stepSize: singleOptions.stepSize,
  lowerStepSize: singleOptions.lowerStepSize,
  optimizer: singleOptions.optimizer,
  tolerance: singleOptions.tolerance,
  maxIterations: { type: 'integer', min: 0, default: 20_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `aidCg`. */
export type AidCgOptions = OptionsOf<typeof aidCgOptions> & RunOptions<BilevelIterate>;

/**
 * Every iteration: T gradient steps of y on g, up to N conjugate gradient steps on `∇²_yy g v = ∇_y f` from the v of before, and
 * `x ← P(x − η(∇_x f − ∇²_xy g v))`. Full batches. Needs a lower level with curvature in every direction: along a direction without it,
 * conjugate gradients keep their previous value.
 *
 * T gradients, N Hessian products and three other calls an iteration.
 *
 * @param problem - with `hvpGyy` and `jvpGxy`, without a set Y
 * @param initial - where x and y start, or x alone, y then at 0
 * @throws {InvalidInputError} for a problem without products or with a set Y, and options out of range
 */
export function aidCg(problem: BilevelProblem, initial: BilevelStart, options: AidCgOptions = {}): BilevelOutcome {
  return runWith(aidCgOptions, options, aidCgSteps(problem, initial, options));
}

/** The steps of `aidCg`. */
export function aidCgSteps(problem: BilevelProblem, initial: BilevelStart, options: AidCgOptions = {}): BilevelSteps {
  const settings = resolveOptions(aidCgOptions, options);
  const { lowerSteps, linearSteps, linearTolerance: tolerance, stepSize, lowerStepSize } = settings;
  return implicitSteps(problem, initial, settings, (run) => {
    const { oracles, x, y } = run;
    const [v, fy] = [new Float64Array(y.length), new Float64Array(y.length)];
    const product = (w: Float64Array, out: Float64Array) => oracles.hvpGyy(x, y, w, out);
    return (k) => {
      run.descend(lowerSteps, lowerStepSize ?? 0.8 / run.curvature(k));
      oracles.gradFy(x, y, fy);
      conjugateGradients(product, fy, v, { tolerance, maxIterations: linearSteps });
      run.aim(v);
      run.advance(stepSize);
    };
  });
}

export const aidCgSolver = /* @__PURE__ */ defineSolver({
  id: 'bilevel/aid-cg',
  title: 'AID-CG',
  summary:
    'Implicit differentiation with warm-started conjugate gradients: the method of choice for deterministic, strongly convex lower levels.',
  problem: bilevelOptimization,
  role: 'baseline',
  paper: { title: 'Hyperparameter optimization with approximate gradient', arxiv: '1602.02355', year: 2016 },
  cost: 'O(T) \\text{ gradients and } O(N) \\text{ Hessian products an iteration}',
  options: aidCgOptions,
  declines: declinesSets,
  steps: (instance, options) => aidCgSteps(modelOf(instance).problem, instance.initial, options),
});
