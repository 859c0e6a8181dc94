// The fully single-loop penalty method: one step of everything an iteration, with recursive momentum for six gradients.
//
// J. Kwon, D. Kwon, S. Wright, R. Nowak: On Penalty Methods for Nonconvex Bilevel Optimization and First-Order Stochastic
// Approximation (arXiv 2309.01753), Algorithm 2.
import type { OptionSpecs, OptionsOf, ResolvedOptions, RunOptions } from '@infimum/core';
import { defineSolver, resolveOptions, run, runOptionsOf } from '@infimum/core';
import { norm } from '@infimum/linalg/numerics';
import { bilevelOptimization } from '../models/bilevel-optimization.ts';
import { modelOf } from '../models/instance.ts';
import type { BilevelProblem, BilevelStart, PairGradient } from '../oracles/bilevel-problem.ts';
import { penaltyPaper } from '../papers.ts';
import { BilevelState } from '../single/bilevel-state.ts';
import { singleOptions } from '../single/options.ts';
import { Sampler } from '../single/sampler.ts';
import type { Pace } from './penalty-loop.ts';
import { anchoredStep, follow, penaltyLoop } from './penalty-loop.ts';
import type { PenaltyIterate, PenaltyOutcome, PenaltySteps } from './penalty-options.ts';
import { penaltyOptions } from './penalty-options.ts';

