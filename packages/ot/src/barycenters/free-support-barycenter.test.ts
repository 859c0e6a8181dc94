import { expect, it } from 'vitest';
import { wasserstein1d } from '../one-dimension/wasserstein-1d.ts';
import { thrownBy } from '../testing/entropic-contract.ts';
import { goldenMatrix, goldenVector } from '../testing/pot-golden.ts';
import { freeSupportBarycenter } from './free-support-barycenter.ts';

const x = goldenMatrix('x');
const y = goldenMatrix('y');
const cloudWeights = [goldenVector('a'), goldenVector('b')];
const initial = { rows: 3, cols: 2, values: x.values.slice(0, 6) };
const weights = Float64Array.of(0.4, 0.6);

it('the points are those of POT', () => {
  const { points, status } = freeSupportBarycenter([x, y], initial, { cloudWeights, weights });
  expect(status).toBe('converged');
  goldenMatrix('freeSupport').values.forEach((value, k) => {
    expect(points.values[k]).toBeCloseTo(value, 7);
  });
});

it('the objective never rises', () => {
  const { trace = [] } = freeSupportBarycenter([x, y], initial, { cloudWeights, weights, trace: true });
  expect(trace.length).toBeGreaterThan(1);
  trace.slice(1).forEach((row, k) => {
    expect(row.regularizedCost).toBeLessThanOrEqual(trace[k].regularizedCost + 1e-12);
  });
});

it('on the line it averages quantiles', () => {
  const line = (values: number[]) => ({ rows: values.length, cols: 1, values: Float64Array.from(values) });
  const [p, q] = [line([0.3, 0.1, 0.9, 0.5]), line([2, 7, 5, 4])];
  const { points, regularizedCost } = freeSupportBarycenter([p, q], line([0.1, 0.2, 0.3, 0.4]));
  const expected = [0.1, 0.3, 0.5, 0.9].map((value, k) => (value + [2, 4, 5, 7][k]) / 2);
  points.values.forEach((value, k) => {
    expect(value).toBeCloseTo(expected[k], 12);
  });
  expect(regularizedCost).toBeCloseTo(wasserstein1d(p.values, q.values, { p: 2 }).cost / 4, 12);
});

it('one point is the mean of all', () => {
  const point = { rows: 1, cols: 2, values: Float64Array.of(5, 5) };
  const { points } = freeSupportBarycenter([x], point);
  const mean = [0, 1].map((k) => [0, 1, 2, 3, 4].reduce((sum, i) => sum + x.values[2 * i + k], 0) / 5);
  expect(points.values[0]).toBeCloseTo(mean[0], 12);
  expect(points.values[1]).toBeCloseTo(mean[1], 12);
});

it.each([
  ['clouds', () => freeSupportBarycenter([], initial)],
  ['clouds[1]', () => freeSupportBarycenter([x, { rows: 1, cols: 1, values: Float64Array.of(1) }], initial)],
  ['initial', () => freeSupportBarycenter([x], { ...initial, rows: 4 })],
  ['cloudWeights', () => freeSupportBarycenter([x], initial, { cloudWeights })],
  ['cloudWeights[0]', () => freeSupportBarycenter([x], initial, { cloudWeights: [Float64Array.of(1)] })],
  ['pointWeights', () => freeSupportBarycenter([x], initial, { pointWeights: Float64Array.of(0.5, 0.5, 0) })],
  ['weights', () => freeSupportBarycenter([x], initial, { weights: Float64Array.of(-1) })],
  ['tolerance', () => freeSupportBarycenter([x], initial, { tolerance: -1 })],
])('a bad %s is named', (argument, call) => {
  expect(thrownBy(call).argument).toMatch(argument);
});
