import { mulberry32 } from '@infimum/core/reference-generators';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { costMatrix } from './cost-matrix.ts';
import type { SmoothMetric } from './entropic/location-gradient.ts';
import { locationGradient } from './entropic/location-gradient.ts';
import { sinkhornNewtonSparse } from './entropic/sinkhorn-newton-sparse.ts';
import { emd } from './exact/network-simplex.ts';
import { pointCloudSinkhorn } from './geometry/point-cloud-sinkhorn.ts';
import { randomPoints } from './instances.ts';
import { solvePointTransport } from './solve-transport.ts';
import { thrownBy } from './testing/entropic-contract.ts';
import { transportGradient } from './transport-gradient.ts';

/** Points and weights of a seed. */
function setting(salt: number) {
  const draw = (k: number) => Math.abs(Math.sin(91.7 * (k + 1) + salt));
  const cloud = (rows: number, shift: number) => ({
    rows,
    cols: 2,
    values: Float64Array.from({ length: 2 * rows }, (_, k) => draw(k + shift)),
  });
  const weights = (length: number, shift: number) => {
    const values = Float64Array.from({ length }, (_, k) => 0.2 + draw(k + shift));
    const mass = values.reduce((sum, value) => sum + value, 0);
    return values.map((value) => value / mass);
  };
  return { x: cloud(4, 0), y: cloud(5, 50), a: weights(4, 100), b: weights(5, 150) };
}

const EPSILON = 0.05;
const STEP = 1e-4;
const salts = fc.integer({ min: 0, max: 1e6 });

/** Central differences of fourth order. */
function slope(value: (shift: number) => number): number {
  return (8 * (value(STEP) - value(-STEP)) - (value(2 * STEP) - value(-2 * STEP))) / (12 * STEP);
}

function nudged(values: Float64Array, index: number, shift: number): Float64Array {
  return values.map((value, k) => (k === index ? value + shift : value));
}

function entropicValue(a: Float64Array, b: Float64Array, cost: ReturnType<typeof costMatrix>): number {
  return sinkhornNewtonSparse(a, b, cost, { epsilon: EPSILON, tolerance: 1e-14 }).dualValue;
}

describe('gradients of the entropic value agree with finite differences to 1e-6', () => {
  it('with respect to costs', () => {
    fc.assert(
      fc.property(salts, (salt) => {
        const { x, y, a, b } = setting(salt);
        const cost = costMatrix(x, y);
        const { cost: gradient } = transportGradient(sinkhornNewtonSparse(a, b, cost, { epsilon: EPSILON, tolerance: 1e-12 }));
        for (const k of [0, 7, 19]) {
          const numeric = slope((h) => entropicValue(a, b, { ...cost, values: nudged(cost.values, k, h) }));
          expect(Math.abs(gradient.values[k] - numeric)).toBeLessThan(1e-6);
        }
      }),
      { numRuns: 10 },
    );
  });

  it('with respect to weights, for changes that keep the totals', () => {
    fc.assert(
      fc.property(salts, (salt) => {
        const { x, y, a, b } = setting(salt);
        const cost = costMatrix(x, y);
        const gradient = transportGradient(sinkhornNewtonSparse(a, b, cost, { epsilon: EPSILON, tolerance: 1e-12 }));
        const alongA = slope((h) => entropicValue(nudged(nudged(a, 0, h), 2, -h), b, cost));
        expect(Math.abs(gradient.a[0] - gradient.a[2] - alongA)).toBeLessThan(1e-6);
        const alongB = slope((h) => entropicValue(a, nudged(nudged(b, 4, h), 1, -h), cost));
        expect(Math.abs(gradient.b[4] - gradient.b[1] - alongB)).toBeLessThan(1e-6);
      }),
      { numRuns: 10 },
    );
  });

  it.each<SmoothMetric>(['squared-euclidean', 'euclidean'])('with respect to points, %s', (metric) => {
    fc.assert(
      fc.property(salts, (salt) => {
        const { x, y, a, b } = setting(salt);
        const { plan } = sinkhornNewtonSparse(a, b, costMatrix(x, y, metric), { epsilon: EPSILON, tolerance: 1e-12 });
        const gradient = locationGradient(plan, x, y, metric);
        for (const k of [0, 5]) {
          const alongX = slope((h) => entropicValue(a, b, costMatrix({ ...x, values: nudged(x.values, k, h) }, y, metric)));
          expect(Math.abs(gradient.x.values[k] - alongX)).toBeLessThan(1e-6);
          const alongY = slope((h) => entropicValue(a, b, costMatrix(x, { ...y, values: nudged(y.values, k, h) }, metric)));
          expect(Math.abs(gradient.y.values[k] - alongY)).toBeLessThan(1e-6);
        }
      }),
      { numRuns: 10 },
    );
  });
});

