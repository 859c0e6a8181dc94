import { mulberry32 } from '@infimum/core/reference-generators';
import { expect, it } from 'vitest';
import { thrownBy } from '../testing/entropic-contract.ts';
import { softRank, softSort } from './soft-sort.ts';

const random = mulberry32(11);
const values = Float64Array.from({ length: 20 }, (_, k) => 3 * k + random()).sort(() => random() - 0.5);

it('are ranks and order where nothing is blurred', () => {
  const sorted = values.toSorted();
  softRank(values, { epsilon: 1e-5 }).forEach((rank, i) => {
    expect(rank).toBeCloseTo(sorted.indexOf(values[i]), 6);
  });
  softSort(values, { epsilon: 1e-5 }).forEach((value, j) => {
    expect(value).toBeCloseTo(sorted[j], 5);
  });
});

it('keep sums and order, and become means where all is blurred', () => {
  const ranks = softRank(values, { epsilon: 0.1 });
  expect(ranks.reduce((sum, rank) => sum + rank, 0)).toBeCloseTo(190, 6);
  const order = [...values.keys()].sort((i, j) => values[i] - values[j]);
  order.slice(1).forEach((i, k) => {
    expect(ranks[i]).toBeGreaterThan(ranks[order[k]]);
  });
  const mean = values.reduce((sum, value) => sum + value, 0) / 20;
  softSort(values, { epsilon: 1e5 }).forEach((value) => {
    expect(value).toBeCloseTo(mean, 3);
  });
});

it('share ranks among equal values, and take one value', () => {
  expect(Array.from(softRank([2, 2, 2]), (rank) => +rank.toFixed(6))).toEqual([1, 1, 1]);
  expect([softRank([7])[0], softSort([7])[0]].map((value) => +value.toFixed(6))).toEqual([0, 7]);
});

it.each([
  ['values', () => softRank([1, Number.NaN])],
  ['values', () => softSort([])],
  ['epsilon', () => softSort([1], { epsilon: 0 })],
])('a bad %s is named', (argument, call) => {
  expect(thrownBy(call).argument).toBe(argument);
});
