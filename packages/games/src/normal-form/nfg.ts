// Gambit's files of games in normal form: both versions are read, the payoff version is written.
import { checkList, checkText, fault } from '@infimum/core';
import type { Fraction } from '@infimum/rigor';
import { formatFraction, toNumber } from '@infimum/rigor';
import { readFraction } from '../fraction.ts';
import type { NormalFormGame } from './normal-form-game.ts';
import { checkGame, exactPayoffs } from './normal-form-game.ts';

/** A game with its names. */
export interface NamedGame extends NormalFormGame {
  /** Title of the game. */
  readonly title: string;
  /** Names of the players. */
  readonly players: readonly string[];
  /** Names of every player's strategies. */
  readonly strategyNames: readonly (readonly string[])[];
  /** The payoffs as fractions. */
  readonly exact: readonly (readonly Fraction[])[];
}

/**
 * Reads a `.nfg` file of Gambit: the payoff version, in which all payoffs of a joint choice stand together and the first player's
 * choice runs fastest, and the outcome version, in which joint choices refer to a list of outcomes, 0 for all zero. Numbers such as
 * `5/2`, `7.32`, `0.1` are kept exactly; commas are optional.
 *
 * @param text - the file
 * @throws {InvalidInputError} naming `text` for anything that is not such a file; too few and too many payoffs are errors
 *
 * @example
 * ```ts
 * import { extremeEquilibria, readNfg } from '@infimum/games';
 *
 * const game = readNfg('NFG 1 R "Battle" { "Row" "Column" } { 2 2 }  2 1  0 0  0 0  0.1 2');
 * const { equilibria } = extremeEquilibria(game);
 * console.log(equilibria.map(({ exact }) => exact.strategies[1].join(' ')).join(', ')); // 1 0, 0 1, 1/21 20/21
 * ```
 */
export function readNfg(text: string): NamedGame {
  if (typeof text !== 'string') throw fault('expected the text of a .nfg file', 'text', 'type');
  const tokens = new Tokens(text);
  tokens.expectWord('NFG');
  tokens.expectWord('1');
  const kind = tokens.next('R or D');
  if (kind.kind !== 'word' || (kind.text !== 'R' && kind.text !== 'D'))
    throw fault('expected R or D after NFG 1', 'text', 'type');
  const title = tokens.string('the title');
  tokens.open('the players');
  const players = tokens.strings();
  const strategyNames = readStrategies(tokens);
  if (strategyNames.length !== players.length || players.length < 2) {
    throw fault(`${players.length} players, but strategies of ${strategyNames.length}`, 'text', 'shape');
  }
  if (tokens.peek()?.kind === 'string') tokens.next('');
  const actions = strategyNames.map((names) => names.length);
  const cells = actions.reduce((product, count) => product * count, 1);
  if (cells > 2 ** 22) throw fault(`${cells} joint choices are too many`, 'text', 'out-of-range');
  const table =
    tokens.peek()?.kind === 'open' ? readOutcomes(tokens, players.length, cells) : readPayoffs(tokens, players.length, cells);
  // From the first player fastest to the first player slowest.
  if (tokens.peek()) throw fault('a brace too many after the payoffs', 'text', 'shape');
  const order = rowMajorOrder(actions);
  const exact = players.map((_, i) => Array.from(order, (profile) => table[profile][i]));
  const game = {
    title,
    players,
    strategyNames,
    actions,
    payoffs: exact.map((values) => Float64Array.from(values, toNumber)),
    exact,
  };
  checkGame(game);
  return game;
}

/**
 * Writes the payoff version of a `.nfg` file, exactly.
 *
 * @param game - the game; title and names are generated if missing
 * @throws {InvalidInputError} naming the field at fault
 *
 * @example
 * ```ts
 * import { bimatrix, writeNfg } from '@infimum/games';
 *
 * console.log(writeNfg(bimatrix([[1, 0]], [['1/3', 2]])).split('\n').slice(-3, -1).join(' | ')); // 1 1/3 | 0 2
 * ```
 */
export function writeNfg(game: NormalFormGame & Partial<NamedGame>): string {
  checkGame(game);
  const { actions, title = 'Game' } = game;
  const players = game.players ?? actions.map((_, i) => `Player ${i + 1}`);
  const names = game.strategyNames ?? actions.map((count) => Array.from({ length: count }, (_, k) => String(k + 1)));
  checkText(title, 'game.title');
  checkList(players, 'game.players', checkText);
  checkList(names, 'game.strategyNames', (list, argument) => checkList(list, argument, checkText));
  const exact = exactPayoffs(game);
  const order = rowMajorOrder(actions);
  const cellOf = new Int32Array(order.length);
  for (const [cell, profile] of order.entries()) cellOf[profile] = cell;
  const lines = Array.from(cellOf, (cell) => exact.map((values) => formatFraction(values[cell])).join(' '));
  const head = [
    `NFG 1 R ${quoted(title)} { ${players.map(quoted).join(' ')} }`,
    `{ ${names.map((list) => `{ ${list.map(quoted).join(' ')} }`).join(' ')} }`,
    '""',
    '',
  ];
  return `${[...head, ...lines].join('\n')}\n`;
}

