import { checkProblem, checkSolver } from '@infimum/core/testing';
import { describe, it } from 'vitest';
import { sparseProductSolvers } from './solvers.ts';
import { sparseProduct } from './sparse-product.ts';

const families = process.env['INFIMUM_FULL'] ? 'all' : 'first';

describe('the contract', () => {
  it('of linalg/sparse-product', () => checkProblem(sparseProduct));
  it.each(sparseProductSolvers.map((solver) => [solver.id, solver] as const))('of %s', (_, solver) =>
    checkSolver(solver as never, { families }),
  );
});
