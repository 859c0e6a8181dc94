// Sparse mixtures of policies of a Markov game, and the gains against them of deviations that may depend on the whole history.
//
// Foster, Golowich, Kakade, "Hardness of independent learning and sparse equilibrium computation in Markov games",
// arXiv 2303.12287 (2023).
import type { OptionSpecs, OptionsOf } from '@infimum/core';
import { checkInteger, checkList, checkMethods, checkVector, fault, Random, resolveOptions } from '@infimum/core';
import { dot } from '@infimum/linalg/numerics';
import { drawn } from '../normal-form/learner.ts';
import { stridesOf } from '../normal-form/normal-form-game.ts';
import type { MarkovGame } from './markov-game.ts';
import { blockOf, cellsOf, checkMarkovGame } from './markov-game.ts';

/** The uniform mixture of product policies: one is drawn before the first step, and the players do not know which. */
export interface SparseMixture {
  /** T: the number of mixed policies. */
  readonly count: number;
  /** Whether policies depend on step and state alone, and not on the history. */
  readonly markov: boolean;
  /**
   * Mixed strategies of all players.
   *
   * @param t - index of the policy
   * @param step - the step
   * @param state - the state
   * @param history - joint choices of the steps before
   */
  strategies(t: number, step: number, state: number, history: readonly number[]): readonly Float64Array[];
}

/** What deviations gain. */
export interface SparseGap {
  /** The largest gain of a player. */
  readonly gap: number;
  /** Every player's gain. */
  readonly perPlayer: Float64Array;
  /** How it was found: `exact`, a lower bound by the `aggregator`, or over `markov` deviations only. */
  readonly method: 'exact' | 'aggregator' | 'markov';
  /** Standard error of the largest gain; 0 unless it was sampled. */
  readonly standardError: number;
  /** Mean total variation between the strategies played and the prediction (`aggregator`). */
  readonly meanTotalVariation: number;
  /** Mean over episodes of the sum of divergences from the prediction, at most ln T (`aggregator`). */
  readonly divergence: number;
}

