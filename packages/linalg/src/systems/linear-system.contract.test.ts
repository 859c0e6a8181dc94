import { checkProblem, checkSolver } from '@infimum/core/testing';
import { describe, it } from 'vitest';
import { linearSystem } from './linear-system-problem.ts';
import { linearSystemSolvers } from './solvers.ts';

const families = process.env['INFIMUM_FULL'] ? 'all' : 'first';

describe('the contract', () => {
  it('of linalg/linear-system', () => checkProblem(linearSystem));
  it.each(linearSystemSolvers.map((solver) => [solver.id, solver] as const))('of %s', (_, solver) =>
    checkSolver(solver as never, { families }),
  );
});
