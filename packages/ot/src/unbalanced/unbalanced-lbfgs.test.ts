import type { DenseMatrix } from '@infimum/linalg';
import { describe, expect, it } from 'vitest';
import { randomPoints } from '../instances.ts';
import { thrownBy } from '../testing/entropic-contract.ts';
import { goldenMatrix, goldenVector } from '../testing/pot-golden.ts';
import { unbalancedLbfgs, unbalancedLbfgsSteps } from './unbalanced-lbfgs.ts';
import { unbalancedMm } from './unbalanced-mm.ts';
import { marginalsOf, stationarity, stationarityBound } from './unbalanced-plan.ts';

const a = goldenVector('a');
const b = goldenVector('heavy');
const cost = goldenMatrix('cost');

function expectClose(actual: Float64Array, expected: Float64Array, digits: number) {
  actual.forEach((value, k) => {
    expect(value).toBeCloseTo(expected[k], digits);
  });
}

/** The gradient straight from the definition. */
function gradientOf(
  plan: DenseMatrix,
  { divergence, prices, gamma = 0 }: { divergence: 'kl' | 'l2'; prices: readonly number[]; gamma?: number },
) {
  const [rows, columns] = marginalsOf(plan);
  const miss = (sum: number, weight: number) => (divergence === 'kl' ? Math.log(sum / weight) : sum - weight);
  return plan.values.map((mass, k) => {
    const [i, j] = [Math.floor(k / plan.cols), k % plan.cols];
    return cost.values[k] + gamma * (mass - a[i] * b[j]) + prices[0] * miss(rows[i], a[i]) + prices[1] * miss(columns[j], b[j]);
  });
}

describe('unbalanced transport by L-BFGS', () => {
  it('has the plans of POT', () => {
    const kl = unbalancedLbfgs(a, b, cost, { marginalPenalty: 0.8, targetPenalty: 2, tolerance: 1e-9 });
    expect(kl.status).toBe('converged');
    expectClose(kl.plan.values, goldenMatrix('lbfgsKl').values, 5);
    const l2 = unbalancedLbfgs(a, b, cost, {
      marginalPenalty: 4,
      targetPenalty: 9,
      divergence: 'l2',
      gamma: 0.5,
      tolerance: 1e-9,
    });
    expect(l2.status).toBe('converged');
    expectClose(l2.plan.values, goldenMatrix('lbfgsL2').values, 5);
  });

  it('has the documented examples of POT', () => {
    const half = Float64Array.of(0.5, 0.5);
    const square = { rows: 2, cols: 2, values: Float64Array.of(1, 36, 9, 4) };
    const kl = unbalancedLbfgs(half, half, square, { marginalPenalty: 5 });
    expectClose(kl.plan.values, Float64Array.of(0.45, 0, 0, 0.34), 2);
    const l2 = unbalancedLbfgs(half, half, square, { marginalPenalty: 5, divergence: 'l2' });
    expectClose(l2.plan.values, Float64Array.of(0.4, 0, 0, 0.1), 2);
  });

  it.each([
    ['kl', [0.8, 0.8], 0],
    ['kl', [0.1, 30], 0],
    ['kl', [3, 0.5], 2],
    ['l2', [4, 4], 0],
    ['l2', [9, 2], 0],
    ['l2', [4, 9], 0.5],
  ] as const)(
    '%s at prices %s and gamma %s: the gradient vanishes where there is mass, and is never negative',
    (divergence, prices, gamma) => {
      const { plan, status } = unbalancedLbfgs(a, b, cost, {
        marginalPenalty: prices[0],
        targetPenalty: prices[1],
        divergence,
        gamma,
        tolerance: 1e-8,
      });
      expect(status).toBe('converged');
      const gradient = gradientOf(plan, { divergence, prices, gamma });
      gradient.forEach((force, k) => {
        expect(force).toBeGreaterThan(-1e-5);
        expect(plan.values[k] * force).toBeLessThan(1e-6);
      });
      expect(plan.values.some((mass) => mass === 0)).toBe(true);
    },
  );

  it('one pair: the closed forms', () => {
    const one = Float64Array.of(1);
    const single = { rows: 1, cols: 1, values: Float64Array.of(2) };
    const massOf = (options: { divergence?: 'l2'; gamma?: number }) =>
      unbalancedLbfgs(one, one, single, { marginalPenalty: 4, tolerance: 1e-12, ...options }).mass;
    expect(massOf({})).toBeCloseTo(Math.exp(-1 / 4), 9);
    expect(massOf({ divergence: 'l2' })).toBeCloseTo(1 - 1 / 4, 9);
    expect(massOf({ divergence: 'l2', gamma: 2 })).toBeCloseTo(1 - 2 / 10, 9);
    const dear = unbalancedLbfgs(one, one, single, { marginalPenalty: 0.5, divergence: 'l2' });
    expect([dear.status, dear.mass]).toEqual(['converged', 0]);
  });

  it('never rises, and ends below majorisation-minimisation', () => {
    const problem = randomPoints(15, 20, 2, 3, { zeroShare: 0.1 });
    let before = Infinity;
    const found = unbalancedLbfgs(problem.a, problem.b, problem.cost, {
      marginalPenalty: 0.2,
      tolerance: 1e-8,
      onIteration: ({ objective }) => {
        expect(objective).toBeLessThanOrEqual(before + 1e-12);
        before = objective;
      },
    });
    expect(found.status).toBe('converged');
    const slow = unbalancedMm(problem.a, problem.b, problem.cost, { marginalPenalty: 0.2, maxIterations: 2000 });
    const objectiveOf = ({ plan, cost: moved }: { plan: DenseMatrix; cost: number }) => {
      const [rows, columns] = marginalsOf(plan);
      const kl = (p: Float64Array, q: Float64Array) =>
        p.reduce((sum, value, i) => sum + (value > 0 ? value * Math.log(value / q[i]) : 0) - value + q[i], 0);
      return moved + 0.2 * (kl(rows, problem.a) + kl(columns, problem.b));
    };
    expect(objectiveOf(found)).toBeCloseTo(before, 10);
    expect(objectiveOf(found)).toBeLessThanOrEqual(objectiveOf(slow) + 1e-10);
  });

  it('is judged by numbers where costs are as nothing beside the price', () => {
    const weights = Float64Array.of(2 ** 53, 1);
    const tiny = { rows: 2, cols: 2, values: Float64Array.of(1e-150, 1e-150, 1e-150, 0) };
    const problem = { a: weights, b: Float64Array.of(0.5, 0.5), cost: tiny, marginalPenalty: 1e308, epsilon: 0 };
    const found = unbalancedLbfgs(problem.a, problem.b, tiny, { marginalPenalty: 1e308 });
    const [left, bound] = [stationarity(problem, found), stationarityBound(problem, 1e-6)];
    expect(bound).toBeLessThan(Infinity);
    expect(left).toBeGreaterThanOrEqual(0);
    if (found.status === 'converged') expect(left).toBeLessThanOrEqual(bound);
  });

  it('knows no unit of costs and masses', () => {
    const plain = unbalancedLbfgs(a, b, cost, { marginalPenalty: 0.8, tolerance: 1e-9 });
    for (const unit of [1e150, 1e-150]) {
      const far = unbalancedLbfgs(
        a,
        b,
        { ...cost, values: cost.values.map((c) => unit * c) },
        { marginalPenalty: unit * 0.8, tolerance: 1e-9 },
      );
      expect(far.status).toBe('converged');
      expectClose(far.plan.values, plain.plan.values, 6);
      for (const divergence of ['kl', 'l2'] as const) {
        const heavy = unbalancedLbfgs(
          a.map((w) => unit * w),
          b.map((w) => unit * w),
          cost,
          { marginalPenalty: divergence === 'kl' ? 0.8 : 4 / unit, divergence, tolerance: 1e-9 },
        );
        expect(heavy.status).toBe('converged');
        const own =
          divergence === 'kl' ? plain : unbalancedLbfgs(a, b, cost, { marginalPenalty: 4, divergence, tolerance: 1e-9 });
        expectClose(
          heavy.plan.values.map((mass) => mass / unit),
          own.plan.values,
          6,
        );
      }
    }
  });
});

