// Markov games with a finite horizon: values of policies, best responses, and gains of deviations.
import { checkInteger, checkVector, fault } from '@infimum/core';
import type { NormalFormGame } from '../normal-form/normal-form-game.ts';
import { checkGame, stridesOf } from '../normal-form/normal-form-game.ts';

/** A Markov game. */
export interface MarkovGame {
  /** Number of states. */
  readonly states: number;
  /** Number of steps. */
  readonly horizon: number;
  /** Choices of every player. */
  readonly actions: readonly number[];
  /** Every player's rewards by step, state and joint choice (row-major, the first player's choice changes slowest). */
  readonly rewards: readonly Float64Array[];
  /** Probabilities of the next state, by step, state, joint choice and next state. */
  readonly transitions: Float64Array;
  /** Whether rewards and transitions are those of one step, the same in all. */
  readonly stationary: boolean;
}

/** Joint choices of a game. */
export function cellsOf({ actions }: { readonly actions: readonly number[] }): number {
  return actions.reduce((product, count) => product * count, 1);
}

/** Where the rewards of a step and state begin. */
export function blockOf({ states, stationary }: MarkovGame, step: number, state: number): number {
  return (stationary ? 0 : step * states) + state;
}

/**
 * Checks a Markov game.
 *
 * @throws {InvalidInputError} naming the field at fault
 */
export function checkMarkovGame(game: MarkovGame): void {
  if (typeof game !== 'object' || game === null) {
    throw fault('expected { states, horizon, actions, rewards, transitions, stationary }', 'game', 'type');
  }
  const { states, horizon, actions, rewards, transitions, stationary } = game;
  checkInteger(states, 'states', { min: 1, max: 100_000 });
  checkInteger(horizon, 'horizon', { min: 1, max: 100_000 });
  if (!Array.isArray(actions) || actions.length < 2) {
    throw fault('expected the numbers of choices of two or more players', 'actions', 'type');
  }
  for (const count of actions) checkInteger(count, 'actions', { min: 1 });
  const cells = cellsOf(game);
  if (cells > 2 ** 22) throw fault(`${cells} joint choices are too many`, 'actions', 'out-of-range');
  if (typeof stationary !== 'boolean') throw fault('expected true or false', 'stationary', 'type');
  const blocks = states * (stationary ? 1 : horizon);
  if (!Array.isArray(rewards) || rewards.length !== actions.length) {
    throw fault(`expected rewards of ${actions.length} players`, 'rewards', 'shape');
  }
  for (const values of rewards) {
    checkVector(values, 'rewards', blocks * cells);
    if (values.some((value) => Math.abs(value) > 1e290)) {
      throw fault('sums would overflow beyond 1e290', 'rewards', 'out-of-range');
    }
  }
  checkVector(transitions, 'transitions', blocks * cells * states);
  for (let row = 0; row < blocks * cells; row++) {
    let sum = 0;
    for (let next = 0; next < states; next++) {
      const index = row * states + next;
      if (transitions[index] < 0) throw fault(`is negative at index ${index}`, 'transitions', 'negative', index);
      sum += transitions[index];
    }
    if (!(Math.abs(sum - 1) <= 1e-9)) {
      throw fault(`row ${row} sums to ${sum}, not to 1`, 'transitions', 'out-of-range', row * states);
    }
  }
}

/**
 * A repeated game: one state, payoffs divided by the horizon.
 *
 * @example
 * ```ts
 * import { bimatrix, repeatedGame } from '@infimum/games';
 *
 * console.log(repeatedGame(bimatrix([[1, -1], [-1, 1]]), 10).rewards[0][0]); // 0.1
 * ```
 */
export function repeatedGame(stage: NormalFormGame, horizon: number): MarkovGame {
  checkGame(stage);
  checkInteger(horizon, 'horizon', { min: 1, max: 100_000 });
  return {
    states: 1,
    horizon,
    actions: stage.actions,
    rewards: stage.payoffs.map((values) => values.map((value) => value / horizon)),
    transitions: new Float64Array(cellsOf(stage)).fill(1),
    stationary: true,
  };
}

/** One step's reward plus the next values, by joint choice: Q = R + P V. */
export function continuation(game: MarkovGame, player: number, step: number, state: number, next: Float64Array): Float64Array {
  const cells = cellsOf(game);
  const { states, rewards, transitions } = game;
  const block = blockOf(game, step, state);
  const out = rewards[player].slice(block * cells, (block + 1) * cells);
  if (step + 1 === game.horizon) return out;
  for (let a = 0; a < cells; a++) {
    const row = (block * cells + a) * states;
    for (let s = 0; s < states; s++) out[a] += transitions[row + s] * next[s];
  }
  return out;
}