const penaltyBilevelSingleLoopOptions = {
  ...penaltyOptions,
  momentumWeight: {
    type: 'number',
    was: 'eta',
    above: 0,
    max: 1,
    description: 'η, forgetting rate of the momenta; 0.02 with samples, irrelevant without',
  },
  optimizer: singleOptions.optimizer,
  batchSize: { type: 'integer', was: 'batch', min: 1, default: 1, description: 'Samples per gradient, if a level is a mean' },
  schedule: {
    type: 'choice',
    choices: ['constant', 'theory'],
    default: 'constant',
    description:
      'theory, t = 1 + k/10: under samples η, σ, γ, α fall like t^(−4/5), t^(−1/5), t^(−2/5), t^(−3/5); without them σ and α like t^(−1/3)',
  },
  seed: singleOptions.seed,
  maxIterations: { type: 'integer', min: 0, default: 500_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `penaltyBilevelSingleLoop`. */
export type PenaltyBilevelSingleLoopOptions = OptionsOf<typeof penaltyBilevelSingleLoopOptions> & RunOptions<PenaltyIterate>;

/**
 * As `penaltyBilevel`, with one step of w_y, w_z, the anchors and x in every iteration, and for each of the six gradients c
 * the recursive momentum `E ← c(now; ξ) + (1 − η)(E − c(before; ξ))` with one sample ξ, so that noise decays without batches. Samples must
 * be evaluable at two points.
 *
 * Twelve gradients an iteration under samples, six without; memory 10q + 6p.
 *
 * @param problem - gradients of both levels; sets X and Y by their projections
 * @param initial - where x and y start, or x alone, y then at 0
 * @throws {InvalidInputError} for a problem without gradients, starts of another length, and options out of range
 */
export function penaltyBilevelSingleLoop(
  problem: BilevelProblem,
  initial: BilevelStart,
  options: PenaltyBilevelSingleLoopOptions = {},
): PenaltyOutcome {
  const limits = runOptionsOf(penaltyBilevelSingleLoopOptions, options);
  return run(penaltyBilevelSingleLoopSteps(problem, initial, options), limits);
}

/** The steps of `penaltyBilevelSingleLoop`. */
export function* penaltyBilevelSingleLoopSteps(
  problem: BilevelProblem,
  initial: BilevelStart,
  options: PenaltyBilevelSingleLoopOptions = {},
): PenaltySteps {
  const settings = resolveOptions(penaltyBilevelSingleLoopOptions, options);
  const state = new BilevelState(problem, initial, settings.sigma, settings.batchSize);
  return yield* singleLoop(state, settings);
}

function singleLoop(state: BilevelState, options: ResolvedOptions<typeof penaltyBilevelSingleLoopOptions>): PenaltySteps {
  const { problem, x, stochastic } = state;
  const { anchorStepSize, batchSize } = options;
  const isTheory = options.schedule === 'theory';
  const { dimX, dimY, setY } = problem;
  const [wy, wz] = [state.y, state.z];
  const sampler = new Sampler(problem, options.seed);
  const [y, z, xBefore, wyBefore, wzBefore] = [wy, wz, x, wy, wz].map((entries) => entries.slice());
  const estimator = (gradient: PairGradient, w: Float64Array, wBefore: Float64Array, size: number) => {
    const [value, past] = [new Float64Array(size), new Float64Array(size)];
    let isFirst = true;
    return {
      value,
      refresh(eta: number, samples: Int32Array | undefined) {
        if (isFirst || !stochastic || eta === 1) gradient(x, w, value, samples);
        else {
          gradient(xBefore, wBefore, past, samples);
          for (let i = 0; i < size; i++) past[i] = (1 - eta) * (value[i] - past[i]);
          gradient(x, w, value, samples);
          for (let i = 0; i < size; i++) value[i] += past[i];
        }
        isFirst = false;
      },
    };
  };
  const fy = estimator(problem.gradFy, wy, wyBefore, dimY);
  const gy = estimator(problem.gradGy, wy, wyBefore, dimY);
  const gz = estimator(problem.gradGy, wz, wzBefore, dimY);
  const fx = estimator(problem.gradFx, wy, wyBefore, dimX);
  const gxAtY = estimator(problem.gradGx, wy, wyBefore, dimX);
  const gxAtZ = estimator(problem.gradGx, wz, wzBefore, dimX);
  const moved = new Float64Array(dimY);

  /** A step along a slope, after which the anchor follows; |step|/γ. */
  const innerStep = (w: Float64Array, anchor: Float64Array, slope: (j: number) => number, pace: Pace) => {
    for (let j = 0; j < dimY; j++) moved[j] = slope(j);
    anchoredStep(w, anchor, moved, pace, setY);
    follow(anchor, w, anchorStepSize);
    return norm(moved) / pace.gamma;
  };

  return penaltyLoop(state, options, {
    judgedEvery: 1000,
    sigmaAt: (t) => t ** (stochastic ? -1 / 5 : -1 / 3),
    gammaAt: (t) => (stochastic ? t ** (-2 / 5) : 1),
    alphaAt: ({ t, sigma }) => {
      if (isTheory) return options.stepSize * t ** (stochastic ? -3 / 5 : -1 / 3);
      return options.optimizer === 'adam' ? options.stepSize : Math.min(options.stepSize, 5 * options.stepSize * sigma);
    },
    inner: (pace, residuals) => {
      const eta = isTheory ? (stochastic ? pace.t ** (-4 / 5) : 1) : (options.momentumWeight ?? 0.02);
      fy.refresh(eta, sampler.upper(batchSize, 'fy'));
      gy.refresh(eta, sampler.lower(batchSize, 'gy'));
      gz.refresh(eta, sampler.lower(batchSize, 'gz'));
      fx.refresh(eta, sampler.upper(batchSize, 'fx'));
      const shared = sampler.lower(batchSize, 'gx');
      gxAtY.refresh(eta, shared);
      gxAtZ.refresh(eta, shared);
      xBefore.set(x);
      wyBefore.set(wy);
      wzBefore.set(wz);
      residuals.residualY = innerStep(wy, y, (j) => pace.sigma * fy.value[j] + gy.value[j], pace);
      residuals.residualZ = innerStep(wz, z, (j) => gz.value[j], pace);
    },
    // All gradients are of the points before the inner steps.
    direction: ({ sigma }, out) => {
      let cross = 0;
      for (let i = 0; i < dimX; i++) {
        const d = (gxAtY.value[i] - gxAtZ.value[i]) / sigma;
        cross += d * d;
        out[i] = fx.value[i] + d;
      }
      return norm(fx.value) + Math.sqrt(cross);
    },
  });
}

export const penaltyBilevelSingleLoopSolver = /* @__PURE__ */ defineSolver({
  id: 'bilevel/penalty-bilevel-single-loop',
  title: 'Single-loop penalty method',
  summary: 'One step per iteration, with recursive momentum: noise vanishes even with one sample per gradient.',
  problem: bilevelOptimization,
  role: 'paper',
  paper: penaltyPaper,
  cost: 'O(\\epsilon^{-3}) \\text{ gradients, } O(\\epsilon^{-5}) \\text{ under noise}',
  options: penaltyBilevelSingleLoopOptions,
  steps: (instance, options) => penaltyBilevelSingleLoopSteps(modelOf(instance).problem, instance.initial, options),
});
