// The contract of a problem and its solvers, one test a check: the first family of each, all of them where time is no matter.
import type { AnyProblem, AnySolver } from '@infimum/core';
import { problemChecks, solverChecks } from '@infimum/core/testing';
import { describe, expect, it } from 'vitest';

/** Declares the tests. */
export function describeContract(problem: AnyProblem, solvers: readonly AnySolver[]): void {
  const families = process.env['INFIMUM_FULL'] ? 'all' : 'first';
  describe(problem.id, () => {
    it.each(problemChecks(problem))('$name', ({ run }) => run());
    it('has solvers, all of them its own', () => {
      expect(solvers.length).toBeGreaterThan(0);
      expect(solvers.every((solver) => solver.problem === problem)).toBe(true);
    });
  });
  describe.each(solvers.map((solver) => ({ id: solver.id, solver })))('$id', ({ solver }) => {
    it.each(solverChecks(solver, { families }))('$name', ({ run }) => run(), 60_000);
  });
}
