// Correlated and coarse correlated equilibria of Markov games by a linear programme in every step and state, backwards.
//
// Jin, Liu, Wang, Yu, "V-learning: a simple, efficient, decentralized algorithm for multiagent RL", arXiv 2110.14555 (2021).
import type { LimitOptions, OptionSpecs, OptionsOf, Outcome, Steps } from '@infimum/core';
import { defineSolver, resolveOptions, runWith } from '@infimum/core';
import { correlatedEquilibrium } from '../normal-form/correlated-equilibrium.ts';
import { backwardSteps } from './backward.ts';
import type { MarkovPolicyIterate, MarkovPolicySolution } from './markov-cce-problem.ts';
import { markovCceProblem, vLearningPaper } from './markov-cce-problem.ts';
import type { MarkovGame } from './markov-game.ts';
import { cellsOf, checkMarkovGame } from './markov-game.ts';

const markovCceOptions = {
  concept: {
    type: 'choice',
    choices: ['coarse', 'correlated'],
    default: 'coarse',
    description: 'Whether players must commit before they hear their recommendation',
  },
  objective: {
    type: 'choice',
    choices: ['welfare', 'fair'],
    default: 'welfare',
    description: 'Objective in every state: the sum of values, or the smallest one, each scaled to [0, 1]',
  },
  tolerance: { type: 'number', min: 0, default: 1e-9, description: 'Largest gap of an equilibrium' },
} as const satisfies OptionSpecs;

/** Options of `markovCce`. */
export type MarkovCceOptions = OptionsOf<typeof markovCceOptions> & LimitOptions<MarkovPolicyIterate>;

/**
 * An equilibrium of a Markov game whose joint choices are drawn anew in every step, by backward induction: in step h and state s a
 * linear programme over the joint choices of the stage game Q_i = R_i + P V_i. H S programmes with N variables.
 *
 * `converged` if no deviation, Markov or not, gains more than `tolerance` of the range of rewards.
 *
 * @param game - a Markov game of two or more players
 * @throws {InvalidInputError} naming the field at fault
 *
 * @example
 * ```ts
 * import { bimatrix, markovCce, repeatedGame } from '@infimum/games';
 *
 * const chicken = bimatrix([[0, 7], [2, 6]], [[0, 2], [7, 6]]);
 * const { status, values } = markovCce(repeatedGame(chicken, 4));
 * console.log(status, values.reduce((sum, [first = 0]) => sum + first, 0).toFixed(3)); // converged 10.500
 * ```
 */
export function markovCce(
  game: MarkovGame,
  options: MarkovCceOptions = {},
): Outcome<MarkovPolicySolution, MarkovPolicyIterate> {
  return runWith(markovCceOptions, options, markovCceSteps(game, options));
}

/** The steps of `markovCce`. */
export function* markovCceSteps(
  game: MarkovGame,
  options: MarkovCceOptions = {},
): Steps<MarkovPolicySolution, MarkovPolicyIterate> {
  const { concept, objective, tolerance } = resolveOptions(markovCceOptions, options);
  checkMarkovGame(game);
  return yield* backwardSteps(game, concept, tolerance, (stage) => correlatedEquilibrium(stage, { concept, objective }).joint);
}

export const markovCceSolver = /* @__PURE__ */ defineSolver({
  id: 'games/backward-lp',
  title: 'Backward linear programs',
  summary: 'A linear program in every step and state, backwards: exact correlated or coarse equilibria that maximise welfare.',
  problem: markovCceProblem,
  role: 'baseline',
  paper: vLearningPaper,
  cost: 'O(H S) \\text{ programs of } N \\text{ variables}',
  options: markovCceOptions,
  declines: (game) => (cellsOf(game) > 2000 ? 'its stage games are too large' : undefined),
  steps: (instance, options) => markovCceSteps(instance, options),
});
