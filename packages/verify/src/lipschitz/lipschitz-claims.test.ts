import { describe, expect, it } from 'vitest';
import { countTightness, wideGapClaim } from './lipschitz-claims.ts';

describe('claims on local Lipschitz constants', () => {
  it('keeps the order of tightness', () => {
    const { disorders, exact, networks, ratio } = countTightness(20);
    expect(disorders).toBe(0);
    expect(exact).toBe(networks);
    expect(ratio).toBeLessThanOrEqual(1);
  });

  it('is at most 0.65 of RecurJac on the larger networks', async () => {
    const { verdict, figures } = await wideGapClaim.run({});
    expect(verdict).toBe('reproduced');
    expect(figures['worst']).toBeLessThanOrEqual(0.65);
  });
});