/** For every row-major joint index its place in the file, where the first player's choice runs fastest. */
export function rowMajorOrder(actions: readonly number[]): Int32Array {
  const cells = actions.reduce((product, count) => product * count, 1);
  return Int32Array.from({ length: cells }, (_, cell) => {
    let [rest, place, step] = [cell, 0, cells];
    for (let i = actions.length - 1; i >= 0; i--) {
      step /= actions[i];
      place += (rest % actions[i]) * step;
      rest = Math.floor(rest / actions[i]);
    }
    return place;
  });
}

function readStrategies(tokens: Tokens): string[][] {
  tokens.open('the strategies');
  const lists: string[][] = [];
  for (let token = tokens.next('strategies'); token.kind !== 'close'; token = tokens.next('strategies')) {
    if (token.kind === 'open') lists.push(tokens.strings());
    else if (token.kind === 'word' && /^[1-9]\d{0,6}$/.test(token.text)) {
      lists.push(Array.from({ length: Number(token.text) }, (_, k) => String(k + 1)));
    } else throw fault(`expected a number of strategies or a list of their names, got ${token.text}`, 'text', 'type');
  }
  if (lists.some((list) => list.length === 0)) throw fault('a player has no strategy', 'text', 'empty');
  return lists;
}

function readPayoffs(tokens: Tokens, players: number, cells: number): Fraction[][] {
  const numbers = tokens.numbers();
  if (numbers.length !== players * cells) {
    throw fault(`expected ${players} x ${cells} payoffs, got ${numbers.length}`, 'text', 'shape');
  }
  return Array.from({ length: cells }, (_, cell) => numbers.slice(cell * players, (cell + 1) * players));
}

function readOutcomes(tokens: Tokens, players: number, cells: number): Fraction[][] {
  const zero = { num: 0n, den: 1n };
  const outcomes: Fraction[][] = [Array.from({ length: players }, () => zero)];
  tokens.open('the outcomes');
  for (let token = tokens.next('outcomes'); token.kind !== 'close'; token = tokens.next('outcomes')) {
    if (token.kind !== 'open') throw fault(`expected an outcome, got ${token.text}`, 'text', 'type');
    tokens.string('the name of an outcome');
    const payoffs = tokens.numbers();
    if (payoffs.length !== players) throw fault(`an outcome has ${payoffs.length} payoffs, not ${players}`, 'text', 'shape');
    if (tokens.next('the end of an outcome').kind !== 'close') throw fault('an outcome does not end', 'text', 'type');
    outcomes.push(payoffs);
  }
  const indices = tokens.numbers();
  if (indices.length !== cells)
    throw fault(`expected ${cells} outcomes of joint choices, got ${indices.length}`, 'text', 'shape');
  return indices.map(({ num, den }) => {
    const outcome = den === 1n && num >= 0n ? outcomes[Number(num)] : undefined;
    if (!outcome) throw fault(`there is no outcome ${num}`, 'text', 'out-of-range');
    return outcome;
  });
}

interface Token {
  readonly kind: 'string' | 'open' | 'close' | 'word';
  readonly text: string;
}

/** The words of a file. */
class Tokens {
  readonly #tokens: Token[] = [];
  #place = 0;

  constructor(text: string) {
    const pattern = /\s+|,|"((?:[^"\\]|\\.)*)"|([{}])|([^\s{},"]+)|(")/gsu;
    for (const match of text.matchAll(pattern)) {
      const [all, string, brace, word, stray] = match;
      if (stray !== undefined) throw fault('a text in quotation marks does not end', 'text', 'type');
      if (string !== undefined) this.#tokens.push({ kind: 'string', text: string.replace(/\\(.)/gs, '$1') });
      else if (brace !== undefined) this.#tokens.push({ kind: brace === '{' ? 'open' : 'close', text: all });
      else if (word !== undefined) this.#tokens.push({ kind: 'word', text: word });
    }
  }

  peek(): Token | undefined {
    return this.#tokens[this.#place];
  }

  next(what: string): Token {
    const token = this.#tokens[this.#place++];
    if (!token) throw fault(`ends where ${what} should stand`, 'text', 'shape');
    return token;
  }

  expectWord(word: string): void {
    const token = this.next(word);
    if (token.kind !== 'word' || token.text !== word) throw fault(`expected ${word}, got ${token.text}`, 'text', 'type');
  }

  open(what: string): void {
    const token = this.next(what);
    if (token.kind !== 'open') throw fault(`expected { before ${what}, got ${token.text}`, 'text', 'type');
  }

  string(what: string): string {
    const token = this.next(what);
    if (token.kind !== 'string') throw fault(`expected ${what} in quotation marks, got ${token.text}`, 'text', 'type');
    return token.text;
  }

  /** Quoted texts up to a closing brace. */
  strings(): string[] {
    const texts: string[] = [];
    for (let token = this.next('a name'); token.kind !== 'close'; token = this.next('a name')) {
      if (token.kind !== 'string') throw fault(`expected a name in quotation marks, got ${token.text}`, 'text', 'type');
      texts.push(token.text);
    }
    return texts;
  }

  /** Numbers up to a closing brace or the end. */
  numbers(): Fraction[] {
    const numbers: Fraction[] = [];
    for (let token = this.peek(); token && token.kind !== 'close'; token = this.peek()) {
      if (token.kind !== 'word') throw fault(`expected a number, got ${token.text}`, 'text', 'type');
      numbers.push(readFraction(token.text, 'text'));
      this.#place++;
    }
    return numbers;
  }
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
