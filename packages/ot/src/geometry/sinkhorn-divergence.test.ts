import { describe, expect, it } from 'vitest';
import { costMatrix } from '../cost-matrix.ts';
import { emd } from '../exact/network-simplex.ts';
import { thrownBy } from '../testing/entropic-contract.ts';
import { goldenMatrix, goldenVector } from '../testing/pot-golden.ts';
import { sinkhornDivergence } from './sinkhorn-divergence.ts';

const x = goldenMatrix('x');
const y = goldenMatrix('y');
const a = goldenVector('a');
const b = goldenVector('b');
const divergence = (epsilon: number, change: object = {}) => {
  const points = { x, y, a, b, ...change };
  return sinkhornDivergence(points.x, points.y, { epsilon, a: points.a, b: points.b, tolerance: 1e-13 });
};

it('tends to the transport cost as epsilon vanishes', () => {
  expect(divergence(1e-4).divergence).toBeCloseTo(emd(a, b, costMatrix(x, y)).cost, 3);
});

it('is zero for a cloud and itself, positive otherwise', () => {
  expect(Math.abs(sinkhornDivergence(x, x, { epsilon: 0.7, a, b: a }).divergence)).toBeLessThan(1e-9);
  expect(divergence(0.7).divergence).toBeGreaterThan(0);
});

it('tends to the squared distance of the means as epsilon grows', () => {
  const mean = (points: typeof x, weights: Float64Array, k: number) =>
    weights.reduce((sum, weight, i) => sum + weight * points.values[2 * i + k], 0);
  const apart = (mean(x, a, 0) - mean(y, b, 0)) ** 2 + (mean(x, a, 1) - mean(y, b, 1)) ** 2;
  expect(divergence(1e6).divergence).toBeCloseTo(apart, 4);
});

it('translation of a cloud by t adds |t|^2', () => {
  const moved = { ...x, values: x.values.map((value, k) => value + (k % 2 === 0 ? 3 : 4)) };
  expect(sinkhornDivergence(x, moved, { epsilon: 0.5, tolerance: 1e-12 }).divergence).toBeCloseTo(25, 8);
});

describe('the gradient agrees with finite differences to 1e-6', () => {
  const h = 1e-4;
  const slope = (value: (shift: number) => number) => (8 * (value(h) - value(-h)) - (value(2 * h) - value(-2 * h))) / (12 * h);
  const nudged = (values: Float64Array, changes: Record<number, number>) => values.map((value, k) => value + (changes[k] ?? 0));
  const { locations, a: gradientA, b: gradientB } = divergence(0.7);

  it('in the points', () => {
    for (const k of [0, 3, 8]) {
      const numeric = slope((t) => divergence(0.7, { x: { ...x, values: nudged(x.values, { [k]: t }) } }).divergence);
      expect(Math.abs(locations.x.values[k] - numeric)).toBeLessThan(1e-6);
      const other = slope((t) => divergence(0.7, { y: { ...y, values: nudged(y.values, { [k]: t }) } }).divergence);
      expect(Math.abs(locations.y.values[k] - other)).toBeLessThan(1e-6);
    }
  });

  it('in the weights', () => {
    const alongA = slope((t) => divergence(0.7, { a: nudged(a, { 0: t, 3: -t }) }).divergence);
    expect(Math.abs(gradientA[0] - gradientA[3] - alongA)).toBeLessThan(1e-6);
    const alongB = slope((t) => divergence(0.7, { b: nudged(b, { 2: t, 5: -t }) }).divergence);
    expect(Math.abs(gradientB[2] - gradientB[5] - alongB)).toBeLessThan(1e-6);
  });
});

it('zero weights change nothing and get no gradient', () => {
  const padded = { rows: 6, cols: 2, values: Float64Array.of(...x.values, 9, 9) };
  const result = divergence(0.7, { x: padded, a: Float64Array.of(...a, 0) });
  expect(result.divergence).toBeCloseTo(divergence(0.7).divergence, 10);
  expect([result.a[5], result.locations.x.values[10]]).toEqual([0, 0]);
});

it.each([
  ['epsilon', () => sinkhornDivergence(x, y, { epsilon: 0 })],
  ['x', () => sinkhornDivergence({ ...x, values: x.values.map(() => Number.NaN) }, y, { epsilon: 1 })],
  ['y', () => sinkhornDivergence(x, { rows: 1, cols: 1, values: Float64Array.of(1) }, { epsilon: 1 })],
  ['a', () => sinkhornDivergence(x, y, { epsilon: 1, a: b })],
  ['b', () => sinkhornDivergence(x, y, { epsilon: 1, b: b.map((weight) => 2 * weight) })],
  ['metric', () => sinkhornDivergence(x, y, { epsilon: 1, metric: 'cosine' as never })],
])('a bad %s is named', (argument, call) => {
  expect(thrownBy(call).argument).toBe(argument);
});
