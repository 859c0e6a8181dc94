// Convex training with random block steps in place of the linear system: the cost of an iteration is linear in all sizes.
//
// Y. Bai, T. Gautam, S. Sojoudi: Efficient global optimization of two-layer ReLU networks (2022), arXiv 2201.01965.
import type { OptionSpecs, OptionsOf, RunOptions } from '@infimum/core';
import { converged, defineSolver, Random, resolveOptions, runWith } from '@infimum/core';
import { dot, smallCholesky, solveSmallCholesky } from '@infimum/linalg/numerics';
import type { ReluIterate, ReluOutcome, ReluSteps } from './convex-program.ts';
import { ReluProgram, shrinkBlock } from './convex-program.ts';
import { GapTest } from './gap-test.ts';
import { convexReluPaper } from './papers.ts';
import { patternOptions, patternsFor } from './patterns.ts';
import type { ReluInstance, ReluLike } from './relu-network.ts';
import { asRelu, checkRelu, lossOf } from './relu-network.ts';
import { reluProblem } from './relu-problem.ts';

const convexReluRbcdOptions = {
  patterns: patternOptions.patterns,
  patternCount: patternOptions.patternCount,
  seed: patternOptions.seed,
  tolerance: { type: 'number', min: 0, default: 1e-4, description: 'Relative gap to the lower bound at which to stop' },
  rho: { type: 'number', above: 0, description: 'Penalty on differences between copies, for data near 1; beta/2 by default' },
  dualStepSize: { type: 'number', was: 'dualStep', above: 0, max: 1, default: 0.5, description: 'gamma, step of multipliers' },
  innerTolerance: {
    type: 'number',
    above: 0,
    default: 1e-2,
    description: 'Relative mean decrease per block step at which inner steps initially end',
  },
  decay: { type: 'number', above: 0, max: 1, default: 0.95, description: 'Factor for the inner tolerance per iteration' },
  maxIterations: { type: 'integer', min: 0, default: 20_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `convexReluRbcd`. */
export type ConvexReluRbcdOptions = OptionsOf<typeof convexReluRbcdOptions> & RunOptions<ReluIterate>;

/**
 * As `convexReluAdmm`, but the blocks u_i, u_{P+i} are improved one random pattern at a time, O(nd) each, with the predictions
 * F u kept up to date: for sizes at which no matrix can be factored. The squared loss uses exact block steps, the others gradient steps
 * with an Armijo rule whose first length adapts.
 *
 * @param instance - `points`, n x d; `targets`; `loss`; `beta`
 * @throws {InvalidInputError} naming the field or option at fault
 *
 * @example
 * ```ts
 * import { convexReluRbcd } from '@infimum/learn';
 *
 * const points = { rows: 3, cols: 1, values: Float64Array.of(1, -1, 2) };
 * const targets = Float64Array.of(1, 2, 2);
 * const { value } = convexReluRbcd({ points, targets, loss: 'squared', beta: 0.1 });
 * console.log(value.toFixed(3)); // 0.294
 * ```
 */
export function convexReluRbcd(instance: ReluLike, options: ConvexReluRbcdOptions = {}): ReluOutcome {
  return runWith(convexReluRbcdOptions, options, convexReluRbcdSteps(asRelu(instance), options));
}

/** The steps of `convexReluRbcd`. */
export function* convexReluRbcdSteps(instance: ReluInstance, options: ConvexReluRbcdOptions = {}): ReluSteps {
  const settings = resolveOptions(convexReluRbcdOptions, options);
  const { tolerance, dualStepSize, innerTolerance, decay, seed } = settings;
  checkRelu(instance);
  const program = new ReluProgram(instance, patternsFor(instance.points, settings));
  const { rows, cols, count, beta } = program;
  const rho = settings.rho ?? beta / 2;
  const random = new Random(seed).split(1);
  const u = new Float64Array(2 * count * cols);
  const v = new Float64Array(u.length);
  const lambda = new Float64Array(u.length);
  const s = new Float64Array(2 * count * rows);
  const multiplier = new Float64Array(s.length);
  const blocks = blockSteps(program, rho, u, v, lambda, s, multiplier);
  const test = new GapTest(program, tolerance);
  const heights = new Float64Array(rows);
  let residual = Infinity;
  let inner = innerTolerance * Math.max(lossOf(program.loss, new Float64Array(program.samples), program.y), Number.MIN_VALUE);
  for (let iteration = 0; ; iteration++) {
    yield { iteration, residual, solution: () => test.best(v, blocks.nu()) };
    const proof = test.at(iteration, v, () => blocks.nu());
    if (proof) return converged(proof, `the value is within ${tolerance} of its lower bound`);
    // The mean decrease over a window shows when the inner problem is solved well enough: somewhat below the difference of the copies; a
    // sweep bounds the steps.
    const window = Math.ceil(8 * Math.sqrt(count));
    const apart = iteration === 0 ? 0 : rho * residual * residual;
    const enough = Math.max(inner, (INNER_SHARE * apart) / count);
    let decrease = Infinity;
    for (let sweep = 0; sweep < 8 && decrease > enough; sweep++) {
      decrease = 0;
      for (let step = 0; step < window; step++) decrease += blocks.improve(random.integer(count)) / window;
    }
    inner *= decay;
    let primal = 0;
    for (let i = 0; i < 2 * count; i++) {
      const at = i * cols;
      for (let j = at; j < at + cols; j++) v[j] = u[j] + lambda[j];
      shrinkBlock(v, at, cols, beta / rho);
      for (let j = at; j < at + cols; j++) {
        lambda[j] += dualStepSize * (u[j] - v[j]);
        primal += (u[j] - v[j]) ** 2;
      }
      program.heights(u, at, heights);
      for (let k = 0; k < rows; k++) {
        const height = program.isActive(i % count, k) ? heights[k] : -heights[k];
        const place = i * rows + k;
        s[place] = Math.max(0, height + multiplier[place]);
        multiplier[place] += dualStepSize * (height - s[place]);
        primal += (height - s[place]) ** 2;
      }
    }
    residual = Math.sqrt(primal);
    if (iteration % 100 === 99) blocks.refresh();
  }
}

/** Share of the penalty of the copies' differences, over the patterns, below which a block step's decrease is of no use. */
const INNER_SHARE = 0.1;

/** Steps in the two blocks of a pattern, with the predictions kept up to date. */
function blockSteps(
  program: ReluProgram,
  rho: number,
  u: Float64Array,
  v: Float64Array,
  lambda: Float64Array,
  s: Float64Array,
  multiplier: Float64Array,
) {
  const { rows, cols, count, samples, x, loss, y } = program;
  const factors = new Map<number, Float64Array>();
  const [gradient, move, weights, heights] = [cols, cols, rows, rows].map((size) => new Float64Array(size));
  const [predictions, trial, nu] = Array.from({ length: 3 }, () => new Float64Array(samples));
  let stepLength = 1;
  return {
    /** -l'(F u). */
    nu: () => program.dualPoint(predictions),
    /** Recomputes the predictions, since updates drift. */
    refresh: () => program.predictions(u, predictions),
    /** Improves v_i's and w_i's block; returns the decrease of the function. */
    improve: (pattern: number) => improveHalf(pattern, 1) + improveHalf(pattern, -1),
  };

  function improveHalf(pattern: number, sign: 1 | -1): number {
    const block = sign > 0 ? pattern : count + pattern;
    const at = block * cols;
    program.heights(u, at, heights);
    program.spread(pattern, -sign, program.dualPoint(predictions, nu), weights);
    // g = X'(D S' l') + rho (u - v + lambda + X' E (E X u - s + multiplier)), signs by the half.
    for (let k = 0; k < rows; k++) {
      const active = program.isActive(pattern, k);
      const place = block * rows + k;
      const height = active ? heights[k] : -heights[k];
      const pull = rho * (height - s[place] + multiplier[place]);
      weights[k] += active ? pull : -pull;
    }
    for (let j = 0; j < cols; j++) gradient[j] = rho * (u[at + j] - v[at + j] + lambda[at + j]);
    program.addTransposed(weights, gradient, 0);
    return program.loss === 'squared' ? exactStep(pattern, sign, at) : armijoStep(pattern, sign, at, block);
  }

  /** The minimiser of the quadratic in one block. */
  function exactStep(pattern: number, sign: 1 | -1, at: number): number {
    for (let j = 0; j < move.length; j++) move[j] = -gradient[j];
    solveSmallCholesky(factorOf(pattern), move.length, move);
    for (let j = 0; j < move.length; j++) u[at + j] += move[j];
    moved(pattern, sign, 1);
    return -0.5 * dot(gradient, move);
  }

  /** X'D S'S D X + rho (I + X'X), factored. */
  function factorOf(pattern: number): Float64Array {
    const known = factors.get(pattern);
    if (known) return known;
    const values = new Float64Array(cols * cols);
    for (const [weight, points] of [
      [1, program.activeMeans(pattern)],
      [rho, x],
    ] as const) {
      for (let k = 0; k < points.length; k += cols) {
        for (let i = 0; i < cols; i++) {
          const left = weight * points[k + i];
          for (let j = 0; j < cols; j++) values[i * cols + j] += left * points[k + j];
        }
      }
    }
    smallCholesky(values, cols, rho);
    factors.set(pattern, values);
    return values;
  }

  /** F u += factor * (+-) S D X move. */
  function moved(pattern: number, sign: 1 | -1, factor: number): void {
    program.heights(move, 0, heights);
    program.addMeans(pattern, sign * factor, heights, predictions);
  }

  function armijoStep(pattern: number, sign: 1 | -1, at: number, block: number): number {
    const square = dot(gradient, gradient);
    if (!(square > 0)) return 0;
    const valueAt = (): number => {
      program.heights(u, at, heights);
      let penalty = 0;
      for (let k = 0; k < rows; k++) {
        const height = program.isActive(pattern, k) ? heights[k] : -heights[k];
        penalty += (height - s[block * rows + k] + multiplier[block * rows + k]) ** 2;
      }
      for (let j = 0; j < cols; j++) penalty += (u[at + j] - v[at + j] + lambda[at + j]) ** 2;
      return lossOf(loss, trial, y) + 0.5 * rho * penalty;
    };
    trial.set(predictions);
    const before = valueAt();
    for (let attempt = 0; attempt < 40; attempt++) {
      const length = stepLength;
      for (let j = 0; j < cols; j++) {
        move[j] = -length * gradient[j];
        u[at + j] += move[j];
      }
      program.heights(move, 0, heights);
      trial.set(predictions);
      program.addMeans(pattern, sign, heights, trial);
      const after = valueAt();
      if (after <= before - 1e-3 * length * square) {
        predictions.set(trial);
        stepLength *= 1.05;
        return before - after;
      }
      for (let j = 0; j < cols; j++) u[at + j] -= move[j];
      stepLength /= 2.5;
    }
    return 0;
  }
}

export const convexReluRbcdSolver = /* @__PURE__ */ defineSolver({
  id: 'learn/convex-relu-rbcd',
  title: 'Convex training by ADMM with random blocks',
  summary: 'Convex training without a linear system: each block step costs one pass over the samples.',
  problem: reluProblem,
  variant: 'nominal',
  role: 'paper',
  paper: convexReluPaper,
  cost: 'O(nd) \\text{ per block step}',
  options: convexReluRbcdOptions,
  steps: (instance, options) => convexReluRbcdSteps(instance, options),
});
