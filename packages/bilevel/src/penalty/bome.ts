// BOME: joint descent of x and y on f, corrected so that the value gap of the lower level falls.
//
// B. Liu, M. Ye, S. Wright, P. Stone, Q. Liu: BOME! Bilevel optimization made easy: a simple first-order approach (2022).
import type { OptionSpecs, OptionsOf, RunOptions } from '@infimum/core';
import { defineSolver, resolveOptions, runWith } from '@infimum/core';
import { addScaled, dot } from '@infimum/linalg/numerics';
import type { BilevelIterate, BilevelOutcome, BilevelSteps } from '../models/bilevel-optimization.ts';
import { bilevelOptimization } from '../models/bilevel-optimization.ts';
import { modelOf } from '../models/instance.ts';
import type { BilevelProblem, BilevelStart } from '../oracles/bilevel-problem.ts';
import { singleOptions } from '../single/options.ts';
import { singleSteps } from '../single/run.ts';

const bomeOptions = {
  lowerSteps: singleOptions.lowerSteps,
  gapFactor: { type: 'number', was: 'eta', above: 0, default: 0.5, description: 'η: the value gap falls at the rate η |∇q|²' },
  stepSize: { type: 'number', was: 'alpha', above: 0, default: 0.01, description: 'Step size of x and y' },
  lowerStepSize: { ...singleOptions.lowerStepSize, description: 'Step of the lower level; 0.9/L_g by default' },
  batchSize: singleOptions.batchSize,
  tolerance: singleOptions.tolerance,
  seed: singleOptions.seed,
  maxIterations: { type: 'integer', min: 0, default: 100_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `bome`. */
export type BomeOptions = OptionsOf<typeof bomeOptions> & RunOptions<BilevelIterate>;

/**
 * Every iteration makes T steps on g from y to ŷ, and moves (x, y) by `−α(∇f + λ∇q)` with `q = g(x, y) − g(x, ŷ)` and
 * `λ = max(0, (φ − ⟨∇f, ∇q⟩)/|∇q|²)`, `φ = η|∇q|²`. T + 6 gradients an iteration.
 *
 * @param problem - gradients of both levels; sets by their projections
 * @param initial - where x and y start, or x alone, y then at 0
 * @throws {InvalidInputError} for a problem without gradients, starts of another length, and options out of range
 */
export function bome(problem: BilevelProblem, initial: BilevelStart, options: BomeOptions = {}): BilevelOutcome {
  return runWith(bomeOptions, options, bomeSteps(problem, initial, options));
}

/** The steps of `bome`. */
export function bomeSteps(problem: BilevelProblem, initial: BilevelStart, options: BomeOptions = {}): BilevelSteps {
  const settings = resolveOptions(bomeOptions, options);
  const { lowerSteps, gapFactor, stepSize, lowerStepSize } = settings;
  return singleSteps(problem, initial, settings, 1, (run) => {
    const { oracles, x, y, image: gy, direction: fx, state } = run;
    const { z } = state;
    const fy = new Float64Array(y.length);
    const [gx, gxAtZ] = [new Float64Array(x.length), new Float64Array(x.length)];
    return (k) => {
      z.set(y);
      run.descend(lowerSteps, lowerStepSize ?? 0.9 / run.curvature(k), z);
      const [upperSamples, lowerSamples] = [run.upper(), run.lower()];
      oracles.gradFx(x, y, fx, upperSamples);
      oracles.gradFy(x, y, fy, upperSamples);
      oracles.gradGx(x, y, gx, lowerSamples);
      oracles.gradGx(x, z, gxAtZ, lowerSamples);
      oracles.gradGy(x, y, gy, lowerSamples);
      addScaled(gx, -1, gxAtZ);
      const squares = dot(gx, gx) + dot(gy, gy);
      const lambda = squares > 0 ? Math.max(0, gapFactor - (dot(fx, gx) + dot(fy, gy)) / squares) : 0;
      addScaled(fx, lambda, gx);
      for (let j = 0; j < y.length; j++) y[j] -= stepSize * (fy[j] + lambda * gy[j]);
      problem.setY?.project(y, y);
      run.advance(stepSize);
      // y is stationary for f + λg, or σf + g.
      state.sigma = 1 / Math.max(lambda, 1e-6);
    };
  });
}

export const bomeSolver = /* @__PURE__ */ defineSolver({
  id: 'bilevel/bome',
  title: 'BOME',
  summary: 'Joint descent of both levels on f, with a multiplier that decreases the value gap of the lower level.',
  problem: bilevelOptimization,
  role: 'baseline',
  paper: { title: 'BOME! Bilevel Optimization Made Easy: A Simple First-Order Approach', arxiv: '2209.08709', year: 2022 },
  cost: 'O(T) \\text{ gradients an iteration}',
  options: bomeOptions,
  steps: (instance, options) => bomeSteps(modelOf(instance).problem, instance.initial, options),
});
