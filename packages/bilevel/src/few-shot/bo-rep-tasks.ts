// BO-REP over tasks: a head and a linear system for every task, of which only those of the drawn tasks are updated, and one normalised
// momentum for the shared variables.
//
// J. Hao, X. Gong, M. Liu: Bilevel Optimization under Unbounded Smoothness: A New Algorithm and Convergence Analysis
// (arXiv 2401.09587).
import type { OptionSpecs, OptionsOf, RunOptions, VectorLike } from '@infimum/core';
import { defineSolver, resolveOptions, runWith } from '@infimum/core';
import { norm } from '@infimum/linalg/numerics';
import type { MultiBlockInstance } from '../block-problems/multi-block-instance.ts';
import { blockModelOf } from '../block-problems/multi-block-instance.ts';
import type { BlockOutcome, BlockSteps, MultiBlockIterate } from '../block-problems/multi-block-optimization.ts';
import { multiBlockOptimization } from '../block-problems/multi-block-optimization.ts';
import type { MultiBlockProblem } from '../block-problems/multi-block-problem.ts';
import { BlockSampler } from '../blocks/block-sampler.ts';
import { blockCurvature, blockSteps } from '../blocks/block-state.ts';
import { unboundedPaper } from '../papers.ts';
import { taskOptions } from '../single/options.ts';

const boRepTasksOptions = {
  tasksPerIteration: taskOptions.tasksPerIteration,
  stepSize: { type: 'number', was: 'eta', above: 0, default: 0.02, description: 'Length of every step of x' },
  momentum: { type: 'number', was: 'beta', min: 0, below: 1, default: 0.9, description: 'β of the momentum' },
  linearStepSize: { type: 'number', was: 'nu', above: 0, description: 'Step of the linear systems; 0.4/L_g by default' },
  lowerStepSize: { type: 'number', was: 'gamma', above: 0, description: 'Step of the lower levels; 0.8/L_g by default' },
  period: { type: 'integer', min: 1, default: 2, description: 'I: lower levels are updated every I iterations' },
  lowerSteps: { type: 'integer', min: 0, max: 1_000_000, default: 3, description: 'N, steps per update' },
  refineSteps: { type: 'integer', min: 0, max: 1_000_000, default: 20, description: 'Initial steps of every lower level' },
  batchSize: taskOptions.batchSize,
  tolerance: taskOptions.tolerance,
  seed: taskOptions.seed,
  maxIterations: { type: 'integer', min: 0, default: 10_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `boRepTasks`. */
export type BoRepTasksOptions = OptionsOf<typeof boRepTasksOptions> & RunOptions<MultiBlockIterate>;

/**
 * BO-REP for many tasks that share x: every iteration draws some; on the global period their lower levels make N steps; their
 * linear systems make one; one momentum m of the mean direction, and `x ← x − η m/|m|`.
 *
 * @param problem - a block a task
 * @param initial - start, p numbers; lower levels start at zero
 * @throws {InvalidInputError} for shapes that do not fit, and options out of range
 */
export function boRepTasks(problem: MultiBlockProblem, initial: VectorLike, options: BoRepTasksOptions = {}): BlockOutcome {
  return runWith(boRepTasksOptions, options, boRepTasksSteps(problem, initial, options));
}

/** Numbers passed to oracles in the first pass between two pauses. */
const TURN = 2 ** 18;

/** The steps of `boRepTasks`. */
export function boRepTasksSteps(problem: MultiBlockProblem, initial: VectorLike, options: BoRepTasksOptions = {}): BlockSteps {
  const settings = resolveOptions(boRepTasksOptions, options);
  return blockSteps(problem, initial, settings.tolerance, (state) => {
    const { problem: oracles, x } = state;
    const q = oracles.dimY;
    const sampler = new BlockSampler(oracles, settings.seed);
    const count = Math.min(settings.tasksPerIteration, oracles.blocks);
    const row = (all: Float64Array, i: number) => all.subarray(i * q, (i + 1) * q);
    const z = new Float64Array(state.y.length);
    const [slope, fy] = [new Float64Array(q), new Float64Array(q)];
    const [m, direction] = [new Float64Array(x.length), new Float64Array(x.length)];
    let [nu, gamma] = [0, 0];
    const descend = (i: number, times: number) => {
      const y = row(state.y, i);
      for (let t = 0; t < times; t++) {
        oracles.gradGy(i, x, y, slope, sampler.lower(i, settings.batchSize));
        for (let j = 0; j < q; j++) y[j] -= gamma * slope[j];
      }
    };
    /** The first pass over all blocks, which pauses after many steps. */
    const refine = function* (): Generator<undefined, void> {
      for (let i = 0, numbers = 0; i < oracles.blocks; i++) {
        descend(i, settings.refineSteps);
        numbers += settings.refineSteps * settings.batchSize * (x.length + q);
        if (numbers < TURN) continue;
        numbers = 0;
        yield;
      }
    };
    return function* (k) {
      if (k === 0) {
        const curvature = blockCurvature(state);
        nu = settings.linearStepSize ?? 0.4 / curvature;
        gamma = settings.lowerStepSize ?? 0.8 / curvature;
        yield* state.inTurns(k, refine());
      }
      direction.fill(0);
      for (const i of sampler.blocks(count)) {
        if (k > 0 && k % settings.period === 0) descend(i, settings.lowerSteps);
        const [y, v] = [row(state.y, i), row(z, i)];
        const [lower, upper] = [sampler.lower(i, settings.batchSize), sampler.upper(i, settings.batchSize)];
        oracles.hvpGyy(i, x, y, v, slope, lower);
        oracles.gradFy(i, x, y, fy, upper);
        for (let j = 0; j < q; j++) v[j] -= nu * (slope[j] - fy[j]);
        oracles.addJvpGxy(i, x, y, v, -1 / count, direction, lower);
        oracles.addGradFx?.(i, x, y, 1 / count, direction, upper);
      }
      for (let i = 0; i < m.length; i++) m[i] = settings.momentum * m[i] + (1 - settings.momentum) * direction[i];
      const length = norm(m);
      state.step(m, length > 0 ? settings.stepSize / length : 0);
    };
  });
}

export const boRepTasksSolver = /* @__PURE__ */ defineSolver({
  id: 'bilevel/bo-rep-tasks',
  title: 'BO-REP over tasks',
  summary: 'One head and one linear system per task, one normalised momentum for the shared variables.',
  problem: multiBlockOptimization,
  role: 'paper',
  paper: unboundedPaper,
  cost: 'O(b (N/I + 3)) \\text{ calls an iteration}',
  options: boRepTasksOptions,
  steps: (instance: MultiBlockInstance, options) => boRepTasksSteps(blockModelOf(instance).problem, instance.initial, options),
});
