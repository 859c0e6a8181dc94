// Games in normal form: payoffs of every joint choice, gains of deviations, and best responses.
import type { DenseLike, OptionSpecs, OptionsOf, VectorLike } from '@infimum/core';
import {
  asVector,
  checkChoice,
  checkInteger,
  checkList,
  checkMatrix,
  checkNumber,
  checkObject,
  checkVector,
  fault,
  resolveOptions,
} from '@infimum/core';
import type { Fraction } from '@infimum/rigor';
import { fraction, fractionOf, toNumber } from '@infimum/rigor';
import { readFraction } from '../fraction.ts';

/** A finite game of two or more players. */
export interface NormalFormGame {
  /** Strategies of every player. */
  readonly actions: readonly number[];
  /** Payoffs of every player by joint choice, row-major: the first player's choice changes slowest. */
  readonly payoffs: readonly Float64Array[];
  /** The same payoffs as fractions, if they are known exactly, for example read from texts. */
  readonly exact?: readonly (readonly Fraction[])[];
}

/** A game whose payoffs are plain or typed arrays, one a player. */
export type GameLike = Omit<NormalFormGame, 'payoffs'> & {
  /** Payoffs of every player by joint choice, row-major. */
  readonly payoffs: readonly VectorLike[];
};

/** Payoffs in any accepted form; texts and whole numbers of any size are taken exactly. */
export type PayoffTable = DenseLike | readonly (readonly (number | string | bigint)[])[];

/** The gains of deviations from a profile. */
export interface BestResponseCheck {
  /** Every player's payoff. */
  readonly payoffs: Float64Array;
  /** The largest gain of every player by a deviation, in the units of its payoffs. */
  readonly gains: Float64Array;
  /** The largest gain relative to the range of its player's payoffs. */
  readonly regret: number;
  /** Every player's best responses. */
  readonly bestResponses: readonly (readonly number[])[];
}

/** The most joint choices of a game. */
const MAX_CELLS = 2 ** 22;
/** Sums of payoffs beyond this might overflow. */
export const MAX_PAYOFF = 1e300;

/** Finds the scales of tables of payoffs faster than a plain loop; nothing if a payoff is beyond `MAX_PAYOFF` or NaN. */
type QuickScales = (tables: readonly Float64Array[]) => PayoffScale[] | undefined;

/** A game of typed arrays, itself where it has them; not yet checked. */
export function asTyped(given: GameLike): NormalFormGame {
  checkObject(given, 'game');
  checkList(given.payoffs, 'payoffs');
  if (given.payoffs.every((values) => values instanceof Float64Array)) return given as NormalFormGame;
  return { ...given, payoffs: given.payoffs.map((values) => asVector(values, 'payoffs')) };
}

/** A checked game of typed arrays. */
export function asGame(given: GameLike): NormalFormGame {
  const game = asTyped(given);
  checkGame(game);
  return game;
}

/** As `asGame`, for games of two players. */
export function asBimatrix(given: GameLike): NormalFormGame {
  const game = asGame(given);
  checkTwoPlayers(game);
  return game;
}

/** Checks a game; returns the shift and the divisor that map its payoffs to [0, 1]. */
export function checkGame(game: NormalFormGame, argument = 'game', quick?: QuickScales): PayoffScale[] {
  checkObject(game, argument);
  if (!Array.isArray(game.actions) || game.actions.length < 2) {
    throw fault('expected the numbers of strategies of two or more players', 'actions', 'type');
  }
  for (const count of game.actions) checkInteger(count, 'actions', { min: 1 });
  const cells = game.actions.reduce((product, count) => product * count, 1);
  if (cells > MAX_CELLS) throw fault(`${cells} joint choices are more than ${MAX_CELLS}`, 'actions', 'out-of-range');
  if (!Array.isArray(game.payoffs) || game.payoffs.length !== game.actions.length) {
    throw fault(`expected payoffs of ${game.actions.length} players`, 'payoffs', 'shape');
  }
  // `every` passes over holes.
  checkList(game.payoffs, 'payoffs');
  const areTables = game.payoffs.every((values) => values instanceof Float64Array && values.length === cells);
  const scales = (areTables && quick?.(game.payoffs)) || Array.from(game.payoffs, (values) => checkPayoffs(values, cells));
  if (game.exact !== undefined) checkExact(game, game.exact);
  return scales;
}

