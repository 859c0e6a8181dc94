// Projections against what characterises them (p is the projection of x onto C exactly if p lies in C and no point y of
// C has (x - p) . (y - p) > 0: for polytopes their vertices decide), proximal operators against search on a grid.
import { InvalidInputError, Random } from '@infimum/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConvexSet, ProximalFunction } from '../proximal.ts';
import {
  affineSubspace,
  box,
  groupNorm,
  halfspace,
  l1Ball,
  l1Norm,
  l2Ball,
  linfBall,
  secondOrderCone,
  simplex,
} from '../proximal.ts';

const coordinate = fc.double({ min: -100, max: 100, noNaN: true });
const point = fc.array(coordinate, { minLength: 1, maxLength: 6 }).map((x) => Float64Array.from(x));
const radius = fc.double({ min: 1e-3, max: 50, noNaN: true });
const dot = (x: Float64Array, y: Float64Array) => x.reduce((sum, value, i) => sum + value * y[i], 0);
const minus = (x: Float64Array, y: Float64Array) => x.map((value, i) => value - y[i]);
const unit = (n: number, i: number, size: number) => Float64Array.from({ length: n }, (_, j) => (i === j ? size : 0));

function projected(set: ConvexSet, x: Float64Array): Float64Array {
  const before = x.slice();
  const out = new Float64Array(x.length);
  set.project(x, out);
  expect(x).toEqual(before);
  expect(set.value(out)).toBe(0);
  // In place, and as a proximal operator of whatever step, it is the same.
  set.proximal(before, 7, before);
  expect(before).toEqual(out);
  return out;
}

/** No vertex lies further along x - p than p does. */
function expectNearest(x: Float64Array, p: Float64Array, vertices: readonly Float64Array[]): void {
  const away = minus(x, p);
  const scale = 1e-12 * (1 + Math.max(...x.map(Math.abs)) + Math.max(...p.map(Math.abs))) ** 2 * x.length;
  const most = Math.max(...vertices.map((vertex) => dot(away, minus(vertex, p))));
  expect(most).toBeLessThanOrEqual(scale);
}

describe('projections', () => {
  it('onto the simplex pass the test of all vertices', () => {
    fc.assert(
      fc.property(point, radius, (x, r) => {
        const p = projected(simplex(r), x);
        expect(Math.min(...p)).toBeGreaterThanOrEqual(0);
        expect(p.reduce((a, b) => a + b)).toBeCloseTo(r, 11);
        expectNearest(
          x,
          p,
          Array.from(x, (_, i) => unit(x.length, i, r)),
        );
      }),
    );
  });

  it('onto the l1 ball pass the test of all vertices', () => {
    fc.assert(
      fc.property(point, radius, (x, r) => {
        const p = projected(l1Ball(r), x);
        expect(p.reduce((a, b) => a + Math.abs(b), 0)).toBeLessThanOrEqual(r * (1 + 1e-12));
        const n = x.length;
        expectNearest(
          x,
          p,
          Array.from({ length: 2 * n }, (_, k) => unit(n, k >> 1, k & 1 ? r : -r)),
        );
      }),
    );
  });

  it('onto boxes pass the test of all corners', () => {
    fc.assert(
      fc.property(point, radius, (x, r) => {
        const [lower, upper] = [x.map((_, i) => i - r), x.map((_, i) => i + 2 * r)];
        const corners = Array.from({ length: 2 ** x.length }, (_, bits) =>
          x.map((_, i) => (bits & (1 << i) ? upper[i] : lower[i])),
        );
        expectNearest(x, projected(box(lower, upper), x), corners);
      }),
    );
    expect(projected(linfBall(2), Float64Array.of(-5, 1, 9))).toEqual(Float64Array.of(-2, 1, 2));
  });

  it('onto the Euclidean ball lie on the ray', () => {
    expect(projected(l2Ball(5), Float64Array.of(6, 8))).toEqual(Float64Array.of(3, 4));
    expect(projected(l2Ball(5), Float64Array.of(1, 2))).toEqual(Float64Array.of(1, 2));
    expect(projected(l2Ball(0), Float64Array.of(1, 2))).toEqual(Float64Array.of(0, 0));
  });

  it('onto the cone split a point into orthogonal parts of the cone and its polar (Moreau)', () => {
    fc.assert(
      fc.property(point, (x) => {
        const p = projected(secondOrderCone(), x);
        const rest = minus(x, p);
        const scale = 1e-11 * (1 + dot(x, x));
        expect(p[0] + 1e-12 * scale).toBeGreaterThanOrEqual(Math.hypot(...p.subarray(1)) - 1e-10);
        expect(-rest[0] + 1e-10).toBeGreaterThanOrEqual(Math.hypot(...rest.subarray(1)) - 1e-10);
        expect(Math.abs(dot(p, rest))).toBeLessThanOrEqual(scale);
      }),
    );
  });

  it('onto half-spaces move along the normal, to the border and no further', () => {
    fc.assert(
      fc.property(point, coordinate, (x, offset) => {
        const normal = x.map((_, i) => 1 + i);
        const p = new Float64Array(x.length);
        halfspace(normal, offset).project(x, p);
        const excess = Math.max(dot(normal, x) - offset, 0) / dot(normal, normal);
        for (let i = 0; i < x.length; i++) expect(p[i]).toBeCloseTo(x[i] - excess * normal[i], 9);
      }),
    );
  });

  it('onto affine subspaces reach them along their rows, dependent rows included', () => {
    const random = new Random(3);
    const values = Float64Array.from({ length: 4 * 6 }, () => random.normal());
    for (let j = 0; j < 6; j++) values[18 + j] = values[j] - 2 * values[6 + j];
    const inside = Float64Array.from({ length: 6 }, () => random.normal());
    const rows = Array.from({ length: 4 }, (_, i) => values.slice(i * 6, i * 6 + 6));
    const b = Float64Array.from(rows, (row) => dot(row, inside));
    const x = Float64Array.from({ length: 6 }, () => 10 * random.normal());
    const p = projected(affineSubspace({ rows: 4, cols: 6, values }, b), x);
    for (const [i, row] of rows.entries()) expect(dot(row, p)).toBeCloseTo(b[i], 12);
    // Other points of the subspace are seen at a right angle.
    const other = projected(
      affineSubspace({ rows: 4, cols: 6, values }, b),
      inside.map((v, i) => v + i),
    );
    expect(dot(minus(x, p), minus(other, p))).toBeCloseTo(0, 11);
    const wrong = Float64Array.from(b);
    wrong[3] += 1;
    expect(() => affineSubspace({ rows: 4, cols: 6, values }, wrong)).toThrow(
      expect.objectContaining({ argument: 'b', index: 3 }),
    );
  });

  it('scale with their points, to 1e±150', () => {
    for (const s of [1e-150, 1, 1e150]) {
      const x = Float64Array.of(3 * s, -4 * s, 0.5 * s);
      const sets = [simplex(s), l1Ball(s), l2Ball(s), linfBall(s), secondOrderCone()];
      const reference = [simplex(1), l1Ball(1), l2Ball(1), linfBall(1), secondOrderCone()];
      for (const [k, set] of sets.entries()) {
        const p = projected(set, x);
        const q = projected(reference[k], Float64Array.of(3, -4, 0.5));
        for (let i = 0; i < 3; i++) expect(p[i] / s).toBeCloseTo(q[i], 12);
      }
    }
    // Beside an entry of 1e16 the radius is still exact.
    expect(projected(simplex(), Float64Array.of(1e16, 1e16, 0))).toEqual(Float64Array.of(0.5, 0.5, 0));
    expect(projected(simplex(), Float64Array.of(1.5e308, -1.5e308))).toEqual(Float64Array.of(1, 0));
  });
});

