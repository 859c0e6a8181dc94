// The loop that all policy gradients share: sample, estimate, move; what stops it, and what is remembered of the parameters.
import type { OptionSpecs, Steps } from '@infimum/core';
import { stalled } from '@infimum/core';
import { norm } from '@infimum/linalg/numerics';
import type { PolicyInstance, PolicyIterate, PolicySolution } from './policy-problem.ts';
import { checkPolicyInstance } from './policy-problem.ts';
import type { Trajectory } from './trajectories.ts';
import { Sampler } from './trajectories.ts';

/** Options of every method. */
export const learningOptions = {
  batchSize: { type: 'integer', min: 1, max: 1_000_000, default: 5, description: 'Trajectories of an estimate' },
  baseline: {
    type: 'choice',
    choices: ['linear', 'time-mean', 'none'],
    default: 'linear',
    description:
      'What returns are compared with: a fit on features over past batches, the mean of the batch’s other trajectories, or nothing',
  },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of everything random' },
  maxIterations: { type: 'integer', min: 0, default: 1500, description: 'Limit on trajectories' },
} as const satisfies OptionSpecs;

/** What every method is told. */
export interface LearningSettings {
  readonly batchSize: number;
  readonly baseline: string | number;
  readonly seed: number;
}

/** A method while it learns: it moves `parameters`. */
export class Learning {
  readonly sampler: Sampler;
  readonly parameters: Float64Array;
  readonly batchSize: number;
  /** The direction that the last step took, for its norm. */
  direction: Float64Array;

  constructor(instance: PolicyInstance, { batchSize, baseline, seed }: LearningSettings) {
    const { policy, horizon, discount, initialParameters } = instance;
    this.sampler = new Sampler({
      environment: instance.createEnvironment(),
      policy,
      horizon,
      discount,
      baseline: baseline as 'linear' | 'time-mean' | 'none',
      seed,
    });
    this.parameters = Float64Array.from(initialParameters);
    this.direction = new Float64Array(policy.size);
    this.batchSize = batchSize;
  }

  /** A batch at some parameters, and the estimate of the gradient there. */
  gradient(at: Float64Array, out: Float64Array, count = this.batchSize): Trajectory[] {
    return this.sampler.sampleGradient(at, count, out);
  }
}

/** Drives a method, which yields after every batch that it samples. */
export function* learn(
  instance: PolicyInstance,
  settings: LearningSettings,
  method: (learning: Learning) => Generator<undefined, void>,
): Steps<PolicySolution, PolicyIterate> {
  checkPolicyInstance(instance);
  const learning = new Learning(instance, settings);
  const { sampler, parameters } = learning;
  const last = parameters.slice();
  const best = parameters.slice();
  const average = parameters.slice();
  let [bestReturn, iterates] = [-Infinity, 0];
  const solution = (): PolicySolution => ({
    parameters: last.slice(),
    bestParameters: best.slice(),
    averageParameters: average.slice(),
  });
  yield { iteration: 0, meanReturn: 0, steps: 0, gradientNorm: 0, solution };
  const updates = method(learning);
  for (;;) {
    const before = parameters.slice();
    updates.next();
    if (sampler.fault) return stalled(solution(), sampler.fault);
    const size = norm(parameters);
    if (!(size <= LARGEST_PARAMETERS)) return stalled(solution(), 'the parameters run away');
    if (sampler.meanReturn > bestReturn) {
      bestReturn = sampler.meanReturn;
      best.set(before);
    }
    last.set(parameters);
    iterates++;
    // Weights that rise linearly: what was learnt early fades.
    for (let i = 0; i < average.length; i++) average[i] += (2 / (iterates + 1)) * (parameters[i] - average[i]);
    const gradientNorm = norm(learning.direction);
    if (!Number.isFinite(gradientNorm) || !Number.isFinite(sampler.meanReturn)) {
      return stalled(solution(), 'the estimate of the gradient is beyond the largest number');
    }
    yield { iteration: sampler.trajectories, meanReturn: sampler.meanReturn, steps: sampler.steps, gradientNorm, solution };
  }
}

/** Beyond this no policy comes back. */
const LARGEST_PARAMETERS = 1e8;

/** θ += step d/|d|; nothing where there is no direction, or none that is a number. */
export function moveNormalized(parameters: Float64Array, direction: Float64Array, step: number): void {
  // The largest entry first: the squares of a direction may be beyond the largest number, or below the least.
  let largest = 0;
  for (let i = 0; i < direction.length; i++) largest = Math.max(largest, Math.abs(direction[i]));
  if (!(largest > 0 && largest < Infinity)) return;
  let squares = 0;
  for (let i = 0; i < direction.length; i++) squares += (direction[i] / largest) ** 2;
  const factor = step / Math.sqrt(squares);
  for (let i = 0; i < direction.length; i++) parameters[i] += factor * (direction[i] / largest);
}
