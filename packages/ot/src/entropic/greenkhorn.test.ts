import { expect, it } from 'vitest';
import { randomAssignment } from '../instances.ts';
import { describeEntropicSolver } from '../testing/entropic-contract.ts';
import { greenkhorn } from './greenkhorn.ts';
import { sinkhorn } from './sinkhorn.ts';

describeEntropicSolver('greenkhorn', ({ a, b, cost }, options) => greenkhorn(a, b, cost, { ...options, maxIterations: 500 }));

it('needs fewer updates than sweeps do where little is wrong', () => {
  // All of the first plan is right but for two rows and two columns.
  const { a, b, cost } = randomAssignment(60, 1);
  const start = sinkhorn(a, b, cost, { epsilon: 0.1, tolerance: 1e-13 });
  const moved = a.slice();
  moved[0] += 0.005;
  moved[1] -= 0.005;
  const initial = { source: start.sourcePotential, target: start.targetPotential };
  const options = { epsilon: 0.1, tolerance: 1e-7, initial };
  const greedy = greenkhorn(moved, b, cost, options);
  expect(greedy.status).toBe('converged');
  expect(greedy.iterations).toBeLessThanOrEqual(sinkhorn(moved, b, cost, options).iterations);
});
