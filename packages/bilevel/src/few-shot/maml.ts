// MAML: initial values of all parameters from which a few steps suffice for any task; the gradient is backpropagated through the steps.
//
// C. Finn, P. Abbeel, S. Levine: Model-agnostic meta-learning for fast adaptation of deep networks (2017).
import type { OptionSpecs, OptionsOf, RunOptions, VectorLike } from '@infimum/core';
import { defineSolver, fault, resolveOptions, runWith } from '@infimum/core';
import { largestMagnitude } from '@infimum/linalg/numerics';
import type { MultiBlockInstance } from '../block-problems/multi-block-instance.ts';
import { blockModelOf } from '../block-problems/multi-block-instance.ts';
import type { BlockOutcome, BlockSteps, MultiBlockIterate } from '../block-problems/multi-block-optimization.ts';
import { multiBlockOptimization } from '../block-problems/multi-block-optimization.ts';
import type { MultiBlockProblem } from '../block-problems/multi-block-problem.ts';
import { BlockSampler } from '../blocks/block-sampler.ts';
import { blockSteps } from '../blocks/block-state.ts';
import { taskOptions } from '../single/options.ts';

const mamlOptions = {
  tasksPerIteration: taskOptions.tasksPerIteration,
  lowerSteps: { type: 'integer', was: 'innerSteps', min: 1, max: 10_000, default: 3, description: 'Steps of a task' },
  stepSize: { type: 'number', was: 'eta', above: 0, default: 0.1, description: 'Step of the shared start' },
  lowerStepSize: { type: 'number', was: 'gamma', above: 0, default: 0.1, description: 'Step of a task' },
  firstOrder: { type: 'boolean', default: false, description: 'Ignore second-order terms of the steps' },
  batchSize: taskOptions.batchSize,
  tolerance: taskOptions.tolerance,
  seed: taskOptions.seed,
  maxIterations: { type: 'integer', min: 0, default: 10_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `maml`. */
export type MamlOptions = OptionsOf<typeof mamlOptions> & RunOptions<MultiBlockIterate>;

/**
 * Every iteration draws tasks; each makes some steps on its support from the shared (x, y), on all parameters; the query gradient there is
 * backpropagated through the steps, with products with the Hessian in (x, y) by central differences of gradients, unless `firstOrder`. `y`
 * of the solution holds the shared head for every task.
 *
 * @param problem - a block a task, with `addGradGx`
 * @param initial - start, p numbers; the head starts at zero
 * @throws {InvalidInputError} for a problem without `addGradGx`, and options out of range
 */
export function maml(problem: MultiBlockProblem, initial: VectorLike, options: MamlOptions = {}): BlockOutcome {
  return runWith(mamlOptions, options, mamlSteps(problem, initial, options));
}

/** The steps of `maml`. */
export function mamlSteps(problem: MultiBlockProblem, initial: VectorLike, options: MamlOptions = {}): BlockSteps {
  const settings = resolveOptions(mamlOptions, options);
  return blockSteps(problem, initial, settings.tolerance, (state) => {
    if (!problem.addGradGx) throw fault('is needed', 'problem.addGradGx', 'missing');
    const { problem: oracles, x } = state;
    const q = oracles.dimY;
    const sampler = new BlockSampler(oracles, settings.seed);
    const count = Math.min(settings.tasksPerIteration, oracles.blocks);
    const p = x.length;
    const head = new Float64Array(q);
    const path = Array.from({ length: settings.lowerSteps }, () => new Float64Array(p + q));
    const [theta, a, image, below, moved, sum] = Array.from({ length: 6 }, () => new Float64Array(p + q));
    /** The gradient of a task's support loss in (x, y). */
    const support = (i: number, at: Float64Array, out: Float64Array, lower: Int32Array | undefined) => {
      const [atX, atY] = [at.subarray(0, p), at.subarray(p)];
      out.fill(0, 0, p);
      oracles.addGradGx?.(i, atX, atY, 1, out.subarray(0, p), lower);
      oracles.gradGy(i, atX, atY, out.subarray(p), lower);
    };
    function visit(i: number): void {
      const [lower, upper] = [sampler.lower(i, settings.batchSize), sampler.upper(i, settings.batchSize)];
      theta.set(x);
      theta.set(head, p);
      for (const point of path) {
        point.set(theta);
        support(i, theta, image, lower);
        for (let j = 0; j < theta.length; j++) theta[j] -= settings.lowerStepSize * image[j];
      }
      const [atX, atY] = [theta.subarray(0, p), theta.subarray(p)];
      a.fill(0);
      oracles.addGradFx?.(i, atX, atY, 1, a.subarray(0, p), upper);
      oracles.gradFy(i, atX, atY, a.subarray(p), upper);
      if (!settings.firstOrder) for (let t = settings.lowerSteps - 1; t >= 0; t--) carryBack(i, path[t], lower);
      for (let j = 0; j < sum.length; j++) sum[j] += a[j];
    }

    /** a <- a − γ H a at a point of the path. */
    function carryBack(i: number, at: Float64Array, lower: Int32Array | undefined): void {
      const length = largestMagnitude(a);
      if (length === 0) return;
      const h = (Math.cbrt(Number.EPSILON) * (1 + largestMagnitude(at))) / length;
      for (let j = 0; j < a.length; j++) moved[j] = at[j] - h * a[j];
      support(i, moved, below, lower);
      for (let j = 0; j < a.length; j++) moved[j] = at[j] + h * a[j];
      support(i, moved, image, lower);
      for (let j = 0; j < a.length; j++) a[j] -= (settings.lowerStepSize * (image[j] - below[j])) / (2 * h);
    }
    return () => {
      sum.fill(0);
      for (const i of sampler.blocks(count)) visit(i);
      for (let j = 0; j < q; j++) head[j] -= (settings.stepSize * sum[p + j]) / count;
      for (let i = 0; i < oracles.blocks; i++) state.y.set(head, i * q);
      state.step(sum.subarray(0, p), settings.stepSize / count);
    };
  });
}

export const mamlSolver = /* @__PURE__ */ defineSolver({
  id: 'bilevel/maml',
  title: 'MAML',
  summary: 'An initial point for all parameters from which a few steps suffice for any task.',
  problem: multiBlockOptimization,
  role: 'baseline',
  paper: { title: 'Model-Agnostic Meta-Learning for Fast Adaptation of Deep Networks', arxiv: '1703.03400', year: 2017 },
  cost: 'O(b s) \\text{ gradients an iteration}',
  options: mamlOptions,
  declines: (instance: MultiBlockInstance) =>
    blockModelOf(instance).problem.addGradGx ? undefined : 'lower levels have no gradient in x',
  steps: (instance: MultiBlockInstance, options) => mamlSteps(blockModelOf(instance).problem, instance.initial, options),
});
