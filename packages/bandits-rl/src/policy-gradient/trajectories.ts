// Trajectories of a policy, and estimates from them: the gradient of the return, products with its Hessian and with the
// Fisher matrix, and gradients at other parameters by importance weights.
//
// I. Fatkhullin, A. Barakat, A. Kireeva, N. He: Stochastic Policy Gradient Methods: Improved Sample Complexity for
// Fisher-non-degenerate Policies (arXiv 2302.01734, 2023).
import type { OptionSpecs, OptionsOf, VectorLike } from '@infimum/core';
import {
  asVector,
  checkFunction,
  checkInteger,
  checkMethods,
  checkNumbers,
  checkObject,
  Random,
  resolveOptions,
} from '@infimum/core';
import type { Dynamics, Environment, StepResult } from '../environments/environment.ts';
import { environmentOf } from '../environments/environment.ts';
import { FeatureBaseline } from './baseline.ts';
import type { Policy, PolicyAt } from './policy.ts';

/** A recorded episode. */
export interface Trajectory {
  readonly length: number;
  /** A row a step. */
  readonly observations: Float64Array;
  readonly actions: Float64Array;
  readonly rewards: Float64Array;
  /** γ^h (G_h - b(s_h, h)), with G_h the return to come discounted from h. */
  readonly advantages: Float64Array;
}

/** How episodes are made and compared. */
export interface SamplerSettings {
  readonly environment: Environment;
  readonly policy: Policy;
  readonly horizon: number;
  readonly discount: number;
  readonly baseline: 'linear' | 'time-mean' | 'none';
  readonly seed: number;
}

/** Importance weights are kept within e^±20. */
const LARGEST_LOG_WEIGHT = 20;

/** Samples trajectories and estimates from them. */
export class Sampler {
  readonly #settings: SamplerSettings;
  readonly #random: Random;
  readonly #baseline: FeatureBaseline | undefined;
  readonly #score: Float64Array;
  readonly #partial: Float64Array;
  /** One step's, as policies are given them. */
  readonly #observation: Float64Array;
  readonly #taken: Float64Array;
  /** Room for the longest episode so far. */
  readonly #record: Record<'observations' | 'actions' | 'rewards', Float64Array<ArrayBuffer>>;
  /** Trajectories so far. */
  trajectories = 0;
  /** Steps so far. */
  steps = 0;
  /** Mean undiscounted return of the last batch. */
  meanReturn = 0;
  /** Set if a reward or an observation was not a number. */
  fault: string | undefined;

