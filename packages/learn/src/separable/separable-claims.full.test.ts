// The claim of the paper that takes a while: iterations by the number of points, up to 30 000.
import { expect, it } from 'vitest';
import { separableClaims } from './separable-claims.ts';

it('learn/large-steps-number-of-points is reproduced', async () => {
  const claim = separableClaims.find(({ id }) => id === 'learn/large-steps-number-of-points');
  const { verdict, figures = {} } = (await claim?.run({})) ?? {};
  expect(verdict).toBe('reproduced');
  for (const figure of Object.values(figures)) expect(Number.isFinite(figure)).toBe(true);
}, 120_000);
