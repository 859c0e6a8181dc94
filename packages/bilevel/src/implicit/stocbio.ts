// stocBiO: warm-started stochastic steps of the lower level, and the inverse Hessian by a Neumann series of fresh samples.
//
// K. Ji, J. Yang, Y. Liang: Bilevel optimization: convergence analysis and enhanced design (2021).
import type { OptionSpecs, OptionsOf, RunOptions } from '@infimum/core';
import { defineSolver, resolveOptions, runWith } from '@infimum/core';
import type { BilevelIterate, BilevelOutcome, BilevelSteps } from '../models/bilevel-optimization.ts';
import { bilevelOptimization, declinesSets } from '../models/bilevel-optimization.ts';
import { modelOf } from '../models/instance.ts';
import type { BilevelProblem, BilevelStart } from '../oracles/bilevel-problem.ts';
import { singleOptions } from '../single/options.ts';
import { implicitSteps } from '../single/run.ts';

const stocBioOptions = {
  lowerSteps: singleOptions.lowerSteps,
  neumannTerms: { type: 'integer', min: 0, max: 1_000_000, default: 10, description: 'Q, Neumann terms beyond the first' },
  neumannStepSize: { type: 'number', was: 'neumannStep', above: 0, description: 'η_v of the series; 0.5/L_g by default' },
  stepSize: singleOptions.stepSize,
  lowerStepSize: { ...singleOptions.lowerStepSize, description: 'Step of the lower level; 0.5/L_g by default' },
  optimizer: singleOptions.optimizer,
  batchSize: singleOptions.batchSize,
  tolerance: singleOptions.tolerance,
  seed: singleOptions.seed,
  maxIterations: { type: 'integer', min: 0, default: 20_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `stocBio`. */
export type StocBioOptions = OptionsOf<typeof stocBioOptions> & RunOptions<BilevelIterate>;

/**
 * Every iteration: T stochastic steps of y on g, `v = η_v Σ_{k=0..Q} Π_{l≤k} (I − η_v H_l) ∇_y f` with fresh samples a factor, and
 * `x ← P(x − η(∇_x f − ∇²_xy g v))`. The series stops after Q terms, which leaves a permanent bias.
 *
 * T gradients, Q Hessian products and three other calls an iteration.
 *
 * @param problem - with `hvpGyy` and `jvpGxy`, without a set Y
 * @param initial - where x and y start, or x alone, y then at 0
 * @throws {InvalidInputError} for a problem without products or with a set Y, and options out of range
 */
export function stocBio(problem: BilevelProblem, initial: BilevelStart, options: StocBioOptions = {}): BilevelOutcome {
  return runWith(stocBioOptions, options, stocBioSteps(problem, initial, options));
}

/** The steps of `stocBio`. */
export function stocBioSteps(problem: BilevelProblem, initial: BilevelStart, options: StocBioOptions = {}): BilevelSteps {
  const settings = resolveOptions(stocBioOptions, options);
  const { lowerSteps, neumannTerms, neumannStepSize, stepSize, lowerStepSize } = settings;
  return implicitSteps(problem, initial, settings, (run) => {
    const { oracles, x, y } = run;
    const [v, term] = [new Float64Array(y.length), new Float64Array(y.length)];
    return (k) => {
      run.descend(lowerSteps, lowerStepSize ?? 0.5 / run.curvature(k));
      const length = neumannStepSize ?? 0.5 / run.curvature(k);
      const samples = run.upper();
      oracles.gradFy(x, y, term, samples);
      v.set(term);
      run.neumann(term, neumannTerms, length, v);
      for (let j = 0; j < y.length; j++) v[j] *= length;
      run.aim(v, samples);
      run.advance(stepSize);
    };
  });
}

export const stocBioSolver = /* @__PURE__ */ defineSolver({
  id: 'bilevel/stocbio',
  title: 'stocBiO',
  summary: 'Batches for everything, and the inverse Hessian by a Neumann series.',
  problem: bilevelOptimization,
  role: 'baseline',
  paper: { title: 'Bilevel Optimization: Convergence Analysis and Enhanced Design', arxiv: '2010.07962', year: 2021 },
  cost: 'O(T) \\text{ gradients and } O(Q) \\text{ Hessian products an iteration}',
  options: stocBioOptions,
  declines: declinesSets,
  steps: (instance, options) => stocBioSteps(modelOf(instance).problem, instance.initial, options),
});
