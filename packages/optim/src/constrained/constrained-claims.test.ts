import { expect, it } from 'vitest';
import { constrainedClaims } from './constrained-claims.ts';

it.each(constrainedClaims.map((claim) => [claim.id, claim] as const))('%s computes its figures', async (_, claim) => {
  const trial = await claim.measure?.(77, {});
  expect(Object.keys(trial?.ours ?? {}).length).toBeGreaterThan(0);
  for (const { figure } of claim.bars ?? []) expect(trial?.ours[figure], figure).toBeGreaterThan(0);
});
