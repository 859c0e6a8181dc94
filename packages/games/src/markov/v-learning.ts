// V-learning: every player learns only from its own choices and rewards; the suitably weighted play in each state converges to a coarse
// correlated equilibrium.
//
// Jin, Liu, Wang, Yu, "V-learning: a simple, efficient, decentralized algorithm for multiagent RL", arXiv 2110.14555 (2021).
import type { LimitOptions, OptionSpecs, OptionsOf, Outcome, Steps } from '@infimum/core';
import { defineSolver, Random, resolveOptions, runWith } from '@infimum/core';
import { drawn } from '../normal-form/learner.ts';
import { stridesOf, unitPayoffs } from '../normal-form/normal-form-game.ts';
import type { EpisodesIterate, MarkovPolicySolution } from './markov-cce-problem.ts';
import { endOfEpisodes, markovCceProblem, policySolution, uniformPolicy, vLearningPaper } from './markov-cce-problem.ts';
import type { MarkovGame } from './markov-game.ts';
import { blockOf, cellsOf, checkMarkovGame } from './markov-game.ts';
import { VLearner } from './v-learner.ts';

const vLearningOptions = {
  episodes: { type: 'integer', min: 1, default: 40_000, description: 'Episodes' },
  bonus: { type: 'number', min: 0, default: 0.1, description: 'c: factor of the bonus; 1 in the theory, 0.1 in practice' },
  delta: { type: 'number', above: 0, below: 1, default: 0.1, description: 'Probability that the theory’s bound fails' },
  tolerance: { type: 'number', min: 0, default: 0.05, description: 'Gap at which to stop' },
  initialState: {
    type: 'integer',
    was: 'firstState',
    min: -1,
    default: -1,
    description: 'The initial state; -1 for a random one',
  },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of everything random' },
} as const satisfies OptionSpecs;

/** Options of `vLearning`. */
export type VLearningOptions = OptionsOf<typeof vLearningOptions> & LimitOptions<VLearningIterate>;

/** What was learned. */
export interface VLearningSolution extends MarkovPolicySolution {
  /** Every player's estimates by state at the first step, in units of rewards scaled to [0, 1]: optimistic for a large bonus. */
  readonly estimates: readonly Float64Array[];
  /** Mean return of each player over the last half of the episodes, in the same units. */
  readonly returns: Float64Array;
}

/** A block of episodes. */
export interface VLearningIterate extends EpisodesIterate {
  solution(): VLearningSolution;
}

const BLOCK = 100;

/**
 * V-learning with bandit feedback: at a step and state visited n times, with alpha = (H+1)/(H+n),
 *
 *     V ← (1 - alpha) V + alpha (r + V_next + c sqrt(H³ A iota / n)),   cut at what is left of the horizon,
 *
 * and choices by follow-the-regularised-leader on importance-weighted losses with weights alpha. Each player has its own stream of random
 * numbers. The policy is the mean of the products of strategies played, with weights alpha.
 *
 * O(players (A + 1)) a step of an episode, O(N) more for the policy.
 *
 * `converged` when the gap, computed by backward induction every 100 episodes, is below the tolerance; `iteration-limit` when the
 * episodes are over.
 *
 * @param game - a Markov game; rewards of every player are scaled to [0, 1]
 * @throws {InvalidInputError} naming the field at fault
 *
 * @example
 * ```ts
 * import { bimatrix, repeatedGame, vLearning } from '@infimum/games';
 *
 * const { status, gap } = vLearning(repeatedGame(bimatrix([[2, -1], [-1, 1]]), 2), { seed: 1 });
 * console.log(status, gap < 0.05); // converged true
 * ```
 */
export function vLearning(game: MarkovGame, options: VLearningOptions = {}): Outcome<VLearningSolution, VLearningIterate> {
  return runWith(vLearningOptions, options, vLearningSteps(game, options));
}

/** The steps of `vLearning`. */
export function* vLearningSteps(game: MarkovGame, options: VLearningOptions = {}): Steps<VLearningSolution, VLearningIterate> {
  const { episodes, bonus, delta, tolerance, initialState, seed } = resolveOptions(vLearningOptions, options);
  checkMarkovGame(game);
  const { states, horizon, actions, transitions } = game;
  const cells = cellsOf(game);
  const strides = stridesOf(actions);
  const rewards = unitPayoffs({ payoffs: game.rewards });
  const visits = new Int32Array(horizon * states);
  const players = actions.map(
    (choices, i) => new VLearner({ choices, horizon, states, episodes, bonus, delta }, new Random(seed, i + 1)),
  );
  const environment = new Random(seed, 0);
  const played = uniformPolicy(game);
  const returns = new Float64Array(actions.length);
  const product = new Float64Array(cells);
  let done = 0;
  let counted = 0;
  const solution = (): VLearningSolution => ({
    ...policySolution(game, played),
    estimates: players.map(({ values }) => values.slice(0, states)),
    returns: returns.map((sum) => (counted > 0 ? sum / counted : 0)),
  });
  for (let iteration = 0; ; iteration++) {
    yield { iteration, episodes: done, solution };
    if (done > 0) {
      const end = endOfEpisodes(solution(), tolerance, done, episodes);
      if (end) return end;
    }
    for (const end = Math.min(episodes, done + BLOCK); done < end; done++) {
      const isLate = 2 * done >= episodes;
      if (isLate) counted++;
      let state = initialState >= 0 && initialState < states ? initialState : environment.integer(states);
      for (let step = 0; step < horizon; step++) {
        const place = step * states + state;
        let joint = 0;
        for (const [i, player] of players.entries()) joint += player.choose(place) * strides[i];
        const n = ++visits[place];
        const alpha = (horizon + 1) / (horizon + n);
        product.fill(1);
        for (const [i, player] of players.entries()) {
          for (let a = 0; a < cells; a++) product[a] *= player.weight(place, Math.floor(a / strides[i]) % actions[i]);
        }
        for (let a = 0; a < cells; a++) played[place * cells + a] += alpha * (product[a] - played[place * cells + a]);
        const cell = blockOf(game, step, state) * cells + joint;
        const next = drawn(transitions, environment, cell * states, states);
        for (const [i, player] of players.entries()) {
          const reward = rewards[i][cell];
          if (isLate) returns[i] += reward;
          player.learn(step, state, reward, next, n);
        }
        state = next;
      }
    }
  }
}

export const vLearningSolver = /* @__PURE__ */ defineSolver({
  id: 'games/v-learning',
  title: 'V-learning',
  summary: 'Decentralised learning from own rewards only; the weighted past play approaches a coarse correlated equilibrium.',
  problem: markovCceProblem,
  role: 'baseline',
  paper: vLearningPaper,
  cost: 'O(H (N + \\textstyle\\sum_i A_i)) \\text{ per episode}',
  options: vLearningOptions,
  steps: (instance, options) => vLearningSteps(instance, options),
});
