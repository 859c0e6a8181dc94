import { createRegistry } from '@infimum/core';
import { checkProblem, checkSolver } from '@infimum/core/testing';
import { describe, expect, it } from 'vitest';
import { plugin } from './plugin.ts';

const registry = createRegistry(plugin);

/** What every family repeats runs on the first one; on all of them in the long tests. */
const families = process.env['INFIMUM_FULL'] ? 'all' : 'first';

describe.each(registry.problems.map((problem) => [problem.id, problem] as const))('%s', (_, problem) => {
  it('keeps its contract', () => checkProblem(problem), 120_000);
});

describe.each(registry.solvers.map((solver) => [solver.id, solver] as const))('%s', (_, solver) => {
  it('keeps its contract', () => checkSolver(solver, { families }), 120_000);
});

describe('@infimum/verify', () => {
  it('has solvers for every problem', () => {
    for (const problem of registry.problems) {
      expect(registry.solvers.some((solver) => solver.problem.id === problem.id)).toBe(true);
    }
  });
});
