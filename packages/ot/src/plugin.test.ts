import { createRegistry } from '@infimum/core';
import { problemChecks, solverChecks } from '@infimum/core/testing';
import { describe, expect, it } from 'vitest';
import { plugin } from './plugin.ts';

const registry = createRegistry(plugin);

describe.each(registry.problems.map((problem) => ({ id: problem.id, problem })))('$id', ({ problem }) => {
  it.each(problemChecks(problem))('$name', ({ run }) => run());
});

describe.each(registry.solvers.map((solver) => ({ id: solver.id, solver })))('$id', ({ solver }) => {
  it.each(solverChecks(solver))('$name', ({ run }) => run(), 60_000);
});

it('registers what the package promises', () => {
  expect(registry.solvers.map(({ id }) => id)).toEqual([
    'ot/sinkhorn-newton-sparse',
    'ot/sinkhorn',
    'ot/sinkhorn-log',
    'ot/sinkhorn-epsilon-scaling',
    'ot/greenkhorn',
    'ot/sinkhorn-overrelaxed',
    'ot/sinkhorn-accelerated',
    'ot/sinkhorn-anderson',
    'ot/dual-lbfgs',
    'ot/sinkhorn-newton-shift',
    'ot/sinkhorn-newton-dense',
    'ot/stochastic-averaged-gradient',
    'ot/stochastic-dual',
    'ot/network-simplex',
    'ot/jonker-volgenant',
    'ot/auction',
    'ot/alf-lb',
    'ot/expert-coordinate-dual',
    'ot/expert-shortest-paths',
    'ot/expert-auction',
    'ot/expert-sinkhorn',
    'ot/expert-choice',
    'ot/expert-greedy',
    'ot/expert-token-dropping',
    'ot/expert-auxiliary-loss',
    'ot/unbalanced-sinkhorn',
    'ot/unbalanced-mm',
    'ot/bregman-projections',
    'ot/convolutional-barycenter',
    'ot/gromov-wasserstein',
    'ot/entropic-gromov-wasserstein',
  ]);
  expect(registry.claims.length).toBe(8);
});
