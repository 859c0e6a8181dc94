// Axes of curves: zeros have a place, and nothing is drawn outside.
import { expect, test } from 'vitest';
import { curveScale } from '../demo/curve-scale.ts';

test('an exact solver ends on the floor of a logarithmic axis, not outside of it', () => {
  const scale = curveScale([1, 0, 1, 0.1, 1e-3, 2e-5]);
  expect(scale).toMatchObject({ isLog: true, floor: 1e-6, hasZeros: true, domain: [1e-6, 1] });
  if (scale.isLog) expect(scale.ticks).toContain(scale.floor);
});

test('values of one size are on a linear axis, zeros or not', () => {
  expect(curveScale([1, 2, 0])).toEqual({ isLog: false, domain: [0, 2] });
  expect(curveScale([0, 0])).toEqual({ isLog: false, domain: [-1, 1] });
  expect(curveScale([5])).toEqual({ isLog: false, domain: [2.5, 7.5] });
  expect(curveScale([])).toEqual({ isLog: false, domain: [0, 1] });
});

test('negative values are shown, and what is not finite is not', () => {
  expect(curveScale([-1, 1e6])).toEqual({ isLog: false, domain: [-1, 1e6] });
  expect(curveScale([Number.NaN, 1, 2, Infinity])).toEqual({ isLog: false, domain: [1, 2] });
});

test('every axis is finite and holds its values', () => {
  const sizes = [0, 5e-324, 1e-300, 1e-150, 1e-9, 0.5, 1, 3, 1e9, 1e150];
  for (const a of sizes) {
    for (const b of sizes) {
      for (const c of sizes) {
        const scale = curveScale([a, b, c]);
        const [low, high] = scale.domain;
        expect(low).toBeLessThan(high);
        expect(high).toBeLessThan(Infinity);
        if (scale.isLog) expect(low).toBeGreaterThan(0);
        for (const value of [a, b, c]) {
          expect(scale.isLog ? Math.max(value, scale.floor) : value).toBeGreaterThanOrEqual(low);
          expect(value).toBeLessThanOrEqual(high);
        }
      }
    }
  }
});
