// Levine's hats: the exact value of strategies, and the best response to one.
//
// Levine's hat problem: arXiv 2508.01737 (2025). Two or more players each have a stack of hats, black or white; each sees all
// stacks but its own and names a hat of its own. The team wins if every named hat is black.
import { checkInteger, checkList, checkNumber, checkObject, fault } from '@infimum/core';

/** Hats of a stack at most: tables have 2^height entries. */
const MOST_HATS = 16;

/** The value of strategies. */
export interface HatValue {
  /** Pairs of stacks that win, of 4^height. */
  readonly wins: bigint;
  /** 4^height. */
  readonly total: bigint;
  /** The probability to win with black hats of probability p. */
  readonly value: number;
  /** Winning pairs by the numbers of black hats in both stacks, (height + 1) x (height + 1), row by row. */
  readonly enumerator: Float64Array;
}

/** Options of the evaluation. */
export interface EvaluateHatsOptions {
  /** Hats of a stack, 1 to 16. */
  readonly height: number;
  /** Probability of a black hat; 1/2 by default. */
  readonly p?: number;
}

/** Checks a table of guesses. */
export function checkTable(table: unknown, argument: string, entries: number, height: number): asserts table is Uint8Array {
  if (!(table instanceof Uint8Array)) throw fault('expected a Uint8Array of guesses', argument, 'type');
  if (table.length !== entries) {
    throw fault(`expected ${entries} guesses, one for every visible stack, got ${table.length}`, argument, 'shape');
  }
  const index = table.findIndex((guess) => guess >= height);
  if (index >= 0) {
    throw fault(`names hat ${table[index]} at index ${index}; hats are 0 to ${height - 1}`, argument, 'out-of-range', index);
  }
}

/** Checks height and probability. */
function checkHats({ height, p = 0.5 }: EvaluateHatsOptions): void {
  checkInteger(height, 'height', { min: 1, max: MOST_HATS });
  checkNumber(p, 'p', { above: 0, below: 1 });
}

