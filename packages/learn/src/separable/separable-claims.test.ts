import { expect, it } from 'vitest';
import { separableClaims } from './separable-claims.ts';

// The first one takes seconds: it is among the long tests, and the hard instance is in `separable.test.ts`.
it.each(separableClaims.slice(1).map((claim) => [claim.id, claim] as const))('%s is reproduced', async (_, claim) => {
  const { verdict, figures } = await claim.run({});
  expect(verdict).toBe('reproduced');
  for (const figure of Object.values(figures)) expect(Number.isFinite(figure)).toBe(true);
});
