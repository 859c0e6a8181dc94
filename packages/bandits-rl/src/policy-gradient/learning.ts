// The loop that all policy gradients share: sample, estimate, move; stopping rules, and best and mean parameters.
import type { OptionSpecs, Steps } from '@infimum/core';
import { checkInteger, checkNumber, checkNumbers, checkObject, fault, stalled } from '@infimum/core';
import { AdamMoments, norm } from '@infimum/linalg/numerics';
import type { PolicyInstance, PolicyIterate, PolicyLearningState, PolicySolution } from './policy-problem.ts';
import { checkPolicyInstance } from './policy-problem.ts';
import type { Trajectory } from './trajectories.ts';
import { Sampler } from './trajectories.ts';

/** Options of every method. */
export const learningOptions = {
  batchSize: { type: 'integer', min: 1, max: 1_000_000, default: 5, description: 'Trajectories per estimate' },
  baseline: {
    type: 'choice',
    choices: ['linear', 'time-mean', 'none'],
    default: 'linear',
    description:
      'Baseline of returns: a fit on features over past batches, the mean of the batch’s other trajectories, or none',
  },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of everything random' },
  maxIterations: { type: 'integer', min: 0, default: 1500, description: 'Limit on trajectories' },
} as const satisfies OptionSpecs;

