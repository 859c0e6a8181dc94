// What theory says about entropic plans and Sinkhorn's iterates, held against brute force.
import { describe, expect, it } from 'vitest';
import { randomAssignment } from './instances.ts';
import { sinkhornLogSteps } from './sinkhorn-log.ts';
import { sinkhornNewtonSparse } from './sinkhorn-newton-sparse.ts';
import { sparsityProfile } from './sparsify.ts';
import type { Transport } from './transport.ts';

/** All permutations of 0 … n-1. */
function* permutations(n: number, prefix: number[] = []): Generator<number[]> {
  if (prefix.length === n) yield prefix;
  for (let i = 0; i < n; i++) if (!prefix.includes(i)) yield* permutations(n, [...prefix, i]);
}

/** The two best values over the vertices of the assignment polytope with mass 1, and the best vertex. */
function vertices({ cost }: Transport): { gap: number; best: Float64Array } {
  const n = cost.rows;
  const ranked = [...permutations(n)]
    .map((order) => ({ order, value: order.reduce((sum, j, i) => sum + cost.values[i * n + j], 0) / n }))
    .sort((x, y) => x.value - y.value);
  const best = new Float64Array(n * n);
  ranked[0].order.forEach((j, i) => {
    best[i * n + j] = 1 / n;
  });
  return { gap: ranked[1].value - ranked[0].value, best };
}

const l1 = (x: Float64Array, y: Float64Array) => x.reduce((sum, value, k) => sum + Math.abs(value - y[k]), 0);

describe('the plan and the vertex', () => {
  it.each([
    [5, 3, 0.07516529439],
    [6, 9, 0.012482327991],
  ])('n = %s, seed %s: the vertex gap and the exponential bound', (n, seed, expectedGap) => {
    const problem = randomAssignment(n, seed);
    const { gap, best } = vertices(problem);
    expect(gap).toBeCloseTo(expectedGap, 10);
    const eta = (1.5 * (1 + 2 * Math.log(n))) / gap;
    const { plan } = sinkhornNewtonSparse(problem.a, problem.b, problem.cost, {
      epsilon: 1 / eta,
      tolerance: 1e-13,
    });
    const distance = l1(plan.values, best);
    expect(distance).toBeLessThanOrEqual(2 * Math.E * n * n * Math.exp(-eta * gap));
    // (1/n, epsilon)-sparse: the mass outside the n largest entries is at most that distance.
    expect(sparsityProfile(plan.values, 1 / n)).toBeLessThanOrEqual(distance);
    if (n === 5) {
      expect(eta).toBeCloseTo(84.19196, 4);
      expect(distance).toBeCloseTo(8.920521e-6, 9);
    }
  });
});

describe("Sinkhorn's iterates", () => {
  const problem = randomAssignment(5, 3);
  const eta = 84.19196;
  const epsilon = 1 / eta;
  const optimum = sinkhornNewtonSparse(problem.a, problem.b, problem.cost, { epsilon, tolerance: 1e-13 });

  it('KL(optimum, iterate) is eta times the gap of the dual, and t KL stays bounded', () => {
    const products: number[] = [];
    for (const { iteration, solution } of sinkhornLogSteps(problem, { epsilon, tolerance: 0 })) {
      if ([1, 10, 100, 1000, 2000].includes(iteration)) {
        const { plan, dualValue } = solution();
        const divergence = optimum.plan.values.reduce(
          (sum, mass, k) => sum + mass * Math.log(mass / plan.values[k]),
          0,
        );
        expect(divergence).toBeCloseTo(eta * (optimum.dualValue - dualValue), 10);
        expect(l1(optimum.plan.values, plan.values)).toBeLessThanOrEqual(Math.sqrt(2 * divergence));
        products.push(iteration * divergence);
      }
      if (iteration === 2000) break;
    }
    expect(products).toHaveLength(5);
    expect(Math.max(...products)).toBeLessThan(1);
  });
});

describe('degenerate optima', () => {
  it('two tied assignments: the plan tends to the middle of the face, spread over both supports', () => {
    // The identity and the swap of the first two points cost the same.
    const values = Float64Array.from({ length: 16 }, (_, k) => (k % 5 === 0 ? 0 : 1));
    values[1] = values[4] = 0;
    const uniform = new Float64Array(4).fill(0.25);
    const { plan } = sinkhornNewtonSparse(uniform, uniform, { rows: 4, cols: 4, values }, { epsilon: 0.02 });
    // Six entries carry both optimal vertices: lambda* = 6 / 16.
    expect(sparsityProfile(plan.values, 6 / 16)).toBeLessThan(1e-12);
    expect(sparsityProfile(plan.values, 5 / 16)).toBeCloseTo(0.125, 8);
    for (const k of [0, 1, 4, 5]) expect(plan.values[k]).toBeCloseTo(0.125, 8);
  });
});
