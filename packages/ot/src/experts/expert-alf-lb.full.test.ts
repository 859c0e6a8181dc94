// The larger reference of ALF-LB.
import { run } from '@infimum/core';
import { expect, it } from 'vitest';
import { alfLbSteps } from './expert-alf-lb.ts';
import { moeInstance } from './expert-instances.ts';

// Section 5: 1000 routings on 2048 x 64, K = 6, seed 3, the first one greedy.
it.each([
  ['sign', 'constant', 1e-3, 0.03, 0.06],
  ['proportional', 'constant', undefined, 0.04, 0.05],
  ['proportional', 'harmonic', undefined, 0.0053, 2e-4],
] as const)('ends as the larger reference does with %s, %s, %d', (update, schedule, stepSize, violation, gap) => {
  const problem = { scores: moeInstance(2048, 64, 3), expertsPerToken: 6 };
  const outcome = run(alfLbSteps(problem, { update, schedule, stepSize, tolerance: 0, patience: 1e6 }), { maxIterations: 999 });
  expect(outcome.maxViolation).toBeLessThanOrEqual(violation);
  expect(outcome.dualValue - 9571.859349653845).toBeLessThanOrEqual(gap);
});
