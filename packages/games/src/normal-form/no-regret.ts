// No-regret dynamics: every player adapts to the others, and the empirical joint play becomes a coarse correlated equilibrium.
//
// Freund, Schapire (1999); Hart, Mas-Colell (2000); Tammelin (2014); Syrgkanis et al. (2015).
import type { OptionSpecs, OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { converged, defineSolver, resolveOptions, runWith } from '@infimum/core';
import type { EquilibriumIterate, EquilibriumSolution } from './equilibrium.ts';
import { jointSolution, uniformStrategies } from './equilibrium.ts';
import type { LearnerRule } from './learner.ts';
import { Learner } from './learner.ts';
import type { GameLike } from './normal-form-game.ts';
import { asGame, deviationValues, jointOf, unitPayoffs } from './normal-form-game.ts';
import { normalForm } from './normal-form-problem.ts';

/** Options of `noRegret`. */
export const noRegretOptions = {
  rule: {
    type: 'choice',
    choices: [
      'hedge',
      'optimistic-hedge',
      'regret-matching',
      'regret-matching-plus',
      'optimistic-regret-matching-plus',
      'optimistic-gradient',
    ],
    default: 'optimistic-regret-matching-plus',
    description: 'Learning rule; the optimistic ones count the last payoffs twice',
  },
  tolerance: {
    type: 'number',
    min: 0,
    default: 1e-2,
    description: 'Regret of the joint play at which to stop, relative to the range of payoffs',
  },
  maxIterations: { type: 'integer', min: 0, default: 100_000, description: 'Rounds' },
} as const satisfies OptionSpecs;

/** Options of `noRegret`. */
export type NoRegretOptions = OptionsOf<typeof noRegretOptions> & RunOptions<NoRegretIterate>;

/** The joint play so far. */
export interface NoRegretSolution extends EquilibriumSolution {
  /** The mean of the products of strategies that were played, row-major. */
  readonly joint: Float64Array;
}

/** One round. */
export interface NoRegretIterate extends EquilibriumIterate<NoRegretSolution> {
  /** The largest regret so far, over the range of payoffs. */
  readonly regret: number;
}

/**
 * Plays a game against itself: in every round each player observes the payoff of each of its choices, and adapts.
 *
 * - `hedge`: weights exp(eta_t sum_k g_k), eta_t = sqrt(ln A / t)
 * - `regret-matching`: weights max(0, sum_k (g_k - <x_k, g_k>)); `regret-matching-plus` cuts the sums at zero in every round
 * - optimistic: the last round counts once more
 * - `optimistic-gradient`: x ← projection of x + (2 g_t - g_{t-1}) / 10
 *
 * The mean of the products of the strategies played is a coarse correlated equilibrium up to the largest mean regret: O(1/sqrt(T)) after
 * T rounds. In zero-sum games every player's part of it is nearly optimal. O(n N) a round for N joint choices.
 *
 * `converged` when the regret of the joint play, recomputed, is below the tolerance.
 *
 * @param game - a game of two or more players
 * @throws {InvalidInputError} naming the field at fault
 *
 * @example
 * ```ts
 * import { bimatrix, noRegret } from '@infimum/games';
 *
 * const { status, strategies } = noRegret(bimatrix([[2, -1], [-1, 1]]), { tolerance: 1e-3 });
 * console.log(status, strategies[0][0].toFixed(1)); // converged 0.4
 * ```
 */
export function noRegret(given: GameLike, options: NoRegretOptions = {}): Outcome<NoRegretSolution, NoRegretIterate> {
  return runWith(noRegretOptions, options, noRegretSteps(given, options));
}

/** The steps of `noRegret`. */
export function* noRegretSteps(given: GameLike, options: NoRegretOptions = {}): Steps<NoRegretSolution, NoRegretIterate> {
  const { rule, tolerance } = resolveOptions(noRegretOptions, options);
  const game = asGame(given);
  const units = unitPayoffs(game);
  const players = game.actions.map((count) => new Learner(count, rule as LearnerRule));
  const played = new Float64Array(units[0].length);
  const gained = game.actions.map((count) => new Float64Array(count));
  const earned = new Float64Array(players.length);
  let regret = Number.MAX_VALUE;
  for (let round = 0; ; round++) {
    const solution = () =>
      jointSolution(
        game,
        round === 0 ? jointOf(uniformStrategies(game.actions)) : played.map((weight) => weight / round),
        'coarse',
      );
    if (round === 0) regret = solution().regret;
    yield { iteration: round, regret, solution };
    if (round > 0 && regret <= tolerance && solution().regret <= tolerance) {
      return converged(solution(), `no deviation gains more than ${tolerance} of the range of payoffs`);
    }
    const strategies = players.map(({ strategy }) => strategy);
    const joint = jointOf(strategies);
    for (let a = 0; a < joint.length; a++) played[a] += joint[a];
    regret = 0;
    for (const [i, player] of players.entries()) {
      const gains = deviationValues(game.actions, units[i], i, joint);
      const here = gains.reduce((sum, gain, k) => sum + gain * strategies[i][k], 0);
      earned[i] += here;
      for (let k = 0; k < gains.length; k++) gained[i][k] += gains[k];
      const best = gained[i].reduce((most, gain) => Math.max(most, gain), 0);
      regret = Math.max(regret, (best - earned[i]) / (round + 1));
      player.learn(gains, here);
    }
  }
}

export const noRegretSolver = /* @__PURE__ */ defineSolver({
  id: 'games/no-regret',
  title: 'No-regret dynamics',
  summary:
    'Hedge, regret matching and their optimistic forms: learning players, whose joint play is a coarse correlated equilibrium.',
  problem: normalForm,
  role: 'baseline',
  paper: { title: 'Fast convergence of regularized learning in games', arxiv: '1507.00407', year: 2015 },
  cost: 'O(n N) \\text{ per round}',
  options: noRegretOptions,
  variant: 'learning',
  steps: (instance, options) => noRegretSteps(instance, options),
});
