// Games of many players with two choices each, given by a function instead of a table, with a count of queries.
//
// Foster, Golowich, Kakade, arXiv 2303.12287 (2023): an episode of H steps reveals at most H payoffs, so that lower bounds on
// queries are lower bounds on episodes.
import { checkInteger, checkList, checkNumbers, checkObject, fault } from '@infimum/core';
import type { NormalFormGame } from '../normal-form/normal-form-game.ts';

/** A game of players who choose 0 or 1. */
export interface BinaryGame {
  /** m, up to 52: profiles are numbered. */
  readonly players: number;
  /** A player's payoff in a profile. */
  payoff(player: number, profile: Uint8Array): number;
}

/** A game with a count of the queried profiles. */
export interface PayoffOracle extends BinaryGame {
  /** Distinct profiles so far. */
  readonly queries: number;
}

/**
 * Counts the distinct profiles whose payoffs are queried; those of all players in one profile are one query.
 *
 * @throws {InvalidInputError} for a number of players outside 1 to 52, or a profile of another length
 *
 * @example
 * ```ts
 * import { isPureNash, payoffOracle, randomBinaryGame } from '@infimum/games/queries';
 *
 * const oracle = payoffOracle(randomBinaryGame(10, 1));
 * isPureNash(oracle, new Uint8Array(10));
 * console.log(oracle.queries); // 11
 * ```
 */
export function payoffOracle(game: BinaryGame): PayoffOracle {
  checkBinaryGame(game);
  const seen = new Set<number>();
  return {
    players: game.players,
    payoff: (player, profile) => {
      seen.add(profileNumber(profile, game.players));
      return game.payoff(player, profile);
    },
    get queries() {
      return seen.size;
    },
  };
}

/** Checks the number of players. */
export function checkBinaryGame(game: BinaryGame): void {
  if (typeof game !== 'object' || game === null || typeof game.payoff !== 'function') {
    throw fault('expected { players, payoff }', 'game', 'type');
  }
  checkInteger(game.players, 'players', { min: 1, max: 52 });
}

function profileNumber(profile: Uint8Array, players: number): number {
  if (profile.length !== players) throw fault(`expected ${players} choices`, 'profile', 'shape');
  let number = 0;
  for (let i = players - 1; i >= 0; i--) number = 2 * number + profile[i];
  return number;
}

/**
 * Whether no player gains by changing its choice: the profile and its m neighbours are queried, so m + 1 queries, even when the first
 * player already gains.
 */
export function isPureNash(game: BinaryGame, profile: Uint8Array): boolean {
  checkBinaryGame(game);
  checkNumbers(profile, 'profile');

  return gainsOf(game, profile).every((gain) => !(gain > 0));
}

/** The gain of every player by changing its choice. */
export function gainsOf(game: BinaryGame, profile: Uint8Array): Float64Array {
  const changed = profile.slice();
  return Float64Array.from({ length: game.players }, (_, i) => {
    changed[i] ^= 1;
    const gain = game.payoff(i, changed) - game.payoff(i, profile);
    changed[i] ^= 1;
    return gain;
  });
}

/** A game in normal form whose players have two choices, queried profile by profile. */
export function binaryGameOf(game: NormalFormGame): BinaryGame {
  checkObject(game, 'game');
  const { actions, payoffs } = game;
  checkNumbers(actions, 'game.actions');
  checkList(payoffs, 'game.payoffs');

  if (actions.some((count) => count !== 2)) throw fault('expected two choices of every player', 'actions', 'unsupported');
  return {
    players: actions.length,
    payoff: (player, profile) => {
      if (!(player in payoffs)) throw fault('there is no such player', 'player', 'out-of-range');
      return payoffs[player][profile.reduce((index, bit) => 2 * index + bit, 0)];
    },
  };
}

/**
 * The game of m players whose payoffs are independent and uniform in [0, 1]: a hash of seed, player and profile, so that nothing is
 * stored.
 *
 * @param players - m, up to 52
 * @throws {InvalidInputError} naming the argument at fault
 *
 * @example
 * ```ts
 * import { randomBinaryGame } from '@infimum/games/queries';
 *
 * const game = randomBinaryGame(24, 7);
 * const profile = new Uint8Array(24);
 * console.log(game.payoff(3, profile) === game.payoff(3, profile), game.payoff(3, profile) < 1); // true true
 * ```
 */
export function randomBinaryGame(players: number, seed: number): BinaryGame {
  checkInteger(players, 'players', { min: 1, max: 52 });
  checkInteger(seed, 'seed', { min: 0 });
  return {
    players,
    payoff: (player, profile) => {
      const number = profileNumber(profile, players);
      let hash = mixed((seed >>> 0) ^ 0x9e3779b9);
      hash = mixed(hash ^ Math.floor(seed / 2 ** 32));
      hash = mixed(hash ^ (player + 1));
      hash = mixed(hash ^ (number >>> 0));
      hash = mixed(hash ^ Math.floor(number / 2 ** 32));
      return hash / 2 ** 32;
    },
  };
}

/** The finaliser of MurmurHash3. */
function mixed(value: number): number {
  let h = value >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** All pure Nash equilibria, by number: O(m 2^m). */
export function pureNashEquilibria(game: BinaryGame): Uint8Array[] {
  checkBinaryGame(game);
  checkInteger(game.players, 'players', { max: 20 });
  const found: Uint8Array[] = [];
  for (let number = 0; number < 2 ** game.players; number++) {
    const profile = Uint8Array.from({ length: game.players }, (_, i) => (number >> i) & 1);
    if (isPureNash(game, profile)) found.push(profile);
  }
  return found;
}
