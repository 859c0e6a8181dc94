// The penalty method for bilevel problems with sets on both levels and many lower solutions, using gradients only: descent on
// ψ_σ(x) = (min_y σf + g − min_z g)/σ with proximal anchors for both inner problems.
//
// J. Kwon, D. Kwon, S. Wright, R. Nowak: On Penalty Methods for Nonconvex Bilevel Optimization and First-Order Stochastic
// Approximation (arXiv 2309.01753), Algorithm 1.
import type { OptionSpecs, OptionsOf, ResolvedOptions, RunOptions } from '@infimum/core';
import { defineSolver, Random, resolveOptions, runWith } from '@infimum/core';
import { norm } from '@infimum/linalg/numerics';
import { bilevelOptimization } from '../models/bilevel-optimization.ts';
import { modelOf } from '../models/instance.ts';
import type { BilevelProblem, BilevelStart } from '../oracles/bilevel-problem.ts';
import { penaltyPaper } from '../papers.ts';
import { BilevelState } from '../single/bilevel-state.ts';
import { singleOptions } from '../single/options.ts';
import { Sampler } from '../single/sampler.ts';
import { anchoredStep, follow, penaltyLoop } from './penalty-loop.ts';
import type { PenaltyIterate, PenaltyOutcome, PenaltySteps } from './penalty-options.ts';
import { penaltyOptions } from './penalty-options.ts';

