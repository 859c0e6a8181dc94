import fc from 'fast-check';
import { expect, it } from 'vitest';
import { marginalErrorOf } from './plan-metrics.ts';
import { roundToPolytope } from './round-to-polytope.ts';
import { thrownBy } from './testing/entropic-contract.ts';
import { total } from './transport.ts';

it('gives exact marginals, at most twice the marginal error away', () => {
  const sizes = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), fc.integer());
  fc.assert(
    fc.property(sizes, ([rows, cols, salt]) => {
      const draw = (k: number) => (Math.sin(salt + 7.3 * k) + 1.001) ** 2;
      const distribution = (length: number, shift: number) => {
        const values = Float64Array.from({ length }, (_, k) => draw(k + shift));
        const mass = total(values);
        return values.map((value) => value / mass);
      };
      const a = distribution(rows, 0);
      const b = distribution(cols, 50);
      const plan = { rows, cols, values: distribution(rows * cols, 100) };
      const rounded = roundToPolytope(plan, a, b);
      expect(marginalErrorOf(rounded, a, b)).toBeLessThan(1e-13);
      expect(Math.min(...rounded.values)).toBeGreaterThanOrEqual(0);
      const moved = total(rounded.values.map((value, k) => Math.abs(value - plan.values[k])));
      expect(moved).toBeLessThanOrEqual(2 * marginalErrorOf(plan, a, b) + 1e-12);
    }),
  );
});

const one = Float64Array.of(1);

it.each([
  ['plan', () => roundToPolytope({ rows: 1, cols: 1, values: Float64Array.of(-1) }, one, one)],
  ['plan', () => roundToPolytope({ rows: 1, cols: 1, values: Float64Array.of(Number.NaN) }, one, one)],
  ['a', () => roundToPolytope({ rows: 1, cols: 1, values: one }, Float64Array.of(1, 1), one)],
  ['b', () => roundToPolytope({ rows: 1, cols: 1, values: one }, one, Float64Array.of(2))],
])('a bad %s is named', (argument, call) => {
  expect(thrownBy(call).argument).toBe(argument);
});
