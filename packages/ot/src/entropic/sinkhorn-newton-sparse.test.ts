import { run } from '@infimum/core';
import { mulberry32 } from '@infimum/core/reference-generators';
import { matrixFromRows } from '@infimum/linalg';
import { describe, expect, it } from 'vitest';
import { emd } from '../exact/network-simplex.ts';
import { gridMixtures, randomAssignment, randomPoints } from '../instances.ts';
import type { Transport } from '../transport.ts';
import { sinkhorn } from './sinkhorn.ts';
import type { SinkhornNewtonSparseOptions } from './sinkhorn-newton-sparse.ts';
import { sinkhornNewtonSparse, sinkhornNewtonSparseSteps } from './sinkhorn-newton-sparse.ts';

const EPSILON = 1 / 1200;

function solve({ a, b, cost }: Transport, options: SinkhornNewtonSparseOptions) {
  let newtonSteps = 0;
  const outcome = sinkhornNewtonSparse(a, b, cost, {
    ...options,
    onIteration: (iterate) => {
      newtonSteps = iterate.newtonSteps;
    },
  });
  return { ...outcome, newtonSteps };
}

describe('the algorithm of the paper (no continuation)', () => {
  const paper = { epsilon: EPSILON, tolerance: 1e-11, continuation: false } as const;

  it('solves random assignment with 20 sweeps and about 9 Newton steps', () => {
    for (const seed of [1, 2]) {
      const result = solve(randomAssignment(500, seed), paper);
      expect(result.status).toBe('converged');
      expect(result.newtonSteps).toBeLessThanOrEqual(12);
    }
  }, 60_000);

  it('loses nothing by sparsification: the whole Hessian takes as many steps', () => {
    const problem = randomAssignment(200, 1);
    const options = { ...paper, epsilon: 1 / 300 };
    const sparse = solve(problem, options);
    const dense = solve(problem, { ...options, sparsify: 'all' });
    expect(dense.status).toBe('converged');
    expect(sparse.newtonSteps).toBeLessThanOrEqual(dense.newtonSteps + 3);
  }, 60_000);

  it('converges fast with 8 kept entries a row, and only linearly with 2', () => {
    const problem = randomAssignment(500, 1);
    const steps = (perRow: number, limit = {}) =>
      solve(problem, { ...paper, tolerance: 1e-10, sparsify: 'top-k', density: perRow / 500, ...limit }).newtonSteps;
    const [four, eight] = [steps(4), steps(8)];
    // Twenty sweeps come first; more than a few steps beyond the bound need not be waited for.
    const two = steps(2, { maxIterations: 20 + 2 * four + 5 });
    expect(eight).toBeLessThanOrEqual(10);
    expect(four).toBeLessThanOrEqual(22);
    expect(two).toBeGreaterThan(2 * four);
  }, 60_000);

  it('gives the same plan in either gauge', () => {
    const problem = randomAssignment(50, 7);
    const options = { ...paper, epsilon: 1 / 100 };
    const projected = solve(problem, options);
    const augmented = solve(problem, { ...options, gauge: 'augment' });
    expect(augmented.status).toBe('converged');
    projected.plan.values.forEach((mass, k) => {
      expect(Math.abs(augmented.plan.values[k] - mass)).toBeLessThan(1e-11);
    });
  });

  it('recovers from a warm-up that is too short, by sweeps after short steps', () => {
    const result = solve(gridMixtures(20, 1, 'l1'), { ...paper, tolerance: 1e-9, warmup: 20 });
    expect(result.status).toBe('converged');
    expect(result.cost).toBeCloseTo(0.145058329361596, 10);
  }, 60_000);
});

