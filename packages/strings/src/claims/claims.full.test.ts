// Long: that the instances of the claims give the specification's numbers. What the claims find is their own affair.
import { expect, it } from 'vitest';
import { deterministic, withoutLogarithm } from './exact-claims.ts';
import { approximation, bounded } from './inexact-claims.ts';

it("operations over n sqrt m have the specification's size at Abrahamson's critical alphabet", {
  timeout: 60_000,
}, async () => {
  const { ours, null: theirs } = (await withoutLogarithm.measure?.(5, {})) ?? {};
  const curve = (figures: Readonly<Record<string, number>> = {}) =>
    [10, 12, 14].map((exponent) => figures[`operations over n sqrt m@${2 ** exponent}`].toFixed(2));
  expect(curve(ours)).toEqual(['8.78', '8.16', '7.84']);
  expect(curve(theirs)).toEqual(['11.25', '11.81', '12.75']);
});

it('what is right is right on a seed of its own', { timeout: 60_000 }, async () => {
  expect((await deterministic.measure?.(5, {}))?.ours['shifts with another distance']).toBe(0);
  expect((await approximation.measure?.(5, {}))?.ours['largest error over epsilon']).toBeLessThanOrEqual(1);
});

it('the filter is counted', { timeout: 60_000 }, async () => {
  const { ours = {} } = (await bounded.measure?.(5, {})) ?? {};
  expect(ours['exponent in m of the operations a shift']).toBeGreaterThan(ours['exponent in m without the filter']);
});
