// ANIL: each task adapts a shared head by a few steps, and the features are trained through these steps.
//
// A. Raghu, M. Raghu, S. Bengio, O. Vinyals: Rapid learning or feature reuse? (2019).
import type { OptionSpecs, OptionsOf, RunOptions, VectorLike } from '@infimum/core';
import { defineSolver, resolveOptions, runWith } from '@infimum/core';
import type { MultiBlockInstance } from '../block-problems/multi-block-instance.ts';
import { blockModelOf } from '../block-problems/multi-block-instance.ts';
import type { BlockOutcome, BlockSteps, MultiBlockIterate } from '../block-problems/multi-block-optimization.ts';
import { multiBlockOptimization } from '../block-problems/multi-block-optimization.ts';
import type { MultiBlockProblem } from '../block-problems/multi-block-problem.ts';
import { BlockSampler } from '../blocks/block-sampler.ts';
import { blockCurvature, blockSteps } from '../blocks/block-state.ts';
import { taskOptions } from '../single/options.ts';

const anilOptions = {
  tasksPerIteration: taskOptions.tasksPerIteration,
  lowerSteps: { type: 'integer', was: 'innerSteps', min: 1, max: 10_000, default: 3, description: 'Steps per task head' },
  stepSize: { type: 'number', was: 'eta', above: 0, default: 0.1, description: 'Step of x and of the shared head' },
  lowerStepSize: { type: 'number', was: 'gamma', above: 0, description: 'Step of a head; 0.8/L_g by default' },
  batchSize: taskOptions.batchSize,
  tolerance: taskOptions.tolerance,
  seed: taskOptions.seed,
  maxIterations: { type: 'integer', min: 0, default: 10_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `anil`. */
export type AnilOptions = OptionsOf<typeof anilOptions> & RunOptions<MultiBlockIterate>;

/**
 * Every iteration draws tasks; each adapts the shared head by some steps on its support, and the gradient of its query loss is
 * carried back through them, to x and to the shared head. `y` of the solution holds the adapted heads of the tasks last drawn.
 *
 * @param problem - a block a task
 * @param initial - start, p numbers; the head starts at zero
 * @throws {InvalidInputError} for shapes that do not fit, and options out of range
 */
export function anil(problem: MultiBlockProblem, initial: VectorLike, options: AnilOptions = {}): BlockOutcome {
  return runWith(anilOptions, options, anilSteps(problem, initial, options));
}

/** The steps of `anil`. */
export function anilSteps(problem: MultiBlockProblem, initial: VectorLike, options: AnilOptions = {}): BlockSteps {
  const settings = resolveOptions(anilOptions, options);
  return blockSteps(problem, initial, settings.tolerance, (state) => {
    const { problem: oracles, x } = state;
    const q = oracles.dimY;
    const sampler = new BlockSampler(oracles, settings.seed);
    const count = Math.min(settings.tasksPerIteration, oracles.blocks);
    const row = (all: Float64Array, i: number) => all.subarray(i * q, (i + 1) * q);
    const head = new Float64Array(q);
    const path = Array.from({ length: settings.lowerSteps }, () => new Float64Array(q));
    const [a, image, headDirection] = Array.from({ length: 3 }, () => new Float64Array(q));
    const direction = new Float64Array(x.length);
    let gamma = 0;
    return () => {
      gamma ||= settings.lowerStepSize ?? 0.8 / blockCurvature(state);
      direction.fill(0);
      headDirection.fill(0);
      for (const i of sampler.blocks(count)) {
        const y = row(state.y, i);
        y.set(head);
        const lower = sampler.lower(i, settings.batchSize);
        for (const point of path) {
          point.set(y);
          oracles.gradGy(i, x, y, image, lower);
          for (let j = 0; j < q; j++) y[j] -= gamma * image[j];
        }
        const upper = sampler.upper(i, settings.batchSize);
        oracles.gradFy(i, x, y, a, upper);
        oracles.addGradFx?.(i, x, y, 1 / count, direction, upper);
        for (let t = settings.lowerSteps - 1; t >= 0; t--) {
          oracles.addJvpGxy(i, x, path[t], a, -gamma / count, direction, lower);
          oracles.hvpGyy(i, x, path[t], a, image, lower);
          for (let j = 0; j < q; j++) a[j] -= gamma * image[j];
        }
        for (let j = 0; j < q; j++) headDirection[j] += a[j] / count;
      }
      for (let j = 0; j < q; j++) head[j] -= settings.stepSize * headDirection[j];
      state.step(direction, settings.stepSize);
    };
  });
}

export const anilSolver = /* @__PURE__ */ defineSolver({
  id: 'bilevel/anil',
  title: 'ANIL',
  summary: 'A shared head that every task adapts in a few steps, with features trained through them.',
  problem: multiBlockOptimization,
  role: 'baseline',
  paper: {
    title: 'Rapid Learning or Feature Reuse? Towards Understanding the Effectiveness of MAML',
    arxiv: '1909.09157',
    year: 2019,
  },
  cost: 'O(b s) \\text{ calls an iteration}',
  options: anilOptions,
  steps: (instance: MultiBlockInstance, options) => anilSteps(blockModelOf(instance).problem, instance.initial, options),
});
