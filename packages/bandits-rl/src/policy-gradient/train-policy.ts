// The front door of policy learning: an environment, a policy, and a method by name.
import type { OptionSpecs, OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import { asVector, checkObject, Random, resolveOptions, runWith } from '@infimum/core';
import type { Dynamics, Environment } from '../environments/environment.ts';
import { environmentOf } from '../environments/environment.ts';
import type { HarpgOptions, NHarpgOptions } from './harpg.ts';
import { harpgSteps, nHarpgSteps } from './harpg.ts';
import { learningOptions } from './learning.ts';
import type { NPgIgtOptions } from './n-pg-igt.ts';
import { nPgIgtSteps } from './n-pg-igt.ts';
import type { NaturalPolicyGradientStepsOptions } from './natural-policy-gradient.ts';
import { naturalPolicyGradientSteps } from './natural-policy-gradient.ts';
import type { Policy } from './policy.ts';
import type { PolicyInstance, PolicyIterate, PolicyLearningState, PolicySolution } from './policy-problem.ts';
import type { ProximalPolicyStepsOptions } from './proximal-policy.ts';
import { proximalPolicySteps } from './proximal-policy.ts';
import type { ReinforceStepsOptions } from './reinforce.ts';
import { reinforceSteps } from './reinforce.ts';
import type { SrvrPgStepsOptions, StormPgStepsOptions } from './variance-reduction.ts';
import { srvrPgSteps, stormPgSteps } from './variance-reduction.ts';

const METHODS = {
  'n-pg-igt': nPgIgtSteps,
  'n-harpg': nHarpgSteps,
  harpg: harpgSteps,
  reinforce: reinforceSteps,
  'natural-policy-gradient': naturalPolicyGradientSteps,
  'storm-pg': stormPgSteps,
  'srvr-pg': srvrPgSteps,
  ppo: proximalPolicySteps,
} as const;

const trainPolicyOptions = {
  method: {
    type: 'choice',
    choices: ['n-pg-igt', 'n-harpg', 'harpg', 'reinforce', 'natural-policy-gradient', 'storm-pg', 'srvr-pg', 'ppo'],
    default: 'n-pg-igt',
    description: 'The method; the remaining options belong to it',
  },
  initial: {
    type: 'value',
    check: checkInitial,
    description: 'Initial parameters, or the `state` of a run to resume; by default drawn with the seed to suit the policy',
  },
  horizon: {
    type: 'integer',
    min: 1,
    max: 10_000_000,
    description: 'Steps per episode; by default the time limit of the dynamics, or 1000',
  },
  discount: { type: 'number', above: 0, max: 1, default: 0.99, description: 'Discount γ of later rewards' },
} as const satisfies OptionSpecs;

const isState = (value: unknown): value is PolicyLearningState =>
  typeof value === 'object' && value !== null && 'vectors' in value;

function checkInitial(value: unknown, argument: string): asserts value is VectorLike | PolicyLearningState {
  if (!isState(value)) asVector(value as VectorLike, argument);
}

/** A method with its own options. */
type MethodOptions =
  | ({
      /** The method; the remaining options belong to it (default 'n-pg-igt'). */
      readonly method?: 'n-pg-igt';
    } & NPgIgtOptions)
  | ({ readonly method: 'n-harpg' } & NHarpgOptions)
  | ({ readonly method: 'harpg' } & HarpgOptions)
  | ({ readonly method: 'reinforce' } & ReinforceStepsOptions)
  | ({ readonly method: 'natural-policy-gradient' } & NaturalPolicyGradientStepsOptions)
  | ({ readonly method: 'storm-pg' } & StormPgStepsOptions)
  | ({ readonly method: 'srvr-pg' } & SrvrPgStepsOptions)
  | ({ readonly method: 'ppo' } & ProximalPolicyStepsOptions);

/** Options of `trainPolicy`: a method with its own options, a start, and what an episode is. */
export type TrainPolicyOptions = Omit<OptionsOf<typeof trainPolicyOptions>, 'method'> &
  RunOptions<PolicyIterate> &
  MethodOptions;

/**
 * Learns a policy from episodes in an environment: parameters θ that make the return E Σ γ^h r_h large.
 *
 * `method` is `n-pg-igt` (normalized policy gradient with implicit gradient transport), `n-harpg` or `harpg` (momentum
 * corrected by Hessian-vector products), `reinforce`, `natural-policy-gradient`, `storm-pg`, `srvr-pg` or `ppo`. A run ends at
 * its limits: an iteration is an episode. The same seed gives the same bits; a run with `initial` set to the `state` of another, which is
 * plain JSON, continues that run bit for bit with the same options, and continues its count of episodes.
 *
 * @param environment - dynamics of the library, an environment, or a function that makes environments
 * @param policy - its form: `softmaxPolicy`, `normalPolicy`, or your own
 * @param options - the method and its options, `initial`, `horizon`, `discount`
 * @returns `parameters`, `bestParameters`, `averageParameters`, and how the run ended
 * @throws {InvalidInputError} for shapes that do not fit, and for options that the method does not have
 *
 * Cost: O(B H d) an iteration for batches of B episodes of H steps and d parameters.
 *
 * Source: I. Fatkhullin, A. Barakat, A. Kireeva, N. He, Stochastic Policy Gradient Methods (arXiv 2302.01734, 2023).
 *
 * @example
 * ```ts
 * import { cartPole, evaluatePolicy, softmaxPolicy, trainPolicy } from '@infimum/bandits-rl';
 *
 * const policy = softmaxPolicy(4, 2);
 * const { parameters } = trainPolicy(cartPole(200), policy, { method: 'ppo', batchSize: 5, seed: 1 });
 * console.log(evaluatePolicy(cartPole(200), policy, parameters).mean > 150); // true
 * ```
 */
export function trainPolicy(
  environment: Environment | Dynamics | (() => Environment),
  policy: Policy,
  options: TrainPolicyOptions = {},
): Outcome<PolicySolution, PolicyIterate> {
  checkObject(policy, 'policy');
  checkObject(options, 'options');
  const { method, initial, horizon, discount, ...own } = options;
  const resolved = resolveOptions(trainPolicyOptions, { method, initial, horizon, discount });
  const createEnvironment = environmentsOf(environment);
  const state = isState(resolved.initial) ? resolved.initial : undefined;
  const start = isState(resolved.initial) ? undefined : resolved.initial;
  const instance: PolicyInstance = {
    createEnvironment,
    policy,
    ...(state && { initialState: state }),
    initialParameters: start
      ? asVector(start, 'initial', policy.size)
      : (policy.initial?.(new Random(own.seed ?? 0)) ?? new Float64Array(policy.size)),
    horizon: resolved.horizon ?? Math.min('timeLimit' in environment ? environment.timeLimit : 1000, 10_000_000),
    discount: resolved.discount,
  };
  return trainOn(instance, { ...own, method: resolved.method } as TrainOnOptions);
}

/** Options of `trainOn`. */
type TrainOnOptions = RunOptions<PolicyIterate> & MethodOptions;

/** The same on an instance. */
export function trainOn(
  instance: PolicyInstance,
  { method = 'n-pg-igt', ...options }: TrainOnOptions,
): Outcome<PolicySolution, PolicyIterate> {
  const steps: (instance: PolicyInstance, options: object) => Steps<PolicySolution, PolicyIterate> = METHODS[method];
  return runWith({ maxIterations: learningOptions.maxIterations }, options, steps(instance, options));
}

/** An environment in any accepted form, as a function that makes one. */
function environmentsOf(environment: Environment | Dynamics | (() => Environment)): () => Environment {
  if (typeof environment === 'function') return environment;
  checkObject(environment, 'environment');
  return 'begin' in environment ? () => environmentOf(environment) : () => environment;
}
