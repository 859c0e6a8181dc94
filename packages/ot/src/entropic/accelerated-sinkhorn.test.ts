import { expect, it } from 'vitest';
import { randomAssignment } from '../instances.ts';
import { describeEntropicSolver } from '../testing/entropic-contract.ts';
import { acceleratedSinkhorn } from './accelerated-sinkhorn.ts';
import { sinkhorn } from './sinkhorn.ts';

describeEntropicSolver('acceleratedSinkhorn', ({ a, b, cost }, options) =>
  acceleratedSinkhorn(a, b, cost, { ...options, maxIterations: 3000 }),
);

it('takes fewer iterations than Sinkhorn takes sweeps at small epsilon', () => {
  const { a, b, cost } = randomAssignment(50, 7);
  const options = { epsilon: 0.01, tolerance: 1e-9 };
  const sweeps = sinkhorn(a, b, cost, { ...options, domain: 'log' }).iterations;
  expect(acceleratedSinkhorn(a, b, cost, options).iterations).toBeLessThan(sweeps / 3);
});
