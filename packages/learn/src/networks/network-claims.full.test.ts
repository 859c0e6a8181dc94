// The claim on sampled units, up to 3000 of them.
import { expect, it } from 'vitest';
import { networkClaims } from './network-claims.ts';

it('learn/convex-relu-sampled is reproduced', async () => {
  const claim = networkClaims.find(({ id }) => id === 'learn/convex-relu-sampled');
  const { verdict, figures = {} } = (await claim?.run({})) ?? {};
  expect(verdict).toBe('reproduced');
  for (const figure of Object.values(figures)) expect(Number.isFinite(figure)).toBe(true);
}, 120_000);
