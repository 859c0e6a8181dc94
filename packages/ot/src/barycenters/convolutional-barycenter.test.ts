import type { DenseMatrix } from '@infimum/linalg';
import { expect, it } from 'vitest';
import { costMatrix, gridPoints } from '../cost-matrix.ts';
import { thrownBy } from '../testing/entropic-contract.ts';
import { goldenMatrix, goldenVector } from '../testing/pot-golden.ts';
import { entropicBarycenter } from './barycenter.ts';
import { convolutionalBarycenter } from './convolutional-barycenter.ts';

const images = [0, 1, 2].map((k) => goldenMatrix('images', k));
const weights = goldenVector('mixing');

function expectClose(actual: Float64Array, expected: Float64Array, digits: number) {
  expect(actual.length).toBe(expected.length);
  actual.forEach((value, k) => {
    expect(value).toBeCloseTo(expected[k], digits);
  });
}

it('is that of POT', () => {
  const { status, barycenter } = convolutionalBarycenter(images, { epsilon: 0.02, weights, tolerance: 1e-11 });
  expect(status).toBe('converged');
  expectClose(barycenter, goldenMatrix('convolutional').values, 7);
});

it.each([false, true])('is that of the stored kernel on a grid that is no square, debiased %s', (debiased) => {
  const image = (salt: number): DenseMatrix => {
    const values = Float64Array.from({ length: 15 }, (_, k) => Math.max(0, Math.sin(7.1 * k + salt)));
    const mass = values.reduce((sum, value) => sum + value, 0);
    return { rows: 3, cols: 5, values: values.map((value) => value / mass) };
  };
  const wide = [image(1), image(2)];
  const options = { epsilon: 0.05, debiased, tolerance: 1e-8 };
  const grid = gridPoints(3, 5);
  const stacked = { rows: 2, cols: 15, values: Float64Array.of(...wide[0].values, ...wide[1].values) };
  const stored = entropicBarycenter(stacked, costMatrix(grid, grid), options);
  expectClose(convolutionalBarycenter(wide, options).barycenter, stored.barycenter, 7);
});

it('halfway between two points is the middle, debiased a point again', () => {
  const dot = (at: number): DenseMatrix => {
    const values = new Float64Array(81);
    values[at] = 1;
    return { rows: 9, cols: 9, values };
  };
  const { barycenter } = convolutionalBarycenter([dot(0), dot(80)], {
    epsilon: 0.01,
    debiased: true,
    maxIterations: 1000,
    tolerance: 1e-7,
  });
  expect(barycenter.indexOf(barycenter.reduce((most, mass) => Math.max(most, mass), 0))).toBe(40);
  expect(barycenter[40]).toBeGreaterThan(0.95);
});

it.each([
  ['images', () => convolutionalBarycenter([], { epsilon: 1 })],
  ['images[1]', () => convolutionalBarycenter([images[0], { rows: 1, cols: 1, values: Float64Array.of(1) }], { epsilon: 1 })],
  [
    'histograms',
    () => convolutionalBarycenter([images[0], { ...images[1], values: images[1].values.map((v) => 2 * v) }], { epsilon: 1 }),
  ],
  ['epsilon', () => convolutionalBarycenter(images, { epsilon: Number.NaN })],
  ['weights', () => convolutionalBarycenter(images, { epsilon: 1, weights: Float64Array.of(1) })],
])('a bad %s is named', (argument, call) => {
  expect(thrownBy(call).argument).toBe(argument);
});
