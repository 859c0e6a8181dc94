// The methods for adversarial decision processes as one function, for losses from a callback.
import type { Iterate, LimitOptions, OptionSpecs, OptionsOf, Outcome, Steps } from '@infimum/core';
import { checkFunction, checkInteger, checkNumber, fault, Random, resolveOptions, runWith, stalled } from '@infimum/core';
import { checkInstance } from '../check-instance.ts';
import type { LinearMdp, LinearMdpLike, MdpFeatures, MdpWorld } from './mdp.ts';
import { actionOf, asMdp, asWorld, nextOf, occupancy } from './mdp.ts';
import type { EpisodeLearner } from './play-episodes.ts';
import { PolicyOptimization } from './policy-optimization.ts';
import { SimulatorFree } from './simulator-free.ts';

const adversarialLinearMdpOptions = {
  method: {
    type: 'choice',
    choices: ['magnitude-reduced', 'log-barrier', 'simulator-free', 'dilated-bonus', 'exponential-weights'],
    description: 'The method; magnitude-reduced, or where transitions are not given simulator-free, which uses none',
  },
  episodes: { type: 'integer', min: 1, max: 100_000_000, required: true, description: 'Episodes to be played' },
  learningRateFactor: {
    type: 'number',
    was: 'learningRate',
    above: 0,
    description: 'Factor on the learning rate of theory; 3 by default, 1 for log-barrier, 20 for simulator-free',
  },
  bonus: { type: 'number', min: 0, description: 'Factor on the bonus of theory; 0.1 by default, 0.02 for simulator-free' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of actions and transitions' },
} as const satisfies OptionSpecs;

/** Options of `adversarialLinearMdp`. */
export type AdversarialLinearMdpOptions = OptionsOf<typeof adversarialLinearMdpOptions> & LimitOptions<AdversarialMdpIterate>;

/** What was learnt. */
export interface AdversarialMdpSolution {
  /** The probability of action a in state s of layer h at (h S + s) A + a. */
  readonly policy: Float64Array;
  /** Losses of the episodes played. */
  readonly losses: Float64Array;
  /** Smallest estimate of an action value. */
  readonly leastEstimate: number;
}

/** Some episodes later. */
export interface AdversarialMdpIterate extends Iterate<AdversarialMdpSolution> {
  /** Mean loss of the episodes so far. */
  readonly meanLoss: number;
}

/**
 * Learns a policy where losses may change from episode to episode and only those along the path are seen. Transitions are either known and
 * sampled here, or made by your `step` and learnt by exploring. Time O(H (S A d² + S² A + d³)) an episode. The run ends `stalled` when all
 * episodes are played.
 *
 * @param process - its features, with `transitions` or with `step(layer, state, action)`, which gives the next state
 * @param loss - the loss in [0, 1] of a pair in an episode; called for the pairs that are visited
 * @throws {InvalidInputError} for an invalid process, losses and states out of range, and a method that needs transitions
 *
 * Source: Refined Regret for Adversarial MDPs with Linear Function Approximation, arXiv 2301.12942.
 *
 * @example
 * ```ts
 * import { adversarialLinearMdp } from '@infimum/bandits-rl';
 *
 * // One layer, one state, two actions: a bandit.
 * const mdp = {
 *   horizon: 1, states: 1, actions: 2, dimension: 2, start: 0,
 *   features: [1, 0, 0, 1],
 *   transitions: [1, 1],
 * };
 * const { policy } = adversarialLinearMdp(mdp, (_episode, _layer, _state, action) => (action === 0 ? 0.9 : 0.1), { episodes: 2000 });
 * const [, second = 0] = policy;
 * console.log(second > 0.9); // true
 * ```
 */
export function adversarialLinearMdp(
  process: LinearMdpLike | MdpWorld,
  loss: (episode: number, layer: number, state: number, action: number) => number,
  options: AdversarialLinearMdpOptions,
): Outcome<AdversarialMdpSolution, AdversarialMdpIterate> {
  checkFunction(loss, 'loss');
  checkInstance(process);
  const steps = adversarialLinearMdpSteps('step' in process ? asWorld(process) : asMdp(process), loss, options);
  return runWith(adversarialLinearMdpOptions, options, steps);
}

/** The steps of `adversarialLinearMdp`: one iteration an episode. */
export function* adversarialLinearMdpSteps(
  mdp: LinearMdp | (MdpWorld & MdpFeatures),
  loss: (episode: number, layer: number, state: number, action: number) => number,
  options: AdversarialLinearMdpOptions,
): Steps<AdversarialMdpSolution, AdversarialMdpIterate> {
  const resolved = resolveOptions(adversarialLinearMdpOptions, options);
  const { episodes, learningRateFactor, bonus, seed } = resolved;
  const method = resolved.method ?? ('step' in mdp ? 'simulator-free' : 'magnitude-reduced');
  checkInteger(episodes, 'episodes', { min: 1 });
  if ('step' in mdp && method !== 'simulator-free') throw fault(`${method} needs transitions`, 'method', 'unsupported');
  using optimization =
    method === 'simulator-free' || 'step' in mdp
      ? undefined
      : new PolicyOptimization(mdp, episodes, method, {
          learningRate: learningRateFactor ?? (method === 'log-barrier' ? 1 : 3),
          bonus: bonus ?? 0.1,
          covariance: 'exact',
          rollouts: 1,
          bonusMode: 'exact',
          seed,
        });
  const learner: EpisodeLearner =
    optimization ??
    new SimulatorFree(mdp, episodes, {
      learningRate: learningRateFactor ?? 20,
      bonus: bonus ?? 0.02,
      epochLength: undefined,
      mixing: 0.05,
      cover: 'least-squares',
      coverRounds: 20,
      seed,
    });
  const { horizon, states, start } = mdp;
  const random = new Random(seed);
  const occupied = new Float64Array(horizon * states);
  const losses = new Float64Array(episodes);
  const nothing = new Float64Array(0);
  const episode = { states: new Int32Array(horizon), actions: new Int32Array(horizon), losses: new Float64Array(horizon) };
  let [played, total] = [0, 0];
  const solution = (): AdversarialMdpSolution => ({
    policy: (learner.learned ?? learner.policy).slice(),
    losses: losses.slice(0, played),
    leastEstimate: learner.leastEstimate,
  });
  for (; ; played++) {
    yield { iteration: played, meanLoss: played > 0 ? total / played : 0, solution };
    if (played === episodes) return stalled(solution(), `all ${episodes} episodes were played`);
    learner.prepare(played);
    if (!('step' in mdp)) occupancy(mdp, learner.policy, occupied);
    let state = start;
    for (let h = 0; h < horizon; h++) {
      const action = actionOf(mdp, learner.policy, h, state, random.uniform());
      const seen = loss(played, h, state, action);
      checkNumber(seen, `loss(${played}, ${h}, ${state}, ${action})`, { min: 0, max: 1 });
      episode.states[h] = state;
      episode.actions[h] = action;
      episode.losses[h] = seen;
      losses[played] += seen;
      if (h + 1 === horizon) continue;
      state = 'step' in mdp ? mdp.step(h, state, action) : nextOf(mdp, h, state, action, random.uniform());
    }
    total += losses[played];
    learner.learn(episode, occupied, nothing);
  }
}