/** Checks payoffs of a player, and finds their scale on the way. */
function checkPayoffs(values: unknown, cells: number): PayoffScale {
  if (!(values instanceof Float64Array)) throw fault('expected a Float64Array', 'payoffs', 'type');
  const { length } = values;
  let least = Infinity;
  let most = -Infinity;
  let index = 0;
  for (; index < length; index++) {
    // Four at a time, as long as they lie between what was seen before.
    for (; index + 4 <= length; index += 4) {
      if (!(values[index] >= least && values[index] <= most)) break;
      if (!(values[index + 1] >= least && values[index + 1] <= most)) break;
      if (!(values[index + 2] >= least && values[index + 2] <= most)) break;
      if (!(values[index + 3] >= least && values[index + 3] <= most)) break;
    }
    if (index === length) break;
    const value = values[index];
    if (!(Math.abs(value) <= MAX_PAYOFF)) break;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  if (index < length || index !== cells) checkVector(values, 'payoffs', cells);
  if (index < cells) {
    const problem = `is ${values[index]} at index ${index}: sums would overflow beyond ${MAX_PAYOFF}`;
    throw fault(problem, 'payoffs', 'out-of-range', index);
  }
  return { least, range: most - least };
}

function checkExact(game: NormalFormGame, exact: unknown): void {
  if (!Array.isArray(exact) || exact.length !== game.actions.length) {
    throw fault(`expected fractions of ${game.actions.length} players`, 'exact', 'shape');
  }
  for (const [i, fractions] of (exact as readonly (readonly Fraction[])[]).entries()) {
    const values = game.payoffs[i];
    checkList(fractions, `exact[${i}]`);
    if (fractions.length !== values.length) {
      throw fault(`expected ${values.length} fractions, got ${fractions.length}`, `exact[${i}]`, 'shape');
    }
    const index = values.findIndex((value, a) => {
      const { num, den } = fractions[a] ?? {};
      const isFraction = typeof num === 'bigint' && typeof den === 'bigint' && den > 0n;
      return !isFraction || !(Math.abs(toNumber({ num, den }) - value) <= 1e-12 * Math.abs(value));
    });
    if (index >= 0) throw fault(`is not the payoff of player ${i} at index ${index}`, 'exact', 'out-of-range', index);
  }
}

/** Every player's payoffs as fractions: those that are known, else what the doubles are exactly. */
export function exactPayoffs({ payoffs, exact }: NormalFormGame): readonly (readonly Fraction[])[] {
  return exact ?? payoffs.map((values) => Array.from(values, fractionOf));
}

/** Checks a game and that it has two players; the scales of its payoffs. */
export function checkBimatrix(game: NormalFormGame, quick?: QuickScales): PayoffScale[] {
  const scales = checkGame(game, 'game', quick);
  checkTwoPlayers(game);
  return scales;
}

function checkTwoPlayers({ actions }: NormalFormGame): void {
  if (actions.length === 2) return;
  throw fault(`expected two players, got ${actions.length}`, 'actions', 'unsupported');
}

const bimatrixOptions = {
  decimals: {
    type: 'boolean',
    default: false,
    description:
      'Whether a number means the shortest decimal that prints as it, so that 0.1 is 1/10 and not 3602879701896397/36028797018963968; texts and bigints are exact either way',
  },
} as const satisfies OptionSpecs;

/** Options of `bimatrix`. */
export type BimatrixOptions = OptionsOf<typeof bimatrixOptions>;

/**
 * The game of two players with these payoffs: the first one chooses a row, the second one a column.
 *
 * @param first - payoffs of the first player: rows of numbers, or `{ rows, cols, values }`; texts such as `5/2` or `0.1` and
 *   bigints are taken exactly, which `extremeEquilibria` uses
 * @param second - payoffs of the second player; minus the first one's by default
 * @throws {InvalidInputError} for empty, ragged, unequal or not finite tables
 *
 * @example
 * ```ts
 * import { bimatrix } from '@infimum/games';
 *
 * const { actions, payoffs } = bimatrix([[1, -1], [-1, 1]]);
 * console.log(actions.join(' x '), payoffs[1].join(' ')); // 2 x 2 -1 1 1 -1
 * ```
 */
export function bimatrix(first: PayoffTable, second?: PayoffTable, options: BimatrixOptions = {}): NormalFormGame {
  const { decimals } = resolveOptions(bimatrixOptions, options);
  const a = tableOf(first, 'first', decimals);
  const b = second === undefined ? undefined : tableOf(second, 'second', decimals);
  if (b && (b.rows !== a.rows || b.cols !== a.cols)) {
    throw fault(`expected ${a.rows}x${a.cols} payoffs, got ${b.rows}x${b.cols}`, 'second', 'shape');
  }
  const payoffs = [a.values, b ? b.values : a.values.map((value) => 0 - value)]; // 0 - value: no negative zeros
  const actions = [a.rows, a.cols];
  const game = { actions, payoffs };
  if (a.exact || b?.exact) {
    const mine = a.exact ?? Array.from(a.values, fractionOf);
    const theirs = b ? (b.exact ?? Array.from(b.values, fractionOf)) : mine.map(({ num, den }) => ({ num: -num, den }));
    checkGame(game);
    return { ...game, exact: [mine, theirs] };
  }
  checkGame(game);
  return game;
}

interface Table {
  readonly rows: number;
  readonly cols: number;
  readonly values: Float64Array;
  readonly exact?: Fraction[];
}

function tableOf(table: PayoffTable, argument: string, decimals: boolean): Table {
  if (!Array.isArray(table)) {
    checkMatrix(table, argument);
    const values = Float64Array.from(table.values);
    const exact = decimals ? Array.from(values, decimalOf) : undefined;
    return { rows: table.rows, cols: table.cols, values, ...(exact && { exact }) };
  }
  const cols: number = table[0]?.length ?? 0;
  for (const [index, row] of table.entries()) {
    if (!Array.isArray(row) || row.length !== cols) {
      throw fault(`row ${index} does not have ${cols} numbers`, argument, 'shape', index);
    }
  }
  const cells: unknown[] = table.flat();
  const isExact = decimals || cells.some((cell) => typeof cell === 'string' || typeof cell === 'bigint');
  const exact = isExact ? cells.map((cell, index) => fractionFrom(cell, argument, index, decimals)) : undefined;
  const values = Float64Array.from(cells, (cell, index) => {
    if (exact) return toNumber(exact[index]);
    if (typeof cell === 'number') return cell;
    throw fault(`has something other than a number at index ${index}`, argument, 'type', index);
  });
  const matrix = { rows: table.length, cols, values };
  checkMatrix(matrix, argument);
  return { ...matrix, exact };
}

/** The fraction that a double prints as: 1/10 for 0.1. */
function decimalOf(value: number): Fraction {
  return readFraction(String(value), 'payoffs');
}

function fractionFrom(cell: unknown, argument: string, index: number, decimals: boolean): Fraction {
  if (typeof cell === 'bigint') return fraction(cell, 1n);
  if (typeof cell === 'string') return readFraction(cell.trim(), argument);
  if (typeof cell === 'number' && Number.isFinite(cell)) return decimals ? decimalOf(cell) : fractionOf(cell);
  throw fault(`has something other than a number at index ${index}`, argument, 'type', index);
}

/** The least payoff of a player and the distance from it to the greatest one. */
export interface PayoffScale {
  readonly least: number;
  readonly range: number;
}

function scaleOf(values: Float64Array): PayoffScale {
  let least = values[0];
  let most = least;
  for (let k = 1; k < values.length; k++) {
    const value = values[k];
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return { least, range: most - least };
}

/** The range of a player's payoffs. */
export function rangeOf(values: Float64Array): number {
  return scaleOf(values).range;
}

/** The shift and the divisor that map every player's payoffs to [0, 1]. */
export function payoffScales({ payoffs }: NormalFormGame): PayoffScale[] {
  return payoffs.map(scaleOf);
}

/** Every player's payoffs shifted and scaled to [0, 1], which does not change equilibria and is independent of units. */
export function unitPayoffs({ payoffs }: Pick<NormalFormGame, 'payoffs'>): Float64Array[] {
  return payoffs.map((values) => {
    const { least, range } = scaleOf(values);
    const scaled = new Float64Array(values.length);
    if (range === 0) return scaled;
    for (let a = 0; a < scaled.length; a++) scaled[a] = (values[a] - least) / range;
    return scaled;
  });
}

/** The distance in the joint index between neighbouring choices of every player. */
export function stridesOf(actions: readonly number[]): number[] {
  const strides = actions.map(() => 1);
  for (let i = actions.length - 2; i >= 0; i--) strides[i] = strides[i + 1] * actions[i + 1];
  return strides;
}

/** The joint distribution of independent mixed strategies; of a single one that strategy itself. */
export function jointOf(strategies: readonly Float64Array[]): Float64Array {
  let joint = strategies[0] ?? Float64Array.of(1);
  for (const strategy of strategies.slice(1)) {
    const next = new Float64Array(joint.length * strategy.length);
    for (let a = 0; a < joint.length; a++) {
      for (let b = 0; b < strategy.length; b++) next[a * strategy.length + b] = joint[a] * strategy[b];
    }
    joint = next;
  }
  return joint;
}

/** The marginals of a joint distribution. */
export function marginalsOf(actions: readonly number[], joint: Float64Array): Float64Array[] {
  const strides = stridesOf(actions);
  return actions.map((count, i) => {
    const marginal = new Float64Array(count);
    for (let a = 0; a < joint.length; a++) marginal[Math.floor(a / strides[i]) % count] += joint[a];
    return marginal;
  });
}

/**
 * A player's payoff for each choice against the others' marginal of a joint distribution: O(N) for N joint choices.
 *
 * @param joint - weights of joint choices, row-major
 */
export function deviationValues(
  actions: readonly number[],
  values: Float64Array,
  player: number,
  joint: Float64Array,
): Float64Array {
  const stride = stridesOf(actions)[player];
  const count = actions[player];
  const out = new Float64Array(count);
  const others = new Float64Array(stride);
  for (let block = 0; block < joint.length; block += count * stride) {
    others.fill(0);
    for (let k = 0; k < count; k++) {
      for (let r = 0; r < stride; r++) others[r] += joint[block + k * stride + r];
    }
    for (let k = 0; k < count; k++) {
      let sum = 0;
      for (let r = 0; r < stride; r++) sum += others[r] * values[block + k * stride + r];
      out[k] += sum;
    }
  }
  return out;
}

/** The best choices by a player's deviation values, up to a tolerance. */
function argmaxes(values: Float64Array, tolerance: number): number[] {
  const most = values.reduce((best, value) => Math.max(best, value), -Infinity);
  const best: number[] = [];
  for (let k = 0; k < values.length; k++) if (values[k] >= most - tolerance) best.push(k);
  return best;
}

/**
 * Checks mixed strategies by independent best responses: each player's payoff, its largest gain by a deviation, and its best responses.
 * Cost O(n N) for n players and N joint choices.
 *
 * @param game - the game
 * @param strategies - a mixed strategy of every player
 * @param tolerance - how much worse than the best a best response may be, relative to the range of its player's payoffs
 * @throws {InvalidInputError} for strategies of wrong number, length, or that are not distributions
 *
 * @example
 * ```ts
 * import { bestResponses, bimatrix } from '@infimum/games';
 *
 * const pennies = bimatrix([[1, -1], [-1, 1]]);
 * const { gains, bestResponses: best } = bestResponses(pennies, [[1, 0], [1, 0]]);
 * console.log(gains.join(' '), best[1].join()); // 0 2 1
 * ```
 */
export function bestResponses(given: GameLike, profile: readonly VectorLike[], tolerance = 1e-9): BestResponseCheck {
  const game = asGame(given);
  const scales = payoffScales(game);
  const strategies = asStrategies(game, profile);
  checkNumber(tolerance, 'tolerance', { min: 0 });
  const values = Array.from(game.actions, (count) => new Float64Array(count));
  const found = scales.map((scale, i) => deviationsOf(game, strategies, i, scale, values[i]));
  return {
    payoffs: Float64Array.from(found, ({ payoff }) => payoff),
    gains: Float64Array.from(found, ({ gain }, i) => gain * scales[i].range),
    regret: Math.max(...found.map(({ gain }) => gain)),
    bestResponses: values.map((ofPlayer) => argmaxes(ofPlayer, tolerance)),
  };
}

/** The values of one player's deviations. */
interface Deviations {
  /** The player's largest gain, on the scale of its payoffs. */
  readonly gain: number;
  /** Its payoff, in the units of its payoffs. */
  readonly payoff: number;
}

/**
 * A player's choices against mixed strategies of the others: O(N) for N joint choices, less for small supports.
 *
 * @param values - receives the payoff of every choice on the scale of the player's payoffs
 */
export function deviationsOf(
  { actions, payoffs }: NormalFormGame,
  strategies: readonly Float64Array[],
  player: number,
  { least, range }: PayoffScale,
  values?: Float64Array,
): Deviations {
  const own = strategies[player];
  const count = actions[player];
  const unit = range === 0 ? Infinity : range;
  const before = jointOf(strategies.slice(0, player));
  const after = jointOf(strategies.slice(player + 1));
  const [first, last] = [supportOf(before), supportOf(after)];
  const table = payoffs[player];
  let payoff = 0;
  let here = 0;
  let best = 0;
  for (let k = 0; k < count; k++) {
    const weight = own[k];
    let value = 0;
    for (let f = 0; f < first.length; f++) {
      const start = (first[f] * count + k) * after.length;
      const share = before[first[f]];
      let sum = 0;
      for (let l = 0; l < last.length; l++) {
        sum += after[last[l]] * ((table[start + last[l]] - least) / unit);
      }
      value += share * sum;
      if (weight === 0) continue;
      sum = 0;
      for (let l = 0; l < last.length; l++) sum += after[last[l]] * table[start + last[l]];
      payoff += weight * (share * sum);
    }
    if (weight !== 0) here += weight * value;
    best = Math.max(best, value);
    if (values) values[k] = value;
  }
  return { gain: Math.max(0, best - here), payoff };
}

/** Where weights are not zero. */
function supportOf(weights: Float64Array): number[] {
  const support: number[] = [];
  for (let k = 0; k < weights.length; k++) if (weights[k] !== 0) support.push(k);
  return support;
}

/** Every player's payoff under a joint distribution. */
export function expectedPayoffs({ payoffs }: NormalFormGame, joint: Float64Array): Float64Array {
  return Float64Array.from(payoffs, (values) => {
    let sum = 0;
    for (let a = 0; a < joint.length; a++) if (joint[a] !== 0) sum += joint[a] * values[a];
    return sum;
  });
}

function asStrategies({ actions }: NormalFormGame, strategies: readonly VectorLike[]): Float64Array[] {
  checkList(strategies, 'strategies');
  if (strategies.length !== actions.length) throw fault(`expected ${actions.length} mixed strategies`, 'strategies', 'shape');
  return strategies.map((strategy, i) => {
    const weights = asVector(strategy, 'strategies', actions[i]);
    checkDistribution(weights, 'strategies');
    return weights;
  });
}

/** Checks weights that are not negative and sum to one. */
function checkDistribution(weights: Float64Array, argument: string): void {
  let sum = 0;
  for (const [index, weight] of weights.entries()) {
    const problem = `is negative (${weight}) at index ${index}`;
    if (weight < 0) throw fault(problem, argument, 'negative', index);
    sum += weight;
  }
  if (!(Math.abs(sum - 1) <= 1e-6)) throw fault(`sums to ${sum}, not to 1`, argument, 'out-of-range');
}

/**
 * The regret of a joint distribution, relative to the ranges of the payoffs: the largest gain of a player by a fixed choice for all
 * recommendations (`coarse`), or by a different choice for each recommendation (`correlated`).
 *
 * @example
 * ```ts
 * import { bimatrix, jointRegret } from '@infimum/games';
 *
 * const chicken = bimatrix([[0, 7], [2, 6]], [[0, 2], [7, 6]]);
 * const joint = [0, 0.25, 0.25, 0.5];
 * console.log(jointRegret(chicken, joint, 'correlated') < 1e-12); // true
 * ```
 */
export function jointRegret(given: GameLike, weights: VectorLike, concept: 'coarse' | 'correlated'): number {
  const game = asGame(given);
  const joint = asVector(weights, 'joint', game.payoffs[0].length);
  checkChoice(concept, 'concept', ['coarse', 'correlated']);
  const units = unitPayoffs(game);
  return Math.max(0, ...units.map((values, i) => playerRegret(game.actions, values, i, joint, concept)));
}

function playerRegret(
  actions: readonly number[],
  values: Float64Array,
  player: number,
  joint: Float64Array,
  concept: 'coarse' | 'correlated',
): number {
  const count = actions[player];
  if (concept === 'coarse') {
    let here = 0;
    for (let a = 0; a < joint.length; a++) here += joint[a] * values[a];
    const best = deviationValues(actions, values, player, joint).reduce((x, y) => Math.max(x, y), 0);
    return best - here;
  }
  const stride = stridesOf(actions)[player];
  // gain[k * count + l]: the gain of l in place of the recommendation k.
  const gain = new Float64Array(count * count);
  for (let a = 0; a < joint.length; a++) {
    if (joint[a] === 0) continue;
    const told = Math.floor(a / stride) % count;
    const base = a - told * stride;
    for (let l = 0; l < count; l++) {
      gain[told * count + l] += joint[a] * (values[base + l * stride] - values[a]);
    }
  }
  // Players may deviate from every recommendation at once.
  let sum = 0;
  for (let k = 0; k < count; k++) {
    let most = 0;
    for (let l = 0; l < count; l++) most = Math.max(most, gain[k * count + l]);
    sum += most;
  }
  return sum;
}
