// What theory says about entropic plans and Sinkhorn's iterates, held against brute force.

import { mulberry32 } from '@infimum/core/reference-generators';
import { describe, expect, it } from 'vitest';
import { emd } from '../exact/network-simplex.ts';
import { randomAssignment } from '../instances.ts';
import type { Transport } from '../transport.ts';
import { sparsityProfile } from './newton/sparsify.ts';
import { sinkhornSteps } from './sinkhorn.ts';
import { sinkhornNewtonSparse } from './sinkhorn-newton-sparse.ts';

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
    const { plan } = sinkhornNewtonSparse(problem.a, problem.b, problem.cost, { epsilon: 1 / eta, tolerance: 1e-13 });
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
    // From zero, not from the minima of rows and columns.
    const initial = { source: new Float64Array(5), target: new Float64Array(5) };
    for (const { iteration, solution } of sinkhornSteps(problem, { epsilon, tolerance: 0, initial, domain: 'log' })) {
      // The starting point has made one sweep.
      const sweeps = iteration + 1;
      if ([1, 10, 100, 1000, 2000].includes(sweeps)) {
        const { plan, dualValue } = solution();
        const divergence = optimum.plan.values.reduce((sum, mass, k) => sum + mass * Math.log(mass / plan.values[k]), 0);
        expect(divergence).toBeCloseTo(eta * (optimum.dualValue - dualValue), 10);
        expect(l1(optimum.plan.values, plan.values)).toBeLessThanOrEqual(Math.sqrt(2 * divergence));
        products.push(sweeps * divergence);
      }
      if (sweeps === 2000) break;
    }
    expect(products).toHaveLength(5);
    [0.388, 0.554, 0.612, 0.751, 0.803].forEach((expected, k) => {
      expect(products[k]).toBeCloseTo(expected, 3);
    });
  });
});

/** The number of entries that some optimal vertex uses, from an optimal dual: those of reduced cost zero, if on a vertex. */
function optimalSupport({ a, b, cost }: Transport): Set<number> {
  const n = cost.rows;
  const { sourcePotential: x, targetPotential: y } = emd(a, b, cost);
  const isTight = (i: number, j: number) => Math.abs(cost.values[i * n + j] - x[i] - y[j]) < 1e-12;
  const support = new Set<number>();
  for (const order of permutations(n)) {
    if (order.every((j, i) => isTight(i, j))) for (let i = 0; i < n; i++) support.add(i * n + order[i]);
  }
  return support;
}

/** The same from the values of all vertices. */
function bestVertices({ cost }: Transport): Set<number> {
  const n = cost.rows;
  const total = (order: number[]) => order.reduce((sum, j, i) => sum + cost.values[i * n + j], 0);
  const all = [...permutations(n)];
  const least = Math.min(...all.map(total));
  const best = all.filter((order) => total(order) < least + 1e-12);
  return new Set(best.flatMap((order) => order.map((j, i) => i * n + j)));
}

describe('degenerate optima', () => {
  it.each([1, 2, 3, 4, 5, 6])('lambda* from an optimal dual is that of all vertices, and of the plan, %s', (seed) => {
    // Costs of few values have ties.
    const random = mulberry32(seed);
    const n = 5;
    const values = Float64Array.from({ length: n * n }, () => Math.floor(3 * random()));
    const uniform = new Float64Array(n).fill(1 / n);
    const problem = { a: uniform, b: uniform, cost: { rows: n, cols: n, values } };
    const support = optimalSupport(problem);
    expect([...support].sort()).toEqual([...bestVertices(problem)].sort());
    const options = { epsilon: 0.005, tolerance: 1e-13 };
    const { plan } = sinkhornNewtonSparse(uniform, uniform, problem.cost, options);
    // The mass outside so many entries.
    const outside = (entries: number) => sparsityProfile(plan.values, (entries - 0.5) / (n * n));
    expect(outside(support.size)).toBeLessThan(1e-12);
    // The plan uses the whole face: one entry less leaves mass outside.
    expect(outside(support.size - 1)).toBeGreaterThan(1e-3);
  });

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

it('passes over the plan grow with size to a power of at most 2.3', () => {
  const sizes = [100, 200, 400];
  const work = sizes.map((n) => {
    const { a, b, cost } = randomAssignment(n, 1);
    const { status, iterations } = sinkhornNewtonSparse(a, b, cost, { epsilon: 1 / 1200 });
    expect(status).toBe('converged');
    // A sweep or step looks at all n^2 entries a fixed number of times.
    return Math.log(iterations * n * n);
  });
  const logs = sizes.map(Math.log);
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(logs), mean(work)];
  const exponent = mean(logs.map((value, k) => (value - x) * (work[k] - y))) / mean(logs.map((value) => (value - x) ** 2));
  expect(exponent).toBeGreaterThan(1.5);
  expect(exponent).toBeLessThan(2.3);
});
