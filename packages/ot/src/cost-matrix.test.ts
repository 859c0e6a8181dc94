import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PointMetric } from './cost-matrix.ts';
import { costMatrix, gridPoints } from './cost-matrix.ts';
import { sinkhorn } from './entropic/sinkhorn.ts';
import { emdPointCloud } from './exact/emd-point-cloud.ts';
import { emd } from './exact/network-simplex.ts';
import { pointCloudSinkhorn } from './geometry/point-cloud-sinkhorn.ts';

function points(...rows: number[][]) {
  return { rows: rows.length, cols: rows[0].length, values: Float64Array.from(rows.flat()) };
}

const coordinate = fc.double({ min: -100, max: 100, noNaN: true });
const pair = fc
  .integer({ min: 1, max: 5 })
  .chain((d) =>
    fc.tuple(fc.array(coordinate, { minLength: d, maxLength: d }), fc.array(coordinate, { minLength: d, maxLength: d })),
  );

/** The definitions, on plain lists. */
const definitions: [PointMetric, (d: number[]) => number][] = [
  ['squared-euclidean', (d) => d.reduce((sum, t) => sum + t ** 2, 0)],
  ['euclidean', (d) => Math.hypot(...d)],
  ['manhattan', (d) => d.reduce((sum, t) => sum + Math.abs(t), 0)],
  ['chebyshev', (d) => Math.max(...d.map(Math.abs))],
  [{ minkowski: 1 }, (d) => d.reduce((sum, t) => sum + Math.abs(t), 0)],
  [{ minkowski: 2 }, (d) => Math.hypot(...d)],
  [{ minkowski: 3.5 }, (d) => d.reduce((sum, t) => sum + Math.abs(t) ** 3.5, 0) ** (1 / 3.5)],
];

describe('costMatrix', () => {
  it.each(definitions)('is what the definition of %s says', (metric, definition) => {
    fc.assert(
      fc.property(pair, ([x, y]) => {
        const expected = definition(x.map((value, k) => value - y[k]));
        const [actual] = costMatrix(points(x), points(y), metric).values;
        expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-14 * expected + 1e-90);
      }),
    );
  });

  it('has a row for every source and a column for every target', () => {
    const matrix = costMatrix(points([0], [1]), points([0], [10], [20]), 'manhattan');
    expect(matrix).toEqual({ rows: 2, cols: 3, values: Float64Array.of(0, 10, 20, 1, 9, 19) });
  });

  it('is one less the cosine of the angle', () => {
    const angles = [0, 1e-9, 1e-3, 1, 2, 3, Math.PI];
    const x = points([3, 0]);
    const y = points(...angles.map((angle) => [5 * Math.cos(angle), 5 * Math.sin(angle)]));
    const costs = costMatrix(x, y, 'cosine').values;
    angles.forEach((angle, j) => {
      const expected = 2 * Math.sin(angle / 2) ** 2;
      expect(Math.abs(costs[j] - expected)).toBeLessThanOrEqual(1e-15 + 1e-12 * expected);
    });
    // 1 - cos(1e-9) is 5e-19, which 1 - <x, y> cannot tell from zero.
    expect(costs[1] / 5e-19).toBeCloseTo(1, 6);
    expect(costMatrix(points([1e-320, 0]), points([0, 1e308]), 'cosine').values[0]).toBeCloseTo(1, 14);
  });

  it('keeps the digits of near points far from the origin, and its range', () => {
    const x = points([2 ** 40, 2 ** 40]);
    const y = points([2 ** 40 + 2 ** -10, 2 ** 40]);
    expect(costMatrix(x, y).values[0]).toBe(2 ** -20);
    expect(costMatrix(points([3e200, 0]), points([0, 4e200]), 'euclidean').values[0] / 5e200).toBeCloseTo(1, 14);
    expect(costMatrix(points([3e-200, 0]), points([0, 4e-200]), 'euclidean').values[0] / 5e-200).toBeCloseTo(1, 14);
    expect(costMatrix(points([1e-320]), points([0]), 'euclidean').values[0]).toBe(1e-320);
  });

  it('rejects what has no distance', () => {
    const x = points([0, 1]);
    const fault = (details: object) => expect.objectContaining(details);
    expect(() => costMatrix(x, points([1]))).toThrow(fault({ argument: 'y', code: 'shape' }));
    expect(() => costMatrix(points([1, Number.NaN]), x)).toThrow(fault({ argument: 'x', index: 1 }));
    expect(() => costMatrix(x, x, 'hamming' as PointMetric)).toThrow(fault({ argument: 'metric', code: 'unknown' }));
    expect(() => costMatrix(x, x, { minkowski: 0.5 })).toThrow(fault({ argument: 'metric.minkowski', code: 'out-of-range' }));
    expect(() => costMatrix(x, points([1, 1], [0, 0]), 'cosine')).toThrow(fault({ argument: 'y', index: 2 }));
  });
});

