// BO-REP: normalised momentum for an upper level whose smoothness grows with its gradient, with a lower level that is refined at
// the start and updated periodically, so that its error stays small at all times.
//
// J. Hao, X. Gong, M. Liu: Bilevel Optimization under Unbounded Smoothness: A New Algorithm and Convergence Analysis
// (arXiv 2401.09587).
import type { OptionSpecs, OptionsOf, ResolvedOptions, RunOptions } from '@infimum/core';
import { defineSolver, resolveOptions, runWith } from '@infimum/core';
import { distance, norm } from '@infimum/linalg/numerics';
import type { BilevelIterate, BilevelOutcome, BilevelSteps } from '../models/bilevel-optimization.ts';
import { bilevelOptimization, declinesSets } from '../models/bilevel-optimization.ts';
import { modelOf } from '../models/instance.ts';
import type { BilevelProblem, BilevelStart } from '../oracles/bilevel-problem.ts';
import { unboundedPaper } from '../papers.ts';
import type { BilevelState } from '../single/bilevel-state.ts';
import { lowerCurvature } from '../single/lipschitz.ts';
import { singleOptions } from '../single/options.ts';
import { implicitSteps } from '../single/run.ts';
import { Sampler } from '../single/sampler.ts';

const boRepOptions = {
  stepSize: { type: 'number', was: 'eta', above: 0, default: 0.02, description: 'Length of every step of x' },
  momentum: { type: 'number', was: 'beta', min: 0, below: 1, default: 0.9, description: 'β of the momentum' },
  linearStepSize: { type: 'number', was: 'nu', above: 0, description: 'Linear system’s step, below 2/L_g; 0.4/L_g by default' },
  lowerStepSize: singleOptions.lowerStepSize,
  period: { type: 'integer', min: 1, default: 4, description: 'I: the lower level is updated only every I iterations' },
  lowerSteps: { type: 'integer', min: 0, max: 1_000_000, default: 5, description: 'N, steps per update of the lower level' },
  refineSteps: { type: 'integer', min: 0, max: 10_000_000, default: 100, description: 'T0, steps of the first refinement' },
  refine: {
    type: 'choice',
    choices: ['epochSgd', 'sgd', 'none'],
    default: 'epochSgd',
    description:
      'epochSgd: epochs of doubling length at half the step, each from the mean of the one before; sgd: steps of one length',
  },
  lowerOutput: {
    type: 'choice',
    choices: ['last', 'average'],
    default: 'last',
    description: 'Result of an update: its last point, or the mean of its second half',
  },
  momentumSolution: {
    type: 'choice',
    was: 'jvpZ',
    choices: ['new', 'old'],
    default: 'new',
    description: 'Which solution of the linear system enters the momentum',
  },
  ballRadius: { type: 'number', above: 0, description: 'Largest distance of an update from its start; unbounded by default' },
  maxLinearNorm: { type: 'number', was: 'zRadius', above: 0, description: 'Largest norm of linear solutions; none by default' },
  stepSizeSchedule: {
    type: 'choice',
    was: 'etaSchedule',
    choices: ['constant', 'step', 'sqrt'],
    default: 'constant',
    description:
      'step: η and γ times 0.2 every decayEvery iterations; sqrt: η/√(1 + k/decayEvery). With a constant η the iterates hover around the solution',
  },
  decayEvery: { type: 'integer', min: 1, default: 1000, description: 'Iterations between decays' },
  schedule: {
    type: 'choice',
    choices: ['constant', 'theory'],
    default: 'constant',
    description:
      'theory, for K = plannedIterations: 1 − β = min(0.5, 3 K^(−1/2)), η = 3 K^(−3/4), ν and γ times min(1, 30 K^(−1/2)), I = 0.2 K^(1/2), N = 2I',
  },
  plannedIterations: { type: 'integer', was: 'horizon', min: 1, default: 10_000, description: 'K of the theory’s schedule' },
  batchSize: singleOptions.batchSize,
  tolerance: singleOptions.tolerance,
  seed: singleOptions.seed,
  maxIterations: { type: 'integer', min: 0, default: 10_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `boRep`. */
export type BoRepOptions = OptionsOf<typeof boRepOptions> & RunOptions<BilevelIterate>;

/**
 * Solves a bilevel problem whose upper level is only (L0, L1)-smooth: its curvature may grow with its gradient, as with
 * exponential losses and recurrent networks. Every step of x has length η exactly,
 * `z ← z − ν(∇²_yy g z − ∇_y f)`, `m ← βm + (1 − β)(∇_x f − ∇²_xy g z)`, `x ← x − η m/|m|`, so that the lower solution moves by a
 * known amount, and N steps every I iterations keep up with it. Stays within about η of a stationary point.
 *
 * A gradient of f, a Hessian product, a mixed product and N/I lower gradients an iteration; memory 2p + 2q.
 *
 * @param problem - with `hvpGyy` and `jvpGxy`, without a set Y
 * @param initial - where x and y start, or x alone, y then at 0
 * @throws {InvalidInputError} for a problem without products or with a set Y, and options out of range
 *
 * @example
 * ```ts
 * import { boRep } from '@infimum/bilevel';
 *
 * // f = cosh(y − 10), g = (y − x)²/2: the gradient at the start is −11013, a plain step of 0.001 leaps to 11.
 * const problem = {
 *   dimX: 1,
 *   dimY: 1,
 *   gradFx: (_x: Float64Array, _y: Float64Array, out: Float64Array) => out.fill(0),
 *   gradFy: (_: Float64Array, [y]: Float64Array, out: Float64Array) => out.fill(Math.sinh(y - 10)),
 *   gradGx: ([x]: Float64Array, [y]: Float64Array, out: Float64Array) => out.fill(x - y),
 *   gradGy: ([x]: Float64Array, [y]: Float64Array, out: Float64Array) => out.fill(y - x),
 *   hvpGyy: (_x: Float64Array, _y: Float64Array, v: Float64Array, out: Float64Array) => out.set(v),
 *   jvpGxy: (_x: Float64Array, _y: Float64Array, [v]: Float64Array, out: Float64Array) => out.fill(-v),
 * };
 * const { x } = boRep(problem, [0], { stepSize: 0.02, maxIterations: 1000 });
 * console.log(Math.abs(x[0] - 10) < 0.5); // true
 * ```
 */
export function boRep(problem: BilevelProblem, initial: BilevelStart, options: BoRepOptions = {}): BilevelOutcome {
  return runWith(boRepOptions, options, boRepSteps(problem, initial, options));
}

/** The steps of `boRep`. */
export function boRepSteps(problem: BilevelProblem, initial: BilevelStart, options: BoRepOptions = {}): BilevelSteps {
  const settings = resolveOptions(boRepOptions, options);
  return implicitSteps(problem, initial, settings, (run) => advancer(run.state, settings));
}

/** An iteration, as a function of its number. */
function advancer(state: BilevelState, options: ResolvedOptions<typeof boRepOptions>): (k: number) => void {
  const { problem, x, y } = state;
  const { batchSize, maxLinearNorm = Infinity } = options;
  const sampler = new Sampler(problem, options.seed);
  const pace = paceOf(options);
  const [z, zBefore, fy, slope] = Array.from({ length: 4 }, () => new Float64Array(y.length));
  const [m, direction, cross] = Array.from({ length: 3 }, () => new Float64Array(x.length));
  let [nu, gamma] = [options.linearStepSize ?? 0, options.lowerStepSize ?? 0];

  const begin = () => {
    const curvature =
      options.linearStepSize === undefined || options.lowerStepSize === undefined ? lowerCurvature(problem, x, y) || 1 : 1;
    nu = (options.linearStepSize ?? 0.4 / curvature) * pace.slow;
    gamma = (options.lowerStepSize ?? 0.8 / curvature) * pace.slow;
    refine(state, sampler, { steps: options.refineSteps, kind: options.refine, gamma: gamma / pace.slow, batch: batchSize });
  };

  return (k) => {
    if (k === 0) begin();
    const decay = options.stepSizeSchedule === 'step' ? 0.2 ** Math.floor(k / options.decayEvery) : 1;
    const root = options.stepSizeSchedule === 'sqrt' ? Math.sqrt(1 + k / options.decayEvery) : 1;
    if (k > 0 && k % pace.period === 0) {
      updateLower(state, sampler, slope, { ...options, lowerSteps: pace.lowerSteps }, gamma * decay);
    }
    const upper = sampler.upper(batchSize);
    problem.gradFy(x, y, fy, upper);
    problem.hvpGyy(x, y, z, slope, sampler.lower(batchSize));
    zBefore.set(z);
    for (let j = 0; j < z.length; j++) z[j] -= nu * (slope[j] - fy[j]);
    clip(z, maxLinearNorm);
    problem.gradFx(x, y, direction, upper);
    problem.jvpGxy(x, y, options.momentumSolution === 'new' ? z : zBefore, cross, sampler.lower(batchSize, 'jvp'));
    for (let i = 0; i < m.length; i++) m[i] = pace.beta * m[i] + (1 - pace.beta) * (direction[i] - cross[i]);
    const length = norm(m);
    state.direction = length;
    if (length > 0) for (let i = 0; i < m.length; i++) x[i] -= ((pace.eta * decay) / root) * (m[i] / length);
    problem.setX?.project(x, x);
  };
}

/** Steps, momentum and periods, by the theory's schedule or as given. */
function paceOf({ schedule, plannedIterations, stepSize, momentum, period, lowerSteps }: ResolvedOptions<typeof boRepOptions>) {
  if (schedule === 'constant') return { eta: stepSize, beta: momentum, period, lowerSteps, slow: 1 };
  const root = Math.sqrt(plannedIterations);
  const long = Math.max(1, Math.ceil(0.2 * root));
  return {
    eta: 3 * plannedIterations ** -0.75,
    beta: 1 - Math.min(0.5, 3 / root),
    period: long,
    lowerSteps: 2 * long,
    slow: Math.min(1, 30 / root),
  };
}

/** Epochs of SGD for a strongly convex function: 10, 20, 40, … steps at γ, γ/2, γ/4, …, each from the mean of the one before. */
function refine(
  { problem, x, y }: BilevelState,
  sampler: Sampler,
  { steps, kind, gamma, batch }: { steps: number; kind: string; gamma: number; batch: number },
): void {
  if (kind === 'none') return;
  const slope = new Float64Array(y.length);
  const sum = new Float64Array(y.length);
  let left = steps;
  for (let epoch = 0; left > 0; epoch++) {
    const length = kind === 'sgd' ? left : Math.min(left, 10 * 2 ** epoch);
    const step = kind === 'sgd' ? gamma : gamma / 2 ** epoch;
    sum.fill(0);
    for (let t = 0; t < length; t++) {
      problem.gradGy(x, y, slope, sampler.lower(batch));
      for (let j = 0; j < y.length; j++) {
        y[j] -= step * slope[j];
        sum[j] += y[j] / length;
      }
    }
    if (kind === 'epochSgd') y.set(sum);
    left -= length;
  }
}

/** N steps of the lower level, within a ball around its start; the last point or the mean of the second half. */
function updateLower(
  { problem, x, y }: BilevelState,
  sampler: Sampler,
  slope: Float64Array,
  options: Pick<ResolvedOptions<typeof boRepOptions>, 'lowerSteps' | 'lowerOutput' | 'ballRadius' | 'batchSize'>,
  gamma: number,
): void {
  const { lowerSteps, lowerOutput, ballRadius = Infinity, batchSize } = options;
  const start = y.slice();
  const sum = new Float64Array(y.length);
  const half = Math.floor(lowerSteps / 2);
  for (let t = 0; t < lowerSteps; t++) {
    problem.gradGy(x, y, slope, sampler.lower(batchSize));
    for (let j = 0; j < y.length; j++) y[j] -= gamma * slope[j];
    const away = distance(y, start);
    if (away > ballRadius) for (let j = 0; j < y.length; j++) y[j] = start[j] + (ballRadius / away) * (y[j] - start[j]);
    if (t >= half) for (let j = 0; j < y.length; j++) sum[j] += y[j] / (lowerSteps - half);
  }
  if (lowerOutput === 'average' && lowerSteps > 0) y.set(sum);
}

/** Pulls a vector into the ball of a radius. */
function clip(z: Float64Array, radius: number): void {
  const length = norm(z);
  if (length > radius) for (let j = 0; j < z.length; j++) z[j] *= radius / length;
}

export const boRepSolver = /* @__PURE__ */ defineSolver({
  id: 'bilevel/bo-rep',
  title: 'BO-REP',
  summary:
    'Steps of equal length by normalised momentum, a refined start and periodic updates of the lower level: for upper levels whose curvature grows with their gradient.',
  problem: bilevelOptimization,
  role: 'paper',
  paper: unboundedPaper,
  cost: '\\tilde O(\\epsilon^{-4}) \\text{ calls}',
  options: boRepOptions,
  declines: declinesSets,
  steps: (instance, options) => boRepSteps(modelOf(instance).problem, instance.initial, options),
});