it.each([
  ['a', () => unbalancedLbfgs(b, b, cost, { marginalPenalty: 1 })],
  [
    'b',
    () =>
      unbalancedLbfgs(
        a,
        b.map((w) => -w),
        cost,
        { marginalPenalty: 1 },
      ),
  ],
  ['cost', () => unbalancedLbfgs(a, b, { ...cost, values: cost.values.map(() => Infinity) }, { marginalPenalty: 1 })],
  ['marginalPenalty', () => unbalancedLbfgs(a, b, cost, { marginalPenalty: 0 })],
  ['sourcePenalty', () => unbalancedLbfgs(a, b, cost, { marginalPenalty: 1, sourcePenalty: Infinity })],
  ['gamma', () => unbalancedLbfgs(a, b, cost, { marginalPenalty: 1, gamma: -1 })],
  ['divergence', () => unbalancedLbfgs(a, b, cost, { marginalPenalty: 1, divergence: 'tv' as never })],
])('a bad %s is named', (argument, call) => {
  expect(thrownBy(call).argument).toBe(argument);
});

it('pauses between the trials of a line search over a million pairs, with the iterate as it was', () => {
  const [n, m] = [2, 500_001];
  const cost = { rows: n, cols: m, values: Float64Array.from({ length: n * m }, (_, k) => ((k * 7919) % 1013) / 1013) };
  const weights = (size: number) => new Float64Array(size).fill(1 / size);
  const problem = { a: weights(n), b: weights(m), cost };
  const seen: { readonly iteration: number; readonly residual: number }[] = [];
  for (const iterate of unbalancedLbfgsSteps(problem, { marginalPenalty: 0.1 })) {
    seen.push(iterate);
    if (iterate.iteration === 3) break;
  }
  const pauses = seen.filter(({ iteration }, k) => iteration === seen[k - 1]?.iteration);
  expect(pauses.length).toBeGreaterThanOrEqual(3);
  expect(new Set(seen.map(({ residual }) => residual)).size).toBe(4);
});
