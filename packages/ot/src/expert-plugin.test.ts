import { createRegistry } from '@infimum/core';
import { problemChecks, solverChecks } from '@infimum/core/testing';
import { describe, expect, it } from 'vitest';
import { expertAssignment } from './expert-problem.ts';
import { expertSolvers } from './expert-solvers.ts';
import { linearAssignmentSolvers } from './linear-assignment-solvers.ts';
import { transport } from './transport-problem.ts';

const registry = createRegistry({
  name: 'experts',
  problems: [transport, expertAssignment],
  solvers: [...expertSolvers, ...linearAssignmentSolvers],
});

describe('ot/expert-assignment', () => {
  it.each(problemChecks(expertAssignment))('$name', ({ run }) => run());
});

describe.each(registry.solvers.map((solver) => ({ id: solver.id, solver })))('$id', ({ solver }) => {
  it.each(solverChecks(solver))('$name', ({ run }) => run(), 60_000);
});

it('registers every method of the specification', () => {
  expect(registry.solvers.map(({ id }) => id)).toEqual([
    'ot/alf-lb',
    'ot/expert-coordinate-dual',
    'ot/expert-shortest-paths',
    'ot/expert-auction',
    'ot/expert-sinkhorn',
    'ot/expert-choice',
    'ot/expert-greedy',
    'ot/expert-token-dropping',
    'ot/expert-auxiliary-loss',
    'ot/jonker-volgenant',
    'ot/auction',
  ]);
});
