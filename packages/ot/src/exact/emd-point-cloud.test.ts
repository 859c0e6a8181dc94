import { mulberry32 } from '@infimum/core/reference-generators';
import { describe, expect, it } from 'vitest';
import type { PointMetric } from '../cost-matrix.ts';
import { costMatrix } from '../cost-matrix.ts';

import { thrownBy } from '../testing/entropic-contract.ts';
import { highsOracle } from '../testing/linear-program.ts';
import { emdPointCloud } from './emd-point-cloud.ts';
import { emd } from './network-simplex.ts';

function cloud(rows: number, cols: number, seed: number) {
  return { rows, cols, values: Float64Array.from({ length: rows * cols }, mulberry32(seed)) };
}

function weights(length: number, seed: number) {
  const random = mulberry32(seed);
  const values = Float64Array.from({ length }, () => Math.max(0, random() - 0.2));
  const sum = values.reduce((all, value) => all + value, 0);
  return values.map((value) => value / sum);
}

const metrics: PointMetric[] = ['squared-euclidean', 'euclidean', 'manhattan', 'chebyshev', 'cosine', { minkowski: 3 }];

describe('emdPointCloud', () => {
  it.each(metrics)('is the optimum of a linear program, %j', async (metric) => {
    const leastCost = await highsOracle();
    const [x, y, a, b] = [cloud(12, 3, 1), cloud(17, 3, 2), weights(12, 3), weights(17, 4)];
    const result = emdPointCloud(x, y, { a, b, metric });
    expect(result.status).toBe('converged');
    expect(result.cost).toBeCloseTo(leastCost({ a, b, cost: costMatrix(x, y, metric) }), 8);
  });

  it.each(metrics)('has the plan of emd on stored costs, %j', (metric) => {
    for (const [n, m] of [
      [150, 90],
      [80, 160],
    ]) {
      const [x, y, a, b] = [cloud(n, 2, 5), cloud(m, 2, 6), weights(n, 7), weights(m, 8)];
      const lazy = emdPointCloud(x, y, { a, b, metric });
      const stored = emd(a, b, costMatrix(x, y, metric));
      expect(lazy.plan).toEqual(stored.plan);
      expect(lazy.cost).toBe(stored.cost);
      expect(lazy.sourcePotential).toEqual(stored.sourcePotential);
    }
  });

  it('keeps what it allocates proportional to the number of points', () => {
    const sizes = [400, 1600].map((n) => {
      const [x, y] = [cloud(n, 2, 1), cloud(n, 2, 2)];
      const before = process.memoryUsage().arrayBuffers;
      let most = 0;
      emdPointCloud(x, y, {
        maxIterations: 1,
        onIteration: () => {
          most = Math.max(most, process.memoryUsage().arrayBuffers - before);
        },
      });
      return most;
    });
    // A matrix of 1600 x 1600 costs alone would take 20 MB.
    expect(sizes[1]).toBeLessThan(2e6);
  });

  it('starts from potentials and obeys limits', () => {
    const [x, y] = [cloud(120, 2, 1), cloud(120, 2, 2)];
    const { sourcePotential: source, targetPotential: target, cost } = emdPointCloud(x, y);
    let pivots = 0;
    const again = emdPointCloud(x, y, {
      initial: { source, target },
      onIteration: (iterate) => {
        pivots = iterate.pivots;
      },
    });
    expect(again.cost).toBeCloseTo(cost, 14);
    expect(pivots).toBeLessThan(20);
    expect(emdPointCloud(x, y, { maxIterations: 1 }).status).toBe('iteration-limit');
    expect(emdPointCloud(x, y, { signal: AbortSignal.abort() }).status).toBe('aborted');
  });

  const [x, y] = [cloud(2, 2, 1), cloud(3, 2, 2)];
  const far = { ...x, values: x.values.map((value) => value * 1e200) };
  const vanishing = { ...x, values: new Float64Array(4) };
  it.each<[string, () => unknown]>([
    ['x', () => emdPointCloud({ ...x, values: x.values.map(() => Number.NaN) }, y)],
    ['y', () => emdPointCloud(x, cloud(3, 1, 1))],
    ['a', () => emdPointCloud(x, y, { a: Float64Array.of(1) })],
    ['b', () => emdPointCloud(x, y, { b: Float64Array.of(1, 1, 1) })],
    ['metric', () => emdPointCloud(x, y, { metric: 'nearest' as never })],
    ['x', () => emdPointCloud(vanishing, y, { metric: 'cosine' })],
    ['x', () => emdPointCloud(far, y)],
    ['initial.source', () => emdPointCloud(x, y, { initial: { source: new Float64Array(1), target: new Float64Array(3) } })],
  ])('a bad %s is named', (argument, call) => {
    expect(thrownBy(call).argument).toBe(argument);
  });
});
