// PBGD: joint gradient descent of x and y on f + (g − min g)/σ.
//
// H. Shen, T. Chen: On penalty-based bilevel gradient descent method (2023).
import type { OptionSpecs, OptionsOf, RunOptions } from '@infimum/core';
import { defineSolver, resolveOptions, runWith } from '@infimum/core';
import type { BilevelIterate, BilevelOutcome, BilevelSteps } from '../models/bilevel-optimization.ts';
import { bilevelOptimization } from '../models/bilevel-optimization.ts';
import { modelOf } from '../models/instance.ts';
import type { BilevelProblem, BilevelStart } from '../oracles/bilevel-problem.ts';
import { CurvatureWatch, jointCurvature, lowerCurvature, upperCurvature } from '../single/lipschitz.ts';
import { singleOptions } from '../single/options.ts';
import { singleSteps } from '../single/run.ts';

const pbgdOptions = {
  penalty: { type: 'number', above: 0, default: 100, description: 'Weight of the value gap, 1/σ' },
  lowerSteps: { ...singleOptions.lowerSteps, default: 5 },
  stepSize: { type: 'number', was: 'alpha', above: 0, description: 'Step of x and y; 0.5/(L_f + penalty L_g) by default' },
  lowerStepSize: { ...singleOptions.lowerStepSize, description: 'Step of the lower level; 0.9/L_g by default' },
  batchSize: singleOptions.batchSize,
  tolerance: { type: 'number', min: 0, default: 1e-6, description: 'Residuals to stop at, over their terms and lower penalty' },
  seed: singleOptions.seed,
  maxIterations: { type: 'integer', min: 0, default: 100_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `pbgd`. */
export type PbgdOptions = OptionsOf<typeof pbgdOptions> & RunOptions<BilevelIterate>;

/**
 * Every iteration makes some steps of z on g, and one of (x, y) on `f + penalty (g(x, y) − g(x, z))`. Two gradients an inner
 * step and five an iteration.
 *
 * @param problem - gradients of both levels; sets by their projections
 * @param initial - where x and y start, or x alone, y then at 0
 * @throws {InvalidInputError} for a problem without gradients, starts of another length, and options out of range
 */
export function pbgd(problem: BilevelProblem, initial: BilevelStart, options: PbgdOptions = {}): BilevelOutcome {
  return runWith(pbgdOptions, options, pbgdSteps(problem, initial, options));
}

/** The steps of `pbgd`. */
export function pbgdSteps(problem: BilevelProblem, initial: BilevelStart, options: PbgdOptions = {}): BilevelSteps {
  const settings = resolveOptions(pbgdOptions, options);
  const { penalty, lowerSteps, stepSize, lowerStepSize } = settings;
  return singleSteps(problem, initial, settings, 1 / penalty, (run) => {
    const { oracles, x, y, image: gy, direction, state } = run;
    const { z } = state;
    const fy = new Float64Array(y.length);
    const [gx, gxAtZ] = [new Float64Array(x.length), new Float64Array(x.length)];
    const lower = new CurvatureWatch(undefined, () => lowerCurvature(oracles, x, z));
    const joint = new CurvatureWatch(undefined, () => jointCurvature(oracles, x, y));
    const upper = new CurvatureWatch(undefined, () => upperCurvature(oracles, x, y));
    return (k) => {
      run.descend(lowerSteps, lowerStepSize ?? 0.9 / lower.at(k), z);
      const [upperSamples, lowerSamples] = [run.upper(), run.lower()];
      oracles.gradFx(x, y, direction, upperSamples);
      oracles.gradFy(x, y, fy, upperSamples);
      oracles.gradGx(x, y, gx, lowerSamples);
      oracles.gradGx(x, z, gxAtZ, lowerSamples);
      oracles.gradGy(x, y, gy, lowerSamples);
      const length = stepSize ?? 0.5 / (upper.at(k) + penalty * joint.at(k));
      for (let i = 0; i < x.length; i++) direction[i] += penalty * (gx[i] - gxAtZ[i]);
      for (let j = 0; j < y.length; j++) y[j] -= length * (fy[j] + penalty * gy[j]);
      problem.setY?.project(y, y);
      run.advance(length);
    };
  });
}

export const pbgdSolver = /* @__PURE__ */ defineSolver({
  id: 'bilevel/pbgd',
  title: 'PBGD',
  summary: 'Joint gradient descent of both levels on f plus the penalised value gap.',
  problem: bilevelOptimization,
  role: 'baseline',
  paper: { title: 'On Penalty-based Bilevel Gradient Descent Method', arxiv: '2302.05185', year: 2023 },
  cost: 'O(\\epsilon^{-3/2}) \\text{ gradients}',
  options: pbgdOptions,
  steps: (instance, options) => pbgdSteps(modelOf(instance).problem, instance.initial, options),
});