/**
 * Every player's values of a policy at the first step, by state: backward induction V_h(s) = sum_a pi_h(a | s) (R + P V_{h+1}).
 *
 * @param policy - probabilities of joint choices by step and state
 */
export function policyValues(game: MarkovGame, policy: Float64Array): Float64Array[] {
  checkMarkovGame(game);
  const cells = cellsOf(game);
  checkVector(policy, 'policy', game.horizon * game.states * cells);
  return game.actions.map((_, i) => {
    let values = new Float64Array(game.states);
    for (let step = game.horizon - 1; step >= 0; step--) {
      const after = values;
      values = Float64Array.from({ length: game.states }, (__, state) => {
        const q = continuation(game, i, step, state, after);
        const at = (step * game.states + state) * cells;
        let sum = 0;
        for (let a = 0; a < cells; a++) sum += policy[at + a] * q[a];
        return sum;
      });
    }
    return values;
  });
}

/**
 * The largest gain of a player by deviating from a policy whose joint choices are drawn anew in every step, from the worst first
 * state, relative to the sum over the steps of the range of its rewards. Draws are independent, so the best deviation is Markov and
 * backward induction finds it.
 *
 * @param policy - probabilities of joint choices by step and state
 * @param concept - `coarse`: the deviating player does not know its recommendations; `correlated`: it does
 *
 * @example
 * ```ts
 * import { bimatrix, markovGap, repeatedGame } from '@infimum/games';
 *
 * const game = repeatedGame(bimatrix([[1, -1], [-1, 1]]), 2);
 * console.log(markovGap(game, new Float64Array(8).fill(0.25)), markovGap(game, Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0))); // 0 1
 * ```
 */
export function markovGap(game: MarkovGame, policy: Float64Array, concept: 'coarse' | 'correlated' = 'coarse'): number {
  checkMarkovGame(game);
  checkVector(policy, 'policy', game.horizon * game.states * cellsOf(game));
  const cells = cellsOf(game);
  game = lifted(game);
  const values = policyValues(game, policy);
  const strides = stridesOf(game.actions);
  let worst = 0;
  for (const [i, count] of game.actions.entries()) {
    const scale = rewardScale(game, i);
    if (scale === 0) continue;
    let best = new Float64Array(game.states);
    const stride = strides[i];
    for (let step = game.horizon - 1; step >= 0; step--) {
      const after = best;
      best = Float64Array.from({ length: game.states }, (_, state) => {
        const q = continuation(game, i, step, state, after);
        const at = (step * game.states + state) * cells;
        const told = concept === 'coarse' ? 1 : count;
        const worth = new Float64Array(told * count);
        for (let a = 0; a < cells; a++) {
          const weight = policy[at + a];
          if (weight === 0) continue;
          const mine = Math.floor(a / stride) % count;
          const row = concept === 'coarse' ? 0 : mine * count;
          for (let k = 0; k < count; k++) worth[row + k] += weight * q[a + (k - mine) * stride];
        }
        let sum = 0;
        for (let row = 0; row < told; row++) {
          sum += worth.subarray(row * count, (row + 1) * count).reduce((x, y) => Math.max(x, y), -Infinity);
        }
        return sum;
      });
    }
    for (let s = 0; s < game.states; s++) worst = Math.max(worst, (best[s] - values[i][s]) / scale);
  }
  return worst;
}

/** The same game with rewards scaled out of the range where doubles lose digits; gaps are unchanged. */
export function lifted(game: MarkovGame): MarkovGame {
  const isTiny = (rewards: Float64Array) => rewards.every((reward) => Math.abs(reward) < 2 ** -600);
  if (!game.rewards.some(isTiny)) return game;
  return {
    ...game,
    rewards: game.rewards.map((rewards) => (isTiny(rewards) ? rewards.map((reward) => reward * 2 ** 600) : rewards)),
  };
}

/** The sum over all steps of the range of a player's rewards. */
function rewardScale(game: MarkovGame, player: number): number {
  const size = game.states * cellsOf(game);
  const ranges = Array.from({ length: game.stationary ? 1 : game.horizon }, (_, step) => {
    let [least, most] = [Infinity, -Infinity];
    for (let k = step * size; k < (step + 1) * size; k++) {
      least = Math.min(least, game.rewards[player][k]);
      most = Math.max(most, game.rewards[player][k]);
    }
    return most - least;
  });
  const sum = ranges.reduce((total, range) => total + range, 0);
  return game.stationary ? sum * game.horizon : sum;
}
