import { expect, it } from 'vitest';
import { separableClaims } from './separable-claims.ts';

it.each(separableClaims.map((claim) => [claim.id, claim] as const))('%s is reproduced', async (_, claim) => {
  const { verdict, figures } = await claim.run({});
  expect(verdict).toBe('reproduced');
  for (const figure of Object.values(figures)) expect(Number.isFinite(figure)).toBe(true);
});
