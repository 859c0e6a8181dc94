import { mulberry32 } from '@infimum/core/reference-generators';
import { csrToDense } from '@infimum/linalg';
import { expect, it } from 'vitest';
import { emd } from '../exact/network-simplex.ts';
import { thrownBy } from '../testing/entropic-contract.ts';
import { coOptimalTransport } from './co-optimal-transport.ts';

const random = mulberry32(6);
const table = (rows: number, cols: number) => ({ rows, cols, values: Float64Array.from({ length: rows * cols }, random) });

it('finds the order of rows and columns of a table again', () => {
  const x = {
    ...table(6, 4),
    values: Float64Array.from({ length: 24 }, (_, k) => (1 + Math.floor(k / 4)) ** 2 * (1 + (k % 4))),
  };
  const [rows, columns] = [
    [3, 1, 5, 0, 2, 4],
    [2, 0, 3, 1],
  ];
  const y = {
    ...x,
    values: Float64Array.from({ length: 24 }, (_, k) => x.values[4 * rows[Math.floor(k / 4)] + columns[k % 4]]),
  };
  const { cost, samples, features, status } = coOptimalTransport(x, y);
  expect([status, cost]).toEqual(['converged', 0]);
  expect(Array.from(samples.columnIndices, (j) => rows[j])).toEqual([0, 1, 2, 3, 4, 5]);
  expect(Array.from(features.columnIndices, (l) => columns[l])).toEqual([0, 1, 2, 3]);
});

it('ends where each plan is the best for the other, at the cost that the sum over all entries has', () => {
  const [x, y] = [table(5, 3), table(4, 6)];
  const a = Float64Array.of(0.1, 0.3, 0.2, 0.15, 0.25);
  const b = Float64Array.of(0.4, 0.1, 0.3, 0.2);
  const { cost, ...plans } = coOptimalTransport(x, y, { a, b });
  const [samples, features] = [csrToDense(plans.samples).values, csrToDense(plans.features).values];
  const [ofSamples, ofFeatures] = [new Float64Array(20), new Float64Array(18)];
  let sum = 0;
  for (let i = 0; i < 5; i++) {
    for (let j = 0; j < 4; j++) {
      for (let k = 0; k < 3; k++) {
        for (let l = 0; l < 6; l++) {
          const square = (x.values[3 * i + k] - y.values[6 * j + l]) ** 2;
          ofSamples[4 * i + j] += square * features[6 * k + l];
          ofFeatures[6 * k + l] += square * samples[4 * i + j];
          sum += square * features[6 * k + l] * samples[4 * i + j];
        }
      }
    }
  }
  expect(cost).toBeCloseTo(sum, 12);
  const even = (n: number) => new Float64Array(n).fill(1 / n);
  expect(emd(a, b, { rows: 5, cols: 4, values: ofSamples }).cost).toBeCloseTo(cost, 10);
  expect(emd(even(3), even(6), { rows: 3, cols: 6, values: ofFeatures }).cost).toBeCloseTo(cost, 10);
});

it.each([
  ['x[0]', () => coOptimalTransport([[Number.NaN]], [[1]])],
  ['y[0]', () => coOptimalTransport([[1]], [[Infinity]])],
  ['a', () => coOptimalTransport([[1]], [[1]], { a: [1, 2] })],
  ['tolerance', () => coOptimalTransport([[1]], [[1]], { tolerance: -1 })],
])('a bad %s is named', (argument, call) => {
  expect(thrownBy(call).argument).toBe(argument);
});
