import { mulberry32 } from '@infimum/core/reference-generators';
import { expect, it } from 'vitest';

import { thrownBy } from '../testing/entropic-contract.ts';
import { goldenMatrix, goldenVector } from '../testing/pot-golden.ts';
import { maxSlicedWasserstein, slicedWasserstein } from './sliced-wasserstein.ts';
import { wasserstein1d } from './wasserstein-1d.ts';

const x = goldenMatrix('x');
const y = goldenMatrix('y');
const a = goldenVector('a');
const b = goldenVector('b');

it('in the plane is the integral over angles', () => {
  // The trapezoidal rule over half a turn.
  let mean = 0;
  const angles = 720;
  for (let k = 0; k < angles; k++) {
    const angle = (Math.PI * k) / angles;
    const on = (points: Float64Array) =>
      Float64Array.from(
        { length: points.length / 2 },
        (_, i) => points[2 * i] * Math.cos(angle) + points[2 * i + 1] * Math.sin(angle),
      );
    mean += wasserstein1d(on(x.values), on(y.values), { a, b, p: 2 }).cost / angles;
  }
  const { distance, standardError } = slicedWasserstein(x, y, { a, b, projections: 3000 });
  expect(Math.abs(distance ** 2 - mean)).toBeLessThan(4 * standardError);
  expect(standardError).toBeLessThan(0.05 * mean);
});

it('of a translation by t in d dimensions is |t|^2 / d on average, |t| at most', () => {
  const moved = { ...x, values: x.values.map((value, k) => value + (k % 2 === 0 ? 3 : 4)) };
  const { distance, standardError } = slicedWasserstein(x, moved, { projections: 3000 });
  expect(Math.abs(distance ** 2 - 25 / 2)).toBeLessThan(4 * standardError);
  const { distance: most, direction } = maxSlicedWasserstein(x, moved, { projections: 3000 });
  expect(most).toBeLessThanOrEqual(5 + 1e-12);
  expect(most).toBeCloseTo(5, 3);
  expect(Math.abs(0.6 * direction[0] + 0.8 * direction[1])).toBeCloseTo(1, 3);
});

it('is W_p in one dimension, zero for equal clouds, and repeats with its seed', () => {
  const line = { rows: 3, cols: 1, values: Float64Array.of(1, 5, 2) };
  const other = { rows: 2, cols: 1, values: Float64Array.of(0, 3) };
  const { distance } = wasserstein1d(line.values, other.values, { p: 3 });
  expect(slicedWasserstein(line, other, { p: 3 }).distance).toBeCloseTo(distance, 12);
  expect(slicedWasserstein(x, x).distance).toBe(0);
  expect(slicedWasserstein(x, y, { seed: 4 })).toEqual(slicedWasserstein(x, y, { seed: 4 }));
  expect(slicedWasserstein(x, y, { seed: 4 })).not.toEqual(slicedWasserstein(x, y, { seed: 5 }));
});

it.each([
  ['y', () => slicedWasserstein(x, { rows: 1, cols: 1, values: Float64Array.of(1) })],
  ['x', () => maxSlicedWasserstein({ ...x, values: x.values.map(() => Number.NaN) }, y)],
  ['p', () => slicedWasserstein(x, y, { p: 0.5 })],
  ['projections', () => slicedWasserstein(x, y, { projections: 0 })],
  ['seed', () => slicedWasserstein(x, y, { seed: -1 })],
  ['a', () => slicedWasserstein(x, y, { a: b })],
])('a bad %s is named', (argument, call) => {
  expect(thrownBy(call).argument).toMatch(argument);
});

it('pairs equal weights as a plan would', () => {
  const random = mulberry32(4);
  const cloud = () => ({ rows: 25, cols: 3, values: Float64Array.from({ length: 75 }, random) });
  const [x, y] = [cloud(), cloud()];
  const even = new Float64Array(25).fill(1 / 25);
  for (const p of [1, 2, 3.5]) {
    const paired = slicedWasserstein(x, y, { p, seed: 1 }).distance;
    expect(paired).toBeCloseTo(slicedWasserstein(x, y, { p, seed: 1, a: even, b: even }).distance, 13);
  }
});
