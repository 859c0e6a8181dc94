import { expect, it } from 'vitest';
import { randomAssignment } from '../instances.ts';
import { describeEntropicSolver } from '../testing/entropic-contract.ts';
import { dualLbfgs, dualLbfgsSteps } from './dual-lbfgs.ts';
import { sinkhorn } from './sinkhorn.ts';

describeEntropicSolver('dualLbfgs', ({ a, b, cost }, options) => dualLbfgs(a, b, cost, { ...options, maxIterations: 1000 }));

it('takes fewer passes than Sinkhorn at small epsilon', () => {
  const { a, b, cost } = randomAssignment(50, 7);
  const options = { epsilon: 0.01, tolerance: 1e-9 };
  const sweeps = sinkhorn(a, b, cost, { ...options, domain: 'log' }).iterations;
  expect(dualLbfgs(a, b, cost, options).iterations).toBeLessThan(sweeps / 5);
});

it('pauses after each trial of a line search over a million pairs, with the iterate as it was', () => {
  const { a, b, cost } = randomAssignment(1001, 3);
  const seen: { readonly iteration: number; readonly marginalError: number }[] = [];
  for (const iterate of dualLbfgsSteps({ a, b, cost }, { epsilon: 0.002, plan: 'none' })) {
    seen.push(iterate);
    if (iterate.iteration === 6) break;
  }
  const pauses = seen.filter(({ iteration }, k) => iteration === seen[k - 1]?.iteration);
  expect(pauses.length).toBeGreaterThanOrEqual(6);
  expect(new Set(seen.map(({ marginalError }) => marginalError)).size).toBe(7);
});
