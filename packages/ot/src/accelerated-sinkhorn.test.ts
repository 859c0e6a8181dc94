import { expect, it } from 'vitest';
import { acceleratedSinkhorn } from './accelerated-sinkhorn.ts';
import { randomAssignment } from './instances.ts';
import { sinkhorn } from './sinkhorn.ts';
import { describeEntropicSolver } from './testing/entropic-contract.ts';

describeEntropicSolver('acceleratedSinkhorn', ({ a, b, cost }, options) =>
  acceleratedSinkhorn(a, b, cost, { ...options, maxIterations: 3000 }),
);

it('takes fewer iterations than Sinkhorn takes sweeps at small epsilon', () => {
  const { a, b, cost } = randomAssignment(50, 7);
  const options = { epsilon: 0.01, tolerance: 1e-9 };
  const sweeps = sinkhorn(a, b, cost, { ...options, domain: 'log' }).iterations;
  expect(acceleratedSinkhorn(a, b, cost, options).iterations).toBeLessThan(sweeps / 3);
});
