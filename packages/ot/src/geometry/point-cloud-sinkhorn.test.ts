import { mulberry32 } from '@infimum/core/reference-generators';
import { describe, expect, it } from 'vitest';
import type { PointMetric } from '../cost-matrix.ts';
import { costMatrix } from '../cost-matrix.ts';
import { sinkhornNewtonSparse } from '../entropic/sinkhorn-newton-sparse.ts';
import { barycentricProjection } from '../plan-entries.ts';
import { thrownBy } from '../testing/entropic-contract.ts';
import { pointCloudSinkhorn } from './point-cloud-sinkhorn.ts';
import { leastCost, nearestPoint, spatialBlocks } from './spatial-blocks.ts';

const cloud = (rows: number, cols: number, salt: number) => ({
  rows,
  cols,
  values: Float64Array.from({ length: rows * cols }, (_, k) => Math.sin(37.1 * (k + 1) + salt)),
});
const weights = (length: number, salt: number) => {
  const values = Float64Array.from({ length }, (_, k) => Math.max(0, Math.sin(5.3 * k + salt) + 0.8));
  const mass = values.reduce((sum, value) => sum + value, 0);
  return values.map((value) => value / mass);
};

describe.each<[PointMetric, number, number, number]>([
  ['squared-euclidean', 70, 1100, 2],
  ['euclidean', 130, 9, 3],
  ['cosine', 5, 66, 3],
  [{ minkowski: 3 }, 1, 4, 1],
])('%j, %i to %i points', (metric, n, m, dimension) => {
  const x = cloud(n, dimension, 1);
  const y = cloud(m, dimension, 2);
  const [a, b] = [weights(n, 0), weights(m, 0.5)];
  const epsilon = 0.1;
  const result = pointCloudSinkhorn(x, y, { a, b, epsilon, metric, tolerance: 1e-10 });
  const stored = sinkhornNewtonSparse(a, b, costMatrix(x, y, metric), { epsilon, tolerance: 1e-12 });

  it('agrees with Newton on stored costs', () => {
    expect(result.status).toBe('converged');
    expect(result.cost).toBeCloseTo(stored.cost, 8);
    expect(result.dualValue).toBeCloseTo(stored.dualValue, 9);
    expect(result.marginalError).toBeLessThan(2e-10);
  });

  it('projects along the same plan', () => {
    const heavy = [...a.keys()].filter((i) => a[i] > 0);
    const kept = {
      rows: heavy.length,
      cols: m,
      values: Float64Array.from(heavy.flatMap((i) => [...stored.plan.values.subarray(i * m, (i + 1) * m)])),
    };
    const expected = barycentricProjection(kept, y);
    heavy.forEach((i, row) => {
      for (let k = 0; k < dimension; k++) {
        expect(result.projection.values[i * dimension + k]).toBeCloseTo(expected.values[row * dimension + k], 6);
      }
    });
    expect(result.sourcePotential.every((value, i) => (a[i] > 0 ? Number.isFinite(value) : value === -Infinity))).toBe(true);
  });
});

it('threads do not change a bit', () => {
  const [x, y] = [cloud(100, 2, 1), cloud(90, 2, 2)];
  const [one, two] = [1, 2].map((threads) => pointCloudSinkhorn(x, y, { epsilon: 0.05, threads, maxIterations: 9 }));
  expect(two.sourcePotential).toEqual(one.sourcePotential);
  expect(two.cost).toBe(one.cost);
});

it.each([
  ['epsilon', () => pointCloudSinkhorn(cloud(2, 2, 0), cloud(2, 2, 1), { epsilon: 0 })],
  ['y', () => pointCloudSinkhorn(cloud(2, 2, 0), cloud(2, 1, 1), { epsilon: 1 })],
  ['x', () => pointCloudSinkhorn(cloud(0, 2, 0), cloud(2, 2, 1), { epsilon: 1 })],
  ['a', () => pointCloudSinkhorn(cloud(2, 2, 0), cloud(2, 2, 1), { epsilon: 1, a: Float64Array.of(1) })],
  ['b', () => pointCloudSinkhorn(cloud(2, 2, 0), cloud(2, 2, 1), { epsilon: 1, b: Float64Array.of(1, 1) })],
  ['metric', () => pointCloudSinkhorn(cloud(2, 2, 0), cloud(2, 2, 1), { epsilon: 1, metric: 'x' as never })],
  [
    'x',
    () =>
      pointCloudSinkhorn({ rows: 1, cols: 1, values: Float64Array.of(0) }, cloud(2, 1, 1), { epsilon: 1, metric: 'cosine' }),
  ],
  ['tolerance', () => pointCloudSinkhorn(cloud(2, 2, 0), cloud(2, 2, 1), { epsilon: 1, tolerance: -1 })],
  ['threads', () => pointCloudSinkhorn(cloud(2, 2, 0), cloud(2, 2, 1), { epsilon: 1, threads: 0 })],
])('a bad %s is named', (argument, call) => {
  expect(thrownBy(call).argument).toMatch(argument);
});

