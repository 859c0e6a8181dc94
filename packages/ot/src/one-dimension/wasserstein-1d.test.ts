import { mulberry32 } from '@infimum/core/reference-generators';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emd } from '../exact/network-simplex.ts';
import { randomPoints } from '../instances.ts';
import { thrownBy } from '../testing/entropic-contract.ts';
import { expectOptimal } from '../testing/optimality.ts';
import { wasserstein1d, wasserstein1dDistance } from './wasserstein-1d.ts';

function powers(x: Float64Array, y: Float64Array, p: number) {
  const values = Float64Array.from(
    { length: x.length * y.length },
    (_, k) => Math.abs(x[Math.floor(k / y.length)] - y[k % y.length]) ** p,
  );
  return { rows: x.length, cols: y.length, values };
}

function uniforms(length: number, seed: number): Float64Array {
  return Float64Array.from({ length }, mulberry32(seed));
}

/** Points with ties, weights with zeros. */
const side = fc
  .array(fc.tuple(fc.integer({ min: -8, max: 8 }), fc.integer({ min: 0, max: 4 })), { minLength: 1, maxLength: 25 })
  .filter((list) => list.some(([, weight]) => weight > 0))
  .map((list) => {
    const mass = list.reduce((sum, [, weight]) => sum + weight, 0);
    return {
      points: Float64Array.from(list, ([point]) => point / 4),
      weights: Float64Array.from(list, ([, weight]) => weight / mass),
    };
  });

describe('wasserstein1d', () => {
  it.each([1, 1.5, 2, 3])('is optimal for |x - y|^%s, with ties and zero weights', (p) => {
    fc.assert(
      fc.property(side, side, ({ points: x, weights: a }, { points: y, weights: b }) => {
        const outcome = wasserstein1d(x, y, { a, b, p });
        const cost = powers(x, y, p);
        expectOptimal({ a, b, cost }, outcome);
        expect(outcome.cost).toBeCloseTo(emd(a, b, cost).cost, 12);
        expect(outcome.distance).toBeCloseTo(outcome.cost ** (1 / p), 14);
      }),
    );
  });

  it('is optimal on many points', () => {
    const { a, b } = randomPoints(400, 300, 1, 3, { zeroShare: 0.2 });
    const x = uniforms(400, 1);
    const y = uniforms(300, 2);
    expectOptimal({ a, b, cost: powers(x, y, 2) }, wasserstein1d(x, y, { a, b, p: 2 }));
  });

  it('is the length of a shift', () => {
    const x = uniforms(50, 4);
    for (const p of [1, 2, 7]) {
      for (const shift of [0, 0.25, -3]) {
        const { distance, plan } = wasserstein1d(
          x,
          x.map((value) => value + shift),
          { p },
        );
        expect(distance).toBeCloseTo(Math.abs(shift), 13);
        if (p > 1) expect([...plan.columnIndices]).toEqual([...x.keys()]);
      }
    }
  });

  it('pairs sorted points of equal weight, whatever order they come in', () => {
    const x = uniforms(200, 5);
    const y = uniforms(200, 6);
    const sortedX = x.toSorted();
    const sortedY = y.toSorted();
    const mean = sortedX.reduce((sum, value, i) => sum + Math.abs(value - sortedY[i]) ** 2, 0) / 200;
    const { cost, plan } = wasserstein1d(x, y, { p: 2 });
    expect(cost).toBeCloseTo(mean, 14);
    expect(plan.values).toEqual(new Float64Array(200).fill(1 / 200));
    for (let i = 0; i < 200; i++) {
      const rank = sortedX.indexOf(x[i]);
      expect(y[plan.columnIndices[i]]).toBe(sortedY[rank]);
    }
  });

  it('for p = 1 is the area between the distribution functions', () => {
    const { a, b } = randomPoints(30, 40, 1, 8);
    const x = uniforms(30, 9);
    const y = uniforms(40, 10);
    const steps = Float64Array.of(...x, ...y).sort();
    const massBelow = (points: Float64Array, weights: Float64Array, t: number) =>
      weights.reduce((sum, weight, i) => (points[i] <= t ? sum + weight : sum), 0);
    let area = 0;
    for (let k = 0; k + 1 < steps.length; k++) {
      area += (steps[k + 1] - steps[k]) * Math.abs(massBelow(x, a, steps[k]) - massBelow(y, b, steps[k]));
    }
    expect(wasserstein1d(x, y, { a, b }).distance).toBeCloseTo(area, 13);
  });

  it('between two normal distributions of other mean and width is that of their quantiles', () => {
    // x = m + s z and y = t z for the same z: W_2^2 = mean of (m + (s - t) z)^2, in closed form m^2 + (s - t)^2 var z.
    const z = uniforms(101, 11).map((u) => Math.sqrt(2) * (u - 0.5));
    const center = z.reduce((sum, value) => sum + value, 0) / 101;
    const standard = z.map((value) => value - center);
    const variance = standard.reduce((sum, value) => sum + value ** 2, 0) / 101;
    const { cost } = wasserstein1d(
      standard.map((value) => 2 + 3 * value),
      standard,
      { p: 2 },
    );
    expect(cost).toBeCloseTo(4 + 4 * variance, 12);
  });

  it('splits no mass by rounding', () => {
    const x = Float64Array.from({ length: 60 }, (_, i) => i);
    const y = Float64Array.from({ length: 90 }, (_, j) => j);
    const { plan } = wasserstein1d(x, y);
    // Two sources serve three targets, which takes four shipments.
    expect(plan.values.length).toBe(120);
    expect(plan.values.every((mass) => Math.abs(mass * 180 - Math.round(mass * 180)) < 1e-9)).toBe(true);
  });

  it('moves small masses too', () => {
    const points = Float64Array.of(0, 1, 2);
    const weights = Float64Array.of(1e-300, 1e-20, 1);
    const { plan, marginalError } = wasserstein1d(points, points, { a: weights, b: weights });
    expect(plan.values).toEqual(weights);
    expect(marginalError).toBe(0);
  });

  it('rejects bad input', () => {
    const one = Float64Array.of(1);
    const fault = (details: object) => expect.objectContaining(details);
    expect(() => wasserstein1d(Float64Array.of(Number.NaN), one)).toThrow(fault({ argument: 'x', index: 0 }));
    expect(() => wasserstein1d(one, new Float64Array(0))).toThrow(fault({ argument: 'y', code: 'empty' }));
    expect(() => wasserstein1d(one, one, { a: Float64Array.of(-1) })).toThrow(fault({ argument: 'a', index: 0 }));
    expect(() => wasserstein1d(one, one, { b: Float64Array.of(2) })).toThrow(fault({ argument: 'b', code: 'mass' }));
    expect(() => wasserstein1d(Float64Array.of(1e200), one, { p: 2 })).toThrow(fault({ argument: 'x' }));
    expect(() => wasserstein1d(one, one, { p: 0.5 })).toThrow(fault({ argument: 'p', code: 'out-of-range' }));
  });
});