const gapOptions = {
  method: {
    type: 'choice',
    choices: ['exact', 'aggregator', 'markov'],
    default: 'exact',
    description: '`exact` enumerates histories; `aggregator` and `markov` are for games with one state',
  },
  samples: { type: 'integer', min: 1, default: 400, description: 'Sampled episodes' },
  initialState: { type: 'integer', min: 0, default: 0, description: 'The first state' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the samples' },
} as const satisfies OptionSpecs;

/** Options of `sparseCceGap`. */
export type SparseCceGapOptions = OptionsOf<typeof gapOptions>;

/**
 * The mixture of Markov policies from tables.
 *
 * @param tables - for every player its weights by policy, step, state and choice
 * @param count - how many policies
 */
export function markovMixture(game: MarkovGame, tables: readonly Float64Array[], count: number): SparseMixture {
  checkMarkovGame(game);
  checkList(tables, 'tables');
  checkInteger(count, 'count', { min: 1 });
  const places = game.horizon * game.states;
  for (const [i, table] of Array.from(tables).entries()) {
    checkVector(table, `tables[${i}]`);
    if (table.length !== count * places * game.actions[i]) {
      throw fault(`expected ${count * places * game.actions[i]} weights of player ${i}`, 'tables', 'shape');
    }
  }
  const views = Array.from({ length: count * places }, (_, k) =>
    tables.map((table, i) => table.subarray(k * game.actions[i], (k + 1) * game.actions[i])),
  );
  return {
    count,
    markov: true,
    strategies: (t, step, state) => {
      const view = views[t * places + step * game.states + state];
      if (view !== undefined) return view;
      throw fault(`asks for policy ${t} of ${count}`, 'mixture.count', 'out-of-range');
    },
  };
}

/** Histories that `exact` visits before it gives up. */
const MAX_NODES = 3_000_000;

/**
 * The largest gain of a player by a deviation that may depend on the whole history, against the uniform mixture of T product policies. The
 * deviating player infers the drawn policy from the choices of the others.
 *
 * - `exact`: dynamic programming over all histories; games of a few steps.
 * - `aggregator` (one state): plays the best response to the posterior mean, prediction with the log loss at rate 1, so that sum_h KL(q_h
 *   || prediction) <= ln T on average: a lower bound, and the optimum where policies do not react to the deviation.
 * - `markov` (one state): deviations that depend on the step alone.
 *
 * @throws {InvalidInputError} for methods that do not fit the game, or too many histories
 *
 * @example
 * ```ts
 * import { bimatrix, repeatedGame } from '@infimum/games';
 * import { markovMixture, sparseCceGap } from '@infimum/games/markov';
 *
 * // The opponent always plays its choice t; the first player does not know t, but sees it after one step: (H - 1) / 2H.
 * const game = repeatedGame(bimatrix([[1, 0], [0, 1]], [[0, 0], [0, 0]]), 4);
 * const second = Float64Array.of(1, 0, 1, 0, 1, 0, 1, 0, 0, 1, 0, 1, 0, 1, 0, 1);
 * const mixture = markovMixture(game, [new Float64Array(16).fill(0.5), second], 2);
 * console.log(sparseCceGap(game, mixture).gap); // 0.375
 * ```
 */
export function sparseCceGap(game: MarkovGame, mixture: SparseMixture, options: SparseCceGapOptions = {}): SparseGap {
  const { method, samples, initialState, seed } = resolveOptions(gapOptions, options);
  checkMarkovGame(game);
  checkInteger(initialState, 'initialState', { min: 0, max: game.states - 1 });
  checkMethods(mixture, 'mixture', ['strategies']);
  checkInteger(mixture.count, 'mixture.count', { min: 1, max: MAX_NODES });
  if (method !== 'exact' && game.states > 1) throw fault('is for games with one state', 'method', 'unsupported');
  if (method === 'markov' && !mixture.markov) throw fault('is for mixtures of Markov policies', 'method', 'unsupported');
  if (method === 'aggregator') return aggregatorGap(game, mixture, samples, seed);
  const perPlayer = Float64Array.from(game.actions, (_, i) =>
    method === 'markov'
      ? markovDeviation(game, mixture, i)
      : new HistoryTree(game, mixture, i).deviation(initialState) - new HistoryTree(game, mixture, i).value(initialState),
  );
  return { gap: Math.max(...perPlayer), perPlayer, method, standardError: 0, meanTotalVariation: 0, divergence: 0 };
}

/** Dynamic programming over histories, for one player. */
class HistoryTree {
  readonly #game: MarkovGame;
  readonly #mixture: SparseMixture;
  readonly #player: number;
  readonly #cells: number;
  readonly #strides: readonly number[];
  #nodes = 0;

  constructor(game: MarkovGame, mixture: SparseMixture, player: number) {
    this.#game = game;
    this.#mixture = mixture;
    this.#player = player;
    this.#cells = cellsOf(game);
    this.#strides = stridesOf(game.actions);
  }

  /** The value of the best deviation. */
  deviation(state: number): number {
    const { count } = this.#mixture;
    return this.#best(0, state, [], new Float64Array(count).fill(1 / count));
  }

  /** The value of following the mixture. */
  value(state: number): number {
    let sum = 0;
    for (let t = 0; t < this.#mixture.count; t++) sum += this.#follow(t, 0, state, []) / this.#mixture.count;
    return sum;
  }

  #count(): void {
    if (++this.#nodes > MAX_NODES) throw fault(`there are more than ${MAX_NODES} histories`, 'method', 'unsupported');
  }

  /** Weights are joint probabilities of a policy and of the history. */
  #best(step: number, state: number, history: readonly number[], weights: Float64Array): number {
    this.#count();
    const { horizon, actions, rewards, transitions, states } = this.#game;
    if (step === horizon) return 0;
    const [player, stride] = [this.#player, this.#strides[this.#player]];
    const worth = new Float64Array(actions[player]);
    const block = blockOf(this.#game, step, state);
    const isMyopic = states === 1 && this.#mixture.markov;
    for (let a = 0; a < this.#cells; a++) {
      if (Math.floor(a / stride) % actions[player] !== 0) continue;
      const next = weights.map((weight, t) =>
        weight === 0 ? 0 : weight * this.#chance(this.#strategies(t, step, state, history), a, player),
      );
      const total = next.reduce((sum, weight) => sum + weight, 0);
      if (total === 0) continue;
      let future = isMyopic ? this.#best(step + 1, 0, history, next) : 0;
      for (let k = 0; k < actions[player]; k++) {
        const cell = block * this.#cells + a + k * stride;
        if (!isMyopic) {
          future = 0;
          for (let s = 0; s < states; s++) {
            const chance = transitions[cell * states + s];
            if (chance > 0) future += chance * this.#best(step + 1, s, [...history, a + k * stride], next);
          }
        }
        worth[k] += total * rewards[player][cell] + future;
      }
    }
    return Math.max(...worth);
  }

  #follow(t: number, step: number, state: number, history: readonly number[]): number {
    this.#count();
    const { horizon, rewards, transitions, states } = this.#game;
    if (step === horizon) return 0;
    const strategies = this.#strategies(t, step, state, history);
    const isMyopic = states === 1 && this.#mixture.markov;
    let sum = isMyopic ? this.#follow(t, step + 1, 0, history) : 0;
    for (let a = 0; a < this.#cells; a++) {
      const chance = this.#chance(strategies, a, -1);
      if (chance === 0) continue;
      const cell = blockOf(this.#game, step, state) * this.#cells + a;
      let future = 0;
      for (let s = 0; s < states && !isMyopic; s++) {
        const law = transitions[cell * states + s];
        if (law > 0) future += law * this.#follow(t, step + 1, s, [...history, a]);
      }
      sum += chance * (rewards[this.#player][cell] + future);
    }
    return sum;
  }

  /** Values of the mixture's function come from the caller, and are checked at each call. */
  #strategies(t: number, step: number, state: number, history: readonly number[]): readonly Float64Array[] {
    const strategies = this.#mixture.strategies(t, step, state, history);
    if (!Array.isArray(strategies)) checkList(strategies, 'mixture.strategies()');
    return strategies;
  }

  /** The probability of a joint choice without one player's factor. */
  #chance(strategies: readonly Float64Array[], a: number, without: number): number {
    let product = 1;
    for (const [j, strategy] of strategies.entries()) {
      if (j !== without) product *= strategy[Math.floor(a / this.#strides[j]) % strategy.length];
    }
    return product;
  }
}

/** The others' joint strategy, by joint choices in which the player makes its first one; rewards of a player against it. */
class OneState {
  readonly #strides: readonly number[];
  readonly #cells: number;
  readonly game: MarkovGame;
  /** Joint choices in which the player makes its first one. */
  readonly others: readonly number[];
  readonly player: number;

  constructor(game: MarkovGame, player: number) {
    this.game = game;
    this.player = player;
    this.#strides = stridesOf(game.actions);
    this.#cells = cellsOf(game);
    this.others = Array.from({ length: this.#cells }, (_, a) => a).filter(
      (a) => Math.floor(a / this.#strides[player]) % game.actions[player] === 0,
    );
  }

  /** The probability of each of the others' joint choices. */
  jointOf(strategies: readonly Float64Array[], out: Float64Array): void {
    for (const [k, a] of this.others.entries()) {
      let product = 1;
      for (const [j, strategy] of strategies.entries()) {
        if (j !== this.player) product *= strategy[Math.floor(a / this.#strides[j]) % strategy.length];
      }
      out[k] = product;
    }
  }

  /** The value of each choice against a distribution of the others' joint choices. */
  worth(step: number, others: Float64Array): Float64Array {
    const start = blockOf(this.game, step, 0) * this.#cells;
    const rewards = this.game.rewards[this.player];
    const stride = this.#strides[this.player];
    const out = new Float64Array(this.game.actions[this.player]);
    for (const [k, a] of this.others.entries()) {
      if (others[k] === 0) continue;
      for (let own = 0; own < out.length; own++) out[own] += others[k] * rewards[start + a + own * stride];
    }
    return out;
  }

  cell(own: number, other: number): number {
    return this.others[other] + own * this.#strides[this.player];
  }
}

/** The best choice of each step against the mean, minus the value of following. */
function markovDeviation(game: MarkovGame, mixture: SparseMixture, player: number): number {
  const view = new OneState(game, player);
  const joint = new Float64Array(view.others.length);
  let best = 0;
  for (let step = 0; step < game.horizon; step++) {
    const mean = new Float64Array(joint.length);
    for (let t = 0; t < mixture.count; t++) {
      view.jointOf(mixture.strategies(t, step, 0, []), joint);
      for (let k = 0; k < joint.length; k++) mean[k] += joint[k] / mixture.count;
    }
    best += Math.max(...view.worth(step, mean));
  }
  return best - followingValue(game, mixture, player);
}

/** A step of an episode in which a player plays the best response to the posterior mean. */
export interface AggregatorStep {
  readonly t: number;
  readonly step: number;
  readonly history: readonly number[];
  readonly strategies: readonly Float64Array[];
  /** Posterior weights of the policies. */
  readonly posterior: Float64Array;
}

/** One episode of a player's aggregating deviation: its expected reward, and the error of the prediction. */
export function aggregatorEpisode(
  game: MarkovGame,
  mixture: SparseMixture,
  player: number,
  random: Random,
  visit?: (step: AggregatorStep) => void,
): { earned: number; divergence: number; variation: number } {
  const view = new OneState(game, player);
  const size = view.others.length;
  const { count } = mixture;
  const joints = new Float64Array(count * size);
  const logs = new Float64Array(count);
  const posterior = new Float64Array(count);
  const mean = new Float64Array(size);
  const history: number[] = [];
  const t = random.integer(count);
  let [earned, divergence, variation] = [0, 0, 0];
  for (let step = 0; step < game.horizon; step++) {
    let most = -Infinity;
    for (const log of logs) if (log > most) most = log;
    let sum = 0;
    for (let u = 0; u < count; u++) sum += posterior[u] = Math.exp(logs[u] - most);
    mean.fill(0);
    for (let u = 0; u < count; u++) {
      posterior[u] /= sum;
      if (posterior[u] === 0) continue;
      const joint = joints.subarray(u * size, (u + 1) * size);
      view.jointOf(mixture.strategies(u, step, 0, history), joint);
      for (let k = 0; k < size; k++) mean[k] += posterior[u] * joint[k];
    }
    visit?.({ t, step, history, strategies: mixture.strategies(t, step, 0, history), posterior });
    const worth = view.worth(step, mean);
    const own = worth.indexOf(Math.max(...worth));
    // The mean of the reward given the history: the prediction is the posterior mean.
    earned += worth[own];
    const played = joints.subarray(t * size, (t + 1) * size);
    let pick = -1;
    let rest = random.uniform();
    for (let k = 0; k < size; k++) {
      if (played[k] === 0) continue;
      divergence += played[k] * Math.log(played[k] / mean[k]);
      if (rest >= 0) pick = k;
      rest -= played[k];
    }
    for (let k = 0; k < size; k++) variation += Math.abs(played[k] - mean[k]) / 2 / game.horizon;
    for (let u = 0; u < count; u++) if (posterior[u] > 0) logs[u] += Math.log(joints[u * size + pick]);
    for (let u = 0; u < count; u++) if (posterior[u] === 0) logs[u] = -Infinity;
    history.push(view.cell(own, pick));
  }
  return { earned, divergence, variation };
}

function aggregatorGap(game: MarkovGame, mixture: SparseMixture, samples: number, seed: number): SparseGap {
  const perPlayer = new Float64Array(game.actions.length);
  const errors = new Float64Array(perPlayer.length);
  let [divergence, variation] = [0, 0];
  for (const [i] of game.actions.entries()) {
    const random = new Random(seed, i);
    let [sum, squares] = [0, 0];
    for (let k = 0; k < samples; k++) {
      const episode = aggregatorEpisode(game, mixture, i, random);
      const gain = episode.earned - (mixture.markov ? 0 : sampledValue(game, mixture, i, random));
      sum += gain;
      squares += gain * gain;
      divergence += episode.divergence / samples / perPlayer.length;
      variation += episode.variation / samples / perPlayer.length;
    }
    const mean = sum / samples;
    perPlayer[i] = mean - (mixture.markov ? followingValue(game, mixture, i) : 0);
    errors[i] = Math.sqrt(Math.max(0, squares / samples - mean * mean) / samples);
  }
  const best = perPlayer.indexOf(Math.max(...perPlayer));
  return {
    gap: perPlayer[best],
    perPlayer,
    method: 'aggregator',
    standardError: errors[best],
    meanTotalVariation: variation,
    divergence,
  };
}

/** The value of following a mixture of Markov policies. */
function followingValue(game: MarkovGame, mixture: SparseMixture, player: number): number {
  const view = new OneState(game, player);
  const joint = new Float64Array(view.others.length);
  let sum = 0;
  for (let t = 0; t < mixture.count; t++) {
    for (let step = 0; step < game.horizon; step++) {
      const strategies = mixture.strategies(t, step, 0, []);
      view.jointOf(strategies, joint);
      sum += dot(view.worth(step, joint), strategies[player]) / mixture.count;
    }
  }
  return sum;
}

/** The value of following in one episode, as the mean of each step. */
function sampledValue(game: MarkovGame, mixture: SparseMixture, player: number, random: Random): number {
  const view = new OneState(game, player);
  const joint = new Float64Array(view.others.length);
  const history: number[] = [];
  const t = random.integer(mixture.count);
  let sum = 0;
  for (let step = 0; step < game.horizon; step++) {
    const strategies = mixture.strategies(t, step, 0, history);
    view.jointOf(strategies, joint);
    sum += dot(view.worth(step, joint), strategies[player]);
    history.push(view.cell(drawn(strategies[player], random), drawn(joint, random)));
  }
  return sum;
}
