import { expect, it } from 'vitest';
import { separableClaims } from './separable-claims.ts';

it.each(separableClaims.map((claim) => [claim.id, claim] as const))('%s computes', async (_, claim) => {
  const trial = await claim.measure?.(1, {});
  expect(claim.bars?.map(({ figure }) => trial?.ours[figure]).every(Number.isFinite)).toBe(true);
});
