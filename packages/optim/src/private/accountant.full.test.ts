// Privacy-loss distributions against dp-accounting's over the whole grid, and against exact values where there are no samples.
import { expect, it } from 'vitest';
import golden from '../testing/accountant-golden.json' with { type: 'json' };
import { privacyLossEpsilon } from './accountant.ts';
import { gaussianEpsilon } from './gaussian-privacy.ts';

it.each(golden.cases)(
  'rate $rate, sigma $sigma, $count releases, delta $delta',
  ({ rate, sigma, count, delta, pld }) => {
    const expected = pld ?? gaussianEpsilon(Math.sqrt(count) / sigma, delta);
    const found = privacyLossEpsilon([{ rate, sigma, count }], delta);
    expect(Math.abs(found - expected)).toBeLessThan(1e-3 * Math.max(1, expected));
  },
  60_000,
);
