// The registered problem of hat strategies for two players: instances and metrics of `games/levine-hats`.
import type { BadInstance, HardInstance, Iterate, Problem } from '@infimum/core';
import { checkInteger, checkNumber, defineFamily, defineProblem, fault } from '@infimum/core';
import { readObject } from '@infimum/core/data';
import { blockStrategy, blockValue } from './block-strategy.ts';
import { evaluateHats } from './evaluate-hats.ts';

/** Two players with stacks of hats. */
export interface HatGame {
  /** Hats per stack, or of a block. */
  readonly height: number;
  /** Probability of a black hat. */
  readonly p: number;
  /** Whether stacks are infinite, in blocks: constant blocks are passed. */
  readonly blocks: boolean;
}

/** Strategies and their value. */
export interface HatSolution {
  /** The first player's guesses, by the second one's stack. */
  readonly f: Uint8Array;
  /** The second player's guesses. */
  readonly g: Uint8Array;
  /** The probability to win. */
  readonly value: number;
  /** An upper bound of the probability for all strategies. */
  readonly upperBound: number;
}

/** One round. */
export interface HatIterate extends Iterate<HatSolution> {
  /** The best probability so far. */
  readonly value: number;
}

/** Checks a game. */
export function checkHatGame(game: HatGame): void {
  if (typeof game !== 'object' || game === null) throw fault('expected { height, p, blocks }', 'instance', 'type');
  checkInteger(game.height, 'height', { min: 1, max: 12 });
  checkNumber(game.p, 'p', { above: 0, below: 1 });
  if (typeof game.blocks !== 'boolean') throw fault('expected true or false', 'blocks', 'type');
  if (game.blocks && game.height < 2) throw fault('blocks have at least two hats', 'height', 'out-of-range');
}

/** The value of strategies in a game. */
export function hatValue({ height, p, blocks }: HatGame, f: Uint8Array, g: Uint8Array): number {
  return blocks ? blockValue(blockStrategy(f, g, { height }), p) : evaluateHats(f, g, { height, p }).value;
}

/** Levine's hat problem for two players. */
export const levineHats: Problem<HatGame, HatSolution> = defineProblem<HatGame, HatSolution, 'value' | 'excess' | 'open'>({
  id: 'games/levine-hats',
  title: 'Levine’s hats',
  statement: String.raw`Two players each have a stack of $h$ hats, black with probability $p$. Each sees the other's stack and names one of its
own hats; they win if both are black. Find $f, g : \{0,1\}^h \to \{0, \dots, h-1\}$ that maximise
$$\Pr\big[x_{f(y)} = 1 \text{ and } y_{g(x)} = 1\big],$$
for stacks of $h$ hats, or for infinite stacks in which constant blocks of $h$ hats are skipped.`,
  families: {
    finite: defineFamily({
      title: 'Finite stacks',
      description: 'Stacks of h hats.',
      real: false,
      params: {
        height: { type: 'integer', min: 1, max: 10, default: 3, description: 'Hats per stack' },
        p: { type: 'number', above: 0, below: 1, default: 0.5, description: 'Probability of a black hat' },
      },
      suites: { quick: [{ height: 2 }, { height: 4 }], full: [3, 4, 5, 6].map((height) => ({ height })) },
      generate: ({ height, p }): HatGame => ({ height, p, blocks: false }),
    }),
    blocks: defineFamily({
      title: 'Infinite stacks in blocks',
      description: 'Blocks of h hats; players move on to the next block when they see a constant one.',
      real: false,
      params: {
        height: { type: 'integer', min: 2, max: 9, default: 3, description: 'Hats per block' },
        p: { type: 'number', above: 0, below: 1, default: 0.5, description: 'Probability of a black hat' },
      },
      suites: { quick: [{ height: 2 }, {}], full: [{}, { height: 4 }, { height: 5 }, { height: 5, p: 0.3 }] },
      generate: ({ height, p }): HatGame => ({ height, p, blocks: true }),
    }),
  },
  metrics: {
    value: {
      title: 'Wins',
      description: 'The probability that both hats are black.',
      unit: '',
      direction: 'maximize',
      targets: [0.3, 0.34],
      compute: (game: HatGame, { f, g }: HatSolution) => hatValue(game, f, g),
    },
    excess: {
      title: 'Beyond the bound',
      description: 'Excess of the value over the claimed bound: 0 unless a bound is wrong.',
      unit: '',
      direction: 'minimize',
      compute: (game, { f, g, upperBound }) => Math.max(0, hatValue(game, f, g) - upperBound - 1e-12),
    },
    open: {
      title: 'Open',
      description: 'Distance of the claimed bound above the value.',
      unit: '',
      direction: 'minimize',
      compute: (game, { f, g, upperBound }) => Math.max(0, upperBound - hatValue(game, f, g)),
    },
  },
  primaryMetric: 'value',
  certificates: {
    value: {
      title: 'Wins',
      statement: `The two strategies win with the probability *value*, for stacks of $h$ hats and the given double $p$.`,
      about: 'answer',
      figures: ['value'],
      cost: 'O(4^h)',
      always: true,
      declines: ({ blocks, height }) =>
        blocks
          ? 'values of infinite stacks are not finite sums'
          : height > 11
            ? 'there are too many pairs of stacks'
            : undefined,
      // The checker needs no witness.
      prover: async () => ({ certify: () => ({}) }),
      checker: () => import('./levine-hats-checker.ts'),
    },
  },
  success: { metric: 'open', bound: () => 1e-12 },
  validate: checkHatGame,
  badInstances: (): BadInstance<HatGame>[] => [
    { fault: 'no hats', instance: { height: 0, p: 0.5, blocks: false }, argument: 'height' },
    { fault: 'too many hats', instance: { height: 30, p: 0.5, blocks: false }, argument: 'height' },
    { fault: 'a certain colour', instance: { height: 3, p: 1, blocks: false }, argument: 'p' },
    { fault: 'an invalid probability', instance: { height: 3, p: Number.NaN, blocks: false }, argument: 'p' },
    { fault: 'no word on blocks', instance: { height: 3, p: 0.5 } as HatGame, argument: 'blocks' },
    { fault: 'blocks of one hat', instance: { height: 1, p: 0.5, blocks: true }, argument: 'height' },
  ],
  hardInstances: (): HardInstance<HatGame>[] => [
    { hardness: 'one hat', instance: { height: 1, p: 0.5, blocks: false } },
    { hardness: 'black hats that are very rare', instance: { height: 3, p: 1e-12, blocks: false } },
    { hardness: 'black hats nearly always', instance: { height: 3, p: 1 - 1e-12, blocks: true } },
    { hardness: 'a large table', instance: { height: 9, p: 0.3, blocks: true } },
  ],
  instanceFile: {
    description:
      '`height`: hats per stack; `p`: probability of a black one, 1/2 by default; `blocks`: infinite stacks in blocks, false by default.',
    example: { height: 3 },
    parse: (json) => {
      const { height, p = 0.5, blocks = false } = readObject(json, 'instance', ['height', 'p', 'blocks']);
      const game = { height: height as number, p: p as number, blocks: blocks as boolean };
      checkHatGame(game);
      return game;
    },
  },
});