/** Numbers of black hats. */
export function popcount(stack: number): number {
  let count = 0;
  for (let rest = stack; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** p^black (1 - p)^white for every stack. */
export function weightsOf(height: number, p: number): Float64Array {
  return Float64Array.from({ length: 1 << height }, (_, a) => p ** popcount(a) * (1 - p) ** (height - popcount(a)));
}

/**
 * The exact value of two strategies: with N[j][k] = #{b : f(b) = j, hat k of b is black} the winning pairs are the sum over a
 * of N[j][g(a)] over the black hats j of a. O(height² 2^height), where a double loop takes 4^height.
 *
 * @throws {InvalidInputError} naming `f`, `g` or the option at fault, with the index of an invalid guess
 *
 * @example
 * ```ts
 * import { evaluateHats } from '@infimum/games';
 *
 * // Both name the first hat that is black on the other's stack of two.
 * const table = Uint8Array.of(0, 0, 1, 0);
 * const { wins, total } = evaluateHats(table, table, { height: 2 });
 * console.log(`${wins} of ${total}`); // 5 of 16
 * ```
 */
export function evaluateHats(f: Uint8Array, g: Uint8Array, options: EvaluateHatsOptions): HatValue {
  checkObject(options, 'options');
  checkHats(options);
  const { height, p = 0.5 } = options;
  const stacks = 1 << height;
  checkTable(f, 'f', stacks, height);
  checkTable(g, 'g', stacks, height);
  const width = height + 1;
  // counts[j][k][m]: stacks b with f(b) = j, hat k black, and m black hats.
  const counts = new Float64Array(height * height * width);
  for (let b = 0; b < stacks; b++) {
    const black = popcount(b);
    for (let k = 0; k < height; k++) if ((b >> k) & 1) counts[(f[b] * height + k) * width + black]++;
  }
  const enumerator = new Float64Array(width * width);
  for (let a = 0; a < stacks; a++) {
    const row = popcount(a) * width;
    for (let j = 0; j < height; j++) {
      if (!((a >> j) & 1)) continue;
      const at = (j * height + g[a]) * width;
      for (let m = 0; m < width; m++) enumerator[row + m] += counts[at + m];
    }
  }
  let [wins, value] = [0, 0];
  for (let i = 0; i < width; i++) {
    for (let m = 0; m < width; m++) {
      wins += enumerator[i * width + m];
      value += enumerator[i * width + m] * p ** (i + m) * (1 - p) ** (2 * height - i - m);
    }
  }
  return { wins: BigInt(wins), total: 4n ** BigInt(height), value, enumerator };
}

/** The counts of a table for its player's own stack: N[j][k] = sum of w(b) over b with f(b) = j and hat k of b black. */
export function responseCounts(f: Uint8Array, weights: Float64Array, height: number, isPass?: Uint8Array): Float64Array {
  const counts = new Float64Array(height * height);
  for (let b = 0; b < f.length; b++) {
    if (isPass?.[b]) continue;
    for (let k = 0; k < height; k++) if ((b >> k) & 1) counts[f[b] * height + k] += weights[b];
  }
  return counts;
}

/**
 * The second player's best answer to the first one's table: for every stack a the hat k with the most weight of N[j][k] over
 * the black hats j of a. Ties go to the lowest hat. An exact optimum.
 *
 * @throws {InvalidInputError} naming `f` or the option at fault
 *
 * @example
 * ```ts
 * import { bestResponseHats } from '@infimum/games/hats';
 *
 * const { response, value } = bestResponseHats(Uint8Array.of(0, 0, 1, 0), { height: 2 });
 * console.log(response.join(' '), value); // 0 0 1 0 0.3125
 * ```
 */
export function bestResponseHats(
  f: Uint8Array,
  options: EvaluateHatsOptions,
): { readonly response: Uint8Array; readonly value: number } {
  checkObject(options, 'options');
  checkHats(options);
  const { height, p = 0.5 } = options;
  checkTable(f, 'f', 1 << height, height);
  const weights = weightsOf(height, p);
  const counts = responseCounts(f, weights, height);
  const response = new Uint8Array(f.length);
  const value = respond(counts, weights, height, response);
  return { response, value };
}

/**
 * Writes the best response to counts N[j][k]; its value. `linear` adds to the score of hat k for every stack; ties are
 * broken by `random`, the lowest hat without it.
 */
export function respond(
  counts: Float64Array,
  weights: Float64Array,
  height: number,
  response: Uint8Array,
  { isPass, linear, random }: { isPass?: Uint8Array; linear?: Float64Array; random?: () => number } = {},
): number {
  const scores = new Float64Array(height);
  let value = 0;
  for (let a = 0; a < response.length; a++) {
    if (isPass?.[a]) continue;
    if (linear) scores.set(linear);
    else scores.fill(0);
    for (let j = 0; j < height; j++) {
      if (!((a >> j) & 1)) continue;
      for (let k = 0; k < height; k++) scores[k] += counts[j * height + k];
    }
    let [best, ties] = [0, 1];
    for (let k = 1; k < height; k++) {
      if (scores[k] > scores[best]) [best, ties] = [k, 1];
      else if (random && scores[k] === scores[best]) {
        ties++;
        if (random() * ties < 1) best = k;
      }
    }
    response[a] = best;
    value += weights[a] * scores[best];
  }
  return value;
}

/**
 * The probability that a team of n players wins: player i's table is indexed by the stacks of the others, the first of them
 * in the lowest bits.
 *
 * @param tables - n tables of 2^((n - 1) height) guesses each; n height at most 26
 * @throws {InvalidInputError} naming the table or option at fault
 */
export function evaluateTeam(tables: readonly Uint8Array[], options: EvaluateHatsOptions): number {
  checkList(tables, 'tables');
  checkObject(options, 'options');
  const { height, p = 0.5 } = options;
  checkTeam(tables, options);
  return jointWins(tables, height, tables.length, p);
}

function checkTeam(tables: readonly Uint8Array[], options: EvaluateHatsOptions): void {
  checkHats(options);
  const { height } = options;
  const players = tables?.length;
  if (!Array.isArray(tables) || players < 2) throw fault('expected at least two tables', 'tables', 'type');
  if (players * height > 26) {
    const problem = `${players} players with ${height} hats are ${players * height} hats; at most 26 are enumerated`;
    throw fault(problem, 'height', 'too-large');
  }
  for (const [i, table] of tables.entries()) checkTable(table, `tables[${i}]`, 1 << ((players - 1) * height), height);
}

/** Whether the first `judged` players all name black hats, given all stacks. */
function jointWins(
  tables: readonly Uint8Array[],
  height: number,
  judged: number,
  p: number,
  only?: (stacks: number) => boolean,
): number {
  const players = tables.length;
  const hats = players * height;
  const weights = Float64Array.from({ length: hats + 1 }, (_, black) => p ** black * (1 - p) ** (hats - black));
  let value = 0;
  for (let stacks = 0; stacks < 2 ** hats; stacks++) {
    if (only && !only(stacks)) continue;
    if (wins(tables, height, judged, stacks)) value += weights[popcount(stacks)];
  }
  return value;
}

function wins(tables: readonly Uint8Array[], height: number, judged: number, stacks: number): boolean {
  const mask = (1 << height) - 1;
  for (let i = 0; i < judged; i++) {
    const low = stacks & ((1 << (i * height)) - 1);
    const seen = low | ((stacks >> ((i + 1) * height)) << (i * height));
    const own = (stacks >> (i * height)) & mask;
    if (!((own >> tables[i][seen]) & 1)) return false;
  }
  return true;
}

/**
 * Strategies of n players from those of n + 1: the last stack is fixed to the one with which the others win most often, and its owner is
 * removed. The value does not fall, which shows that more players cannot win more.
 *
 * @throws {InvalidInputError} naming the table or option at fault; two players cannot become one
 */
export function dropPlayer(tables: readonly Uint8Array[], options: EvaluateHatsOptions): Uint8Array[] {
  checkList(tables, 'tables');
  checkObject(options, 'options');
  checkTeam(tables, options);
  const { height, p = 0.5 } = options;
  const players = tables.length;
  if (players < 3) throw fault('needs at least three players', 'tables', 'unsupported');
  const rest = (players - 1) * height;
  let [best, bestValue] = [0, -1];
  for (let last = 0; last < 1 << height; last++) {
    const won = jointWins(tables, height, players - 1, p, (stacks) => stacks >> rest === last);
    const value = won / weightsOf(height, p)[last];
    if (value > bestValue) [best, bestValue] = [last, value];
  }
  const seenBits = (players - 2) * height;
  return tables
    .slice(0, -1)
    .map((table) => Uint8Array.from({ length: 1 << seenBits }, (_, seen) => table[seen | (best << seenBits)]));
}
