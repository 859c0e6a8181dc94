// The claims whose figures do not depend on the machine compute them.
import { expect, it } from 'vitest';
import { newtonClaims } from './newton-claims.ts';

it.each(['radii', 'universality'])('gns-%s computes its figures', async (name) => {
  const claim = newtonClaims.find(({ id }) => id === `optim/gns-${name}`);
  const trial = await claim?.measure?.(77, {});
  expect(Object.keys(trial?.ours ?? {}).length).toBeGreaterThan(0);
  for (const { figure } of claim?.bars ?? []) expect(trial?.ours[figure], figure).toBeGreaterThan(0);
});

it('claims end early when they are told to', async () => {
  const fisher = newtonClaims.find(({ id }) => id === 'optim/gns-fisher-rank-one');
  await expect(fisher?.run({ signal: AbortSignal.abort() })).rejects.toThrow();
});
