import { createRegistry, defineClaim } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { createInfimumRegistry, plugins } from './index.ts';

describe('createInfimumRegistry', () => {
  it('holds what the plug-ins register, each of which stands on its own or on those before it', () => {
    const registry = createInfimumRegistry();
    expect(registry.problems.length).toBe(
      plugins.reduce((sum, { problems = [] }) => sum + problems.length, 0),
    );
    expect(registry.solver('ot/sinkhorn').problem).toBe(registry.problem('ot/transport'));
    for (const [index] of plugins.entries()) {
      expect(() => createRegistry(...plugins.slice(0, index + 1))).not.toThrow();
    }
  });

  it('takes further plug-ins and refuses an id that is taken', () => {
    const claim = defineClaim({
      id: 'mine/claim',
      paper: { title: '', year: 2026 },
      statement: '',
      published: '',
      budget: 1,
      run: async () => ({ measured: '', verdict: 'reproduced', figures: {} }),
    });
    const mine = { name: 'mine', claims: [claim] };
    expect(createInfimumRegistry(mine).claims.map(({ id }) => id)).toContain('mine/claim');
    expect(() => createInfimumRegistry(mine, mine)).toThrow(/mine\/claim: is registered twice/);
  });
});