  constructor(settings: SamplerSettings) {
    this.#settings = settings;
    this.#random = new Random(settings.seed);
    this.#score = new Float64Array(settings.policy.size);
    this.#partial = new Float64Array(settings.policy.size);
    this.#observation = new Float64Array(settings.policy.observationSize);
    this.#taken = new Float64Array(settings.policy.actionSize);
    this.#record = {
      observations: new Float64Array(FIRST_ROOM * settings.policy.observationSize),
      actions: new Float64Array(FIRST_ROOM * settings.policy.actionSize),
      rewards: new Float64Array(FIRST_ROOM),
    };
    if (settings.baseline === 'linear') this.#baseline = new FeatureBaseline(settings.policy.observationSize);
  }

  /** The stored episodes. */
  get vectors(): Readonly<Record<string, Float64Array>> {
    return this.#baseline?.vectors ?? {};
  }

  /** Episodes under some parameters; each has a generator of its own. */
  sample(parameters: Float64Array, count: number): Trajectory[] {
    using fixed = this.#settings.policy.at?.(parameters);
    return this.#sample(parameters, fixed, count);
  }

  /** The same, and the mean over the batch of Σ_h A_h ∇log π_h. */
  sampleGradient(parameters: Float64Array, count: number, out: Float64Array): Trajectory[] {
    using fixed = this.#settings.policy.at?.(parameters);
    const batch = this.#sample(parameters, fixed, count);
    this.#gradient(batch, parameters, fixed, out);
    return batch;
  }

  #sample(parameters: Float64Array, fixed: PolicyAt | undefined, count: number): Trajectory[] {
    const batch: Trajectory[] = [];
    for (let k = 0; k < count; k++) batch.push(this.#episode(parameters, fixed));
    let total = 0;
    for (const { rewards } of batch) for (let h = 0; h < rewards.length; h++) total += rewards[h];
    this.meanReturn = total / count;
    this.#compare(batch);
    return batch;
  }

  #episode(parameters: Float64Array, fixed: PolicyAt | undefined): Trajectory {
    const { environment, policy, horizon } = this.#settings;
    const random = this.#random.split(this.trajectories++);
    const { observationSize, actionSize } = policy;
    const record = this.#record;
    let { observations, actions, rewards } = record;
    const action = new Float64Array(actionSize);
    let observation = environment.reset(random.uint32());
    checkObservation(observation, 'environment.reset()', policy.observationSize);
    let length = 0;
    for (let isOver = false; length < horizon && !isOver; ) {
      if (length === rewards.length) {
        record.observations = observations = twice(observations);
        record.actions = actions = twice(actions);
        record.rewards = rewards = twice(rewards);
      }
      for (let i = 0; i < observationSize; i++) observations[length * observationSize + i] = observation[i];
      if (fixed) fixed.act(observation, random, action);
      else policy.act(parameters, observation, random, action);
      for (let i = 0; i < actionSize; i++) actions[length * actionSize + i] = action[i];
      const result = environment.step(action);
      checkStep(result, policy.observationSize);
      rewards[length++] = result.reward;
      if (!Number.isFinite(result.reward)) this.fault ??= `a reward is ${result.reward}`;
      observation = result.observation;
      isOver = result.terminated || result.truncated;
    }
    this.steps += length;
    return {
      length,
      observations: observations.slice(0, length * observationSize),
      actions: actions.slice(0, length * actionSize),
      rewards: rewards.slice(0, length),
      advantages: new Float64Array(length),
    };
  }

  /** Fills the advantages, then lets the baseline learn. */
  #compare(batch: readonly Trajectory[]): void {
    const { discount, horizon } = this.#settings;
    for (const { rewards, advantages, length } of batch) {
      let ahead = 0;
      for (let h = length - 1; h >= 0; h--) {
        ahead = rewards[h] + discount * ahead;
        advantages[h] = ahead;
      }
    }
    const baseline = this.#baseline;
    if (baseline) {
      const outcomes = batch.map(({ advantages }) => advantages.slice());
      for (const { advantages, observations, length } of batch) {
        for (let h = 0; h < length; h++) {
          advantages[h] -= baseline.predict(this.#row(observations, h), h / horizon);
        }
      }
      baseline.fade();
      batch.forEach(({ observations, length }, k) => {
        for (let h = 0; h < length; h++) {
          baseline.add(this.#row(observations, h), h / horizon, outcomes[k][h]);
        }
      });
      baseline.fit();
    } else if (this.#settings.baseline === 'time-mean' && batch.length > 1) {
      leaveOneOut(batch);
    }
    for (const { advantages } of batch) {
      for (let h = 0, weight = 1; h < advantages.length; h++, weight *= discount) advantages[h] *= weight;
    }
  }

  /** The observation of a step; valid until the next call. */
  #row(values: Float64Array, h: number): Float64Array {
    return copyRow(values, h, this.#observation);
  }

  /** The action of a step; valid until the next call. */
  #action(values: Float64Array, h: number): Float64Array {
    return copyRow(values, h, this.#taken);
  }

  /** Mean over the batch of Σ_h A_h ∇log π_h. */
  gradient(batch: readonly Trajectory[], parameters: Float64Array, out: Float64Array): void {
    using fixed = this.#settings.policy.at?.(parameters);
    this.#gradient(batch, parameters, fixed, out);
  }

  #gradient(batch: readonly Trajectory[], parameters: Float64Array, fixed: PolicyAt | undefined, out: Float64Array): void {
    out.fill(0);
    const { policy } = this.#settings;
    for (const { length, observations, actions, advantages } of batch) {
      if (fixed) {
        const weights = advantages.map((advantage) => advantage / batch.length);
        fixed.addScores(observations, actions, weights);
        continue;
      }
      for (let h = 0; h < length; h++) {
        policy.score(parameters, this.#row(observations, h), this.#action(actions, h), this.#score);
        const weight = advantages[h] / batch.length;
        for (let i = 0; i < out.length; i++) out[i] += weight * this.#score[i];
      }
    }
    fixed?.takeScores(out);
  }

  /**
   * An unbiased estimate of the Hessian of the return times v, the mean over the batch. `causal`: a reward is paired only with the scores
   * before it; `full`: with all scores of its trajectory, as in the paper.
   */
  hessianVector(
    batch: readonly Trajectory[],
    parameters: Float64Array,
    v: Float64Array,
    estimator: 'causal' | 'full',
    out: Float64Array,
  ): void {
    out.fill(0);
    const { policy } = this.#settings;
    const [score, partial] = [this.#score, this.#partial];
    for (const { length, observations, actions, advantages } of batch) {
      partial.fill(0);
      let along = 0;
      if (estimator === 'full') {
        for (let h = 0; h < length; h++) {
          policy.score(parameters, this.#row(observations, h), this.#action(actions, h), score);
          along += dotOf(score, v);
        }
      }
      for (let h = 0; h < length; h++) {
        const [observation, action] = [this.#row(observations, h), this.#action(actions, h)];
        policy.score(parameters, observation, action, score);
        const weight = advantages[h] / batch.length;
        if (estimator === 'full') {
          for (let i = 0; i < out.length; i++) out[i] += weight * along * score[i];
        } else {
          const own = dotOf(score, v);
          along += own;
          for (let i = 0; i < out.length; i++) out[i] += weight * (score[i] * along + partial[i] * own);
          for (let i = 0; i < out.length; i++) partial[i] += score[i];
        }
        policy.addCurvature(parameters, observation, action, v, weight, out);
      }
    }
  }

  /** Mean of Σ_h γ^h ∇log π (∇log π · v) (1 - γ): the Fisher matrix times v. */
  fisherVector(batch: readonly Trajectory[], parameters: Float64Array, v: Float64Array, out: Float64Array): void {
    out.fill(0);
    const { policy, discount } = this.#settings;
    let total = 0;
    for (const { length, observations, actions } of batch) {
      for (let h = 0, weight = 1; h < length; h++, weight *= discount) {
        policy.score(parameters, this.#row(observations, h), this.#action(actions, h), this.#score);
        const share = weight * dotOf(this.#score, v);
        for (let i = 0; i < out.length; i++) out[i] += share * this.#score[i];
        total += weight;
      }
    }
    for (let i = 0; i < out.length; i++) out[i] /= total;
  }

  /**
   * The gradient at `at` from trajectories of `sampled`: each step weighted by the likelihood ratio, `at` over `sampled`, of the actions up
   * to it.
   */
  importanceGradient(batch: readonly Trajectory[], at: Float64Array, sampled: Float64Array, out: Float64Array): void {
    out.fill(0);
    const { policy } = this.#settings;
    for (const { length, observations, actions, advantages } of batch) {
      let log = 0;
      for (let h = 0; h < length; h++) {
        const [observation, action] = [this.#row(observations, h), this.#action(actions, h)];
        log += policy.logProbability(at, observation, action) - policy.logProbability(sampled, observation, action);
        policy.score(at, observation, action, this.#score);
        const clipped = Math.max(-LARGEST_LOG_WEIGHT, Math.min(LARGEST_LOG_WEIGHT, log));
        const weight = (Math.exp(clipped) * advantages[h]) / batch.length;
        for (let i = 0; i < out.length; i++) out[i] += weight * this.#score[i];
      }
    }
  }

  /** Ascends PPO's clipped surrogate: its gradient at `at`, with advantages of mean 0 and deviation 1. */
  clippedGradient(
    batch: readonly Trajectory[],
    at: Float64Array,
    sampled: Float64Array,
    clip: number,
    out: Float64Array,
  ): void {
    out.fill(0);
    const { policy, discount } = this.#settings;
    let [count, sum, squares] = [0, 0, 0];
    for (const { length, advantages } of batch) {
      for (let h = 0; h < length; h++) {
        const advantage = advantages[h] / discount ** h;
        count++;
        sum += advantage;
        squares += advantage * advantage;
      }
    }
    const mean = sum / count;
    const deviation = Math.sqrt(Math.max(0, squares / count - mean * mean)) || 1;
    for (const { length, observations, actions, advantages } of batch) {
      for (let h = 0; h < length; h++) {
        const [observation, action] = [this.#row(observations, h), this.#action(actions, h)];
        const log = policy.logProbability(at, observation, action) - policy.logProbability(sampled, observation, action);
        const ratio = Math.exp(Math.max(-LARGEST_LOG_WEIGHT, Math.min(LARGEST_LOG_WEIGHT, log)));
        const advantage = (advantages[h] / discount ** h - mean) / deviation;
        // Beyond the clip there is nothing to gain.
        if (advantage > 0 ? ratio > 1 + clip : ratio < 1 - clip) continue;
        policy.score(at, observation, action, this.#score);
        for (let i = 0; i < out.length; i++) out[i] += (ratio * advantage * this.#score[i]) / count;
      }
    }
  }
}

/** Steps that there is room for at first. */
const FIRST_ROOM = 64;

/** An array twice as long that begins with this one. */
function twice(values: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const longer = new Float64Array(2 * values.length);
  longer.set(values);
  return longer;
}

/** Row h of a matrix; faster than a view of it, where rows are short. */
function copyRow(values: Float64Array, h: number, out: Float64Array): Float64Array {
  const from = h * out.length;
  for (let i = 0; i < out.length; i++) out[i] = values[from + i];
  return out;
}

/** Subtracts the mean of the other trajectories' returns at the same time; a trajectory that has ended has none to come. */
function leaveOneOut(batch: readonly Trajectory[]): void {
  const longest = Math.max(...batch.map(({ length }) => length));
  const sums = new Float64Array(longest);
  for (const { advantages } of batch) for (let h = 0; h < advantages.length; h++) sums[h] += advantages[h];
  for (const { advantages } of batch) {
    for (let h = 0; h < advantages.length; h++) {
      advantages[h] -= (sums[h] - advantages[h]) / (batch.length - 1);
    }
  }
}

function dotOf(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** How well a policy does. */
export interface Evaluation {
  /** Mean undiscounted return of an episode. */
  readonly mean: number;
  /** Standard deviation of the returns. */
  readonly standardDeviation: number;
  /** Standard error of the mean. */
  readonly standardError: number;
}

const evaluatePolicyOptions = {
  episodes: { type: 'integer', min: 1, max: 10_000_000, default: 32, description: 'Number of episodes' },
  horizon: { type: 'integer', min: 1, max: 10_000_000, default: 100_000, description: 'Maximum steps per episode' },
  deterministic: {
    type: 'boolean',
    was: 'isDeterministic',
    default: false,
    description: 'Take the most likely action instead of a random one',
  },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the episodes' },
} as const satisfies OptionSpecs;

/** Options of `evaluatePolicy`. */
export type EvaluatePolicyOptions = OptionsOf<typeof evaluatePolicyOptions>;

/**
 * Plays episodes with a policy.
 *
 * @param environment - dynamics of the library, or an environment of your own
 * @param policy - its form
 * @param parameters - its parameters
 * @throws {InvalidInputError} for shapes that do not fit, and an environment whose observations have another length
 *
 * @example
 * ```ts
 * import { cartPole, evaluatePolicy, softmaxPolicy } from '@infimum/bandits-rl';
 *
 * const pushToFall = [0, 0, -1, -1, 0, 0, 1, 1];
 * const { mean } = evaluatePolicy(cartPole(), softmaxPolicy(4, 2), pushToFall, { deterministic: true });
 * console.log(mean > 50); // true
 * ```
 */
export function evaluatePolicy(
  environment: Environment | Dynamics,
  policy: Policy,
  parameters: VectorLike,
  options: EvaluatePolicyOptions = {},
): Evaluation {
  checkObject(environment, 'environment');
  checkMethods(policy, 'policy', ['act']);
  if (policy.at !== undefined) checkFunction(policy.at, 'policy.at');
  checkInteger(policy.actionSize, 'policy.actionSize', { min: 1, max: 10_000_000 });
  checkInteger(policy.size, 'policy.size', { min: 1 });
  const theta = asVector(parameters, 'parameters', policy.size);
  const { episodes, horizon, seed, deterministic } = resolveOptions(evaluatePolicyOptions, options);
  const world = 'begin' in environment ? environmentOf(environment) : environment;
  checkMethods(world, 'environment', ['reset', 'step']);
  const source = new Random(seed);
  const action = new Float64Array(policy.actionSize);
  using fixed = policy.at?.(theta);
  let [sum, squares] = [0, 0];
  for (let episode = 0; episode < episodes; episode++) {
    const random = source.split(episode);
    let observation = world.reset(random.uint32());
    checkObservation(observation, 'environment.reset()', policy.observationSize);
    let total = 0;
    for (let h = 0; h < horizon; h++) {
      const dice = deterministic ? undefined : random;
      if (fixed) fixed.act(observation, dice, action);
      else policy.act(theta, observation, dice, action);
      const result = world.step(action);
      checkStep(result, policy.observationSize);
      total += result.reward;
      observation = result.observation;
      if (result.terminated || result.truncated) break;
    }
    sum += total;
    squares += total * total;
  }
  const mean = sum / episodes;
  const variance = episodes > 1 ? Math.max(0, squares - episodes * mean * mean) / (episodes - 1) : 0;
  return { mean, standardDeviation: Math.sqrt(variance), standardError: Math.sqrt(variance / episodes) };
}

/** Values returned by an environment come from the caller, and are checked at each step. */
function checkStep(result: StepResult, observationSize: number): void {
  checkObject(result, 'environment.step()');
  checkObservation(result.observation, 'environment.step().observation', observationSize);
}

function checkObservation(observation: unknown, argument: string, size: number): void {
  // Called once a step: for most arrays only the length needs a check.
  if (observation instanceof Float64Array && observation.length === size) return;
  checkNumbers(observation, argument, size);
}
