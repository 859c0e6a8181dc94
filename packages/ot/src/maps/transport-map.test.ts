import { mulberry32 } from '@infimum/core/reference-generators';
import { describe, expect, it } from 'vitest';
import { costMatrix } from '../cost-matrix.ts';
import { sinkhorn } from '../entropic/sinkhorn.ts';
import { gaussianCloudPoints } from '../instances.ts';
import { barycentricProjection } from '../plan-entries.ts';
import { thrownBy } from '../testing/entropic-contract.ts';
import { quickOrFull } from '../testing/quick-or-full.ts';
import { barycentricMap, entropicMap, linearMap, transportMap } from './transport-map.ts';

const { x, y } = gaussianCloudPoints(40, 3);
const uniform = new Float64Array(40).fill(1 / 40);
const points = (...values: number[]) => ({ rows: values.length / 2, cols: 2, values: Float64Array.from(values) });

function expectClose(actual: Float64Array, expected: Float64Array, digits: number): void {
  expect(actual.length).toBe(expected.length);
  actual.forEach((value, k) => {
    expect(value).toBeCloseTo(expected[k], digits);
  });
}

describe('linear maps', () => {
  const matrix = [2, 0.5, 0.5, 1];
  const affine = (cloud: typeof x) => ({
    ...cloud,
    values: cloud.values.map((_, k) => {
      const row = k % 2;
      const [u, v] = [cloud.values[k - row], cloud.values[k - row + 1]];
      return matrix[2 * row] * u + matrix[2 * row + 1] * v + 3;
    }),
  });

  it('recover an affine map with a positive definite matrix', () => {
    const fresh = points(0, 0, 5, -7, 1e3, 1);
    expectClose(linearMap(x, affine(x))(fresh).values, affine(fresh).values, 8);
    const { map, status, iterations } = transportMap(x, affine(x), { method: 'linear' });
    expect([status, iterations]).toEqual(['converged', 0]);
    expectClose(map(fresh).values, affine(fresh).values, 8);
  });

  it('come close to the closed form between Gaussians', () => {
    // Both are standard up to a shift by (1, 1): so is the map.
    const large = gaussianCloudPoints(20_000, 5);
    const image = linearMap(large.x, large.y)(points(0, 0, 1, -1)).values;
    expectClose(image, Float64Array.of(1, 1, 2, 0), 1);
  });

  it('count a point of weight two like two points', () => {
    const twice = { rows: 41, cols: 2, values: Float64Array.of(...x.values, x.values[0], x.values[1]) };
    const weights = new Float64Array(40).fill(1 / 41);
    weights[0] = 2 / 41;
    const even = new Float64Array(40).fill(1 / 40);
    const fresh = points(1, 2, -3, 0);
    const weighted = linearMap(x, y, { a: weights, b: even })(fresh);
    expectClose(weighted.values, linearMap(twice, y)(fresh).values, 10);
  });

  it('ask for a ridge where points lie on a line', () => {
    const flat = points(0, 0, 1, 1, 2, 2);
    expect(thrownBy(() => linearMap(flat, y)).message).toContain('add a ridge');
    expect(linearMap(flat, y, { ridge: 1e-3 })(flat).values.every(Number.isFinite)).toBe(true);
  });
});

describe('entropic maps', () => {
  it.each([1, quickOrFull(0.1, 0.05)])('are the barycentric projection on the sources, epsilon = %s', (epsilon) => {
    const plan = sinkhorn(uniform, uniform, costMatrix(x, y), {
      epsilon,
      domain: 'log',
      tolerance: 1e-12,
      maxIterations: 100_000,
    });
    const expected = barycentricProjection(plan.plan, y).values;
    expectClose(entropicMap(y, plan.targetPotential, { epsilon })(x).values, expected, 8);
    const fitted = transportMap(x, y, { method: 'entropic', epsilon, tolerance: 1e-12 });
    expectClose(fitted.map(x).values, expected, 8);
    expect(fitted.cost).toBeCloseTo(plan.cost, 8);
  });

  it('send every point to one target at epsilon zero: that of the cell', () => {
    const targets = points(0, 0, 1, 0);
    // |z|^2 - 0 < |z - (1, 0)|^2 - 0.4 exactly where 2 z_1 < 0.6.
    const map = entropicMap(targets, Float64Array.of(0, 0.4));
    expect([...map(points(0.29, 5, 0.31, 5)).values]).toEqual([0, 0, 1, 0]);
  });

  it('leave out targets at minus infinity', () => {
    const map = entropicMap(points(0, 0, 1, 0), Float64Array.of(-Infinity, 0), { epsilon: 1 });
    expect([...map(points(0, 0)).values]).toEqual([1, 0]);
  });
});

