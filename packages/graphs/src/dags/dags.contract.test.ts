import { createRegistry } from '@infimum/core';
import { problemChecks, solverChecks } from '@infimum/core/testing';
import { describe, expect, it } from 'vitest';
import { scoreExperiment } from './dag-claims.ts';
import { dagProblem } from './dag-problem.ts';
import { dagSolvers } from './solvers.ts';

const registry = createRegistry({ name: 'dags', problems: [dagProblem], solvers: dagSolvers });

describe('graphs/dag-learning', () => {
  it.each(problemChecks(dagProblem))('$name', ({ run }) => run());
});

describe.each(registry.solvers.map((solver) => [solver.id, solver] as const))('%s', (_, solver) => {
  // The second family says little that the others do not, and takes the slow methods a second each.
  const checks = solverChecks(solver).filter(
    ({ name }) => process.env['INFIMUM_FULL'] || !name.startsWith('on sachs'),
  );
  it.each(checks)('$name', ({ run }) => run());
});

it('the claim comes out in a small version', async () => {
  expect((await scoreExperiment([4], 2, 500, {})).figures.notHigher).toBe(2);
}, 30_000);
