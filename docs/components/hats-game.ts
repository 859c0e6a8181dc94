// Levine's hats, played round by round: stacks that are drawn only as far as they are seen, and the team that follows a table.
import type { BlockStrategy } from '@infimum/games/hats';
import { knownBlocks } from '@infimum/games/hats';

/** The strategy that wins seven games of twenty. */
export const team: BlockStrategy = knownBlocks('K5');

/** How many hats of a stack are shown. */
export const SHOWN = 15;

/** A game: two stacks without end, true where a hat is black. */
export class Hands {
  readonly #random: () => number;
  readonly #stacks: readonly [boolean[], boolean[]] = [[], []];

  /** @param random - numbers in [0, 1) */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** Whether hat k of a player's stack, counted from the bottom, is black; drawn when it is first looked at. */
  isBlack(player: 0 | 1, k: number): boolean {
    const stack = this.#stacks[player];
    while (stack.length <= k) stack.push(this.#random() < 0.5);
    return stack[k];
  }

  /** A block of a stack as a number, its lowest hat first. */
  block(player: 0 | 1, index: number, height: number): number {
    let block = 0;
    for (let j = 0; j < height; j++) if (this.isBlack(player, index * height + j)) block |= 1 << j;
    return block;
  }
}

/** The hat of its own stack that a player names by the table, given the other stack. */
export function guessOf(hands: Hands, player: 0 | 1): number {
  const { height, f, g, pass } = team;
  const other = player === 0 ? 1 : 0;
  for (let index = 0; ; index++) {
    const seen = hands.block(other, index, height);
    if (!pass.includes(seen)) return index * height + (player === 0 ? f : g)[seen];
  }
}

/** Rounds that were played, and won. */
export interface Tally {
  readonly played: number;
  readonly won: number;
}

/** One more round. */
export function counted({ played, won }: Tally, isWon: boolean): Tally {
  return { played: played + 1, won: won + (isWon ? 1 : 0) };
}

/** Many rounds of the team. */
export function playTeam(rounds: number, random: () => number): Tally {
  let tally: Tally = { played: 0, won: 0 };
  for (let round = 0; round < rounds; round++) {
    const hands = new Hands(random);
    const isWon = hands.isBlack(0, guessOf(hands, 0)) && hands.isBlack(1, guessOf(hands, 1));
    tally = counted(tally, isWon);
  }
  return tally;
}

/** Share of wins and the half-width of its 95 % interval (Wilson's centre and width). */
export function winRate({ played, won }: Tally): { readonly rate: number; readonly half: number } {
  if (played === 0) return { rate: 0, half: 1 };
  const z = 1.96;
  const share = won / played;
  const half = (z / (1 + (z * z) / played)) * Math.sqrt((share * (1 - share)) / played + (z / (2 * played)) ** 2);
  return { rate: share, half };
}