describe('gradients of the exact cost', () => {
  it('with respect to points and costs, where the plan does not change', () => {
    const { x, y, a, b } = setting(3);
    const exact = emd(a, b, costMatrix(x, y));
    const gradient = locationGradient(exact.plan, x, y);
    for (let k = 0; k < 8; k++) {
      const numeric = slope((h) => emd(a, b, costMatrix({ ...x, values: nudged(x.values, k, h) }, y)).cost);
      expect(Math.abs(gradient.x.values[k] - numeric)).toBeLessThan(1e-6);
    }
  });

  it('with respect to weights is a subgradient', () => {
    const { a, b, cost } = randomPoints(6, 6, 2, 4);
    const exact = emd(a, b, cost);
    const gradient = transportGradient(exact);
    for (const h of [0.01, -0.01]) {
      const moved = nudged(nudged(a, 1, h), 3, -h);
      if (moved.some((weight) => weight < 0)) continue;
      const value = emd(moved, b, cost).cost;
      expect(value).toBeGreaterThanOrEqual(exact.cost + h * (gradient.a[1] - gradient.a[3]) - 1e-12);
    }
  });
});

it.each([
  ['plan', { plan: { rows: 1, cols: 1, values: Float64Array.of(Number.NaN) } }],
  ['x', { x: { rows: 2, cols: 1, values: Float64Array.of(0, 1) } }],
  ['y', { y: { rows: 1, cols: 2, values: Float64Array.of(0, 1) } }],
  ['metric', { metric: 'manhattan' as SmoothMetric }],
])('a bad %s is named', (argument, change) => {
  const point = { rows: 1, cols: 1, values: Float64Array.of(1) };
  const good = { plan: point, x: point, y: point, metric: 'euclidean' as SmoothMetric };
  const { plan, x, y, metric } = { ...good, ...change };
  expect(thrownBy(() => locationGradient(plan, x, y, metric)).argument).toMatch(argument);
});

it.each([
  ['sourcePotential', {}],
  ['sourcePotential', { plan: { rows: 1, cols: 1, values: Float64Array.of(1) } }],
  [
    'targetPotential',
    {
      plan: { rows: 1, cols: 2, values: Float64Array.of(1, 0) },
      sourcePotential: Float64Array.of(0),
      targetPotential: Float64Array.of(0),
    },
  ],
])('a solution without a fitting %s is rejected', (argument, solution) => {
  expect(thrownBy(() => transportGradient(solution as never)).argument).toBe(argument);
});

describe('without a stored plan', () => {
  const random = mulberry32(5);
  const cloud = (rows: number) => ({ rows, cols: 2, values: Float64Array.from({ length: 2 * rows }, random) });
  const [x, y] = [cloud(9), cloud(7)];
  const slope = (value: (t: number) => number, h = 1e-4) =>
    (8 * (value(h) - value(-h)) - (value(2 * h) - value(-2 * h))) / (12 * h);
  const nudged = (points: typeof x, k: number, t: number) => ({
    ...points,
    values: points.values.map((value, at) => value + (at === k ? t : 0)),
  });

  it.each([
    ['squared-euclidean', 0],
    ['squared-euclidean', 2 ** 29],
    ['euclidean', 0],
    ['euclidean', 2 ** 29],
  ] as const)('clouds have gradients in points and weights, %s, within %s bytes', (metric, maxBytes) => {
    const options = { epsilon: 0.2, metric, maxBytes, tolerance: 1e-13 };
    const solved = pointCloudSinkhorn(x, y, options);
    for (const k of [0, 5, 11]) {
      const byX = slope((t) => pointCloudSinkhorn(nudged(x, k, t), y, options).dualValue);
      const byY = slope((t) => pointCloudSinkhorn(x, nudged(y, k, t), options).dualValue);
      expect(Math.abs((solved.locations?.x.values[k] ?? Number.NaN) - byX)).toBeLessThan(1e-6);
      expect(Math.abs((solved.locations?.y.values[k] ?? Number.NaN) - byY)).toBeLessThan(1e-6);
    }
    const { a, b, cost } = transportGradient(solved);
    expect(cost).toBeUndefined();
    const even = new Float64Array(9).fill(1 / 9);
    const moved = (t: number) => even.map((weight, i) => weight + (i === 2 ? t : i === 4 ? -t : 0));
    const byWeight = slope((t) => pointCloudSinkhorn(x, y, { ...options, a: moved(t) }).dualValue);
    expect(Math.abs(a[2] - a[4] - byWeight)).toBeLessThan(1e-6);
    expect(b.length).toBe(7);
  });

  it('the plan of points is typed where it was asked for', () => {
    const solved = solvePointTransport(x, y, { epsilon: 1, plan: 'dense', maxBytes: 0 });
    expect(transportGradient(solved).cost.values.length).toBe(63);
    expect(transportGradient(solvePointTransport(x, y, { plan: 'sparse' })).cost.rowPointers.length).toBe(10);
  });
});
