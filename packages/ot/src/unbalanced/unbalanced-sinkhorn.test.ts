import type { DenseMatrix } from '@infimum/linalg';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sinkhorn } from '../entropic/sinkhorn.ts';
import { thrownBy } from '../testing/entropic-contract.ts';
import { goldenMatrix, goldenVector } from '../testing/pot-golden.ts';
import { unbalancedMm } from './unbalanced-mm.ts';
import { unbalancedSinkhorn } from './unbalanced-sinkhorn.ts';

const a = goldenVector('a');
const b = goldenVector('heavy');
const cost = goldenMatrix('cost');

function expectClose(actual: Float64Array, expected: Float64Array, digits: number) {
  expect(actual.length).toBe(expected.length);
  actual.forEach((value, k) => {
    expect(value).toBeCloseTo(expected[k], digits);
  });
}

function marginals({ rows, cols, values }: DenseMatrix) {
  const rowSums = new Float64Array(rows);
  const columnSums = new Float64Array(cols);
  values.forEach((mass, k) => {
    rowSums[Math.floor(k / cols)] += mass;
    columnSums[k % cols] += mass;
  });
  return { rowSums, columnSums };
}

it('the entropic plan is that of POT', () => {
  const result = unbalancedSinkhorn(a, b, cost, { epsilon: 0.3, marginalPenalty: 0.8 });
  expect(result.status).toBe('converged');
  expectClose(result.plan.values, goldenMatrix('unbalancedKl').values, 9);
});

it('the entropic plan satisfies its optimality conditions', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.01, max: 2, noNaN: true }),
      fc.double({ min: 0.05, max: 5, noNaN: true }),
      (epsilon, penalty) => {
        const { plan } = unbalancedSinkhorn(a, b, cost, {
          epsilon,
          marginalPenalty: penalty,
          maxIterations: 50_000,
        });
        const { rowSums, columnSums } = marginals(plan);
        plan.values.forEach((mass, k) => {
          if (mass < 1e-200) return;
          const [i, j] = [Math.floor(k / plan.cols), k % plan.cols];
          const force =
            cost.values[k] +
            epsilon * Math.log(mass / (a[i] * b[j])) +
            penalty * (Math.log(rowSums[i] / a[i]) + Math.log(columnSums[j] / b[j]));
          expect(Math.abs(force)).toBeLessThan(1e-6);
        });
      },
    ),
    { numRuns: 20 },
  );
});

it('a great penalty gives the balanced plan', () => {
  const balanced = goldenVector('b');
  const { plan } = unbalancedSinkhorn(a, balanced, cost, {
    epsilon: 0.5,
    marginalPenalty: 1e6,
    maxIterations: 100_000,
  });
  expectClose(plan.values, sinkhorn(a, balanced, cost, { epsilon: 0.5 }).plan.values, 5);
});

it('a single pair: mass exp(-C / (2 rho + epsilon)), zero weights stay empty', () => {
  const weights = Float64Array.of(1, 0);
  const { plan } = unbalancedSinkhorn(
    weights,
    weights,
    { rows: 2, cols: 2, values: Float64Array.of(2, 1, 1, 0) },
    { epsilon: 0.5, marginalPenalty: 1 },
  );
  expect(plan.values[0]).toBeCloseTo(Math.exp(-2 / 2.5), 10);
  expect(Array.from(plan.values.subarray(1))).toEqual([0, 0, 0]);
});

it.each(['kl', 'l2'] as const)('majorisation-minimisation is that of POT for %s', (divergence) => {
  const penalty = divergence === 'kl' ? 0.8 : 4;
  const result = unbalancedMm(a, b, cost, { marginalPenalty: penalty, divergence, tolerance: 1e-13 });
  expectClose(result.plan.values, goldenMatrix(divergence === 'kl' ? 'mmKl' : 'mmL2').values, 6);
});

it.each(['kl', 'l2'] as const)(
  'majorisation-minimisation reaches the optimality conditions of %s',
  (divergence) => {
    const penalty = 2;
    const { plan } = unbalancedMm(a, b, cost, {
      marginalPenalty: penalty,
      divergence,
      tolerance: 1e-12,
      maxIterations: 50_000,
    });
    const { rowSums, columnSums } = marginals(plan);
    const miss = (sum: number, weight: number) =>
      divergence === 'kl' ? Math.log(sum / weight) : sum - weight;
    plan.values.forEach((mass, k) => {
      const [i, j] = [Math.floor(k / plan.cols), k % plan.cols];
      const force = cost.values[k] + penalty * (miss(rowSums[i], a[i]) + miss(columnSums[j], b[j]));
      expect(force).toBeGreaterThan(-1e-3);
      if (mass > 1e-3) expect(force).toBeLessThan(1e-3);
    });
  },
);

it('majorisation-minimisation never raises its objective', () => {
  let last = Infinity;
  const objective = (plan: DenseMatrix, moved: number) => {
    const { rowSums, columnSums } = marginals(plan);
    const kl = (p: Float64Array, q: Float64Array) =>
      p.reduce((sum, value, i) => sum + value * Math.log(value / q[i]) - value + q[i], 0);
    return moved + 0.8 * (kl(rowSums, a) + kl(columnSums, b));
  };
  unbalancedMm(a, b, cost, {
    marginalPenalty: 0.8,
    maxIterations: 50,
    onIteration: ({ solution }) => {
      const { plan, cost: moved } = solution();
      const value = objective(plan, moved);
      expect(value).toBeLessThanOrEqual(last + 1e-12);
      last = value;
    },
  });
  expect(last).toBeLessThan(Infinity);
});

it.each([
  [
    'a',
    () =>
      unbalancedSinkhorn(
        a.map((w) => -w),
        b,
        cost,
        { epsilon: 1, marginalPenalty: 1 },
      ),
  ],
  ['b', () => unbalancedSinkhorn(a, a, cost, { epsilon: 1, marginalPenalty: 1 })],
  ['epsilon', () => unbalancedSinkhorn(a, b, cost, { epsilon: -1, marginalPenalty: 1 })],
  ['marginalPenalty', () => unbalancedSinkhorn(a, b, cost, { epsilon: 1, marginalPenalty: Number.NaN })],
  ['tolerance', () => unbalancedSinkhorn(a, b, cost, { epsilon: 1, marginalPenalty: 1, tolerance: -1 })],
  ['divergence', () => unbalancedMm(a, b, cost, { marginalPenalty: 1, divergence: 'tv' as never })],
  ['marginalPenalty', () => unbalancedMm(a, b, cost, { marginalPenalty: 0 })],
])('a bad %s is named', (argument, call) => {
  expect(thrownBy(call).argument).toBe(argument);
});
