import { createRegistry } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { plugin } from './plugin.ts';

const registry = createRegistry(plugin);

describe('the plug-in', () => {
  it('has solvers for every problem, one from a paper at least', () => {
    for (const { id } of registry.problems) {
      const roles = registry.solversOf(id).map(({ role }) => role);
      // Averages, assignments, partitions, embeddings, graphs: each has its paper, and something to compare with.
      expect(roles).toContain('paper');
      expect(roles).toContain('baseline');
    }
  });

  it('has a family of real data for every problem, and claims for every paper', () => {
    const real = registry.problems.filter(({ families }) => Object.values(families).some((family) => family.real));
    expect(real.map(({ id }) => id)).toEqual(registry.problems.map(({ id }) => id));
    const papers = new Set(registry.claims.map(({ paper }) => paper.arxiv));
    expect([...papers].sort()).toEqual(['1009.1866', '2305.05097', '2305.17277', '2309.10289', '2401.09665']);
  });
});
