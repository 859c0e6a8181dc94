import { createRegistry, defineClaim } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { createInfimumRegistry, plugins } from './index.ts';

describe('the claims', () => {
  const { claims, solvers } = createInfimumRegistry();

  it('cover every paper whose algorithm is here', () => {
    const claimed = new Set(claims.map(({ paper }) => paper.arxiv));
    const papers = solvers.filter(({ role }) => role === 'paper').map(({ id, paper }) => [id, paper.arxiv] as const);
    expect(papers.filter(([, arxiv]) => !claimed.has(arxiv))).toEqual([]);
    // Thirty-seven papers are what this library is about.
    expect(claimed.size).toBeGreaterThanOrEqual(37);
  });

  it('hold no verdict before they are run, and say what they are made for', () => {
    for (const claim of claims) {
      const byRule = ['bars', 'limit', 'measure', 'null', 'seeds'];
      const names = Object.keys(claim).filter((name) => !byRule.includes(name));
      expect(names.sort()).toEqual(['budget', 'id', 'paper', 'published', 'run', 'statement']);
      expect(claim.statement.length).toBeGreaterThan(20);
      expect(claim.published).not.toBe('');
      expect(claim.budget).toBeGreaterThan(0);
    }
  });
});

describe('createInfimumRegistry', () => {
  it('holds what the plug-ins register, each of which stands on its own or on those before it', () => {
    const registry = createInfimumRegistry();
    expect(registry.problems.length).toBe(plugins.reduce((sum, { problems = [] }) => sum + problems.length, 0));
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
