import { createRegistry } from '@infimum/core';
import { checkProblem, checkSolver, solverChecks } from '@infimum/core/testing';
import { describe, expect, it } from 'vitest';
import { plugin } from './plugin.ts';

const registry = createRegistry(plugin);
const full = Boolean(process.env['INFIMUM_FULL']);

/** Hard instances that baselines see in every run; the others take them half a second each. */
const BRIEF = /^tells the truth on (gradients that become NaN|an upper level of denormals|flat upper levels)/;

describe('the contract of problems', () => {
  it.each(registry.problems.map((problem) => [problem.id, problem] as const))('%s', (_, problem) => checkProblem(problem));
});

describe('the contract of solvers', () => {
  it.each(registry.solvers.map((solver) => [solver.id, solver] as const))('%s', async (_, solver) => {
    const checks = solverChecks(solver, { families: full ? 'all' : 'first' });
    expect(checks.length).toBeGreaterThan(0);
    if (full) return checkSolver(solver, { families: 'all' });
    for (const { name, run } of checks) {
      if (solver.role === 'paper' || !name.startsWith('tells the truth') || BRIEF.test(name)) await run();
    }
  });
});
