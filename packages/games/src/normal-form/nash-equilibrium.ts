// The main function: one Nash equilibrium, by the method that suits the game.
import type { LimitOptions, OptionSpecs, OptionsOf, Outcome, Steps } from '@infimum/core';
import { resolveOptions, runWith } from '@infimum/core';
import type { EquilibriumIterate, EquilibriumSolution } from './equilibrium.ts';
import { lemkeHowsonSteps } from './lemke-howson.ts';
import { logitSteps } from './logit-path.ts';
import type { GameLike } from './normal-form-game.ts';
import { asGame } from './normal-form-game.ts';
import { supportEnumerationSteps } from './support-enumeration.ts';
import { isConstantSum, zeroSumSteps } from './zero-sum.ts';

const nashEquilibriumOptions = {
  method: {
    type: 'choice',
    choices: ['auto', 'zero-sum', 'lemke-howson', 'support-enumeration', 'logit-path'],
    default: 'auto',
    description:
      'The method; by default zero-sum if payoffs add up to a constant, lemke-howson for other two-player games, logit-path for more players',
  },
} as const satisfies OptionSpecs;

/** Options of `nashEquilibrium`. */
export type NashEquilibriumOptions = OptionsOf<typeof nashEquilibriumOptions> & LimitOptions<EquilibriumIterate>;

/**
 * One Nash equilibrium: mixed strategies from which no player gains by deviating alone. Zero-sum games are solved by a linear program,
 * other two-player games by complementary pivoting, and games of more players by the logit path, whose end is an equilibrium to 1e-6 of the
 * range of payoffs. For all equilibria of small games see `extremeEquilibria`.
 *
 * @param game - a game of two or more players; see `bimatrix`
 * @throws {InvalidInputError} naming the field at fault; `unsupported` if the method does not support the game
 *
 * @example
 * ```ts
 * import { bimatrix, nashEquilibrium } from '@infimum/games';
 *
 * const { status, strategies } = nashEquilibrium(bimatrix([[2, -1], [-1, 1]]));
 * console.log(status, strategies[0].map((weight) => Math.round(10 * weight) / 10).join(' ')); // converged 0.4 0.6
 * ```
 */
export function nashEquilibrium(
  game: GameLike,
  options: NashEquilibriumOptions = {},
): Outcome<EquilibriumSolution, EquilibriumIterate> {
  return runWith(nashEquilibriumOptions, options, nashEquilibriumSteps(game, options));
}

/** The steps of `nashEquilibrium`. */
export function nashEquilibriumSteps(
  given: GameLike,
  options: NashEquilibriumOptions = {},
): Steps<EquilibriumSolution, EquilibriumIterate> {
  const { method } = resolveOptions(nashEquilibriumOptions, options);
  const game = asGame(given);
  const byPlayers = game.actions.length > 2 ? 'logit-path' : isConstantSum(game) ? 'zero-sum' : 'lemke-howson';
  switch (method === 'auto' ? byPlayers : method) {
    case 'zero-sum':
      return zeroSumSteps(game);
    case 'lemke-howson':
      return lemkeHowsonSteps(game);
    case 'support-enumeration':
      return supportEnumerationSteps(game, { maxEquilibria: 1 });
    default:
      return logitSteps(game, { tolerance: 1e-6 });
  }
}