describe('clouds without stored costs', () => {
  it.each([0.05, 1e-3, 1e-5])(
    'in blocks and by coarse clouds first say what stored costs say, epsilon = %s',
    (epsilon) => {
      const random = mulberry32(8);
      const drawn = (rows: number) => ({ rows, cols: 2, values: Float64Array.from({ length: 2 * rows }, random) });
      const [x, y] = [drawn(1300), drawn(1100)];
      const options = { epsilon, tolerance: epsilon < 1e-4 ? 0.02 : 1e-6 };
      const tiled = pointCloudSinkhorn(x, y, { ...options, maxBytes: 0 });
      const stored = pointCloudSinkhorn(x, y, { ...options, tolerance: 1e-9 });
      expect([tiled.status, stored.status]).toEqual(['converged', 'converged']);
      // The potentials say how far the marginals are, by an independent pass over all pairs.
      const cost = costMatrix(x, y);
      const rows = new Float64Array(1300);
      const columns = new Float64Array(1100);
      for (let i = 0, k = 0; i < 1300; i++) {
        for (let j = 0; j < 1100; j++, k++) {
          const mass = Math.exp((tiled.sourcePotential[i] + tiled.targetPotential[j] - cost.values[k]) / epsilon);
          rows[i] += mass;
          columns[j] += mass;
        }
      }
      const off = (sums: Float64Array) => sums.reduce((sum, value) => sum + Math.abs(value - 1 / sums.length), 0);
      expect(off(rows) + off(columns)).toBeLessThanOrEqual(1.01 * options.tolerance);
      expect(tiled.marginalError).toBeCloseTo(off(rows) + off(columns), 9);
      expect(Math.abs(tiled.cost - stored.cost)).toBeLessThan(2 * options.tolerance + 1e-8);
    },
    60_000,
  );
});

describe('blocks of neighbours', () => {
  it('keep all points, and boxes bound the costs between them', () => {
    const random = mulberry32(2);
    const drawn = (rows: number) => ({ rows, cols: 3, values: Float64Array.from({ length: 3 * rows }, random) });
    const [p, q] = [spatialBlocks(drawn(300), 16), spatialBlocks(drawn(70), 16)];
    expect([...p.order].sort((i, j) => i - j)).toEqual([...Array(300).keys()]);
    for (const metric of ['squared-euclidean', 'euclidean', 'manhattan', 'chebyshev', { minkowski: 3 }, 'cosine'] as const) {
      const costs = costMatrix(p.points, q.points, metric);
      for (let i = 0; i < p.count; i++) {
        for (let j = 0; j < q.count; j++) {
          const bound = leastCost(p, i, q, j, metric);
          for (let k = 16 * i; k < Math.min(300, 16 * i + 16); k++) {
            for (let l = 16 * j; l < Math.min(70, 16 * j + 16); l++) {
              expect(costs.values[70 * k + l]).toBeGreaterThanOrEqual(bound - 1e-15);
            }
          }
        }
      }
    }
  });

  it.each([0, 1, 7, 8, 9, 64, 65, 300])('the nearest of %i points, of ties the first, is that of a plain search', (rows) => {
    const random = mulberry32(rows);
    // Few different coordinates, so that many points are equally near.
    const drawn = (count: number) => Float64Array.from({ length: 3 * count }, () => Math.floor(5 * random()) / 4);
    const [values, queries] = [drawn(rows), drawn(200)];
    const nearest = nearestPoint({ rows, cols: 3, values });
    for (let at = 0; at < queries.length; at += 3) {
      const squares = Array.from({ length: rows }, (_, i) =>
        [0, 1, 2].reduce((sum, k) => sum + (queries[at + k] - values[3 * i + k]) ** 2, 0),
      );
      const least = Math.min(...squares);
      expect(nearest(queries, at)).toEqual({ index: squares.indexOf(least), squared: least });
    }
  });
});
