// SOBA: one step of the lower level, of the linear system and of x in every iteration, no momentum.
//
// M. Dagréou, P. Ablin, S. Vaiter, T. Moreau: A framework for bilevel optimization that enables stochastic and global variance
// reduction algorithms (2022).
import type { OptionSpecs, OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { defineSolver, resolveOptions, runWith } from '@infimum/core';
import type { BilevelIterate, BilevelSolution } from '../models/bilevel-optimization.ts';
import { bilevelOptimization, declinesSets } from '../models/bilevel-optimization.ts';
import { modelOf } from '../models/instance.ts';
import type { BilevelProblem } from '../oracles/bilevel-problem.ts';
import { maSobaSteps } from './ma-soba.ts';

const sobaOptions = {
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

/** Options of `soba`. */
export type SobaOptions = OptionsOf<typeof sobaOptions> & RunOptions<BilevelIterate>;

/**
 * `maSoba` without momentum: `y ← y − γ∇_y g`, `z ← z − ν(∇²_yy g z − ∇_y f)`, `x ← x − η(∇_x f − ∇²_xy g z)`.
 *
 * @param problem - with `hvpGyy` and `jvpGxy`, without a set Y
 * @param initial - start, p numbers
 * @param y0 - start, q numbers
 * @throws {InvalidInputError} for a problem without products or with a set Y, and options out of range
 */
export function soba(
  problem: BilevelProblem,
  initial: Float64Array,
  y0: Float64Array,
  options: SobaOptions = {},
): Outcome<BilevelSolution, BilevelIterate> {
  return runWith(sobaOptions, options, sobaSteps(problem, initial, y0, options));
}

/** The steps of `soba`. */
function sobaSteps(
  problem: BilevelProblem,
  x0: Float64Array,
  y0: Float64Array,
  options: SobaOptions = {},
): Steps<BilevelSolution, BilevelIterate> {
  return maSobaSteps(problem, x0, y0, { ...resolveOptions(sobaOptions, options), momentum: 0 });
}

export const sobaSolver = /* @__PURE__ */ defineSolver({
  id: 'bilevel/soba',
  title: 'SOBA',
  summary: 'One step of everything an iteration, and nothing remembered.',
  problem: bilevelOptimization,
  role: 'baseline',
  paper: {
    title:
      'A framework for bilevel optimization that enables stochastic and global variance reduction algorithms',
    arxiv: '2201.13409',
    year: 2022,
  },
  cost: 'O(\\epsilon^{-4}) \\text{ calls}',
  options: sobaOptions,
  declines: declinesSets,
  steps: (instance, options) => sobaSteps(modelOf(instance).problem, instance.x0, instance.y0, options),
});
