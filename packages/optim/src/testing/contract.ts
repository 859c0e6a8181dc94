// The contract of a problem and all its solvers here, one test a check: on the first family that each takes, and on all of
// them where time is no matter.
import { createRegistry } from '@infimum/core';
import { problemChecks, solverChecks } from '@infimum/core/testing';
import { describe, expect, it } from 'vitest';
import { plugin } from '../plugin.ts';

/** Declares the tests. */
export function describeContract(problemId: string): void {
  const families = process.env['INFIMUM_FULL'] ? 'all' : 'first';
  const registry = createRegistry(plugin);
  const solvers = registry.solvers.filter(({ problem }) => problem.id === problemId);
  describe(problemId, () => {
    for (const problem of registry.problems.filter(({ id }) => id === problemId)) {
      it.each(problemChecks(problem))('$name', ({ run }) => run());
    }
    it('has solvers', () => expect(solvers.length).toBeGreaterThan(0));
  });
  describe.each(solvers.map((solver) => ({ id: solver.id, solver })))('$id', ({ solver }) => {
    it.each(solverChecks(solver, { families }))('$name', ({ run }) => run(), 120_000);
  });
}
