// Plain lists of numbers: what lrsnash reads, and the .gam files of GameTracer and GAMUT.
//
// Avis, Rosenberg, Savani, von Stengel, "Enumeration of Nash equilibria for two-player games" (2010); Blum, Shelton, Koller,
// GameTracer (2005).
import { InvalidInputError } from '@infimum/core';
import type { Fraction } from '@infimum/rigor';
import { formatFraction, toNumber } from '@infimum/rigor';
import { readFraction } from '../fraction.ts';
import { rowMajorOrder } from './nfg.ts';
import type { NormalFormGame } from './normal-form-game.ts';
import { checkBimatrix, checkGame, exactPayoffs } from './normal-form-game.ts';

/**
 * Reads a game of two players as lrsnash does: the numbers of rows and columns, the first player's table row by row, then the
 * second one's. Fractions such as `5/2` are kept exactly.
 *
 * @throws {InvalidInputError} naming `text` for anything else, wrong counts included
 *
 * @example
 * ```ts
 * import { extremeEquilibria, readLrs } from '@infimum/games/normal-form';
 *
 * const game = readLrs('3 2\n\n3 3\n2 5\n0 6\n\n3 3\n2 6\n3 1\n');
 * console.log(extremeEquilibria(game).equilibria.length); // 3
 * ```
 */
export function readLrs(text: string): NormalFormGame {
  const [rows, cols, ...rest] = numbersOf(text);
  const actions = [countOf(rows), countOf(cols)];
  return gameOf(actions, rest, (player, cell) => player * actions[0] * actions[1] + cell);
}

/** Writes a game of two players for lrsnash, exactly. */
export function writeLrs(game: NormalFormGame): string {
  checkBimatrix(game);
  const [rows, cols] = game.actions;
  const tables = exactPayoffs(game).map((values) =>
    Array.from({ length: rows }, (_, i) =>
      values
        .slice(i * cols, (i + 1) * cols)
        .map(formatFraction)
        .join(' '),
    ).join('\n'),
  );
  return `${rows} ${cols}\n\n${tables.join('\n\n')}\n`;
}

/**
 * Reads a `.gam` file: the number of players, their numbers of choices, then all payoffs of the first player, of the second one and so
 * on, the first player’s choice running fastest. Lines that begin with `#` are comments.
 *
 * @throws {InvalidInputError} naming `text` for anything else, wrong counts included
 *
 * @example
 * ```ts
 * import { readGam } from '@infimum/games/normal-form';
 *
 * const { actions, payoffs } = readGam('2\n2 3\n\n1 2 3 4 5 6\n0 0 0 0 0 1');
 * console.log(actions.join('x'), payoffs[0].join(' ')); // 2x3 1 3 5 2 4 6
 * ```
 */
export function readGam(text: string): NormalFormGame {
  const [players, ...rest] = numbersOf(text);
  const count = countOf(players);
  if (count < 2 || count > rest.length) throw fault(`${count} players`, 'shape');
  const actions = rest.slice(0, count).map(countOf);
  const cells = actions.reduce((product, choices) => product * choices, 1);
  if (cells > 2 ** 22) throw fault(`${cells} joint choices are too many`, 'out-of-range');
  const order = rowMajorOrder(actions);
  return gameOf(actions, rest.slice(count), (player, cell) => player * cells + order[cell]);
}

/** Writes a `.gam` file, payoffs as decimals or fractions, exactly. */
export function writeGam(game: NormalFormGame): string {
  checkGame(game);
  const order = rowMajorOrder(game.actions);
  const lists = exactPayoffs(game).map((values) => {
    const list = new Array<string>(values.length);
    for (const [cell, place] of order.entries()) list[place] = formatFraction(values[cell]);
    return list.join(' ');
  });
  return `${game.actions.length}\n${game.actions.join(' ')}\n\n${lists.join('\n')}\n`;
}

function gameOf(
  actions: readonly number[],
  numbers: readonly Fraction[],
  place: (player: number, cell: number) => number,
): NormalFormGame {
  const cells = actions.reduce((product, count) => product * count, 1);
  if (numbers.length !== actions.length * cells) {
    throw fault(`expected ${actions.length} x ${cells} payoffs, got ${numbers.length}`, 'shape');
  }
  const exact = actions.map((_, i) => Array.from({ length: cells }, (__, cell) => numbers[place(i, cell)]));
  const game = { actions, payoffs: exact.map((values) => Float64Array.from(values, toNumber)), exact };
  checkGame(game);
  return game;
}

function numbersOf(text: string): Fraction[] {
  if (typeof text !== 'string') throw fault('expected a text', 'type');
  const words = text
    .replace(/^#.*$/gm, '')
    .split(/[\s,]+/)
    .filter((word) => word !== '');
  return words.map((word) => readFraction(word, 'text'));
}

function countOf(number: Fraction | undefined): number {
  if (number?.den !== 1n || number.num < 1n || number.num > 2n ** 22n) {
    throw fault(`${number ? formatFraction(number) : 'nothing'} is not a number of choices`, 'out-of-range');
  }
  return Number(number.num);
}

function fault(problem: string, code: 'type' | 'shape' | 'out-of-range'): InvalidInputError {
  return new InvalidInputError(problem, { argument: 'text', code });
}
