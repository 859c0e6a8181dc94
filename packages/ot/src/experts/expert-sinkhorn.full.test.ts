// The larger reference of Sinkhorn routing.
import { describe, it } from 'vitest';
import { expectCapped, expectUncapped } from '../testing/sinkhorn-routing.ts';

describe('Sinkhorn routing on 2048 x 64, K = 6, seed 3', { timeout: 60_000 }, () => {
  it.each([
    [0.1, 0.302],
    [0.01, 0.042],
    [0.002, 0.021],
  ])('capped at temperature %d has the violation %d of the reference', (temperature, violation) =>
    expectCapped([2048, 64, 6, 3], temperature, violation),
  );

  it('without the cap is off by what tokens would take twice', () => expectUncapped([2048, 64, 6, 3]));
});
