// F2SA: the penalty method without anchors, its multiplier λ = 1/σ growing as its theory says.
//
// J. Kwon, D. Kwon, S. Wright, R. Nowak: A fully first-order method for stochastic bilevel optimization (2023).
import type { OptionSpecs, OptionsOf, RunOptions } from '@infimum/core';
import { defineSolver, resolveOptions, runWith } from '@infimum/core';
import type { BilevelIterate, BilevelOutcome, BilevelSteps } from '../models/bilevel-optimization.ts';
import { bilevelOptimization } from '../models/bilevel-optimization.ts';
import { modelOf } from '../models/instance.ts';
import type { BilevelProblem, BilevelStart } from '../oracles/bilevel-problem.ts';
import { CurvatureWatch, lowerCurvature, upperCurvature } from '../single/lipschitz.ts';
import { singleOptions } from '../single/options.ts';
import { singleSteps } from '../single/run.ts';

const f2saOptions = {
  penalty: {
    type: 'number',
    was: 'multiplier',
    above: 0,
    default: 10,
    description: 'λ at the start; it grows like k^(1/3), under samples like k^(1/7)',
  },
  lowerSteps: { ...singleOptions.lowerSteps, default: 5, description: 'Steps of both inner problems per iteration' },
  stepSize: {
    type: 'number',
    was: 'alpha',
    above: 0,
    default: 0.1,
    description: 'Step of x: divided by λ without samples, times k^(−5/7) with',
  },
  lowerStepSize: { type: 'number', was: 'gamma', above: 0, description: 'Inner step; 0.9/(L_g + σ L_f) by default' },
  batchSize: singleOptions.batchSize,
  tolerance: {
    type: 'number',
    min: 0,
    default: 1e-6,
    description: 'Residuals at which to stop, relative to their terms; that of the inner problems divided by λ',
  },
  seed: singleOptions.seed,
  maxIterations: { type: 'integer', min: 0, default: 100_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `f2sa`. */
export type F2saOptions = OptionsOf<typeof f2saOptions> & RunOptions<BilevelIterate>;

/**
 * Solves a bilevel problem by gradients: warm-started descent on `f + λg` and on `g`, and a step of x along the difference of
 * their gradients, with λ growing. Three gradients an inner step, three an iteration.
 *
 * @param problem - gradients of both levels; sets by their projections
 * @param initial - where x and y start, or x alone, y then at 0
 * @throws {InvalidInputError} for a problem without gradients, starts of another length, and options out of range
 */
export function f2sa(problem: BilevelProblem, initial: BilevelStart, options: F2saOptions = {}): BilevelOutcome {
  return runWith(f2saOptions, options, f2saSteps(problem, initial, options));
}

/** The steps of `f2sa`. */
export function f2saSteps(problem: BilevelProblem, initial: BilevelStart, options: F2saOptions = {}): BilevelSteps {
  const settings = resolveOptions(f2saOptions, options);
  const { penalty, lowerSteps, stepSize, lowerStepSize } = settings;
  return singleSteps(problem, initial, settings, 1 / penalty, (run) => {
    const { oracles, x, y, image, direction, state } = run;
    const { z, stochastic } = state;
    const fy = new Float64Array(y.length);
    const [gxAtY, gxAtZ] = [new Float64Array(x.length), new Float64Array(x.length)];
    const lower = new CurvatureWatch(undefined, () => lowerCurvature(oracles, x, z));
    const upper = new CurvatureWatch(undefined, () => upperCurvature(oracles, x, y));
    return (k) => {
      const lambda = penalty * (k + 1) ** (stochastic ? 1 / 7 : 1 / 3);
      const sigma = 1 / lambda;
      state.sigma = sigma;
      const decay = stochastic ? (k + 1) ** (-4 / 7) : 1;
      const step = decay * (lowerStepSize ?? 0.9 / (lower.at(k) + sigma * upper.at(k)));
      for (let t = 0; t < lowerSteps; t++) {
        oracles.gradGy(x, y, image, run.lower());
        oracles.gradFy(x, y, fy, run.upper());
        for (let j = 0; j < y.length; j++) y[j] -= step * (sigma * fy[j] + image[j]);
        problem.setY?.project(y, y);
        run.descend(1, step, z);
      }
      const shared = run.lower();
      oracles.gradFx(x, y, direction, run.upper());
      oracles.gradGx(x, y, gxAtY, shared);
      oracles.gradGx(x, z, gxAtZ, shared);
      for (let i = 0; i < x.length; i++) direction[i] += lambda * (gxAtY[i] - gxAtZ[i]);
      run.advance(stochastic ? stepSize * (k + 1) ** (-5 / 7) : stepSize * sigma);
    };
  });
}

export const f2saSolver = /* @__PURE__ */ defineSolver({
  id: 'bilevel/f2sa',
  title: 'F2SA',
  summary: 'Only gradients, no anchors, a growing multiplier: the predecessor of the penalty method.',
  problem: bilevelOptimization,
  role: 'baseline',
  paper: { title: 'A Fully First-Order Method for Stochastic Bilevel Optimization', arxiv: '2301.10945', year: 2023 },
  cost: 'O(\\epsilon^{-3}) \\text{ gradients, } O(\\epsilon^{-7}) \\text{ under noise}',
  options: f2saOptions,
  steps: (instance, options) => f2saSteps(modelOf(instance).problem, instance.initial, options),
});
