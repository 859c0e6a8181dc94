// The claims on private stationary points, rerun.
import { describe, expect, it } from 'vitest';
import { privateClaims } from './private-claims.ts';

describe.each(privateClaims.map((claim) => [claim.id, claim] as const))('%s', (_, claim) => {
  it('is reproduced', async () => {
    const { verdict, measured, figures } = await claim.run({});
    expect([measured, verdict]).toEqual([measured, 'reproduced']);
    expect(Object.values(figures).every(Number.isFinite)).toBe(true);
  }, 600_000);
});