describe('gridPoints', () => {
  it('runs through the pixels row by row', () => {
    expect(gridPoints(3, 2)).toEqual(points([0, 0], [0, 0.5], [0.5, 0], [0.5, 0.5], [1, 0], [1, 0.5]));
    expect(gridPoints(1)).toEqual(points([0, 0]));
    expect(gridPoints(28).values.at(-1)).toBe(1);
  });

  it('rejects an empty grid', () => {
    expect(() => gridPoints(0)).toThrow(expect.objectContaining({ argument: 'rows' }));
    expect(() => gridPoints(2, 1.5)).toThrow(expect.objectContaining({ argument: 'cols', code: 'not-integer' }));
  });
});

describe('a function of two points', () => {
  const x = { rows: 3, cols: 1, values: Float64Array.of(0, 1, 2) };
  const y = { rows: 4, cols: 1, values: Float64Array.of(0, 1, 2, 3) };
  // Not symmetric, of both signs, by indices.
  const table = [5, 1, -2, 7, 0, 3, 4, 1, 8, -6, 2, 2];
  const metric = (p: Float64Array, q: Float64Array) => table[4 * p[0] + q[0]];

  it('is what the costs are', () => {
    expect([...costMatrix(x, y, metric).values]).toEqual(table);
    expect([...costMatrix(x, x, (p, q) => p[0] - q[0]).values]).toEqual([0, -1, -2, 1, 0, -1, 2, 1, 0]);
  });

  it('cannot change the clouds, and must give numbers', () => {
    const meddling = (p: Float64Array, q: Float64Array) => {
      p[0] = 9;
      q[0] = 9;
      return 1;
    };
    expect([...costMatrix(x, y, meddling).values]).toEqual(new Array(12).fill(1));
    expect([...x.values, ...y.values]).toEqual([0, 1, 2, 0, 1, 2, 3]);
    expect(() => costMatrix(x, y, () => Number.NaN)).toThrow(
      expect.objectContaining({ argument: 'metric', code: 'not-finite' }),
    );
  });

  it('serves where costs are not stored', () => {
    const weights = { a: Float64Array.of(0.5, 0.2, 0.3), b: Float64Array.of(0.1, 0.4, 0.3, 0.2) };
    const cost = costMatrix(x, y, metric);
    expect(emdPointCloud(x, y, { ...weights, metric }).cost).toBe(emd(weights.a, weights.b, cost).cost);
    const lazy = pointCloudSinkhorn(x, y, { ...weights, metric, epsilon: 1, tolerance: 1e-12 });
    const stored = sinkhorn(weights.a, weights.b, cost, { epsilon: 1, tolerance: 1e-12 });
    expect(lazy.cost).toBeCloseTo(stored.cost, 10);
    expect(lazy.dualValue).toBeCloseTo(stored.dualValue, 10);
  });
});
