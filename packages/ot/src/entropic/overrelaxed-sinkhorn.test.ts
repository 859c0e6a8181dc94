import { describe, expect, it } from 'vitest';
import { randomAssignment } from '../instances.ts';
import { describeEntropicSolver, thrownBy } from '../testing/entropic-contract.ts';
import { overrelaxedSinkhorn } from './overrelaxed-sinkhorn.ts';
import { sinkhorn } from './sinkhorn.ts';

describeEntropicSolver('overrelaxedSinkhorn', ({ a, b, cost }, options) =>
  overrelaxedSinkhorn(a, b, cost, { ...options, maxIterations: 5000 }),
);

describe('relaxation', () => {
  const { a, b, cost } = randomAssignment(50, 7);

  it('of one is Sinkhorn', () => {
    const options = { epsilon: 0.02, tolerance: 1e-9 };
    const plain = sinkhorn(a, b, cost, { ...options, domain: 'log' });
    const relaxed = overrelaxedSinkhorn(a, b, cost, { ...options, relaxation: 1 });
    expect(Math.abs(relaxed.iterations - plain.iterations)).toBeLessThanOrEqual(1);
  });

  it('halves the sweeps at least', () => {
    const options = { epsilon: 0.01, tolerance: 1e-9 };
    const plain = sinkhorn(a, b, cost, { ...options, domain: 'log' });
    expect(overrelaxedSinkhorn(a, b, cost, options).iterations).toBeLessThan(plain.iterations / 2);
  });

  it('never lets the dual fall, even near two', () => {
    let last = -Infinity;
    overrelaxedSinkhorn(a, b, cost, {
      epsilon: 0.01,
      relaxation: 1.95,
      maxIterations: 100,
      onIteration: ({ solution }) => {
        const { dualValue, plan } = solution();
        const dual = dualValue - 0.01 * plan.values.reduce((sum, mass) => sum + mass, 0);
        expect(dual).toBeGreaterThanOrEqual(last - 1e-12);
        last = dual;
      },
    });
    expect(last).toBeGreaterThan(-Infinity);
  });

  it.each([0.9, 2, Number.NaN])('of %s is rejected', (relaxation) => {
    const call = () => overrelaxedSinkhorn(a, b, cost, { epsilon: 1, relaxation });
    expect(thrownBy(call).argument).toBe('relaxation');
  });
});
