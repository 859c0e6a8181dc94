// Nash equilibria of Markov games of two players by backward induction: Nash value iteration.
//
// Shapley, "Stochastic games" (1953).
import type { LimitOptions, OptionSpecs, OptionsOf, Outcome, Steps } from '@infimum/core';
import { defineSolver, fault, resolveOptions, runWith } from '@infimum/core';
import { lemkeHowson } from '../normal-form/lemke-howson.ts';
import { jointOf } from '../normal-form/normal-form-game.ts';
import { isConstantSum, zeroSum } from '../normal-form/zero-sum.ts';
import { backwardSteps } from './backward.ts';
import type { MarkovPolicyIterate, MarkovPolicySolution } from './markov-cce-problem.ts';
import { markovCceProblem } from './markov-cce-problem.ts';
import type { MarkovGame } from './markov-game.ts';
import { checkMarkovGame } from './markov-game.ts';

const backwardNashOptions = {
  tolerance: { type: 'number', min: 0, default: 1e-9, description: 'Largest gap of an equilibrium' },
} as const satisfies OptionSpecs;

/** Options of `backwardNash`. */
export type BackwardNashOptions = OptionsOf<typeof backwardNashOptions> & LimitOptions<MarkovPolicyIterate>;

/**
 * A Nash equilibrium of a Markov game of two players: in every step and state, backwards, the stage game is solved by a linear
 * programme if it is of constant sum, else by Lemke-Howson. In zero-sum games the values are the value of the game.
 *
 * `converged` if no deviation gains more than `tolerance` of the range of rewards.
 *
 * @param game - a Markov game of two players
 * @throws {InvalidInputError} naming the field at fault
 *
 * @example
 * ```ts
 * import { backwardNash, bimatrix, repeatedGame } from '@infimum/games';
 *
 * const { values } = backwardNash(repeatedGame(bimatrix([[2, -1], [-1, 1]]), 5));
 * console.log(values[0][0].toFixed(3)); // 0.200
 * ```
 */
export function backwardNash(
  game: MarkovGame,
  options: BackwardNashOptions = {},
): Outcome<MarkovPolicySolution, MarkovPolicyIterate> {
  return runWith(backwardNashOptions, options, backwardNashSteps(game, options));
}

/** The steps of `backwardNash`. */
export function* backwardNashSteps(
  game: MarkovGame,
  options: BackwardNashOptions = {},
): Steps<MarkovPolicySolution, MarkovPolicyIterate> {
  const { tolerance } = resolveOptions(backwardNashOptions, options);
  checkMarkovGame(game);
  if (game.actions.length !== 2) throw fault('expected two players', 'actions', 'unsupported');
  return yield* backwardSteps(game, 'coarse', tolerance, (stage) =>
    jointOf((isConstantSum(stage) ? zeroSum(stage) : lemkeHowson(stage)).strategies),
  );
}

export const backwardNashSolver = /* @__PURE__ */ defineSolver({
  id: 'games/backward-nash',
  title: 'Nash value iteration',
  summary: 'A Nash equilibrium of the stage game in every step and state, by backward induction, for two players.',
  problem: markovCceProblem,
  role: 'baseline',
  paper: { title: 'Stochastic games', year: 1953 },
  cost: 'O(H S) \\text{ stage games}',
  options: backwardNashOptions,
  declines: ({ actions }) => (actions.length === 2 ? undefined : 'it takes two players'),
  steps: (instance, options) => backwardNashSteps(instance, options),
});
