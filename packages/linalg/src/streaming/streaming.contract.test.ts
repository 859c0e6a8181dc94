import { checkProblem, checkSolver } from '@infimum/core/testing';
import { describe, it } from 'vitest';
import { streamingSolvers } from './solvers.ts';
import { streamingProblem } from './streaming-problem.ts';

const families = process.env['INFIMUM_FULL'] ? 'all' : 'first';

describe('the contract', () => {
  it('of linalg/streaming-top-eigenvector', () => checkProblem(streamingProblem));
  it.each(streamingSolvers.map((solver) => [solver.id, solver] as const))('of %s', (_, solver) =>
    checkSolver(solver as never, { families }),
  );
});
