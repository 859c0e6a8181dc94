import { createRegistry } from '@infimum/core';
import { problemChecks, solverChecks } from '@infimum/core/testing';
import { describe, expect, it } from 'vitest';
import { scoreExperiment } from './dag-claims.ts';
import { dagProblem } from './dag-problem.ts';
import { dagSolvers } from './solvers.ts';

const families = process.env['INFIMUM_FULL'] ? 'all' : 'first';
const registry = createRegistry({ name: 'dags', problems: [dagProblem], solvers: dagSolvers });

describe('graphs/dag-learning', () => {
  it.each(problemChecks(dagProblem))('$name', ({ run }) => run());
});

describe.each(registry.solvers.map((solver) => [solver.id, solver] as const))('%s', (_, solver) => {
  it.each(solverChecks(solver, { families }))('$name', ({ run }) => run());
});

it('the claim comes out in a small version', async () => {
  expect((await scoreExperiment([4], 2, 500, {})).figures.notHigher).toBe(2);
}, 30_000);
