// TTSA: two time scales, the lower level's steps longer than those of x, and an inverse Hessian by a product of random length.
//
// M. Hong, H.-T. Wai, Z. Wang, Z. Yang: A two-timescale framework for bilevel optimization (2020).
import type { OptionSpecs, OptionsOf, RunOptions } from '@infimum/core';
import { defineSolver, Random, resolveOptions, runWith } from '@infimum/core';
import type { BilevelIterate, BilevelOutcome, BilevelSteps } from '../models/bilevel-optimization.ts';
import { bilevelOptimization, declinesSets } from '../models/bilevel-optimization.ts';
import { modelOf } from '../models/instance.ts';
import type { BilevelProblem, BilevelStart } from '../oracles/bilevel-problem.ts';
import { singleOptions } from '../single/options.ts';
import { implicitSteps } from '../single/run.ts';

const ttsaOptions = {
  stepSize: { type: 'number', was: 'eta', above: 0, default: 0.1, description: 'Step of x at the start; falls like k^(−3/5)' },
  lowerStepSize: {
    type: 'number',
    was: 'gamma',
    above: 0,
    description: 'Step of the lower level at the start, falls like k^(−2/5); 0.8/L_g by default',
  },
  neumannTerms: { type: 'integer', was: 'terms', min: 1, max: 100_000, default: 10, description: 'Most factors, exclusive' },
  batchSize: singleOptions.batchSize,
  tolerance: singleOptions.tolerance,
  seed: singleOptions.seed,
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
 * @param initial - where x and y start, or x alone, y then at 0
 * @throws {InvalidInputError} for a problem without products or with a set Y, and options out of range
 */
export function ttsa(problem: BilevelProblem, initial: BilevelStart, options: TtsaOptions = {}): BilevelOutcome {
  return runWith(ttsaOptions, options, ttsaSteps(problem, initial, options));
}

/** The steps of `ttsa`. */
export function ttsaSteps(problem: BilevelProblem, initial: BilevelStart, options: TtsaOptions = {}): BilevelSteps {
  const settings = resolveOptions(ttsaOptions, options);
  const { stepSize, lowerStepSize, neumannTerms, seed } = settings;
  return implicitSteps(problem, initial, settings, (run) => {
    const { oracles, x, y } = run;
    const random = new Random(seed, 5);
    const v = new Float64Array(y.length);
    return (k) => {
      run.descend(1, (lowerStepSize ?? 0.8 / run.curvature(k)) * (k + 1) ** (-2 / 5));
      const samples = run.upper();
      oracles.gradFy(x, y, v, samples);
      // Power iterations find the curvature from below: a step somewhat shorter than 1/L.
      const length = 0.8 / run.curvature(k);
      run.neumann(v, random.integer(neumannTerms), length);
      for (let j = 0; j < v.length; j++) v[j] *= neumannTerms * length;
      run.aim(v, samples);
      run.advance(stepSize * (k + 1) ** (-3 / 5));
    };
  });
}

export const ttsaSolver = /* @__PURE__ */ defineSolver({
  id: 'bilevel/ttsa',
  title: 'TTSA',
  summary: 'Two time scales, and an inverse Hessian by a product of random length.',
  problem: bilevelOptimization,
  role: 'baseline',
  paper: {
    title: 'A Two-Timescale Framework for Bilevel Optimization: Complexity Analysis and Application to Actor-Critic',
    arxiv: '2007.05170',
    year: 2020,
  },
  cost: 'O(\\epsilon^{-5}) \\text{ calls}',
  options: ttsaOptions,
  declines: declinesSets,
  steps: (instance, options) => ttsaSteps(modelOf(instance).problem, instance.initial, options),
});
