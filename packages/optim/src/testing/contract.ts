// The contract of a problem and all its solvers here, one test a check: on the first family that each takes, and on all of
// them where time is no matter. So is the growth of memory, whose 150 solves are most of the contract's time.
import { createRegistry } from '@infimum/core';
import { problemChecks, solverChecks } from '@infimum/core/testing';
import { describe, expect, it } from 'vitest';
import { plugin } from '../plugin.ts';

/** The check that solves again and again. */
const MEMORY = /^memory/;

/** Declares the tests. */
export function describeContract(problemId: string): void {
  const isFull = process.env['INFIMUM_FULL'] !== undefined;
  const families = isFull ? 'all' : 'first';
  const registry = createRegistry(plugin);
  const solvers = registry.solvers.filter(({ problem }) => problem.id === problemId);
  describe(problemId, () => {
    for (const problem of registry.problems.filter(({ id }) => id === problemId)) {
      it.each(problemChecks(problem))('$name', ({ run }) => run());
    }
    it('has solvers', () => expect(solvers.length).toBeGreaterThan(0));
  });
  describe.each(solvers.map((solver) => ({ id: solver.id, solver })))('$id', ({ solver }) => {
    const checks = solverChecks(solver, { families }).filter(({ name }) => isFull || !MEMORY.test(name));
    it.each(checks)('$name', ({ run }) => run(), 120_000);
  });
}