describe('proximal operators', () => {
  /** The best of a fine grid round 0. */
  function search(g: ProximalFunction, x: Float64Array, step: number): Float64Array {
    let least = Infinity;
    const [u, best] = [new Float64Array(2), new Float64Array(2)];
    for (let i = -200; i <= 200; i++) {
      for (let j = -200; j <= 200; j++) {
        u[0] = i / 50;
        u[1] = j / 50;
        const cost = g.value(u) + ((u[0] - x[0]) ** 2 + (u[1] - x[1]) ** 2) / (2 * step);
        if (!(cost < least)) continue;
        least = cost;
        best.set(u);
      }
    }
    return best;
  }

  it.each([
    ['l1', l1Norm(0.7)],
    ['weighted l1', l1Norm(Float64Array.of(0.3, 2))],
    ['group', groupNorm([Int32Array.of(0, 1)], 0.9)],
    ['two groups', groupNorm([Int32Array.of(1), Int32Array.of(0)], Float64Array.of(0.2, 1.1))],
  ] as const)('of the %s norm finds the best point of a grid', (_, g) => {
    for (const [a, b, step] of [
      [2.5, -1.2, 1],
      [0.4, 0.3, 0.8],
      [-3, 0, 0.5],
    ]) {
      const out = new Float64Array(2);
      const x = Float64Array.of(a, b);
      g.proximal(x, step, out);
      const best = search(g, x, step);
      for (let i = 0; i < 2; i++) expect(Math.abs(out[i] - best[i])).toBeLessThanOrEqual(0.0201);
      // And it is better than the grid's best.
      const cost = (u: Float64Array) => g.value(u) + dot(minus(u, x), minus(u, x)) / (2 * step);
      expect(cost(out)).toBeLessThanOrEqual(cost(best) + 1e-15);
    }
  });
});

describe('arguments', () => {
  it.each<[string, () => unknown, string, number | undefined]>([
    ['crossed bounds', () => box(Float64Array.of(0, 2), Float64Array.of(1, 1)), 'lower', 1],
    ['NaN bounds', () => box(Number.NaN, 1), 'lower', 0],
    ['bounds of two lengths', () => box(new Float64Array(2), new Float64Array(3)), 'upper', undefined],
    ['a sum of 0', () => simplex(0), 'radius', undefined],
    ['a negative radius', () => l2Ball(-1), 'radius', undefined],
    ['a zero normal', () => halfspace(new Float64Array(2), 1), 'normal', undefined],
    ['a negative weight', () => l1Norm(Float64Array.of(1, -1)), 'weight', 1],
    ['overlapping groups', () => groupNorm([Int32Array.of(0), Int32Array.of(0)], 1), 'groups', 1],
    [
      'a right side of another length',
      () => affineSubspace({ rows: 1, cols: 1, values: Float64Array.of(1) }, new Float64Array(2)),
      'b',
      undefined,
    ],
  ])('%s are refused by name', (_, call, argument, index) => {
    expect(call).toThrow(InvalidInputError);
    expect(call).toThrow(expect.objectContaining({ argument, ...(index !== undefined && { index }) }));
  });
});
