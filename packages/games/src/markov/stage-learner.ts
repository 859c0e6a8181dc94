// Learning a Markov game step by step, from the last one back: in every state of a step bandit learners play against each other with the
// values of the next step fixed; a cover of policies reaches the states.
//
// Daskalakis, Golowich, Zhang, "The complexity of Markov equilibrium in stochastic games" (SPoCMAR), arXiv 2204.03991 (2022).
import type { LimitOptions, OptionSpecs, OptionsOf, Outcome, Steps } from '@infimum/core';
import { defineSolver, Random, resolveOptions, runWith } from '@infimum/core';
import { banditGains, drawn, Learner } from '../normal-form/learner.ts';
import { jointOf, stridesOf, unitPayoffs } from '../normal-form/normal-form-game.ts';
import type { EpisodesIterate, MarkovPolicySolution } from './markov-cce-problem.ts';
import { endOfEpisodes, markovCceProblem, policySolution, uniformPolicy } from './markov-cce-problem.ts';
import type { MarkovGame } from './markov-game.ts';
import { blockOf, cellsOf, checkMarkovGame } from './markov-game.ts';

const stageLearnerOptions = {
  episodes: { type: 'integer', min: 1, default: 100_000, description: 'Total number of episodes' },
  tolerance: { type: 'number', min: 0, default: 0.1, description: 'Gap at which to stop' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of everything random' },
} as const satisfies OptionSpecs;

/** Options of `stageLearner`. */
export type StageLearnerOptions = OptionsOf<typeof stageLearnerOptions> & LimitOptions<StageLearnerIterate>;

/** A part of a pass. */
export type StageLearnerIterate = EpisodesIterate;

/** Episodes of the first pass for each step and state; every further pass has twice as many. */
const FIRST_PASS = 50;

/**
 * A coarse correlated equilibrium whose joint choices are drawn anew in every step, from sampled episodes only. Passes of doubling
 * length go from the last step to the first; within a step each state has bandit learners (EXP3 with implicit exploration) which receive
 * their reward plus the estimated value of the next state. The policy of the state is the mean of the products that were played there: a
 * sparse mixture for the step, drawn anew in the next. Episodes are steered to each state in turn by the choices that reach it most
 * probably under the observed transitions; unobserved transitions are assumed to lead there.
 *
 * O(H + A + N) an episode. `converged` when the gap, computed by backward induction after a pass, is below the tolerance;
 * `iteration-limit` when the episodes are over.
 *
 * @param game - a Markov game; episodes begin in a state that is drawn
 * @throws {InvalidInputError} naming the field at fault
 *
 * @example
 * ```ts
 * import { bimatrix, repeatedGame, stageLearner } from '@infimum/games';
 *
 * const { status, gap } = stageLearner(repeatedGame(bimatrix([[2, -1], [-1, 1]]), 2), { seed: 1 });
 * console.log(status, gap <= 0.1); // converged true
 * ```
 */
export function stageLearner(
  game: MarkovGame,
  options: StageLearnerOptions = {},
): Outcome<MarkovPolicySolution, StageLearnerIterate> {
  return runWith(stageLearnerOptions, options, stageLearnerSteps(game, options));
}

/** The steps of `stageLearner`. */
export function* stageLearnerSteps(
  game: MarkovGame,
  options: StageLearnerOptions = {},
): Steps<MarkovPolicySolution, StageLearnerIterate> {
  const { episodes, tolerance, seed } = resolveOptions(stageLearnerOptions, options);
  checkMarkovGame(game);
  const { horizon, states } = game;
  const cells = cellsOf(game);
  const random = new Random(seed);
  const rewards = unitPayoffs({ payoffs: game.rewards });
  const cover = new Cover(game);
  const policy = uniformPolicy(game);
  let iteration = 0;
  let done = 0;
  const solution = () => policySolution(game, policy);
  yield { iteration, episodes: done, solution };
  for (let size = FIRST_PASS * states; ; size *= 2) {
    // The last pass takes all remaining episodes, so that none ends half-way.
    const left = (episodes - done) / horizon;
    const pass = Math.max(1, Math.floor(left < 3 * size ? left : size));
    let values = game.actions.map(() => new Float64Array(states));
    for (let step = horizon - 1; step >= 0; step--) {
      const stages = Array.from({ length: states }, () => new Stage(game, rewards, step, pass / states, random));
      const end = step === 0 && left < 3 * size ? episodes - done : pass;
      for (let episode = 0; episode < end && done < episodes; episode++, done++) {
        // The route to a target is recomputed after each round of targets.
        const state = cover.roll(step, episode % states, Math.floor(episode / states) % 8 === 0, random);
        stages[state].play(state, values, cover);
        if (episode % 64 === 63) yield { iteration: ++iteration, episodes: done + 1, solution };
      }
      const next = game.actions.map(() => new Float64Array(states));
      for (const [state, stage] of stages.entries()) {
        policy.set(stage.joint(), (step * states + state) * cells);
        for (const i of game.actions.keys()) next[i][state] = stage.value(i);
      }
      values = next;
    }
    const end = endOfEpisodes(solution(), tolerance, done, episodes);
    if (end) return end;
    yield { iteration: ++iteration, episodes: done, solution };
  }
}

/** The learners of a state in a step. */
class Stage {
  readonly #game: MarkovGame;
  readonly #step: number;
  readonly #learners: readonly Learner[];
  readonly #rates: readonly number[];
  readonly #strides: readonly number[];
  readonly #played: Float64Array;
  readonly #returns: Float64Array;
  readonly #rewards: readonly Float64Array[];
  readonly #random: Random;
  #visits = 0;

  constructor(game: MarkovGame, rewards: readonly Float64Array[], step: number, visits: number, random: Random) {
    this.#game = game;
    this.#step = step;
    this.#random = random;
    // sqrt(2 ln A / (A T)) for T visits.
    this.#rates = game.actions.map((count) => Math.sqrt((2 * Math.log(Math.max(2, count))) / (count * visits)));
    this.#learners = game.actions.map((count, i) => new Learner(count, 'exp3-ix', this.#rates[i]));
    this.#strides = stridesOf(game.actions);
    this.#played = new Float64Array(cellsOf(game));
    this.#returns = new Float64Array(game.actions.length);
    this.#rewards = rewards;
  }

  /** One visit: a joint choice is drawn, and every player learns from its own reward. */
  play(state: number, next: readonly Float64Array[], cover: Cover): void {
    const game = this.#game;
    const strategies = this.#learners.map(({ strategy }) => strategy);
    const product = jointOf(strategies);
    for (let a = 0; a < product.length; a++) this.#played[a] += product[a];
    const choices = strategies.map((strategy) => drawn(strategy, this.#random));
    const joint = choices.reduce((sum, choice, i) => sum + choice * this.#strides[i], 0);
    const after = cover.transition(this.#step, state, joint, this.#random);
    const left = game.horizon - this.#step;
    for (const [i, learner] of this.#learners.entries()) {
      const reward = this.#rewards[i][blockOf(game, this.#step, state) * product.length + joint];
      const total = reward + (left > 1 ? next[i][after] : 0);
      this.#returns[i] += total;
      learner.learn(banditGains(strategies[i], choices[i], total / left, this.#rates[i]), 0);
    }
    this.#visits++;
  }

  joint(): Float64Array {
    const cells = this.#played.length;
    return this.#visits > 0 ? this.#played.map((weight) => weight / this.#visits) : new Float64Array(cells).fill(1 / cells);
  }

  /** The mean return from here on, in rewards scaled to [0, 1]. */
  value(player: number): number {
    return this.#visits > 0 ? this.#returns[player] / this.#visits : 0;
  }
}

/** The observed transitions, and routes to states by them. */
class Cover {
  readonly #game: MarkovGame;
  readonly #cells: number;
  readonly #counts: Float64Array;
  readonly #routes = new Map<number, Int32Array>();

  constructor(game: MarkovGame) {
    this.#game = game;
    this.#cells = cellsOf(game);
    this.#counts = new Float64Array(game.horizon * game.states * this.#cells * game.states);
  }

  /** Draws the next state and counts it. */
  transition(step: number, state: number, joint: number, random: Random): number {
    const { states, transitions } = this.#game;
    const row = (blockOf(this.#game, step, state) * this.#cells + joint) * states;
    const next = drawn(transitions, random, row, states);
    this.#counts[((step * states + state) * this.#cells + joint) * states + next]++;
    return next;
  }

  /** Plays up to a step, towards a target; returns the state reached. */
  roll(step: number, target: number, isAnew: boolean, random: Random): number {
    const { states } = this.#game;
    let state = random.integer(states);
    if (step === 0) return state;
    const key = step * states + target;
    if (isAnew || !this.#routes.has(key)) this.#routes.set(key, this.#routeTo(step, target));
    const route = this.#routes.get(key) as Int32Array;
    for (let h = 0; h < step; h++) state = this.transition(h, state, route[h * states + state], random);
    return state;
  }

  /** The joint choices that reach a state most probably; those never tried count as leading there. */
  #routeTo(step: number, target: number): Int32Array {
    const { states } = this.#game;
    const route = new Int32Array(step * states);
    let reach = Float64Array.from({ length: states }, (_, s) => (s === target ? 1 : 0));
    for (let h = step - 1; h >= 0; h--) {
      const before = new Float64Array(states);
      for (let state = 0; state < states; state++) {
        before[state] = -1;
        for (let a = 0; a < this.#cells; a++) {
          const row = ((h * states + state) * this.#cells + a) * states;
          let [seen, hits] = [0, 0];
          for (let s = 0; s < states; s++) {
            seen += this.#counts[row + s];
            hits += this.#counts[row + s] * reach[s];
          }
          const chance = seen > 0 ? hits / seen : 1;
          if (chance > before[state]) {
            before[state] = chance;
            route[h * states + state] = a;
          }
        }
      }
      reach = before;
    }
    return route;
  }
}

export const stageLearnerSolver = /* @__PURE__ */ defineSolver({
  id: 'games/stage-learner',
  title: 'Stage by stage with bandits',
  summary: 'Bandit learners in every state of a step, from the last step back, guided by a policy cover.',
  problem: markovCceProblem,
  role: 'baseline',
  paper: { title: 'The complexity of Markov equilibrium in stochastic games', arxiv: '2204.03991', year: 2022 },
  cost: 'O(H + \\textstyle\\sum_i A_i + N) \\text{ per episode}',
  options: stageLearnerOptions,
  declines: (game) =>
    game.horizon * game.states * game.states * cellsOf(game) > 4e6 ? 'its table of transitions is too large' : undefined,
  steps: (instance, options) => stageLearnerSteps(instance, options),
});
