// Iterative differentiation: the exact gradient through T steps of the lower level, by reverse differentiation.
//
// L. Franceschi, M. Donini, P. Frasconi, M. Pontil: Forward and reverse gradient-based hyperparameter optimization (2017).
import type { OptionSpecs, OptionsOf, RunOptions } from '@infimum/core';
import { defineSolver, resolveOptions, runWith } from '@infimum/core';
import type { BilevelIterate, BilevelOutcome, BilevelSteps } from '../models/bilevel-optimization.ts';
import { bilevelOptimization, declinesSets } from '../models/bilevel-optimization.ts';
import { modelOf } from '../models/instance.ts';
import type { BilevelProblem, BilevelStart } from '../oracles/bilevel-problem.ts';
import { singleOptions } from '../single/options.ts';
import { implicitSteps } from '../single/run.ts';

const itdOptions = {
  lowerSteps: {
    ...singleOptions.lowerSteps,
    max: 100_000,
    default: 20,
    description: 'T, differentiated steps of the lower level; memory is proportional to them',
  },
  stepSize: singleOptions.stepSize,
  lowerStepSize: singleOptions.lowerStepSize,
  optimizer: singleOptions.optimizer,
  tolerance: singleOptions.tolerance,
  maxIterations: { type: 'integer', min: 0, default: 20_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `itd`. */
export type ItdOptions = OptionsOf<typeof itdOptions> & RunOptions<BilevelIterate>;

/**
 * Every iteration makes T gradient steps of y on g, from the y of before, and differentiates through them:
 * `a = ∇_y f(x, y_T)`, and for t = T−1, …, 0 `G ← G − γ ∇²_xy g(x, y_t) a`, `a ← a − γ ∇²_yy g(x, y_t) a`, with
 * `G = ∇_x f(x, y_T)` at first. Biased by the error that remains after T steps. Full batches; memory T q.
 *
 * T gradients and 2T products an iteration.
 *
 * @param problem - with `hvpGyy` and `jvpGxy`, without a set Y
 * @param initial - where x and y start, or x alone, y then at 0
 * @throws {InvalidInputError} for a problem without products or with a set Y, and options out of range
 */
export function itd(problem: BilevelProblem, initial: BilevelStart, options: ItdOptions = {}): BilevelOutcome {
  return runWith(itdOptions, options, itdSteps(problem, initial, options));
}

/** The steps of `itd`. */
export function itdSteps(problem: BilevelProblem, initial: BilevelStart, options: ItdOptions = {}): BilevelSteps {
  const settings = resolveOptions(itdOptions, options);
  const { lowerSteps, stepSize, lowerStepSize } = settings;
  return implicitSteps(problem, initial, settings, (run) => {
    const { oracles, x, y, image, direction } = run;
    const path = Array.from({ length: lowerSteps }, () => new Float64Array(y.length));
    const [a, cross] = [new Float64Array(y.length), new Float64Array(x.length)];
    return (k) => {
      const step = lowerStepSize ?? 0.8 / run.curvature(k);
      for (const point of path) {
        point.set(y);
        run.descend(1, step);
      }
      oracles.gradFy(x, y, a);
      oracles.gradFx(x, y, direction);
      for (let t = lowerSteps - 1; t >= 0; t--) {
        oracles.jvpGxy(x, path[t], a, cross);
        for (let i = 0; i < x.length; i++) direction[i] -= step * cross[i];
        oracles.hvpGyy(x, path[t], a, image);
        for (let j = 0; j < y.length; j++) a[j] -= step * image[j];
      }
      run.advance(stepSize);
    };
  });
}

export const itdSolver = /* @__PURE__ */ defineSolver({
  id: 'bilevel/itd',
  title: 'ITD (unrolling)',
  summary: 'Differentiates through the last steps of the lower level: simple and biased, with high memory use.',
  problem: bilevelOptimization,
  role: 'baseline',
  paper: { title: 'Forward and Reverse Gradient-Based Hyperparameter Optimization', arxiv: '1703.01785', year: 2017 },
  cost: 'O(T) \\text{ gradients and products an iteration}',
  options: itdOptions,
  declines: declinesSets,
  steps: (instance, options) => itdSteps(modelOf(instance).problem, instance.initial, options),
});
