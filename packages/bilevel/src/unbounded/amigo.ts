// AmIGO: some warm-started stochastic steps of the lower level, some of the linear system, one of x.
//
// M. Arbel, J. Mairal: Amortized implicit differentiation for stochastic bilevel optimization (2021).
import type { OptionSpecs, OptionsOf, RunOptions } from '@infimum/core';
import { defineSolver, resolveOptions, runWith } from '@infimum/core';
import type { BilevelIterate, BilevelOutcome, BilevelSteps } from '../models/bilevel-optimization.ts';
import { bilevelOptimization, declinesSets } from '../models/bilevel-optimization.ts';
import { modelOf } from '../models/instance.ts';
import type { BilevelProblem, BilevelStart } from '../oracles/bilevel-problem.ts';
import { singleOptions } from '../single/options.ts';
import { implicitSteps } from '../single/run.ts';

const amigoOptions = {
  stepSize: singleOptions.stepSize,
  linearStepSize: singleOptions.linearStepSize,
  lowerStepSize: singleOptions.lowerStepSize,
  lowerSteps: singleOptions.lowerSteps,
  linearSteps: { type: 'integer', min: 1, max: 1_000_000, default: 10, description: 'Linear steps per iteration' },
  batchSize: singleOptions.batchSize,
  tolerance: singleOptions.tolerance,
  seed: singleOptions.seed,
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
 * @param initial - where x and y start, or x alone, y then at 0
 * @throws {InvalidInputError} for a problem without products or with a set Y, and options out of range
 */
export function amigo(problem: BilevelProblem, initial: BilevelStart, options: AmigoOptions = {}): BilevelOutcome {
  return runWith(amigoOptions, options, amigoSteps(problem, initial, options));
}

/** The steps of `amigo`. */
export function amigoSteps(problem: BilevelProblem, initial: BilevelStart, options: AmigoOptions = {}): BilevelSteps {
  const settings = resolveOptions(amigoOptions, options);
  const { stepSize, linearStepSize, lowerStepSize, lowerSteps, linearSteps } = settings;
  return implicitSteps(problem, initial, settings, (run) => {
    const { oracles, x, y } = run;
    const [v, fy] = [new Float64Array(y.length), new Float64Array(y.length)];
    return (k) => {
      run.descend(lowerSteps, lowerStepSize ?? 0.8 / run.curvature(k));
      const samples = run.upper();
      oracles.gradFy(x, y, fy, samples);
      run.solveLinear(v, fy, linearSteps, linearStepSize ?? 0.4 / run.curvature(k));
      run.aim(v, samples);
      run.advance(stepSize);
    };
  });
}

export const amigoSolver = /* @__PURE__ */ defineSolver({
  id: 'bilevel/amigo',
  title: 'AmIGO',
  summary: 'Warm-started stochastic steps of the lower level and of the linear system, then one of x.',
  problem: bilevelOptimization,
  role: 'baseline',
  paper: { title: 'Amortized Implicit Differentiation for Stochastic Bilevel Optimization', arxiv: '2111.14580', year: 2021 },
  cost: 'O(\\epsilon^{-2}) \\text{ calls under strong growth}',
  options: amigoOptions,
  declines: declinesSets,
  steps: (instance, options) => amigoSteps(modelOf(instance).problem, instance.initial, options),
});
