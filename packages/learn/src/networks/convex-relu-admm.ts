// Global training of two-layer ReLU networks by the alternating direction method of multipliers.
//
// Y. Bai, T. Gautam, S. Sojoudi: Efficient global optimization of two-layer ReLU networks: quadratic-time algorithms and
// adversarial training (2022), arXiv 2201.01965.
import type { OptionSpecs, OptionsOf, RunOptions } from '@infimum/core';
import { converged, defineSolver, resolveOptions, runWith } from '@infimum/core';
import { smallCholesky, solveSmallCholesky } from '@infimum/linalg/numerics';
import { choleskyInTurns } from '@infimum/linalg/steps';
import type { ReluIterate, ReluOutcome, ReluSteps } from './convex-program.ts';
import { lossProx, ReluProgram, shrinkBlock } from './convex-program.ts';
import { InteriorPoint } from './convex-relu-interior.ts';
import { GapTest } from './gap-test.ts';
import { convexReluPaper } from './papers.ts';
import { patternOptions, patternsFor } from './patterns.ts';
import type { ReluInstance, ReluLike } from './relu-network.ts';
import { asRelu, checkRelu } from './relu-network.ts';
import { reluProblem } from './relu-problem.ts';

/** Options of `convexReluAdmm`. */
export const convexReluAdmmOptions = {
  patterns: patternOptions.patterns,
  patternCount: patternOptions.patternCount,
  seed: patternOptions.seed,
  tolerance: { type: 'number', min: 0, default: 1e-6, description: 'Relative gap to the lower bound at which to stop' },
  rho: {
    type: 'number',
    above: 0,
    description: 'Penalty on differences between copies, for data near 1; sqrt(beta)/2 by default',
  },
  dualStepSize: { type: 'number', was: 'dualStep', above: 0, max: 1.9, default: 1, description: 'gamma, step of multipliers' },
  relaxation: { type: 'number', min: 1, max: 1.9, default: 1.6, description: 'Over-relaxation; 1 is the paper’s method' },
  linearSolver: {
    type: 'choice',
    choices: ['auto', 'woodbury', 'cholesky'],
    default: 'auto',
    description: 'Size of the linear system: number of samples, or of all block entries; the smaller one by default',
  },
  maxIterations: { type: 'integer', min: 0, default: 100_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `convexReluAdmm`. */
export type ConvexReluAdmmOptions = OptionsOf<typeof convexReluAdmmOptions> & RunOptions<ReluIterate>;

/**
 * Trains yhat = sum_j alpha_j max(0, u_j . x) to the global optimum of l(yhat, y) + (beta/2) sum_j (|u_j|² + alpha_j²), by the
 * convex program over activation patterns with the splits f = F u, v = u, s = G u >= 0. One matrix is factored once: of the
 * samples' size (Woodbury) or of all blocks' size.
 *
 * With small penalties the method is far from the optimum for a long time; on small programs an interior-point method runs beside it from
 * the 100th iteration on and supplies the last digits.
 *
 * `converged` when the value of the network, computed from its weights, is within `tolerance` of the dual's lower bound: a proof for all
 * networks of any width if all patterns are used (`isProof`), otherwise for units of the patterns used.
 *
 * @param instance - `points`, n x d; `targets`; `loss`; `beta`
 * @throws {InvalidInputError} naming the field or option at fault
 *
 * Cost: O(n² + n d P) an iteration with P patterns (Woodbury), O((d P)² + n d P) else; set-up O(n³/3) or O((d P)³).
 *
 * @example
 * ```ts
 * import { convexReluAdmm } from '@infimum/learn';
 *
 * // |x| at three points: two units, one for each side.
 * const points = { rows: 3, cols: 1, values: Float64Array.of(1, -1, 2) };
 * const targets = Float64Array.of(1, 2, 2);
 * const { status, value, output } = convexReluAdmm({ points, targets, loss: 'squared', beta: 0.1 });
 * console.log(status, value.toFixed(4), output.length); // converged 0.2940 2
 * ```
 */
export function convexReluAdmm(instance: ReluLike, options: ConvexReluAdmmOptions = {}): ReluOutcome {
  return runWith(convexReluAdmmOptions, options, convexReluAdmmSteps(asRelu(instance), options));
}

/** The steps of `convexReluAdmm`. */
export function* convexReluAdmmSteps(instance: ReluInstance, options: ConvexReluAdmmOptions = {}): ReluSteps {
  const settings = resolveOptions(convexReluAdmmOptions, options);
  checkRelu(instance);
  const program = new ReluProgram(instance, patternsFor(instance.points, settings));
  return yield* admmSteps(program, () => linearSolver(program, settings.linearSolver), settings);
}

/** The settings of the iteration itself. */
type AdmmSettings = Pick<ConvexReluAdmmOptions, 'rho'> &
  Required<Pick<ConvexReluAdmmOptions, 'tolerance' | 'dualStepSize' | 'relaxation'>>;

/**
 * The iteration; the solver may be that of any program with the same points and patterns. The steps of its construction count as
 * iterations.
 */
export function* admmSteps(
  program: ReluProgram,
  solver: () => Generator<undefined, BlockSolver>,
  settings: AdmmSettings,
): ReluSteps {
  const { tolerance, dualStepSize, relaxation } = settings;
  const state = admmState(program, settings.rho ?? Math.sqrt(program.beta) / 2);
  const test = new GapTest(program, tolerance);
  let finish: InteriorPoint | undefined;
  let solve: BlockSolver | undefined;
  let work: Generator<undefined, BlockSolver> | undefined;
  for (let iteration = 0; ; iteration++) {
    yield { iteration, residual: state.residual, solution: () => test.best(state.v, state.nu()) };
    const proof = test.at(iteration, state.v, () => state.nu());
    if (proof) return converged(proof, `the value is within ${tolerance} of its lower bound`);
    if (!solve) {
      work ??= solver();
      const turn = work.next();
      if (!turn.done) continue;
      solve = turn.value;
    }
    if (iteration >= FINISH_FROM && !finish && InteriorPoint.workOf(program) <= FINISH_WORK)
      finish = new InteriorPoint(program);
    if (finish && !finish.isDone) {
      finish.step();
      const finished = finish.isDone || finish.isNear(tolerance) ? test.now(finish.blocks, finish.nu()) : undefined;
      if (finished) return converged(finished, `the value is within ${tolerance} of its lower bound`);
    }
    state.step(solve, dualStepSize, relaxation);
  }
}

/** From this iteration on, small programs also make a step of the interior point in every iteration. */
const FINISH_FROM = 100;

/** Operations of such a step, at most. */
const FINISH_WORK = 2e7;

/** Solves (F'F + I + G'G) u = b in place. */
export type BlockSolver = (b: Float64Array) => void;

/** The copies u, v, s, f and their scaled multipliers; blocks as v_1 … v_P, w_1 … w_P. */
function admmState(program: ReluProgram, rho: number) {
  const { rows, cols, count, samples, loss, y, beta } = program;
  const { bits } = program.patterns;
  const zeros = (length: number) => new Float64Array(length);
  const [u, v, lambda, s, multiplier, heights] = [cols, cols, cols, rows, rows, rows].map((size) => zeros(2 * count * size));
  const [f, mu, predictions, pull, scratch, relaxed] = [samples, samples, samples, samples, rows, cols].map(zeros);
  return {
    v,
    residual: Infinity,
    /** The multiplier of f = F u, which is minus the loss's derivative. */
    nu: () => mu.map((value) => -rho * value),
    step(solve: BlockSolver, dualStepSize: number, relaxation: number): void {
      for (let k = 0; k < samples; k++) pull[k] = f[k] - mu[k];
      // 1. u <- argmin of the squares: right-hand side F'(f - mu) + v - lambda + G'(s - multiplier).
      for (let i = 0; i < 2 * count; i++) {
        const [pattern, sign, at] = [i % count, i < count ? 1 : -1, i * cols];
        for (let j = 0; j < cols; j++) u[at + j] = v[at + j] - lambda[at + j];
        program.spread(pattern, sign, pull, scratch);
        for (let k = 0; k < rows; k++) {
          const height = s[i * rows + k] - multiplier[i * rows + k];
          scratch[k] += bits[pattern * rows + k] === 1 ? height : -height;
        }
        program.addTransposed(scratch, u, at);
      }
      solve(u);
      // 2. to 4. Copies and multipliers, block by block.
      predictions.fill(0);
      let primal = 0;
      for (let i = 0; i < 2 * count; i++) {
        const [pattern, sign, at] = [i % count, i < count ? 1 : -1, i * cols];
        program.heights(u, at, heights, i * rows);
        program.addMeans(pattern, sign, heights, predictions, i * rows);
        for (let k = 0; k < rows; k++) {
          const at = i * rows + k;
          if (bits[pattern * rows + k] === 0) heights[at] = -heights[at]; // G u
          const mixed = relaxation * heights[at] + (1 - relaxation) * s[at];
          const next = Math.max(0, mixed + multiplier[at]);
          primal += (heights[at] - next) ** 2;
          multiplier[at] += dualStepSize * (mixed - next);
          s[at] = next;
        }
        for (let j = at; j < at + cols; j++) {
          relaxed[j - at] = relaxation * u[j] + (1 - relaxation) * v[j];
          v[j] = relaxed[j - at] + lambda[j];
        }
        shrinkBlock(v, at, cols, beta / rho);
        for (let j = at; j < at + cols; j++) {
          lambda[j] += dualStepSize * (relaxed[j - at] - v[j]);
          primal += (u[j] - v[j]) ** 2;
        }
      }
      for (let k = 0; k < samples; k++) {
        const mixed = relaxation * predictions[k] + (1 - relaxation) * f[k];
        const next = lossProx(loss, mixed + mu[k], y[k], rho, samples);
        primal += (predictions[k] - next) ** 2;
        mu[k] += dualStepSize * (mixed - next);
        f[k] = next;
      }
      this.residual = Math.sqrt(primal);
    },
  };
}

/** Factors F'F + I + G'G once, with pauses. */
export function* linearSolver(program: ReluProgram, kind: 'auto' | 'woodbury' | 'cholesky'): Generator<undefined, BlockSolver> {
  const isWoodbury = kind === 'woodbury' || (kind === 'auto' && program.samples <= 2 * program.cols * program.count);
  return yield* isWoodbury ? woodbury(program) : directly(program);
}

/** Operations between two pauses. */
const TURN = 2e7;

/** I + X'X, factored. */
function blockFactor({ x, rows, cols }: ReluProgram): Float64Array {
  const values = new Float64Array(cols * cols);
  for (let k = 0; k < rows; k++) {
    for (let i = 0; i < cols; i++) {
      const factor = x[k * cols + i];
      for (let j = 0; j < cols; j++) values[i * cols + j] += factor * x[k * cols + j];
    }
  }
  for (let i = 0; i < cols; i++) values[i * cols + i] += 1;
  smallCholesky(values, cols);
  return values;
}

/** u = H0^-1 b - H0^-1 F'(I + F H0^-1 F')^-1 F H0^-1 b, H0 = I + X'X in every block, F H0^-1 F' = 2 S ((D D') o C) S'. */
function* woodbury(program: ReluProgram): Generator<undefined, BlockSolver> {
  const { rows, cols, count, samples, patches, x, patterns } = program;
  const factor = blockFactor(program);
  const solveBlock = (values: Float64Array, at: number) => solveSmallCholesky(factor, cols, values, at);
  // C = X H0^-1 X', then 2 S ((D D') o C) S' + I, a row at a time.
  const inverted = new Float64Array(rows * cols);
  inverted.set(x);
  for (let k = 0; k < rows; k++) solveBlock(inverted, k * cols);
  const entry = (a: number, b: number): number => {
    let [common, product] = [0, 0];
    for (let i = 0; i < count; i++) common += patterns.bits[i * rows + a] & patterns.bits[i * rows + b];
    for (let j = 0; j < cols; j++) product += x[a * cols + j] * inverted[b * cols + j];
    return common * product;
  };
  const system = new Float64Array(samples * samples);
  let work = 0;
  for (let a = 0; a < samples; a++) {
    if (work > TURN) {
      work = 0;
      yield;
    }
    for (let b = 0; b <= a; b++) {
      let sum = 0;
      for (let k = a * patches; k < (a + 1) * patches; k++)
        for (let l = b * patches; l < (b + 1) * patches; l++) sum += entry(k, l);
      system[a * samples + b] = (2 * sum) / (patches * patches) + (a === b ? 1 : 0);
      system[b * samples + a] = system[a * samples + b];
    }
    work += (a + 1) * patches * patches * (count + cols);
  }
  const { values: outer } = yield* choleskyInTurns({ rows: samples, cols: samples, values: system });
  const predictions = new Float64Array(samples);
  const masked = new Float64Array(rows);
  const correction = new Float64Array(cols);
  return (u) => {
    for (let i = 0; i < 2 * count; i++) solveBlock(u, i * cols);
    program.predictions(u, predictions);
    solveSmallCholesky(outer, samples, predictions);
    for (let i = 0; i < count; i++) {
      program.spread(i, 1, predictions, masked);
      correction.fill(0);
      program.addTransposed(masked, correction, 0);
      solveBlock(correction, 0);
      for (let j = 0; j < cols; j++) {
        u[i * cols + j] -= correction[j];
        u[(count + i) * cols + j] += correction[j];
      }
    }
  };
}

/** The whole matrix of 2 P d rows. */
function* directly(program: ReluProgram): Generator<undefined, BlockSolver> {
  const { rows, cols, count, samples, x } = program;
  const size = 2 * count * cols;
  const values = new Float64Array(size * size);
  /** Adds a product A'B to the block of rows a and columns b. */
  const addProduct = (a: number, b: number, sign: number, left: Float64Array, right: Float64Array): void => {
    for (let k = 0; k < left.length; k += cols) {
      for (let i = 0; i < cols; i++) {
        const factor = sign * left[k + i];
        if (factor === 0) continue;
        const at = (a * cols + i) * size + b * cols;
        for (let j = 0; j < cols; j++) values[at + j] += factor * right[k + j];
      }
    }
  };
  const means = Array.from({ length: count }, (_, i) => program.activeMeans(i));
  let work = 0;
  for (let a = 0; a < 2 * count; a++) {
    for (let b = 0; b <= a; b++) {
      if (work > TURN) {
        work = 0;
        yield;
      }
      addProduct(a, b, a < count === b < count ? 1 : -1, means[a % count], means[b % count]);
      work += samples * cols * cols;
    }
    addProduct(a, a, 1, x, x); // G'G
    work += rows * cols * cols;
  }
  for (let i = 0; i < size; i++) {
    values[i * size + i] += 1;
    for (let j = 0; j < i; j++) values[j * size + i] = values[i * size + j];
  }
  const { values: factor } = yield* choleskyInTurns({ rows: size, cols: size, values });
  return (u) => solveSmallCholesky(factor, size, u);
}

export const convexReluAdmmSolver = /* @__PURE__ */ defineSolver({
  id: 'learn/convex-relu-admm',
  title: 'Convex training by ADMM',
  summary: 'The global optimum of a two-layer ReLU network, with a lower bound that proves it.',
  problem: reluProblem,
  variant: 'nominal',
  role: 'paper',
  paper: convexReluPaper,
  cost: 'O(n^2 + n d P) \\text{ per iteration with } P \\text{ patterns}',
  options: convexReluAdmmOptions,
  steps: (instance, options) => convexReluAdmmSteps(instance, options),
});
