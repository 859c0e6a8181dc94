import { checkProblem, checkSolver } from '@infimum/core/testing';
import { describe, it } from 'vitest';
import { banditProblem } from './bandit-problem.ts';
import { banditSolvers } from './solvers.ts';

const families = process.env['INFIMUM_FULL'] ? 'all' : 'first';

describe('the contract', () => {
  it('of bandits-rl/bandit', () => checkProblem(banditProblem));
  it.each(banditSolvers.map((solver) => [solver.id, solver] as const))('of %s', (_, solver) =>
    checkSolver(solver as never, { families }),
  );
});
