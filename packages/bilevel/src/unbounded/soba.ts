// SOBA: one step of the lower level, of the linear system and of x in every iteration, no momentum.
//
// M. Dagréou, P. Ablin, S. Vaiter, T. Moreau: A framework for bilevel optimization that enables stochastic and global variance
// reduction algorithms (2022).
import type { OptionSpecs, OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { defineSolver, resolveOptions, runWith } from '@infimum/core';
import type { BilevelIterate, BilevelSolution } from '../models/bilevel-optimization.ts';
import { bilevelOptimization, declinesSets } from '../models/bilevel-optimization.ts';
import { modelOf } from '../models/instance.ts';
import type { BilevelProblem, BilevelStart } from '../oracles/bilevel-problem.ts';
import { singleOptions } from '../single/options.ts';
import { maSobaSteps } from './ma-soba.ts';

const sobaOptions = {
  stepSize: { ...singleOptions.stepSize, default: 0.02 },
  linearStepSize: singleOptions.linearStepSize,
  lowerStepSize: singleOptions.lowerStepSize,
  batchSize: singleOptions.batchSize,
  tolerance: singleOptions.tolerance,
  seed: singleOptions.seed,
  maxIterations: { ...singleOptions.maxIterations, default: 50_000 },
} as const satisfies OptionSpecs;

/** Options of `soba`. */
export type SobaOptions = OptionsOf<typeof sobaOptions> & RunOptions<BilevelIterate>;

/**
 * `maSoba` without momentum: `y ← y − γ∇_y g`, `z ← z − ν(∇²_yy g z − ∇_y f)`, `x ← x − η(∇_x f − ∇²_xy g z)`.
 *
 * @param problem - with `hvpGyy` and `jvpGxy`, without a set Y
 * @param initial - where x and y start, or x alone, y then at 0
 * @throws {InvalidInputError} for a problem without products or with a set Y, and options out of range
 */
export function soba(
  problem: BilevelProblem,
  initial: BilevelStart,
  options: SobaOptions = {},
): Outcome<BilevelSolution, BilevelIterate> {
  return runWith(sobaOptions, options, sobaSteps(problem, initial, options));
}

/** The steps of `soba`. */
export function sobaSteps(
  problem: BilevelProblem,
  initial: BilevelStart,
  options: SobaOptions = {},
): Steps<BilevelSolution, BilevelIterate> {
  return maSobaSteps(problem, initial, { ...resolveOptions(sobaOptions, options), momentum: 0 });
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
  steps: (instance, options) => sobaSteps(modelOf(instance).problem, instance.initial, options),
});
