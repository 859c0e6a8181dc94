// All drawn settings against dp-accounting, prv-accountant and exact values.
import { expect, it } from 'vitest';
import { accountantCases, expectSameRenyi, expectUpperBound } from '../testing/accountant-cases.ts';

it('has settings of every kind', () => {
  const kinds = new Set(accountantCases.map(({ kind }) => kind));
  expect([accountantCases.length >= 200, [...kinds].sort()]).toEqual([
    true,
    ['all', 'poisson', 'two kinds', 'without replacement'],
  ]);
});

it.each(accountantCases)(
  '$kind, $events, delta $delta',
  (setting) => {
    expectSameRenyi(setting);
    expectUpperBound(setting);
  },
  60_000,
);
