import { expect, it } from 'vitest';
import { cocoerciveGain } from './inclusion-claims.ts';

it('the gain on cocoercive sums is reproduced, at least in part', () => {
  const { verdict, figures } = cocoerciveGain(process.env['INFIMUM_FULL'] ? 12 : 3);
  expect(['reproduced', 'partly reproduced']).toContain(verdict);
  expect(figures['at1e5']).toBeGreaterThan(figures['at1e4']);
});