/** The settings that every method receives. */
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
  readonly direction: Float64Array;
  /** Updates of the parameters so far. */
  updates: number;
  /** Best mean return of a batch. */
  bestReturn: number;
  readonly #method: string;
  readonly #saved: PolicyLearningState | undefined;
  readonly #vectors: Record<string, Float64Array> = {};

  constructor(instance: PolicyInstance, { batchSize, baseline, seed }: LearningSettings, method: string) {
    const { policy, horizon, discount, initialParameters, initialState } = instance;
    if (initialState !== undefined) checkState(initialState, method);
    this.#method = method;
    this.#saved = initialState;
    this.sampler = new Sampler({
      environment: instance.createEnvironment(),
      policy,
      horizon,
      discount,
      baseline: baseline as 'linear' | 'time-mean' | 'none',
      seed,
    });
    this.updates = initialState?.updates ?? 0;
    this.bestReturn = initialState?.bestReturn ?? -Infinity;
    this.sampler.trajectories = initialState?.trajectories ?? 0;
    this.sampler.steps = initialState?.steps ?? 0;
    for (const [name, vector] of Object.entries(this.sampler.vectors)) this.remember(name, vector);
    this.parameters = this.remember('parameters', Float64Array.from(initialParameters));
    this.direction = this.remember('direction');
    this.batchSize = batchSize;
  }

  /** A vector that belongs to the state: as it was saved, or else as it is given. */
  remember(name: string, vector: Float64Array = new Float64Array(this.parameters.length)): Float64Array {
    const argument = `initialState.vectors.${name}`;
    const saved = this.#saved?.vectors[name];
    // Before the first update a method has no state.
    if (saved !== undefined || this.updates > 0) {
      checkNumbers(saved, argument, vector.length);
      for (let i = 0; i < vector.length; i++) checkNumber(saved[i], `${argument}[${i}]`);
      vector.set(saved);
    }
    this.#vectors[name] = vector;
    return vector;
  }

  /** Adam's moments. */
  adam(gradients = 1): AdamMoments {
    const moments = new AdamMoments(this.parameters.length);
    this.remember('mean', moments.mean);
    this.remember('square', moments.square);
    moments.steps = gradients * this.updates;
    return moments;
  }

  /** Where it stands. */
  get state(): PolicyLearningState {
    const { updates, bestReturn, sampler } = this;
    return {
      version: 1,
      method: this.#method,
      updates,
      trajectories: sampler.trajectories,
      steps: sampler.steps,
      bestReturn: updates > 0 ? bestReturn : null,
      vectors: Object.fromEntries(
        Object.entries({ ...this.#saved?.vectors, ...this.#vectors }).map(([name, vector]) => [name, Array.from(vector)]),
      ),
    };
  }

  /** A batch at some parameters, and the estimate of the gradient there. */
  gradient(at: Float64Array, out: Float64Array, count = this.batchSize): Trajectory[] {
    return this.sampler.sampleGradient(at, count, out);
  }
}

/** States come from files: every field is looked at, vectors where they are taken up. */
function checkState(state: PolicyLearningState, method: string): void {
  checkObject(state, 'initialState');
  checkInteger(state.version, 'initialState.version', { min: 1, max: 1 });
  if (state.method !== method) {
    throw fault(`is '${state.method}', the run's is '${method}'`, 'initialState.method', 'out-of-range');
  }
  for (const name of ['updates', 'trajectories', 'steps'] as const)
    checkInteger(state[name], `initialState.${name}`, { min: 0 });
  if (state.updates > 0 || state.bestReturn !== null) checkNumber(state.bestReturn, 'initialState.bestReturn');
  checkObject(state.vectors, 'initialState.vectors');
}

/**
 * Drives a method, which yields after every batch that it samples.
 *
 * @param name - the method's, for its state
 */
export function* learn(
  instance: PolicyInstance,
  settings: LearningSettings,
  name: string,
  method: (learning: Learning) => Generator<undefined, void>,
): Steps<PolicySolution, PolicyIterate> {
  checkPolicyInstance(instance);
  const learning = new Learning(instance, settings, name);
  const { sampler, parameters } = learning;
  const updates = method(learning);
  const last = parameters.slice();
  const best = learning.remember('bestParameters', parameters.slice());
  const average = learning.remember('averageParameters', parameters.slice());
  const solution = (): PolicySolution => ({
    parameters: last.slice(),
    bestParameters: best.slice(),
    averageParameters: average.slice(),
    state: learning.state,
  });
  const { trajectories, steps } = sampler;
  yield { iteration: trajectories, meanReturn: 0, steps, gradientNorm: norm(learning.direction), solution };
  for (;;) {
    const before = parameters.slice();
    updates.next();
    if (sampler.fault) return stalled(solution(), sampler.fault);
    const size = norm(parameters);
    if (!(size <= LARGEST_PARAMETERS)) return stalled(solution(), 'the parameters diverge');
    if (sampler.meanReturn > learning.bestReturn) {
      learning.bestReturn = sampler.meanReturn;
      best.set(before);
    }
    last.set(parameters);
    learning.updates++;
    // Weights that rise linearly: early iterates fade.
    const weight = 2 / (learning.updates + 1);
    for (let i = 0; i < average.length; i++) average[i] += weight * (parameters[i] - average[i]);
    const gradientNorm = norm(learning.direction);
    if (!Number.isFinite(gradientNorm) || !Number.isFinite(sampler.meanReturn)) {
      return stalled(solution(), 'the estimate of the gradient is beyond the largest number');
    }
    yield { iteration: sampler.trajectories, meanReturn: sampler.meanReturn, steps: sampler.steps, gradientNorm, solution };
  }
}

/** Beyond this, parameters have diverged. */
const LARGEST_PARAMETERS = 1e8;

/** θ += step d/|d|; no change if d is zero or not finite. */
export function moveNormalized(parameters: Float64Array, direction: Float64Array, step: number): void {
  // Scaled by the largest entry first: squares may overflow or underflow.
  let largest = 0;
  for (let i = 0; i < direction.length; i++) largest = Math.max(largest, Math.abs(direction[i]));
  if (!(largest > 0 && largest < Infinity)) return;
  let squares = 0;
  for (let i = 0; i < direction.length; i++) squares += (direction[i] / largest) ** 2;
  const factor = step / Math.sqrt(squares);
  for (let i = 0; i < direction.length; i++) parameters[i] += factor * (direction[i] / largest);
}
