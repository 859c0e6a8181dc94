// The geometric form of the hat game: a stack is a point of [0, 1), a strategy a step function, and winning an area.
//
// Levine's hat problem: arXiv 2508.01737 (2025). Hat k is black at x when digit k + 1 of x in base two is 1.
import { checkInteger, checkNumbers, checkObject, checkText, checkVector, fault } from '@infimum/core';
import type { BlockStrategy } from './block-strategy.ts';
import { checkTable } from './evaluate-hats.ts';

/** A step function on [0, 1): guess `guesses[i]` on the piece from `breakpoints[i]` to the next one, the last to 1. */
export interface MeasurableStrategy {
  /** Where pieces begin, rising from 0. */
  readonly breakpoints: Float64Array;
  /** The hat that is named on each piece. */
  readonly guesses: Int32Array;
  /** Measure of points where the construction had not decided. */
  readonly undecided: number;
}

/**
 * A table of a finite stack as a step function of 2^height equal pieces; neighbours with the same guess become one.
 *
 * @throws {InvalidInputError} naming the argument at fault
 */
export function toMeasurable(table: Uint8Array, height: number): MeasurableStrategy {
  checkInteger(height, 'height', { min: 1, max: 16 });
  checkTable(table, 'table', 1 << height, height);
  const pieces = Array.from({ length: 1 << height }, (_, leading) => ({
    from: leading / (1 << height),
    guess: table[reversed(leading, height)],
  }));
  return merged(pieces, 0);
}

/** A block strategy of one player, unrolled: pieces that are still undecided after `depth` blocks name hat 0. */
export function blockToMeasurable(strategy: BlockStrategy, player: 'first' | 'second', depth: number): MeasurableStrategy {
  checkObject(strategy, 'strategy');
  checkText(player, 'player');

  const { height, pass } = strategy;
  checkInteger(height, 'strategy.height', { min: 1, max: 16 });
  checkNumbers(pass, 'strategy.pass');
  checkInteger(depth, 'depth', { min: 1, max: Math.max(1, Math.floor(20 / height)) });
  const table = player === 'first' ? strategy.f : strategy.g;
  checkNumbers(table, player === 'first' ? 'strategy.f' : 'strategy.g', 2 ** height);
  const pieces: { from: number; guess: number }[] = [];
  let undecided = 0;
  const unroll = (from: number, block: number) => {
    for (let leading = 0; leading < 1 << height; leading++) {
      const stack = reversed(leading, height);
      const at = from + leading / 2 ** (height * (block + 1));
      if (!pass.includes(stack)) pieces.push({ from: at, guess: block * height + table[stack] });
      else if (block + 1 < depth) unroll(at, block + 1);
      else {
        undecided += 2 ** (-height * depth);
        pieces.push({ from: at, guess: 0 });
      }
    }
  };
  unroll(0, 0);
  return merged(pieces, undecided);
}

function merged(pieces: readonly { from: number; guess: number }[], undecided: number): MeasurableStrategy {
  const kept = pieces.filter(({ guess }, i) => i === 0 || guess !== pieces[i - 1].guess);
  return {
    breakpoints: Float64Array.from(kept, ({ from }) => from),
    guesses: Int32Array.from(kept, ({ guess }) => guess),
    undecided,
  };
}

/** The leading digits of x as a stack: hat 0 is the first digit. */
function reversed(leading: number, height: number): number {
  let stack = 0;
  for (let j = 0; j < height; j++) if ((leading >> (height - 1 - j)) & 1) stack |= 1 << j;
  return stack;
}

/**
 * The area of the winning region {(x, y) : hat F(y) of x and hat G(x) of y are black}, piece by piece; exact for step functions.
 *
 * @param first - F, the first player's guess by y
 * @param second - G, the second player's guess by x
 *
 * @example
 * ```ts
 * import { toMeasurable, winningArea } from '@infimum/games/hats';
 *
 * const table = toMeasurable(Uint8Array.of(0, 0, 1, 0), 2);
 * console.log(winningArea(table, table) * 16); // 5
 * ```
 */
export function winningArea(first: MeasurableStrategy, second: MeasurableStrategy): number {
  checkPieces(first, 'first');
  checkPieces(second, 'second');
  let area = 0;
  for (let i = 0; i < second.breakpoints.length; i++) {
    const [left, right] = piece(second, i);
    for (let j = 0; j < first.breakpoints.length; j++) {
      const [bottom, top] = piece(first, j);
      area += blackLength(left, right, first.guesses[j]) * blackLength(bottom, top, second.guesses[i]);
    }
  }
  return area;
}

function checkPieces(strategy: unknown, argument: string): asserts strategy is MeasurableStrategy {
  checkObject(strategy, argument);
  const { breakpoints, guesses } = strategy as MeasurableStrategy;
  checkVector(breakpoints, `${argument}.breakpoints`);
  checkNumbers(guesses, `${argument}.guesses`);
  if (guesses.length === breakpoints.length) return;
  const problem = `expected ${breakpoints.length} guesses, one for each piece, got ${guesses.length}`;
  throw fault(problem, `${argument}.guesses`, 'shape');
}

function piece({ breakpoints }: MeasurableStrategy, i: number): [number, number] {
  return [breakpoints[i], i + 1 < breakpoints.length ? breakpoints[i + 1] : 1];
}

/** The length of [u, v) on which digit k + 1 is 1. */
function blackLength(u: number, v: number, k: number): number {
  const upTo = (t: number): number => {
    const scaled = t * 2 ** (k + 1);
    const pairs = Math.floor(scaled / 2);
    return (pairs + Math.max(0, scaled - 2 * pairs - 1)) / 2 ** (k + 1);
  };
  return upTo(v) - upTo(u);
}