/** Options of `penaltyBilevel`. */
export const penaltyBilevelOptions = {
  ...penaltyOptions,
  lowerSteps: { ...singleOptions.lowerSteps, default: 5, description: 'Steps of both inner problems per iteration' },
  optimizer: singleOptions.optimizer,
  batchSize: singleOptions.batchSize,
  schedule: {
    type: 'choice',
    choices: ['constant', 'theory'],
    default: 'constant',
    description:
      'theory: σ and the step of x fall like t^(−1/3), t = 1 + k/10, and under samples batches and lower steps grow like t^(4/3)',
  },
  maxSamples: {
    type: 'integer',
    was: 'sampleCap',
    min: 1,
    default: 10_000,
    description: 'Largest batch and most inner steps in the theory’s schedule',
  },
  adaptive: {
    type: 'boolean',
    default: false,
    description:
      'Halve the step of x, and go back to the best iterate, when the mean stationarity of 100 iterations rises by half',
  },
  jitter: { type: 'number', min: 0, default: 0, description: 'Size of a random initial shift of y, away from saddles' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of samples and jitter' },
  maxIterations: { type: 'integer', min: 0, default: 100_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `penaltyBilevel`. */
export type PenaltyBilevelOptions = OptionsOf<typeof penaltyBilevelOptions> & RunOptions<PenaltyIterate>;

/**
 * Solves `min over x in X of f(x, y)`, y in `argmin over Y of g(x, ·)`, with gradients alone, also where g is not convex and
 * the lower level has many solutions (f chooses among them).
 *
 * Every iteration makes `lowerSteps` projected gradient steps on `σf + g + |· − y|²/2ρ` and on `g + |· − z|²/2ρ`, moves the
 * anchors y, z towards the results w_y, w_z, and moves x against `∇_x f(x, w_y) + (∇_x g(x, w_y) − ∇_x g(x, w_z))/σ`, both
 * gradients of g by the same samples. The minimiser that is found is off by O(σ).
 *
 * Three gradients an inner step and three an iteration; memory 4q + p. Where the two x-gradients of g agree to nearly all
 * digits, for example with σ below 1e-6, their difference is rounding.
 *
 * @param problem - gradients of both levels; sets X and Y by their projections
 * @param initial - where x and y start, or x alone, y then at 0
 * @returns the solution's `x`, `y` (w_y), `z` (w_z) and `sigma`, `evaluations`, and how the run ended
 * @throws {InvalidInputError} for a problem without gradients, starts of another length, and options out of range
 *
 * @example
 * ```ts
 * import { penaltyBilevel } from '@infimum/bilevel';
 *
 * // y follows 2x; f wants x at 1 and y at 3. The answer is 7/5, and 1.392157 at σ = 0.1.
 * const problem = {
 *   dimX: 1,
 *   dimY: 1,
 *   gradFx: ([x]: Float64Array, _: Float64Array, out: Float64Array) => out.fill(x - 1),
 *   gradFy: (_: Float64Array, [y]: Float64Array, out: Float64Array) => out.fill(y - 3),
 *   gradGx: ([x]: Float64Array, [y]: Float64Array, out: Float64Array) => out.fill(-2 * (y - 2 * x)),
 *   gradGy: ([x]: Float64Array, [y]: Float64Array, out: Float64Array) => out.fill(y - 2 * x),
 * };
 * const { x, status } = penaltyBilevel(problem, [0], { sigma: 0.1 });
 * console.log(x[0].toFixed(4), status); // 1.3922 converged
 * ```
 */
export function penaltyBilevel(
  problem: BilevelProblem,
  initial: BilevelStart,
  options: PenaltyBilevelOptions = {},
): PenaltyOutcome {
  return runWith(penaltyBilevelOptions, options, penaltyBilevelSteps(problem, initial, options));
}

/** The steps of `penaltyBilevel`. */
export function penaltyBilevelSteps(
  problem: BilevelProblem,
  initial: BilevelStart,
  options: PenaltyBilevelOptions = {},
): PenaltySteps {
  const settings = resolveOptions(penaltyBilevelOptions, options);
  const state = new BilevelState(problem, initial, settings.sigma, settings.batchSize);
  return doubleLoop(state, settings);
}

function doubleLoop(state: BilevelState, options: ResolvedOptions<typeof penaltyBilevelOptions>): PenaltySteps {
  const { problem, x, stochastic } = state;
  const { anchorStepSize, batchSize, schedule, maxSamples, stepSize } = options;
  const { dimX, dimY, setY } = problem;
  const [wy, wz] = [state.y, state.z];
  const sampler = new Sampler(problem, options.seed);
  if (options.jitter > 0) {
    shift(wy, options.jitter, options.seed);
    setY?.project(wy, wy);
    wz.set(wy);
  }
  const [y, z] = [wy.slice(), wz.slice()];
  const [fy, gy, gz] = Array.from({ length: 3 }, () => new Float64Array(dimY));
  const [gxAtY, gxAtZ] = [new Float64Array(dimX), new Float64Array(dimX)];
  const best = options.adaptive ? new WindowWatch(dimX, dimY) : undefined;
  let alphaScale = 1;

  /** A number that grows with the theory's schedule, under samples. */
  const grown = (first: number, t: number): number =>
    schedule === 'theory' && stochastic ? Math.min(maxSamples, Math.ceil(first * t ** (4 / 3))) : first;

  return penaltyLoop(state, options, {
    judgedEvery: 100,
    sigmaAt: (t) => t ** (-1 / 3),
    gammaAt: () => 1,
    alphaAt: ({ t, sigma }) => {
      if (options.optimizer === 'adam') return alphaScale * stepSize;
      return alphaScale * (schedule === 'theory' ? stepSize * t ** (-1 / 3) : Math.min(stepSize, 5 * stepSize * sigma));
    },
    inner: (pace, residuals) => {
      const samples = grown(batchSize, pace.t);
      const { sigma } = pace;
      for (let step = grown(options.lowerSteps, pace.t); step > 0; step--) {
        // All gradients first: the two steps, which are independent of each other, can then overlap in the processor.
        problem.gradGy(x, wy, gy, stochastic ? sampler.lower(samples) : undefined);
        problem.gradFy(x, wy, fy, stochastic ? sampler.upper(samples) : undefined);
        problem.gradGy(x, wz, gz, stochastic ? sampler.lower(samples) : undefined);
        for (let j = 0; j < dimY; j++) gy[j] += sigma * fy[j];
        anchoredStep(wy, y, gy, pace, setY);
        anchoredStep(wz, z, gz, pace, setY);
      }
      residuals.residualY = norm(gy) / pace.gamma;
      residuals.residualZ = norm(gz) / pace.gamma;
      follow(y, wy, anchorStepSize);
      follow(z, wz, anchorStepSize);
    },
    direction: ({ t, sigma }, out) => {
      const samples = grown(batchSize, t);
      const shared = sampler.lower(samples);
      problem.gradFx(x, wy, out, sampler.upper(samples));
      problem.gradGx(x, wy, gxAtY, shared);
      problem.gradGx(x, wz, gxAtZ, shared);
      const own = norm(out);
      for (let i = 0; i < dimX; i++) gxAtY[i] = (gxAtY[i] - gxAtZ[i]) / sigma;
      for (let i = 0; i < dimX; i++) out[i] += gxAtY[i];
      return own + norm(gxAtY);
    },
    after: (stationarity) => {
      if (best?.worse(stationarity, x, [wy, wz, y, z])) alphaScale /= 2;
    },
  });
}

function shift(y: Float64Array, size: number, seed: number): void {
  const random = new Random(seed, 2);
  for (let j = 0; j < y.length; j++) y[j] += size * random.normal();
}

/** Windows of 100 iterations: when the mean stationarity of one is 1.5 times that of the one before, the best point is restored. */
class WindowWatch {
  #sum = 0;
  #count = 0;
  #before = Infinity;
  #least = Infinity;
  #older: Float64Array[];
  #newer: Float64Array[];

  constructor(dimX: number, dimY: number) {
    const room = () => [dimX, dimY, dimY, dimY, dimY].map((size) => new Float64Array(size));
    this.#older = room();
    this.#newer = room();
  }

  /** Records an iteration; true if the best point was restored. */
  worse(stationarity: number, x: Float64Array, points: readonly Float64Array[]): boolean {
    this.#sum += stationarity;
    this.#count++;
    const all = [x, ...points];
    if (stationarity < this.#least) {
      this.#least = stationarity;
      for (const [k, entries] of all.entries()) this.#newer[k].set(entries);
    }
    if (this.#count < 100) return false;
    const mean = this.#sum / this.#count;
    const rose = mean > 1.5 * this.#before;
    if (rose) for (const [k, entries] of all.entries()) entries.set(this.#older[k]);
    else {
      this.#before = mean;
      [this.#older, this.#newer] = [this.#newer, this.#older];
    }
    this.#sum = 0;
    this.#count = 0;
    this.#least = Infinity;
    return rose;
  }
}

export const penaltyBilevelSolver = /* @__PURE__ */ defineSolver({
  id: 'bilevel/penalty-bilevel',
  title: 'Penalty method',
  summary:
    'Two inner problems, with and without f, and their difference over σ: only gradients, sets on both levels, several lower solutions.',
  problem: bilevelOptimization,
  role: 'paper',
  paper: penaltyPaper,
  cost: 'O(\\epsilon^{-3}) \\text{ gradients, } O(\\epsilon^{-7}) \\text{ under noise}',
  options: penaltyBilevelOptions,
  steps: (instance, options) => penaltyBilevelSteps(modelOf(instance).problem, instance.initial, options),
});
