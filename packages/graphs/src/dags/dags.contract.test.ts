import { createRegistry } from '@infimum/core';
import { problemChecks, solverChecks } from '@infimum/core/testing';
import { describe, expect, it } from 'vitest';
import { scoresOf } from './dag-claims.ts';
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
  for (const seed of [0, 1]) {
    const { topo, notears, dagma, empty } = scoresOf(4, seed, 500);
    expect(topo).toBeLessThanOrEqual(Math.min(notears, dagma) * (1 + 1e-9));
    expect(topo).toBeLessThan(empty);
  }
}, 30_000);
