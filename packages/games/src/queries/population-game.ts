// Games of populations whose equilibria are the fixed points of a map: the family used in proofs of query lower bounds.
//
// Babichenko, "Query complexity of approximate Nash equilibria", arXiv 1306.6686 (2013); Foster, Golowich, Kakade,
// arXiv 2303.12287 (2023).
import { checkInteger, checkNumbers, fault } from '@infimum/core';
import type { BinaryGame } from './payoff-oracle.ts';

/** A map of the unit cube to itself. */
export type UnitMap = (x: readonly number[]) => readonly number[];

/**
 * Two populations of d blocks of k players each, m = 2 d k. With x_j and y_j the shares of ones in block j, player l = 1 … k of block j
 * of the first population is paid 1 if its choice equals [y_j >= (l - 1/2) / k], of the second if it equals [f(x)_j >= (l - 1/2) / k],
 * else 0. The pure Nash equilibria are the profiles with x = y = round_k(f(x)).
 *
 * @param f - a map of [0, 1]^d to itself
 * @param dimension - d
 * @param size - k; 2 d k is at most 52
 * @throws {InvalidInputError} naming the argument at fault
 *
 * @example
 * ```ts
 * import { populationGame } from '@infimum/games/queries';
 *
 * const game = populationGame(([x]) => [1 - x], 1, 2);
 * // One of two players chooses 1 in each population: x = y = 1/2 = f(1/2).
 * console.log(game.players, [0, 1, 2, 3].map((i) => game.payoff(i, Uint8Array.of(1, 0, 1, 0))).join(' ')); // 4 1 1 1 1
 * ```
 */
export function populationGame(f: UnitMap, dimension: number, size: number): BinaryGame {
  checkInteger(dimension, 'dimension', { min: 1 });
  checkInteger(size, 'size', { min: 1 });
  const players = 2 * dimension * size;
  if (players > 52) throw fault(`${players} players are more than 52`, 'size', 'out-of-range');
  return {
    players,
    payoff: (player, profile) => {
      const isFirst = player < players / 2;
      const own = player % (players / 2);
      const [block, place] = [Math.floor(own / size), own % size];
      const other = shares(profile, isFirst ? dimension : 0, dimension, size);
      const level = (isFirst ? other : f(other))[block];
      // A share is a multiple of 1/k: compare with 2 l - 1 halves of it, not with a rounded quotient.
      return profile[player] === (2 * size * level >= 2 * place + 1 ? 1 : 0) ? 1 : 0;
    },
  };
}

/** The shares of ones in the blocks of both populations. */
export function populationShares(
  profile: Uint8Array,
  dimension: number,
  size: number,
): { readonly x: readonly number[]; readonly y: readonly number[] } {
  checkNumbers(profile, 'profile');
  checkInteger(dimension, 'dimension', { min: 1 });
  checkInteger(size, 'size', { min: 1 });
  if (profile.length < 2 * dimension * size) {
    throw fault(`expected at least ${2 * dimension * size} choices, got ${profile.length}`, 'profile', 'shape');
  }
  return { x: shares(profile, 0, dimension, size), y: shares(profile, dimension, dimension, size) };
}

function shares(profile: Uint8Array, first: number, blocks: number, size: number): number[] {
  return Array.from({ length: blocks }, (_, j) => {
    let ones = 0;
    for (let l = 0; l < size; l++) ones += profile[(first + j) * size + l];
    return ones / size;
  });
}
