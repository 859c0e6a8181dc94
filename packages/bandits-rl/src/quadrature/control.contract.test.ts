import { checkProblem, checkSolver } from '@infimum/core/testing';
import { describe, it } from 'vitest';
import { controlProblem } from './control-problem.ts';
import { controlSolvers } from './solvers.ts';

const families = process.env['INFIMUM_FULL'] ? 'all' : 'first';

describe('the contract', () => {
  it('of bandits-rl/optimal-control', () => checkProblem(controlProblem));
  it.each(controlSolvers.map((solver) => [solver.id, solver] as const))('of %s', (_, solver) =>
    checkSolver(solver as never, { families }),
  );
});
