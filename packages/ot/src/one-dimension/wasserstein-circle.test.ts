import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emd } from '../exact/network-simplex.ts';
import { marginalErrorOf, transportCostOf } from '../plan-metrics.ts';
import { thrownBy } from '../testing/entropic-contract.ts';
import { highsOracle } from '../testing/linear-program.ts';
import { goldenVector } from '../testing/pot-golden.ts';
import { wassersteinCircle } from './wasserstein-circle.ts';

/** Costs along the circle, straight from their definition. */
function circleCosts(x: Float64Array, y: Float64Array, p: number, circumference = 1) {
  const values = new Float64Array(x.length * y.length);
  x.forEach((s, i) => {
    y.forEach((t, j) => {
      const turn = Math.abs(s - t) % circumference;
      values[i * y.length + j] = Math.min(turn, circumference - turn) ** p;
    });
  });
  return { rows: x.length, cols: y.length, values };
}

const x = goldenVector('anglesX');
const y = goldenVector('anglesY');
const a = goldenVector('angleWeightsX');
const b = goldenVector('angleWeightsY');

describe.each([1, 2, 3])('p = %s', (p) => {
  it('the cost is that of the linear program, and of POT', async () => {
    const oracle = await highsOracle();
    const result = wassersteinCircle(x, y, { a, b, p });
    expect(result.cost).toBeCloseTo(oracle({ a, b, cost: circleCosts(x, y, p) }), 8);
    // POT finds a close lower value of its own to the tolerance of its search.
    expect(result.cost).toBeCloseTo(golden(p), 5);
  });

  it('the plan has the cost and the marginals, whatever the points', () => {
    const points = fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 1, maxLength: 7 });
    fc.assert(
      fc.property(points, points, (sources, targets) => {
        const s = Float64Array.from(sources);
        const t = Float64Array.from(targets);
        const u = new Float64Array(s.length).fill(1 / s.length);
        const v = new Float64Array(t.length).fill(1 / t.length);
        const result = wassersteinCircle(s, t, { p });
        const costs = circleCosts(s, t, p);
        expect(marginalErrorOf(result.plan, u, v)).toBeLessThan(1e-12);
        expect(transportCostOf(result.plan, costs)).toBeLessThanOrEqual(result.cost + 1e-12);
        expect(Math.abs(result.cost - emd(u, v, costs).cost)).toBeLessThan(1e-12);
      }),
      { numRuns: 60 },
    );
  });
});

function golden(p: number): number {
  return goldenVector('circle')[p - 1];
}

it('rotations change nothing, the circumference scales, masses and zero weights count', () => {
  const plain = wassersteinCircle(x, y, { a, b, p: 2 });
  const turned = wassersteinCircle(
    x.map((v) => v + 0.7),
    y.map((v) => v - 0.3),
    { a, b, p: 2 },
  );
  expect(turned.cost).toBeCloseTo(plain.cost, 12);
  const wide = wassersteinCircle(
    x.map((v) => 10 * v),
    y.map((v) => 10 * v),
    { a, b, p: 2, circumference: 10 },
  );
  expect(wide.distance).toBeCloseTo(10 * plain.distance, 11);
  const heavy = wassersteinCircle(x, y, { a: a.map((v) => 3 * v), b: b.map((v) => 3 * v), p: 2 });
  expect(heavy.cost).toBeCloseTo(3 * plain.cost, 12);
  const padded = wassersteinCircle(Float64Array.of(...x, 0.5), y, { a: Float64Array.of(...a, 0), b, p: 2 });
  expect(padded.cost).toBeCloseTo(plain.cost, 13);
});

it.each([
  ['x', () => wassersteinCircle(Float64Array.of(Number.NaN), y)],
  ['y', () => wassersteinCircle(x, new Float64Array(0))],
  ['p', () => wassersteinCircle(x, y, { p: 0 })],
  ['circumference', () => wassersteinCircle(x, y, { circumference: 0 })],
  ['a', () => wassersteinCircle(x, y, { a: b })],
  ['b', () => wassersteinCircle(x, y, { a, b: b.map((v) => 2 * v) })],
])('a bad %s is named', (argument, call) => {
  expect(thrownBy(call).argument).toBe(argument);
});