describe('with continuation', () => {
  it('needs few Newton steps over all stages, also where the plan is almost a vertex', () => {
    const cases: [Transport, number][] = [
      [randomAssignment(50, 7), 1200],
      [randomAssignment(100, 11), 1200],
      [randomAssignment(200, 5), 5000],
      [randomAssignment(500, 1), 1200],
      [gridMixtures(28, 1, 'l1'), 1200],
      [gridMixtures(28, 1, 'l2'), 1200],
    ];
    for (const [problem, eta] of cases) {
      const result = solve(problem, { epsilon: 1 / eta, tolerance: 1e-11 });
      expect(result.status).toBe('converged');
      expect(result.newtonSteps).toBeLessThanOrEqual(25);
    }
  }, 60_000);

  it('solves the three-point example at eta = 100, where Sinkhorn is still wrong after 20 000 sweeps', () => {
    const problem = {
      a: Float64Array.of(0.5, 0.3, 0.2),
      b: Float64Array.of(0.2, 0.3, 0.5),
      cost: matrixFromRows([
        [0, 1, 4],
        [1, 0, 1],
        [4, 1, 0],
      ]),
    };
    const result = solve(problem, { epsilon: 0.01, tolerance: 1e-12 });
    expect(result.newtonSteps).toBeLessThanOrEqual(20);
    expect(result.dualValue).toBeCloseTo(0.586338411524, 11);
    expect(result.cost).toBeCloseTo(0.6, 7);
    const slow = sinkhorn(problem.a, problem.b, problem.cost, { epsilon: 0.01, tolerance: 1e-12, maxIterations: 20_000 });
    expect(slow.status).toBe('iteration-limit');
    expect(Math.abs(slow.cost - 0.6)).toBeGreaterThan(1e-7);
  });

  it('falls superlinearly near the end', () => {
    const errors: number[] = [];
    run(sinkhornNewtonSparseSteps(randomAssignment(500, 1), { epsilon: EPSILON, tolerance: 1e-13 }), {
      maxIterations: 500,
      onIteration: ({ phase, epsilon, marginalError }) => {
        if (phase === 'newton' && epsilon === EPSILON) errors.push(marginalError);
      },
    });
    const [before, last] = errors.slice(-2);
    const order = Math.log(last) / Math.log(before);
    expect(last).toBeLessThan(1e-12);
    expect(order).toBeGreaterThan(1.2);
  });

  it.each([1, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6])(
    'zeros in the weights and epsilon = %s: marginals within tolerance, or a reason',
    (epsilon) => {
      for (const seed of [1, 2, 3]) {
        const problem = randomPoints(60, 90, 2, seed, { zeroShare: 0.2 });
        const result = solve(problem, { epsilon, tolerance: 1e-9 });
        expect(result.plan.values.every(Number.isFinite)).toBe(true);
        if (result.status === 'converged') expect(result.marginalError).toBeLessThanOrEqual(1.1e-9);
        else expect(result.reason).toMatch(/rounding/);
      }
    },
    60_000,
  );

  it('costs fall towards the linear programme as epsilon does, within (H(a) + H(b)) epsilon', () => {
    const problem = randomPoints(20, 30, 2, 5);
    const exact = emd(problem.a, problem.b, problem.cost).cost;
    const entropy = (weights: Float64Array) => weights.reduce((sum, w) => sum - (w > 0 ? w * Math.log(w) : 0), 0);
    const bound = entropy(problem.a) + entropy(problem.b);
    let previous = Infinity;
    for (const epsilon of [1, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001]) {
      const { cost } = solve(problem, { epsilon, tolerance: 1e-12 });
      expect(cost).toBeLessThanOrEqual(previous + 1e-12);
      expect(cost).toBeGreaterThanOrEqual(exact - 1e-12);
      expect(cost - exact).toBeLessThanOrEqual(bound * epsilon);
      previous = cost;
    }
  });

  it.each([
    [41, 74, 1, 10],
    [17, 13, 2, 29],
    [54, 67, 1, 31],
    [42, 80, 1, 37],
  ])('finds the mass that parts of the plan exchange at epsilon = 1e-9: %s x %s points', (n, m, dimension, seed) => {
    // Stages of ordinary accuracy lose it: they end with parts whose masses differ by less than their tolerance.
    const random = mulberry32(seed);
    const [a, b] = [n, m].map((length) => {
      const weights = Float64Array.from({ length }, () => (random() < 0.3 ? 0 : random()));
      const mass = weights.reduce((sum, weight) => sum + weight, 0);
      return weights.map((weight) => weight / mass);
    });
    const problem = { ...randomPoints(n, m, dimension, seed), a, b };
    for (const { a, b, cost } of [problem, randomPoints(n, m, dimension, seed, { zeroShare: 0.2 })]) {
      const result = sinkhornNewtonSparse(a, b, cost, { epsilon: 1e-9 });
      expect(result.status).toBe('converged');
      expect(result.marginalError).toBeLessThanOrEqual(1e-9);
      expect(Math.abs(result.cost - emd(a, b, cost).cost)).toBeLessThan(1e-7);
    }
  });

  it('starts warm from potentials, where they already solve the problem', () => {
    const problem = randomAssignment(100, 11);
    const first = solve(problem, { epsilon: EPSILON, tolerance: 1e-11 });
    const initial = { source: first.sourcePotential, target: first.targetPotential };
    const again = solve(problem, { epsilon: EPSILON, tolerance: 1e-10, initial });
    expect(again.status).toBe('converged');
    expect(again.newtonSteps).toBe(0);
  });
});

describe('derivatives of the value (envelope theorem)', () => {
  const problem = randomPoints(6, 7, 2, 9);
  const options = { epsilon: 0.05, tolerance: 1e-13 };
  const value = (changed: Partial<Transport>) => {
    const { a, b, cost } = { ...problem, ...changed };
    return sinkhornNewtonSparse(a, b, cost, options).regularizedCost;
  };
  const base = sinkhornNewtonSparse(problem.a, problem.b, problem.cost, options);
  const h = 1e-5;

  it('with respect to the cost it is the plan', () => {
    for (const k of [0, 5, 17, 41]) {
      const at = (shift: number) => {
        const values = problem.cost.values.slice();
        values[k] += shift;
        return value({ cost: { ...problem.cost, values } });
      };
      expect((at(h) - at(-h)) / (2 * h)).toBeCloseTo(base.plan.values[k], 7);
    }
  });

  it('with respect to a weight it is the potential, up to a constant', () => {
    const at = (i: number, shift: number) => {
      const a = problem.a.slice();
      a[i] += shift;
      a[0] -= shift;
      return value({ a });
    };
    for (const i of [1, 3, 5]) {
      const slope = (at(i, h) - at(i, -h)) / (2 * h);
      expect(slope).toBeCloseTo(base.sourcePotential[i] - base.sourcePotential[0], 6);
    }
  });
});
