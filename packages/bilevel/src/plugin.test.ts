import { createRegistry } from '@infimum/core';
import { checkProblem, checkSolver } from '@infimum/core/testing';
import { describe, it } from 'vitest';
import { plugin } from './plugin.ts';

const registry = createRegistry(plugin);
const families = process.env['INFIMUM_FULL'] ? 'all' : 'first';

describe('the contract of problems', () => {
  it.each(registry.problems.map((problem) => [problem.id, problem] as const))('%s', (_, problem) =>
    checkProblem(problem),
  );
});

describe('the contract of solvers', () => {
  it.each(registry.solvers.map((solver) => [solver.id, solver] as const))('%s', (_, solver) =>
    checkSolver(solver, { families }),
  );
});
