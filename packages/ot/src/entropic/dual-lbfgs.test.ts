import { expect, it } from 'vitest';
import { randomAssignment } from '../instances.ts';
import { describeEntropicSolver } from '../testing/entropic-contract.ts';
import { dualLbfgs } from './dual-lbfgs.ts';
import { sinkhorn } from './sinkhorn.ts';

describeEntropicSolver('dualLbfgs', ({ a, b, cost }, options) => dualLbfgs(a, b, cost, { ...options, maxIterations: 1000 }));

it('takes fewer passes than Sinkhorn at small epsilon', () => {
  const { a, b, cost } = randomAssignment(50, 7);
  const options = { epsilon: 0.01, tolerance: 1e-9 };
  const sweeps = sinkhorn(a, b, cost, { ...options, domain: 'log' }).iterations;
  expect(dualLbfgs(a, b, cost, options).iterations).toBeLessThan(sweeps / 5);
});