describe('wasserstein1dDistance', () => {
  it.each([1, 1.5, 2])('is what the network simplex finds for |x - y|^%s, weighted or not', (p) => {
    fc.assert(
      fc.property(side, side, ({ points: x, weights: a }, { points: y, weights: b }) => {
        const { cost, distance } = wasserstein1dDistance(x, y, { a, b, p });
        expect(cost).toBeCloseTo(emd(a, b, powers(x, y, p)).cost, 12);
        expect(distance).toBeCloseTo(cost ** (1 / p), 12);
        const equal = new Float64Array(x.length).fill(1 / x.length);
        const shifted = x.map((value, i) => value + (i % 3));
        const paired = wasserstein1dDistance(x, shifted, { p });
        expect(paired.cost).toBeCloseTo(emd(equal, equal, powers(x, shifted, p)).cost, 12);
      }),
      { numRuns: 50 },
    );
  });

  it('sorts many points as well as few, and leaves them as they are', () => {
    const [x, y] = [uniforms(6000, 3), uniforms(6000, 4)];
    const before = x.slice();
    expect(wasserstein1dDistance(x, y, { p: 2 }).cost).toBeCloseTo(wasserstein1d(x, y, { p: 2 }).cost, 14);
    expect(x).toEqual(before);
  });

  it.each([
    ['x', () => wasserstein1dDistance(Float64Array.of(Number.NaN), Float64Array.of(1))],
    ['x', () => wasserstein1dDistance(Float64Array.of(1e200), Float64Array.of(-1e200), { p: 2 })],
    ['y', () => wasserstein1dDistance(Float64Array.of(1), new Float64Array(0))],
    ['a', () => wasserstein1dDistance(Float64Array.of(1), Float64Array.of(1), { a: Float64Array.of(-1) })],
    ['b', () => wasserstein1dDistance(Float64Array.of(1), Float64Array.of(1), { b: Float64Array.of(2) })],
    ['p', () => wasserstein1dDistance(Float64Array.of(1), Float64Array.of(1), { p: 0.5 })],
  ])('a bad %s is named', (argument, call) => {
    expect(thrownBy(call).argument).toBe(argument);
  });
});
