// The claims on acceleration, rerun.
import { describe, expect, it } from 'vitest';
import { accelerationClaims } from './acceleration-claims.ts';

describe.each(accelerationClaims.map((claim) => [claim.id, claim] as const))('%s', (_, claim) => {
  it('is reproduced', async () => {
    const { verdict, measured, figures } = await claim.run({});
    expect([measured, verdict]).toEqual([measured, 'reproduced']);
    expect(Object.values(figures).every(Number.isFinite)).toBe(true);
  }, 60_000);
});

describe('claims', () => {
  it('end when they are asked to', async () => {
    const signal = AbortSignal.abort();
    const rates = accelerationClaims.find(({ id }) => id === 'optim/acceleration-rates');
    await expect(rates?.run({ signal })).rejects.toThrow();
  });
});
