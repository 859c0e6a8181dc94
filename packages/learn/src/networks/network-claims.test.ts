import { expect, it } from 'vitest';
import { networkClaims } from './network-claims.ts';

it.each(networkClaims.slice(0, 1).map((claim) => [claim.id, claim] as const))('%s is reproduced', async (_, claim) => {
  const { verdict, figures } = await claim.run({});
  expect(['reproduced', 'partly reproduced']).toContain(verdict);
  for (const figure of Object.values(figures)) expect(Number.isFinite(figure)).toBe(true);
});