describe('barycentric maps', () => {
  it('are the projection on the sources, and shift what is near them likewise', () => {
    const weights = uniform.map((value, i) => (i === 7 ? 0 : value * (40 / 39)));
    const fitted = transportMap(x, y, { a: weights });
    expect(fitted.status).toBe('converged');
    const image = fitted.map(x).values;
    const { plan } = sinkhorn(weights, uniform, costMatrix(x, y), { epsilon: 0.5, tolerance: 1e-10, maxIterations: 50_000 });
    const map = barycentricMap(plan, x, y);
    const projected = map(x).values;
    for (let i = 0; i < 40; i++) {
      if (i === 7) continue;
      let [sum, mass] = [0, 0];
      for (let j = 0; j < 40; j++) {
        sum += plan.values[i * 40 + j] * y.values[2 * j];
        mass += plan.values[i * 40 + j];
      }
      expect(projected[2 * i]).toBeCloseTo(sum / mass, 12);
    }
    // A millionth away the same displacement.
    const near = { ...x, values: x.values.map((value) => value + 1e-6) };
    const moved = fitted.map(near).values;
    for (let k = 0; k < 80; k++) {
      if (Math.floor(k / 2) !== 7) expect(moved[k] - image[k]).toBeCloseTo(1e-6, 10);
    }
  });

  it('are monotone on the line', () => {
    const random = mulberry32(2);
    const line = (length: number) => ({ rows: length, cols: 1, values: Float64Array.from({ length }, random) });
    const [from, to] = [line(30), line(30)];
    const { map } = transportMap(from, to);
    const order = [...from.values].sort((u, v) => u - v);
    const image = map({ rows: 30, cols: 1, values: Float64Array.from(order) }).values;
    expectClose(image, Float64Array.from([...to.values].sort((u, v) => u - v)), 14);
  });

  it('obey limits', () => {
    expect(transportMap(x, y, { epsilon: 1e-4, maxIterations: 1 }).status).toBe('iteration-limit');
    const aborted = transportMap(x, y, { signal: AbortSignal.abort() });
    expect(aborted.status).toBe('aborted');
    // Nothing was assigned yet: nothing moves.
    expect(aborted.map(x).values).toEqual(x.values);
  });
});

const plan = { rows: 40, cols: 40, values: new Float64Array(1600).fill(1 / 1600) };
it.each<[string, () => unknown]>([
  ['method', () => transportMap(x, y, { method: 'kernel' as never })],
  ['epsilon', () => transportMap(x, y, { method: 'entropic' })],
  ['epsilon', () => transportMap(x, y, { epsilon: -1 })],
  ['ridge', () => transportMap(x, y, { method: 'linear', ridge: -1 })],
  ['y', () => transportMap(x, { rows: 1, cols: 1, values: new Float64Array(1) })],
  ['a', () => transportMap(x, y, { a: new Float64Array(3) })],
  ['points', () => transportMap(x, y).map({ rows: 1, cols: 1, values: new Float64Array(1) })],
  ['points', () => linearMap(x, y)(points(Number.NaN, 0))],
  ['plan', () => barycentricMap({ ...plan, values: new Float64Array(1600) }, x, y)],
  ['x', () => barycentricMap(plan, points(0, 0), y)],
  ['y', () => barycentricMap(plan, x, points(0, 0))],
  ['targetPotential', () => entropicMap(y, new Float64Array(3))],
  ['targetPotential', () => entropicMap(y, new Float64Array(40).fill(-Infinity))],
  ['epsilon', () => entropicMap(y, new Float64Array(40), { epsilon: -1 })],
  ['metric', () => entropicMap(y, new Float64Array(40), { metric: 'x' as never })],
])('a bad %s is named', (argument, call) => {
  expect(thrownBy(call).argument).toBe(argument);
});

describe('maps fitted to samples', () => {
  const random = mulberry32(12);
  const colors = (shift: readonly number[]) => ({
    rows: 5000,
    cols: 3,
    values: Float64Array.from({ length: 15_000 }, (_, k) => shift[k % 3] + 0.3 * random()),
  });
  const [photo, palette] = [colors([0, 0.2, 0.4]), colors([0.6, 0.3, 0.1])];
  const meansOf = ({ values }: { readonly values: Float64Array }) =>
    [0, 1, 2].map((k) => values.reduce((sum, value, at) => sum + (at % 3 === k ? value / 5000 : 0), 0));

  it('take all points to the others, the same ones for a seed', () => {
    const { map, status } = transportMap(photo, palette, { samples: 300 });
    expect(status).toBe('converged');
    const moved = map(photo);
    const means = meansOf(palette);
    meansOf(moved).forEach((mean, k) => {
      expect(Math.abs(mean - means[k])).toBeLessThan(0.03);
    });
    expect(transportMap(photo, palette, { samples: 300 }).map(photo)).toEqual(moved);
    expect(transportMap(photo, palette, { samples: 300, seed: 1 }).map(photo)).not.toEqual(moved);
  });

  it('are those of all points where there are no more', () => {
    const few = (points: typeof photo) => ({ rows: 40, cols: 3, values: points.values.slice(0, 120) });
    const [x, y] = [few(photo), few(palette)];
    const fresh = { rows: 100, cols: 3, values: photo.values.slice(300, 600) };
    const expected = transportMap(x, y).map(fresh).values;
    transportMap(x, y, { samples: 1000 })
      .map(fresh)
      .values.forEach((value, k) => {
        expect(value).toBeCloseTo(expected[k], 12);
      });
  });
});
