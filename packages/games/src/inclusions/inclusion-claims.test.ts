import { expect, it } from 'vitest';
import { inclusionClaims } from './inclusion-claims.ts';

it('the gain on cocoercive sums is reproduced, at least in part', async () => {
  const { verdict, figures } = await inclusionClaims[0].run({});
  expect(['reproduced', 'partly reproduced']).toContain(verdict);
  expect(figures['at1e5']).toBeGreaterThan(figures['at1e4']);
});
