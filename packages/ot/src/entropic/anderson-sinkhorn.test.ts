import { describe, expect, it } from 'vitest';
import { gridMixtures, randomAssignment } from '../instances.ts';
import { describeEntropicSolver, thrownBy } from '../testing/entropic-contract.ts';
import { andersonSinkhorn } from './anderson-sinkhorn.ts';
import { sinkhorn } from './sinkhorn.ts';
import { sinkhornNewtonSparse } from './sinkhorn-newton-sparse.ts';

describeEntropicSolver('andersonSinkhorn', ({ a, b, cost }, options) =>
  andersonSinkhorn(a, b, cost, { ...options, maxIterations: 3000 }),
);

describe('acceleration', () => {
  it.each([
    ['random assignment', randomAssignment(60, 2), 0.004],
    ['a grid', gridMixtures(8, 1, 'l2'), 0.002],
  ])('takes fewer sweeps than Sinkhorn: %s', (_, { a, b, cost }, epsilon) => {
    const plain = sinkhorn(a, b, cost, { epsilon, domain: 'log' });
    const result = andersonSinkhorn(a, b, cost, { epsilon });
    expect(result.status).toBe('converged');
    // Where sweeps converge slowly, potentials are further off than marginals are.
    const exact = sinkhornNewtonSparse(a, b, cost, { epsilon, tolerance: 1e-13 });
    expect(result.dualValue).toBeCloseTo(exact.dualValue, 8);
    expect(result.cost).toBeCloseTo(exact.cost, 7);
    expect(result.iterations).toBeLessThan(plain.iterations / 2);
  });

  it('never lowers the dual by more than rounding', () => {
    const { a, b, cost } = randomAssignment(40, 3);
    const duals: number[] = [];
    andersonSinkhorn(a, b, cost, {
      epsilon: 0.002,
      memory: 20,
      maxIterations: 200,
      onIteration: ({ solution }) => {
        duals.push(solution().dualValue);
      },
    });
    expect(duals.length).toBeGreaterThan(20);
    for (let k = 2; k < duals.length; k++) expect(duals[k]).toBeGreaterThan(duals[k - 2] - 1e-12);
  });

  it('rejects a bad memory', () => {
    const { a, b, cost } = randomAssignment(3, 1);
    for (const memory of [0, 1.5, 51]) {
      expect(thrownBy(() => andersonSinkhorn(a, b, cost, { epsilon: 1, memory })).argument).toBe('memory');
    }
  });
});
