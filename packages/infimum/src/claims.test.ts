// The rule for claims, where it can be checked: bars with sources, a null, seeds enough, and experiments that compute. No verdict is
// demanded: what an experiment finds is its own affair.
import type { Claim } from '@infimum/core';
import { createRegistry } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { plugins } from './index.ts';

const { claims } = createRegistry(...plugins);
const measured = claims.filter(({ measure }) => measure !== undefined);
/** What takes longer is computed by the long tests. */
const isFull = process.env['INFIMUM_FULL'] !== undefined;
const seedsOf = ({ seeds = 10 }: Claim) => seeds;

describe.each(measured.map((claim) => [claim.id, claim] as const))('%s', (_, claim) => {
  it('has bars with their sources, a null, and ten seeds or more', () => {
    expect(claim.bars?.length).toBeGreaterThan(0);
    for (const { figure, atLeast, atMost, source } of claim.bars ?? []) {
      expect(atLeast ?? atMost, figure).toBeDefined();
      expect(source, figure).not.toBe('');
    }
    expect(claim.null).toBeTruthy();
    expect(seedsOf(claim)).toBeGreaterThanOrEqual(10);
  });

  it.runIf(isFull || claim.budget <= 20)(
    'computes what its bars are about, on a seed of its own',
    async () => {
      const trial = await claim.measure?.(77, {});
      for (const { figure } of claim.bars ?? []) expect(trial?.ours[figure], figure).toBeTypeOf('number');
      expect(Object.keys(trial?.null ?? {}).length).toBeGreaterThan(0);
    },
    600_000,
  );
});
