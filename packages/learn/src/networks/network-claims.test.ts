import { expect, it } from 'vitest';
import { networkClaims } from './network-claims.ts';

it.each(networkClaims.slice(0, 2).map((claim) => [claim.id, claim] as const))(
  '%s computes',
  async (_, claim) => {
    const trial = await claim.measure?.(1, {});
    expect(claim.bars?.map(({ figure }) => trial?.ours[figure]).every(Number.isFinite)).toBe(true);
  },
  60_000,
);
