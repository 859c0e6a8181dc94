// The claims whose figures do not depend on the machine, rerun.
import { describe, expect, it } from 'vitest';
import { newtonClaims } from './newton-claims.ts';

const deterministic = newtonClaims.filter(({ id }) => /radii|universality/.test(id));

describe.each(deterministic.map((claim) => [claim.id, claim] as const))('%s', (_, claim) => {
  it('is reproduced', async () => {
    const { verdict, figures } = await claim.run({});
    expect(verdict).toBe('reproduced');
    for (const figure of Object.values(figures)) expect(figure).toBeGreaterThan(0);
  });
});

describe('claims', () => {
  it('end early when they are told to', async () => {
    const signal = AbortSignal.abort();
    const fisher = newtonClaims.find(({ id }) => id === 'optim/gns-fisher-rank-one');
    await expect(fisher?.run({ signal })).rejects.toThrow();
    expect(deterministic).toHaveLength(2);
  });
});
