import type { DenseMatrix } from '@infimum/linalg';
import { describe, expect, it } from 'vitest';
import { costMatrix } from '../cost-matrix.ts';
import { emd } from '../exact/network-simplex.ts';
import { thrownBy } from '../testing/entropic-contract.ts';
import { goldenMatrix, goldenVector } from '../testing/pot-golden.ts';
import { entropicGromovWasserstein } from './entropic-gromov-wasserstein.ts';
import { gromovWasserstein } from './gromov-wasserstein.ts';

const first = goldenMatrix('squareX');
const second = goldenMatrix('squareY');
const a = goldenVector('a');
const b = goldenVector('b');
const cost = goldenMatrix('cost');

function expectPlan({ values }: DenseMatrix, name: string, digits: number) {
  goldenMatrix(name, 0).values.forEach((mass, k) => {
    expect(values[k]).toBeCloseTo(mass, digits);
  });
}

/** The distortion straight from its definition. */
function distortionOf(plan: DenseMatrix): number {
  let sum = 0;
  const [n, m] = [first.rows, second.rows];
  for (let i = 0; i < n; i++)
    for (let k = 0; k < n; k++)
      for (let j = 0; j < m; j++)
        for (let l = 0; l < m; l++)
          sum +=
            (first.values[i * n + k] - second.values[j * m + l]) ** 2 *
            plan.values[i * m + j] *
            plan.values[k * m + l];
  return sum;
}

describe('conditional gradients', () => {
  it('find the plans of POT', () => {
    const plain = gromovWasserstein(first, second, { a, b });
    expect(plain.status).toBe('converged');
    expectPlan(plain.plan, 'gromov', 7);
    const fused = gromovWasserstein(first, second, { a, b, cost, alpha: 0.4 });
    expectPlan(fused.plan, 'fusedGromov', 7);
  });

  it('report the distortion of the definition, and lower it with every step', () => {
    const { plan, distortion, trace = [] } = gromovWasserstein(first, second, { a, b, trace: true });
    expect(distortion).toBeCloseTo(distortionOf(plan), 10);
    trace.slice(1).forEach((row, k) => {
      expect(row.distortion).toBeLessThanOrEqual(trace[k].distortion + 1e-12);
    });
  });

  it('match a space with its permutation', () => {
    const points = { rows: 6, cols: 2, values: Float64Array.of(0, 0, 1, 0, 3, 1, 0, 5, 2, 2, 7, 1) };
    const order = [3, 1, 5, 0, 4, 2];
    const permuted = {
      ...points,
      values: Float64Array.from(order.flatMap((i) => [...points.values.subarray(2 * i, 2 * i + 2)])),
    };
    const space = (p: DenseMatrix) => costMatrix(p, p, 'euclidean');
    const { plan, distortion } = gromovWasserstein(space(points), space(permuted));
    expect(distortion).toBeCloseTo(0, 12);
    order.forEach((i, j) => {
      expect(plan.values[i * 6 + j]).toBeCloseTo(1 / 6, 10);
    });
  });

  it('without a Gromov-Wasserstein term is plain transport', () => {
    const fused = gromovWasserstein(first, second, { a, b, cost, alpha: 0 });
    expect(fused.distortion).toBeCloseTo(emd(a, b, cost).cost, 10);
  });

  it('one point against many, zero weights', () => {
    const point = { rows: 1, cols: 1, values: Float64Array.of(0) };
    const { distortion } = gromovWasserstein(point, second, { a: Float64Array.of(1), b });
    expect(distortion).toBeCloseTo(
      second.values.reduce((sum, value, k) => sum + value ** 2 * b[Math.floor(k / 7)] * b[k % 7], 0),
      10,
    );
    const weights = Float64Array.of(0.5, 0.5, 0);
    const path = { rows: 3, cols: 3, values: Float64Array.of(0, 1, 9, 1, 0, 9, 9, 9, 0) };
    expect(entropicGromovWasserstein(path, path, { a: weights, b: weights, epsilon: 1 }).plan.values[8]).toBe(
      0,
    );
  });
});

describe('entropic', () => {
  it('finds the plans of POT', () => {
    const plain = entropicGromovWasserstein(first, second, { a, b, epsilon: 1 });
    expect(plain.status).toBe('converged');
    expectPlan(plain.plan, 'entropicGromov', 6);
    const fused = entropicGromovWasserstein(first, second, { a, b, cost, alpha: 0.4, epsilon: 1 });
    expectPlan(fused.plan, 'entropicFusedGromov', 6);
  });

  it('reports the distortion of the definition', () => {
    const { plan, distortion } = entropicGromovWasserstein(first, second, { a, b, epsilon: 1 });
    expect(distortion).toBeCloseTo(distortionOf(plan), 10);
  });
});

it.each([
  ['first', () => gromovWasserstein({ rows: 2, cols: 2, values: Float64Array.of(0, 1, 2, 0) }, second)],
  ['second', () => gromovWasserstein(first, cost)],
  ['a', () => gromovWasserstein(first, second, { a: b })],
  ['b', () => gromovWasserstein(first, second, { a, b: b.map((w) => 2 * w) })],
  ['alpha', () => gromovWasserstein(first, second, { alpha: 0.5 })],
  ['alpha', () => gromovWasserstein(first, second, { cost, alpha: 1.5 })],
  ['cost', () => gromovWasserstein(first, second, { cost: first })],
  ['tolerance', () => gromovWasserstein(first, second, { tolerance: -1 })],
  ['epsilon', () => entropicGromovWasserstein(first, second, { epsilon: 0 })],
])('a bad %s is named', (argument, call) => {
  expect(thrownBy(call).argument).toBe(argument);
});
