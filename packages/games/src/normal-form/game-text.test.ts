import { InvalidInputError } from '@infimum/core';
import { fraction } from '@infimum/rigor';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readGam, readLrs, writeGam, writeLrs } from './game-text.ts';
import { readNfg, writeNfg } from './nfg.ts';
import type { NormalFormGame } from './normal-form-game.ts';
import { bimatrix } from './normal-form-game.ts';

const games = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 2, maxLength: 3 }).chain((actions) => {
  const cells = actions.reduce((product, count) => product * count, 1);
  const number = fc.tuple(fc.integer({ min: -99, max: 99 }), fc.integer({ min: 1, max: 9 }));
  const table = fc.array(number, { minLength: cells, maxLength: cells });
  return fc.tuple(...actions.map(() => table)).map((tables): NormalFormGame => {
    const exact = tables.map((values) => values.map(([num, den]) => fraction(BigInt(num), BigInt(den))));
    const payoffs = exact.map((values) => Float64Array.from(values, ({ num, den }) => Number(num) / Number(den)));
    return { actions, payoffs, exact };
  });
});

it('games come back from .gam and agree with .nfg, exactly', () => {
  fc.assert(
    fc.property(games, (game) => {
      expect(readGam(writeGam(game)).exact).toEqual(game.exact);
      expect(readGam(writeGam(game)).actions).toEqual(game.actions);
      expect(readNfg(writeNfg(game)).exact).toEqual(game.exact);
      if (game.actions.length === 2) expect(readLrs(writeLrs(game)).exact).toEqual(game.exact);
    }),
    { numRuns: 50 },
  );
});

it('the first player runs fastest in .gam, and tables of lrsnash stand row by row', () => {
  // As QuantEcon's documentation has it: one player's payoffs after the other's, column by column.
  const { payoffs } = readGam('# battle\n2\n2 2\n\n3 0 1 2\n2 1 0 3');
  expect(payoffs.map((values) => [...values])).toEqual([
    [3, 1, 0, 2],
    [2, 0, 1, 3],
  ]);
  expect(writeLrs(bimatrix([[1, '1/2']], [[0, 2]]))).toBe('1 2\n\n1 1/2\n\n0 2\n');
});

it('wrong counts and words are errors', () => {
  for (const text of ['2 2 1 2 3', '2 2 1 2 3 4 5 6 7 8 9', '0 2', '2', 'x 2', '2 1/2 1']) {
    expect(() => readLrs(text)).toThrow(InvalidInputError);
  }
  for (const text of ['1 2 1 2', '3 2 2', '2 2 2 1 2 3 4 5 6 7', '2 3000 3000 1']) {
    expect(() => readGam(text)).toThrow(InvalidInputError);
  }
});
