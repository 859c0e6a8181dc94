import { mulberry32 } from '@infimum/core/reference-generators';
import type { DenseMatrix } from '@infimum/linalg';
import fc from 'fast-check';
import { expect, it } from 'vitest';

import { thrownBy } from '../testing/entropic-contract.ts';
import { sphericalSlicedWasserstein } from './spherical-sliced-wasserstein.ts';
import { wassersteinCircle } from './wasserstein-circle.ts';

/** Random points of the unit sphere. */
function spherePoints(rows: number, cols: number, seed: number): DenseMatrix {
  const random = mulberry32(seed);
  const values = new Float64Array(rows * cols);
  for (let i = 0; i < rows; i++) {
    const point = values.subarray(i * cols, (i + 1) * cols);
    let length = 2;
    while (length > 1 || length < 0.1) {
      for (let k = 0; k < cols; k++) point[k] = 2 * random() - 1;
      length = Math.hypot(...point);
    }
    for (let k = 0; k < cols; k++) point[k] /= length;
  }
  return { rows, cols, values };
}

const circlePoints = (angles: number[]): DenseMatrix => ({
  rows: angles.length,
  cols: 2,
  values: Float64Array.from(angles.flatMap((angle) => [Math.cos(angle), Math.sin(angle)])),
});

it('on the circle is the distance on the circle, for every projection', () => {
  const angles = fc.array(fc.double({ min: -7, max: 7, noNaN: true }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(angles, angles, fc.constantFrom(1, 2, 3), (from, to, p) => {
      const b = Float64Array.from(to, (_, j) => j + 1);
      const mass = b.reduce((sum, weight) => sum + weight, 0);
      const a = new Float64Array(from.length).fill(mass / from.length);
      const weights = { a, b, p };
      const exact = wassersteinCircle(Float64Array.from(from), Float64Array.from(to), {
        ...weights,
        circumference: 2 * Math.PI,
      });
      const { distance, standardError } = sphericalSlicedWasserstein(circlePoints(from), circlePoints(to), {
        ...weights,
        projections: 3,
      });
      expect(Math.abs(distance ** p - exact.cost)).toBeLessThan(1e-9 * mass);
      expect(standardError).toBeLessThan(1e-9 * mass);
    }),
    { numRuns: 100 },
  );
});

/** Angle between the projections of two points onto the plane that is orthogonal to a unit vector. */
function projectedAngle(x: Float64Array, y: Float64Array, normal: number[]): number {
  const onto = (point: Float64Array) => {
    const height = point.reduce((sum, value, k) => sum + value * normal[k], 0);
    return point.map((value, k) => value - height * normal[k]);
  };
  const [s, t] = [onto(x), onto(y)];
  const cosine = s.reduce((sum, value, k) => sum + value * t[k], 0) / (Math.hypot(...s) * Math.hypot(...t));
  return Math.acos(Math.max(-1, Math.min(1, cosine)));
}

it('on the sphere is the integral over all planes of the cheaper of two pairings', () => {
  const [x, y] = [spherePoints(2, 3, 1), spherePoints(2, 3, 2)];
  const at = ({ values }: DenseMatrix, i: number) => values.slice(3 * i, 3 * i + 3);
  // Normals by the midpoint rule in height and longitude, in which the sphere has uniform area.
  const steps = 200;
  let integral = 0;
  for (let h = 0; h < steps; h++) {
    const height = (2 * h + 1) / steps - 1;
    const radius = Math.sqrt(1 - height * height);
    for (let l = 0; l < steps; l++) {
      const longitude = (2 * Math.PI * (l + 0.5)) / steps;
      const normal = [radius * Math.cos(longitude), radius * Math.sin(longitude), height];
      const cost = (i: number, j: number) => projectedAngle(at(x, i), at(y, j), normal) ** 2;
      integral += Math.min(cost(0, 0) + cost(1, 1), cost(0, 1) + cost(1, 0)) / 2 / steps ** 2;
    }
  }
  const { distance, standardError } = sphericalSlicedWasserstein(x, y, { projections: 20_000 });
  expect(Math.abs(distance ** 2 - integral)).toBeLessThan(4 * standardError);
  expect(standardError).toBeLessThan(0.01 * integral);
});

it('does not change when both clouds are rotated', () => {
  const [x, y] = [spherePoints(12, 4, 3), spherePoints(9, 4, 4)];
  // Two reflections at hyperplanes make a rotation.
  const mirrors = spherePoints(2, 4, 5);
  const rotated = ({ rows, cols, values }: DenseMatrix): DenseMatrix => {
    const out = values.slice();
    for (let r = 0; r < 2; r++) {
      const mirror = mirrors.values.subarray(4 * r, 4 * r + 4);
      for (let i = 0; i < rows; i++) {
        const point = out.subarray(i * cols, (i + 1) * cols);
        const height = point.reduce((sum, value, k) => sum + value * mirror[k], 0);
        for (let k = 0; k < cols; k++) point[k] -= 2 * height * mirror[k];
      }
    }
    return { rows, cols, values: out };
  };
  const before = sphericalSlicedWasserstein(x, y, { projections: 3000 });
  const after = sphericalSlicedWasserstein(rotated(x), rotated(y), { projections: 3000, seed: 1 });
  const noise = Math.hypot(before.standardError, after.standardError);
  expect(Math.abs(before.distance ** 2 - after.distance ** 2)).toBeLessThan(4 * noise);
  expect(noise).toBeLessThan(0.05 * before.distance ** 2);
  // A rotation of one cloud alone does change it.
  const apart = sphericalSlicedWasserstein(x, rotated(x), { projections: 500 });
  expect(apart.distance).toBeGreaterThan(0.1);
});

it('is zero between equal clouds, symmetric, at most pi, and repeats for a seed', () => {
  const [x, y] = [spherePoints(8, 5, 6), spherePoints(7, 5, 7)];
  expect(sphericalSlicedWasserstein(x, x).distance).toBeLessThan(1e-7);
  const [there, back] = [sphericalSlicedWasserstein(x, y), sphericalSlicedWasserstein(y, x)];
  expect(there.distance).toBeCloseTo(back.distance, 9);
  expect(there).toEqual(sphericalSlicedWasserstein(x, y));
  const antipodes = { ...x, values: x.values.map((value) => -value) };
  const point = (cloud: DenseMatrix) => ({ rows: 1, cols: 5, values: cloud.values.slice(0, 5) });
  expect(sphericalSlicedWasserstein(point(x), point(antipodes)).distance).toBeCloseTo(Math.PI, 9);
});

const good = spherePoints(3, 3, 8);

it.each([
  ['x', { ...good, values: good.values.map((value) => 2 * value) }, good, {}],
  ['y', good, { rows: 2, cols: 2, values: Float64Array.of(1, 0, 0, 1) }, {}],
  ['x', { rows: 1, cols: 1, values: Float64Array.of(1) }, { rows: 1, cols: 1, values: Float64Array.of(1) }, {}],
  ['a', good, good, { a: Float64Array.of(-1, 1, 1) }],
  ['b', good, good, { b: Float64Array.of(1, 1, 1) }],
  ['p', good, good, { p: 0.5 }],
  ['projections', good, good, { projections: 0 }],
  ['seed', good, good, { seed: -1 }],
])('a bad %s is named', (argument, x, y, options) => {
  expect(thrownBy(() => sphericalSlicedWasserstein(x, y, options)).argument).toBe(argument);
});
