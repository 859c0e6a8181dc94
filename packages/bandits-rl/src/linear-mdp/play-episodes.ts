// Plays the episodes of an adversarial decision process with a learner.
import type { Steps } from '@infimum/core';
import { Random, stalled } from '@infimum/core';
import type { LinearMdpInstance, LinearMdpIterate, LinearMdpPlay } from './linear-mdp-problem.ts';
import { lossTables } from './linear-mdp-problem.ts';
import { actionOf, expectedSum, nextOf, occupancy, tableSize } from './mdp.ts';

/** What was observed in an episode. */
export interface Episode {
  /** State of each layer. */
  readonly states: Int32Array;
  /** Action of each layer. */
  readonly actions: Int32Array;
  /** Loss of each layer, 0 or 1. */
  readonly losses: Float64Array;
}

/** A learner. It knows the process, but not the losses. */
export interface EpisodeLearner {
  /** The policy of the next episode, a table of probabilities; its occupancy is `occupied`. */
  readonly policy: Float64Array;
  /** The policy to be handed out, where episodes are also played by others. */
  readonly learned?: Float64Array;
  /** Chooses the next policy. */
  prepare(episode: number): void;
  /**
   * Learns from an episode of the policy; `occupied` is that policy's occupancy, and `losses` all mean losses, for learners with full
   * information.
   */
  learn(episode: Episode, occupied: Float64Array, losses: Float64Array): void;
  /** Smallest estimate so far. */
  readonly leastEstimate: number;
}

/** Episodes between two iterates. */
const BLOCK = 10;

/** Lets a learner play all episodes. */
export function* episodeSteps(
  instance: LinearMdpInstance,
  learner: EpisodeLearner,
  seed: number,
): Steps<LinearMdpPlay, LinearMdpIterate> {
  const { horizon, states, actions, episodes, phases, noiseSeed, start } = instance;
  const tables = lossTables(instance);
  const world = new Random(noiseSeed, 1);
  const own = new Random(seed, 2);
  const visits = new Int32Array(episodes * horizon);
  const occupied = new Float64Array(horizon * states);
  const episode: Episode = {
    states: new Int32Array(horizon),
    actions: new Int32Array(horizon),
    losses: new Float64Array(horizon),
  };
  let [played, phase, expectedLoss] = [0, 0, 0];
  const uniform = new Float64Array(tableSize(instance)).fill(1 / actions);
  const solution = (): LinearMdpPlay => ({
    visits: visits.slice(0, played * horizon),
    policy: played > 0 ? (learner.learned ?? learner.policy).slice() : uniform.slice(),
    leastEstimate: learner.leastEstimate,
  });
  for (;;) {
    yield { iteration: played, expectedLoss, solution };
    if (played === episodes) return stalled(solution(), `all ${episodes} episodes were played`);
    for (const end = Math.min(episodes, played + (played === 0 ? 1 : BLOCK)); played < end; played++) {
      while (phase + 1 < phases.length && played >= phases[phase + 1]) phase++;
      const table = tables[phase];
      learner.prepare(played);
      const { policy } = learner;
      occupancy(instance, policy, occupied);
      expectedLoss += expectedSum(instance, table, policy, occupied);
      let state = start;
      for (let h = 0; h < horizon; h++) {
        const action = actionOf(instance, policy, h, state, own.uniform());
        episode.states[h] = state;
        episode.actions[h] = action;
        episode.losses[h] = world.uniform() < table[(h * states + state) * actions + action] ? 1 : 0;
        visits[played * horizon + h] = state * actions + action;
        if (h + 1 < horizon) state = nextOf(instance, h, state, action, world.uniform());
      }
      learner.learn(episode, occupied, table);
    }
  }
}
