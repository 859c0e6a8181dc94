import { expect, it } from 'vitest';
import { randomPoints } from '../instances.ts';
import { describeEntropicSolver, thrownBy } from '../testing/entropic-contract.ts';
import { sinkhorn } from './sinkhorn.ts';
import { stochasticTransport } from './stochastic-transport.ts';

describeEntropicSolver('stochastic averaged gradients', ({ a, b, cost }, options) =>
  stochasticTransport(a, b, cost, { maxIterations: 60_000, ...options }),
);

const { a, b, cost } = randomPoints(30, 20, 2, 4, { zeroShare: 0.2 });

it("reaches Sinkhorn's dual value, whatever the seed", () => {
  const reference = sinkhorn(a, b, cost, { epsilon: 0.1, domain: 'log', tolerance: 1e-12 });
  for (const seed of [0, 1]) {
    const result = stochasticTransport(a, b, cost, { epsilon: 0.1, tolerance: 1e-8, seed });
    expect(result.status).toBe('converged');
    expect(result.dualValue).toBeCloseTo(reference.dualValue, 8);
  }
});

it('repeats for a seed, and rejects a bad one', () => {
  const options = { epsilon: 0.1, maxIterations: 5, seed: 3 };
  const [first, second] = [0, 1].map(() => stochasticTransport(a, b, cost, options));
  expect(second.plan.values).toEqual(first.plan.values);
  expect(first.status).toBe('iteration-limit');
  expect(thrownBy(() => stochasticTransport(a, b, cost, { epsilon: 1, seed: -1 })).argument).toBe('seed');
});
