// Gated ReLUs: the convex program without its cone constraints, a group lasso.
//
// A. Mishkin, A. Sahiner, M. Pilanci: Fast convex optimization for two-layer ReLU networks (2022), arXiv 2202.01331.
import type { OptionSpecs, OptionsOf, RunOptions } from '@infimum/core';
import { converged, defineSolver, fault, resolveOptions, runWith } from '@infimum/core';
import { norm } from '@infimum/linalg/numerics';
import type { ReluIterate, ReluOutcome, ReluSteps } from './convex-program.ts';
import { ReluProgram, shrinkBlock } from './convex-program.ts';
import { GapTest } from './gap-test.ts';
import { patternOptions, patternsFor } from './patterns.ts';
import type { ReluInstance, ReluLike } from './relu-network.ts';
import { asRelu, checkRelu } from './relu-network.ts';
import { reluProblem } from './relu-problem.ts';

const gatedReluOptions = {
  patterns: patternOptions.patterns,
  patternCount: patternOptions.patternCount,
  seed: patternOptions.seed,
  tolerance: { type: 'number', min: 0, default: 1e-6, description: 'Relative gap to the lower bound at which to stop' },
  maxIterations: { type: 'integer', min: 0, default: 2000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `gatedRelu`. */
export type GatedReluOptions = OptionsOf<typeof gatedReluOptions> & RunOptions<ReluIterate>;

/**
 * Solves min l(sum_i D_i X (v_i - w_i), y) + beta sum_i (|v_i| + |w_i|) without the constraints by accelerated proximal
 * gradients with restarts, and moves the blocks into their cones: a ReLU network near the optimum, often good enough, but seldom exact.
 *
 * @param instance - `points`, n x d; `targets`; `loss` (not the hinge, which has no gradient); `beta`
 * @throws {InvalidInputError} naming the field or option at fault
 *
 * @example
 * ```ts
 * import { gatedRelu } from '@infimum/learn';
 *
 * const points = { rows: 3, cols: 1, values: Float64Array.of(1, -1, 2) };
 * const targets = Float64Array.of(1, 2, 2);
 * console.log(gatedRelu({ points, targets, loss: 'squared', beta: 0.1 }).value.toFixed(4)); // 1.3372
 * ```
 */
export function gatedRelu(instance: ReluLike, options: GatedReluOptions = {}): ReluOutcome {
  return runWith(gatedReluOptions, options, gatedReluSteps(asRelu(instance), options));
}

/** The steps of `gatedRelu`. */
export function* gatedReluSteps(instance: ReluInstance, options: GatedReluOptions = {}): ReluSteps {
  const settings = resolveOptions(gatedReluOptions, options);
  checkRelu(instance);
  if (instance.loss === 'hinge') throw fault('the hinge has no gradient', 'loss', 'unsupported');
  const program = new ReluProgram(instance, patternsFor(instance.points, settings));
  const { rows, cols, count, beta } = program;
  const size = 2 * count * cols;
  const step = 1 / (largestCurvature(program) || 1);
  let u = new Float64Array(size);
  const ahead = new Float64Array(size);
  const predictions = new Float64Array(program.samples);
  const masked = new Float64Array(rows);
  const test = new GapTest(program, settings.tolerance);
  let momentum = 1;
  let residual = Infinity;
  for (let iteration = 0; ; iteration++) {
    const nu = () => {
      const fitted = new Float64Array(program.samples);
      program.predictions(u, fitted);
      return program.dualPoint(fitted);
    };
    yield { iteration, residual, solution: () => test.best(u, nu()) };
    const proof = test.at(iteration, u, nu);
    if (proof) return converged(proof, `the value is within ${settings.tolerance} of its lower bound`);
    program.predictions(ahead, predictions);
    const slope = program.dualPoint(predictions);
    const next = ahead.slice();
    for (let i = 0; i < 2 * count; i++) {
      const sign = i < count ? step : -step;
      program.spread(i % count, sign, slope, masked);
      program.addTransposed(masked, next, i * cols);
      shrinkBlock(next, i * cols, cols, beta * step);
    }
    let [uphill, moved] = [0, 0];
    for (let j = 0; j < size; j++) {
      uphill += (ahead[j] - next[j]) * (next[j] - u[j]);
      moved += (next[j] - u[j]) ** 2;
    }
    const later = uphill > 0 ? 1 : (1 + Math.sqrt(1 + 4 * momentum * momentum)) / 2;
    const weight = uphill > 0 ? 0 : (momentum - 1) / later;
    for (let j = 0; j < size; j++) ahead[j] = next[j] + weight * (next[j] - u[j]);
    u = next;
    momentum = later;
    residual = Math.sqrt(moved);
  }
}

/** The largest eigenvalue of F F', by power iteration and a margin. */
function largestCurvature(program: ReluProgram): number {
  const { rows, cols, count } = program;
  let t = Float64Array.from({ length: program.samples }, (_, k) => 1 + 0.1 * Math.sin(k + 1));
  const blocks = new Float64Array(2 * count * cols);
  const masked = new Float64Array(rows);
  let largest = 0;
  for (let iteration = 0; iteration < 40; iteration++) {
    const size = norm(t);
    if (!(size > 0)) break;
    t = t.map((value) => value / size);
    blocks.fill(0);
    for (let i = 0; i < 2 * count; i++) {
      program.spread(i % count, i < count ? 1 : -1, t, masked);
      program.addTransposed(masked, blocks, i * cols);
    }
    program.predictions(blocks, t);
    largest = norm(t);
  }
  return 1.05 * largest;
}

export const gatedReluSolver = /* @__PURE__ */ defineSolver({
  id: 'learn/gated-relu',
  title: 'Gated ReLUs',
  summary: 'The convex program without its constraints, by accelerated proximal gradients: fast, rarely exact.',
  problem: reluProblem,
  variant: 'nominal',
  role: 'baseline',
  paper: { title: 'Fast convex optimization for two-layer ReLU networks', arxiv: '2202.01331', year: 2022 },
  cost: 'O(n d P) \\text{ per iteration}',
  options: gatedReluOptions,
  declines: ({ loss }) => (loss === 'hinge' ? 'the hinge has no gradient' : undefined),
  steps: (instance, options) => gatedReluSteps(instance, options),
});
