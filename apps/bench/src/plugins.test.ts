// What is loaded for a cell, against what is loaded for a command.
import { describe, expect, it } from 'vitest';
import { loadPlugins, loadPluginsOf } from './plugins.ts';

describe('loadPluginsOf', () => {
  it('has each solver of the library with its problem, and loads no package for others', async () => {
    const { registry } = await loadPlugins([]);
    for (const { id, problem } of registry.solvers) {
      const { registry: small, plugins } = await loadPluginsOf([problem.id, id], []);
      expect(small.solver(id).title).toBe(registry.solver(id).title);
      expect(small.problem(problem.id).families).toEqual(registry.problem(problem.id).families);
      expect(plugins.length).toBeLessThanOrEqual(2);
    }
  });

  it('loads the whole library where a name is of no package of it', async () => {
    const { plugins } = await loadPluginsOf(['ot/transport', 'pot/emd'], []);
    expect(plugins).toEqual((await loadPlugins([])).plugins);
  });
});
