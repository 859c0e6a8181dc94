// The claims on acceleration compute their figures, and end when they are asked to.
import { expect, it } from 'vitest';
import { accelerationClaims } from './acceleration-claims.ts';

it.each(accelerationClaims.map((claim) => [claim.id, claim] as const))('%s', { timeout: 60_000 }, async (_, claim) => {
  const trial = await claim.measure?.(77, {});
  for (const { figure } of claim.bars ?? []) expect(trial?.ours[figure], figure).toSatisfy(Number.isFinite);
  await expect(claim.run({ signal: AbortSignal.abort() })).rejects.toThrow();
});
