// MA-SOBA: one step of the lower level, of the linear system and of x by momentum in every iteration; SOBA without momentum, and
// clipped on demand.
//
// X. Chen, T. Xiao, K. Balasubramanian: Optimal algorithms for stochastic bilevel optimization under relaxed smoothness
// conditions (2023); M. Dagréou, P. Ablin, S. Vaiter, T. Moreau (2022) for SOBA.
import type { OptionSpecs, OptionsOf, RunOptions } from '@infimum/core';
import { defineSolver, resolveOptions, runWith } from '@infimum/core';
import { addScaled, norm } from '@infimum/linalg/numerics';
import type { BilevelIterate, BilevelOutcome, BilevelSteps } from '../models/bilevel-optimization.ts';
import { bilevelOptimization, declinesSets } from '../models/bilevel-optimization.ts';
import { modelOf } from '../models/instance.ts';
import type { BilevelProblem, BilevelStart } from '../oracles/bilevel-problem.ts';
import { singleOptions } from '../single/options.ts';
import type { Run } from '../single/run.ts';
import { implicitSteps } from '../single/run.ts';

export const sobaOptions = {
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
export function soba(problem: BilevelProblem, initial: BilevelStart, options: SobaOptions = {}): BilevelOutcome {
  return runWith(sobaOptions, options, sobaSteps(problem, initial, options));
}

/** The steps of `soba`. */
export function sobaSteps(problem: BilevelProblem, initial: BilevelStart, options: SobaOptions = {}): BilevelSteps {
  return maSobaSteps(problem, initial, { ...resolveOptions(sobaOptions, options), momentum: 0 });
}

const maSobaOptions = {
  ...sobaOptions,
  momentum: { type: 'number', was: 'beta', min: 0, below: 1, default: 0.9, description: 'β of the momentum; 0 makes it SOBA' },
  clipNorm: { type: 'number', was: 'clip', above: 0, description: 'Longest momentum in a step; unbounded by default' },
} as const satisfies OptionSpecs;

/** Options of `maSoba`. */
export type MaSobaOptions = OptionsOf<typeof maSobaOptions> & RunOptions<BilevelIterate>;

/**
 * Every iteration, one after the other: `y ← y − γ∇_y g`, `z ← z − ν(∇²_yy g z − ∇_y f)`,
 * `m ← βm + (1 − β)(∇_x f − ∇²_xy g z)`, `x ← x − ηm`. With `clipNorm` c the step is `η m min(1, c/|m|)`: as safe as normalised
 * momentum where the gradient is huge, and with no floor near a solution.
 *
 * Two gradients of f, one of g and two products an iteration.
 *
 * @param problem - with `hvpGyy` and `jvpGxy`, without a set Y
 * @param initial - where x and y start, or x alone, y then at 0
 * @throws {InvalidInputError} for a problem without products or with a set Y, and options out of range
 */
export function maSoba(problem: BilevelProblem, initial: BilevelStart, options: MaSobaOptions = {}): BilevelOutcome {
  return runWith(maSobaOptions, options, maSobaSteps(problem, initial, options));
}

/** The steps of `maSoba`. */
export function maSobaSteps(problem: BilevelProblem, initial: BilevelStart, options: MaSobaOptions = {}): BilevelSteps {
  const settings = resolveOptions(maSobaOptions, options);
  return implicitSteps(problem, initial, settings, (run) => {
    const z = new Float64Array(run.y.length);
    return singleLoop(run, plainDirections(run, z), z, settings);
  });
}

/** The directions of an iteration, each evaluated at the current point. */
export interface Directions {
  /** ∇_y g. */
  gy(lower?: Int32Array): Float64Array;
  /** ∇²_yy g z − ∇_y f. */
  residual(lower?: Int32Array, upper?: Int32Array): Float64Array;
  /** ∇_x f − ∇²_xy g z. */
  gx(lower?: Int32Array, upper?: Int32Array): Float64Array;
}

/** One step of y, of z and of x along given directions, with momentum for x: SOBA and its relatives. */
export function singleLoop(
  run: Run,
  { gy, residual, gx }: Directions,
  z: Float64Array,
  settings: {
    readonly stepSize: number;
    readonly linearStepSize: number | undefined;
    readonly lowerStepSize: number | undefined;
    readonly momentum?: number;
    readonly clipNorm?: number | undefined;
  },
  lowerShare = 0.8,
): (k: number) => void {
  const { stepSize, linearStepSize, lowerStepSize, momentum = 0, clipNorm = Infinity } = settings;
  const m = new Float64Array(run.x.length);
  return (k) => {
    const lipschitz = run.curvature(k);
    const [upper, lower] = [run.upper(), run.lower()];
    addScaled(run.y, -(lowerStepSize ?? lowerShare / lipschitz), gy(lower));
    addScaled(z, -(linearStepSize ?? 0.4 / lipschitz), residual(lower, upper));
    const d = gx(lower, upper);
    for (let i = 0; i < m.length; i++) m[i] = momentum * m[i] + (1 - momentum) * d[i];
    const length = norm(m);
    run.advance(length > clipNorm ? stepSize * (clipNorm / length) : stepSize, m);
  };
}

/** The directions as the oracles return them. */
export function plainDirections(run: Run, z: Float64Array): Directions {
  const { oracles, x, y, image, direction } = run;
  const [fy, cross] = [new Float64Array(y.length), new Float64Array(x.length)];
  return {
    gy: (lower) => {
      oracles.gradGy(x, y, image, lower);
      return image;
    },
    residual: (lower, upper) => {
      oracles.hvpGyy(x, y, z, image, lower);
      oracles.gradFy(x, y, fy, upper);
      addScaled(image, -1, fy);
      return image;
    },
    gx: (lower, upper) => {
      oracles.gradFx(x, y, direction, upper);
      oracles.jvpGxy(x, y, z, cross, lower);
      addScaled(direction, -1, cross);
      return direction;
    },
  };
}

/** The paper of SOBA and SABA. */
export const sobaPaper = {
  title: 'A framework for bilevel optimization that enables stochastic and global variance reduction algorithms',
  arxiv: '2201.13409',
  year: 2022,
} as const;

export const maSobaSolver = /* @__PURE__ */ defineSolver({
  id: 'bilevel/ma-soba',
  title: 'MA-SOBA',
  summary: 'One step of each sequence per iteration, with momentum for x: simple and fast if smoothness is bounded.',
  problem: bilevelOptimization,
  role: 'baseline',
  paper: {
    title: 'Optimal Algorithms for Stochastic Bilevel Optimization under Relaxed Smoothness Conditions',
    arxiv: '2306.12067',
    year: 2023,
  },
  cost: 'O(\\epsilon^{-4}) \\text{ calls}',
  options: maSobaOptions,
  declines: declinesSets,
  steps: (instance, options) => maSobaSteps(modelOf(instance).problem, instance.initial, options),
});

export const sobaSolver = /* @__PURE__ */ defineSolver({
  id: 'bilevel/soba',
  title: 'SOBA',
  summary: 'One step of each sequence per iteration, without momentum.',
  problem: bilevelOptimization,
  role: 'baseline',
  paper: sobaPaper,
  cost: 'O(\\epsilon^{-4}) \\text{ calls}',
  options: sobaOptions,
  declines: declinesSets,
  steps: (instance, options) => sobaSteps(modelOf(instance).problem, instance.initial, options),
});
