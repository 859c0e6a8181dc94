import { createRegistry } from '@infimum/core';
import { fuzzSolver } from '@infimum/core/testing';
import { describe, expect, it } from 'vitest';
import { plugin } from './plugin.ts';

describe('mutated instances and options', () => {
  it.each(createRegistry(plugin).solvers.map((solver) => [solver.id, solver] as const))('%s', async (_, solver) => {
    const { failures } = await fuzzSolver(solver, { count: 100, maxSeconds: 0.05 });
    expect(failures).toEqual([]);
  });
});
