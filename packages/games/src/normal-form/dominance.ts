// Dominated strategies, and their iterated elimination.
import { checkChoice, fault } from '@infimum/core';
import { solveLinearProgram } from '@infimum/linalg/numerics';
import type { GameLike, NormalFormGame } from './normal-form-game.ts';
import { asGame, stridesOf, unitPayoffs } from './normal-form-game.ts';

/** The kind of dominance: strictly by a pure or mixed strategy, or weakly by a pure one. */
export type Dominance = 'strict' | 'mixed' | 'weak';

/** Payoffs are compared to this part of their range. */
const TOLERANCE = 1e-9;

/**
 * Every player's dominated strategies.
 *
 * @param game - a game of two or more players
 * @param by - `strict`: another strategy is always better; `mixed`: a mixed one is, by a linear program; `weak`: another one is
 *   never worse and sometimes better
 * @throws {InvalidInputError} naming the field at fault, and if a linear program is too hard
 *
 * @example
 * ```ts
 * import { bimatrix, dominatedStrategies } from '@infimum/games';
 *
 * const prisoners = bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]]);
 * console.log(dominatedStrategies(prisoners).map((list) => list.join()).join(' ')); // 0 0
 * ```
 */
export function dominatedStrategies(given: GameLike, by: Dominance = 'mixed'): number[][] {
  const game = asGame(given);
  checkChoice(by, 'by', ['strict', 'mixed', 'weak']);
  const all = game.actions.map((count) => Array.from({ length: count }, (_, k) => k));
  return dominatedWithin(game, all, by);
}

/**
 * The strategies of every player that survive iterated elimination of dominated ones. The result does not depend
 * on the order except for `weak`, where all of a round are removed at once.
 *
 * @example
 * ```ts
 * import { bimatrix, eliminateDominated } from '@infimum/games';
 *
 * const prisoners = bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]]);
 * console.log(eliminateDominated(prisoners).map((list) => list.join()).join(' ')); // 1 1
 * ```
 */
export function eliminateDominated(given: GameLike, by: Dominance = 'mixed'): number[][] {
  const game = asGame(given);
  checkChoice(by, 'by', ['strict', 'mixed', 'weak']);
  let left = game.actions.map((count) => Array.from({ length: count }, (_, k) => k));
  for (;;) {
    const struck = dominatedWithin(game, left, by);
    if (struck.every((list) => list.length === 0)) return left;
    left = left.map((list, i) => list.filter((k) => !struck[i].includes(k)));
  }
}

function dominatedWithin(game: NormalFormGame, left: readonly (readonly number[])[], by: Dominance): number[][] {
  const units = unitPayoffs(game);
  const strides = stridesOf(game.actions);
  return left.map((own, i) => {
    // Payoffs of each of the player's choices against the remaining choices of the others.
    let bases = [0];
    for (const [j, list] of left.entries()) {
      if (j !== i) bases = bases.flatMap((base) => list.map((k) => base + k * strides[j]));
    }
    const rowOf = (k: number) => bases.map((base) => units[i][base + k * strides[i]]);
    const rows = own.map(rowOf);
    return own.filter((_, place) => isDominated(rows, place, by));
  });
}

function isDominated(rows: readonly (readonly number[])[], place: number, by: Dominance): boolean {
  const mine = rows[place];
  const byPure = rows.some((row, other) => {
    if (other === place) return false;
    if (by !== 'weak') return row.every((value, b) => value > mine[b] + TOLERANCE);
    return row.every((value, b) => value >= mine[b]) && row.some((value, b) => value > mine[b] + TOLERANCE);
  });
  if (byPure || by !== 'mixed' || rows.length < 3) return byPure;
  // maximize e + 1 subject to sum_k p_k row_k(b) >= mine(b) + e, sum_k p_k = 1.
  const cols = rows.length + 1;
  const gains = mine.map((_, b) => [...rows.map((row, k) => (k === place ? 1 : -row[b])), 1]);
  const sums = [1, -1].map((sign) => [...rows.map(() => sign), 0]);
  const { status, value } = solveLinearProgram({
    objective: Float64Array.from({ length: cols }, (_, k) => (k === cols - 1 ? 1 : 0)),
    matrix: Float64Array.from([...gains, ...sums].flat()),
    bounds: Float64Array.from([...mine.map((entry) => 1 - entry), 1, -1]),
  });
  // A failed linear program does not show that a strategy is not dominated.
  if (status !== 'converged') throw fault(`a linear program of dominance ended as ${status}`, 'game', 'unsupported');
  return value > 1 + TOLERANCE;
}
