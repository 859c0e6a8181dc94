import fc from 'fast-check';
import { expect, it } from 'vitest';
import { gaussianClouds, randomAssignment, randomPoints } from '../instances.ts';
import { thrownBy } from '../testing/entropic-contract.ts';
import { sinkhorn } from './sinkhorn.ts';
import type { EntropicPlan } from './state/normalized-problem.ts';
import { stochasticDual } from './stochastic-dual.ts';

/** The dual a'x + b'y - epsilon sum P + epsilon, which no potentials raise above the optimum. */
function dualOf({ dualValue, plan }: EntropicPlan, epsilon: number): number {
  return dualValue - epsilon * plan.values.reduce((sum, mass) => sum + mass, -1);
}

it('with batches of everything is gradient ascent, and reaches the plan of Sinkhorn', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 0, max: 1e6 }),
      (n, m, seed) => {
        const { a, b, cost } = randomPoints(n, m, 2, seed, { zeroShare: 0.2 });
        const reference = sinkhorn(a, b, cost, { epsilon: 0.5, domain: 'log', tolerance: 1e-12 });
        const result = stochasticDual(a, b, cost, { epsilon: 0.5, tolerance: 1e-10 });
        expect(result.status).toBe('converged');
        result.plan.values.forEach((mass, k) => {
          expect(Math.abs(mass - reference.plan.values[k])).toBeLessThan(1e-9);
        });
      },
    ),
    { numRuns: 30 },
  );
});

it('with small batches comes close to the optimum of the dual from below, whatever the seed', () => {
  for (const { a, b, cost } of [gaussianClouds(40, 1), randomAssignment(30, 2)]) {
    const epsilon = 0.3;
    const { dualValue } = sinkhorn(a, b, cost, { epsilon, domain: 'log', tolerance: 1e-12 });
    for (const seed of [0, 1, 2]) {
      const options = { epsilon, batchSize: 7, tolerance: 0, seed };
      const gaps = [4, 400].map(
        (maxIterations) => dualValue - dualOf(stochasticDual(a, b, cost, { ...options, maxIterations }), epsilon),
      );
      expect(gaps[1]).toBeGreaterThan(0);
      expect(gaps[1]).toBeLessThan(0.002);
      expect(gaps[1]).toBeLessThan(gaps[0] / 3);
    }
  }
});

it('ends at its tolerance, and says what to change where it does not', () => {
  const { a, b, cost } = gaussianClouds(50, 3);
  const close = stochasticDual(a, b, cost, { epsilon: 0.2, batchSize: 10, tolerance: 0.05 });
  expect(close.status).toBe('converged');
  expect(close.marginalError).toBeLessThanOrEqual(0.05);
  const far = stochasticDual(a, b, cost, { epsilon: 0.2, batchSize: 10, tolerance: 1e-9, maxIterations: 3 });
  expect(far.status).toBe('iteration-limit');
  expect(far.reason).toContain('sinkhornNewtonSparse');
});

it('masses other than one, an epsilon far below the costs and a bad start give numbers', () => {
  const { a, b, cost } = randomAssignment(12, 5);
  const heavy = [a, b].map((weights) => weights.map((weight) => 8 * weight));
  const scaled = stochasticDual(heavy[0], heavy[1], cost, { epsilon: 0.5, tolerance: 1e-8 });
  const reference = sinkhorn(heavy[0], heavy[1], cost, { epsilon: 0.5 });
  expect(scaled.cost).toBeCloseTo(reference.cost, 6);
  const start = { source: new Float64Array(12).fill(3), target: new Float64Array(12) };
  for (const [epsilon, initial] of [
    [1e-7, undefined],
    [0.05, start],
  ] as const) {
    const { plan, cost: moved } = stochasticDual(a, b, cost, { epsilon, initial, maxIterations: 200, batchSize: 3 });
    expect(Number.isFinite(moved)).toBe(true);
    expect(plan.values.every((mass) => mass >= 0 && mass < 2)).toBe(true);
  }
});

it('repeats for a seed', () => {
  const { a, b, cost } = randomPoints(30, 20, 2, 4, { zeroShare: 0.2 });
  const solve = (seed: number) => stochasticDual(a, b, cost, { epsilon: 0.1, batchSize: 4, maxIterations: 5, seed });
  expect(solve(3).plan.values).toEqual(solve(3).plan.values);
  expect(solve(4).plan.values).not.toEqual(solve(3).plan.values);
});

it.each([
  ['a', { a: Float64Array.of(-1, 2) }],
  ['epsilon', { epsilon: 0 }],
  ['batchSize', { batchSize: 0 }],
  ['step', { step: 1.5 }],
  ['step', { step: 0 }],
  ['seed', { seed: 0.5 }],
  ['tolerance', { tolerance: Number.NaN }],
])('a bad %s is named', (argument, change) => {
  const half = Float64Array.of(0.5, 0.5);
  const cost = { rows: 2, cols: 2, values: Float64Array.of(0, 1, 1, 0) };
  const { a, ...options } = { a: half, epsilon: 1, ...change };
  expect(thrownBy(() => stochasticDual(a, half, cost, options)).argument).toBe(argument);
});
