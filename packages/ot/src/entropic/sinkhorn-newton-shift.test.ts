import { expect, it } from 'vitest';
import { gridMixtures } from '../instances.ts';
import { describeEntropicSolver, thrownBy } from '../testing/entropic-contract.ts';
import { sinkhornNewtonShift } from './sinkhorn-newton-shift.ts';

describeEntropicSolver('sinkhornNewtonShift', ({ a, b, cost }, options) =>
  sinkhornNewtonShift(a, b, cost, { ...options, maxIterations: 500 }),
);

it('is superlinear: few steps after the warm-up', () => {
  const { a, b, cost } = gridMixtures(10, 1, 'l2');
  const result = sinkhornNewtonShift(a, b, cost, { epsilon: 1 / 100, tolerance: 1e-12 });
  expect(result.status).toBe('converged');
  expect(result.iterations).toBeLessThan(30);
});

it.each([-1, 1.5])('a warm-up of %s is rejected', (warmup) => {
  const { a, b, cost } = gridMixtures(2, 1, 'l2');
  expect(thrownBy(() => sinkhornNewtonShift(a, b, cost, { epsilon: 1, warmup })).argument).toBe('warmup');
});
