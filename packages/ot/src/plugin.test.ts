import { createRegistry } from '@infimum/core';
import { expect, it } from 'vitest';
import { plugin } from './plugin.ts';

const registry = createRegistry(plugin);

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
    'ot/unbalanced-lbfgs',
    'ot/bregman-projections',
    'ot/convolutional-barycenter',
    'ot/gromov-wasserstein',
    'ot/entropic-gromov-wasserstein',
  ]);
  expect(registry.claims.length).toBe(10);
});
