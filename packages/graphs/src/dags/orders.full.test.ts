// Topological swaps against the best order of all, and against the continuous methods of this package.
import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { graphDistance, topologicalOrder } from './dag-graph.ts';
import type { Noise } from './dag-problem.ts';
import { randomDag, refittedScore, sampleLinearModel } from './dag-problem.ts';
import { exactOrder } from './exact-order.ts';
import { dagma, golem, notears } from './penalty-methods.ts';
import { topo, topoPostProcess } from './topo.ts';

const NOISES: readonly Noise[] = ['normal', 'exponential', 'gumbel', 'unequal'];

/** Every kind of graph, density and noise, raw and standardised, with many rows, few, and as many as columns. */
const CASES = (['erdos-renyi', 'scale-free'] as const).flatMap((kind) =>
  [1, 2, 4].flatMap((k) =>
    NOISES.flatMap((noise) =>
      [false, true].flatMap((standardize) =>
        (['1000', '5 d', 'd'] as const).map((rows) => ({ kind, k, noise, standardize, rows })),
      ),
    ),
  ),
);

function instanceOf(d: number, index: number, seed: number) {
  const { kind, k, noise, standardize, rows } = CASES[index % CASES.length];
  const random = new Random(seed).split(d).split(index);
  const truth = randomDag(d, k, kind, random);
  const n = rows === '1000' ? 1000 : rows === 'd' ? d : 5 * d;
  return { data: sampleLinearModel(truth, n, noise, random, standardize), truth };
}

describe('topological swaps with their own options', () => {
  it.each([6, 8, 10, 12])('find the best order of %d nodes on 95 of 100 instances', { timeout: 900_000 }, (d) => {
    let found = 0;
    for (let index = 0; index < CASES.length; index++) {
      const { data } = instanceOf(d, index, 20_261);
      const { score } = exactOrder(data);
      const own = topo(data, { seed: index }).score;
      expect(own).toBeGreaterThanOrEqual(score * (1 - 1e-9));
      if (own <= score * (1 + 1e-9)) found++;
    }
    expect(found).toBeGreaterThanOrEqual(0.95 * CASES.length);
  });

  it('are not above NOTEARS and DAGMA of this package, and improve both', { timeout: 900_000 }, () => {
    let notHigher = 0;
    const count = 20;
    for (let seed = 0; seed < count; seed++) {
      const instance = instanceOf(10, 7 * seed, 20_262);
      const { order } = topo(instance.data, { seed });
      const plain = { prune: false, threshold: 0 } as const;
      const best = refittedScore(instance, topo(instance.data, { initialOrder: order, ...plain }).weights);
      const others = [notears(instance.data), dagma(instance.data, { maxInnerIterations: 3000 })];
      const scores = others.map(({ weights }) => refittedScore(instance, weights));
      if (scores.every((score) => best <= score * (1 + 1e-9))) notHigher++;
      others.forEach(({ weights }, k) => {
        const after = topoPostProcess(instance.data, weights, plain);
        expect(refittedScore(instance, after.weights)).toBeLessThanOrEqual(scores[k] * (1 + 1e-9));
      });
    }
    expect(notHigher).toBeGreaterThanOrEqual(0.95 * count);
  });

  it('improves what the continuous methods find', () => {
    const random = new Random(9);
    const truth = randomDag(6, 2, 'erdos-renyi', random);
    const data = sampleLinearModel(truth, 500, 'normal', random);
    for (const method of [
      notears(data),
      dagma(data, { maxInnerIterations: 3000 }),
      golem(data, { maxInnerIterations: 3000 }),
    ]) {
      const before = refittedScore({ data, truth }, method.weights);
      const after = topoPostProcess(data, method.raw);
      expect(refittedScore({ data, truth }, after.weights)).toBeLessThan(before * 1.02);
      expect(topologicalOrder(method.weights)).toBeDefined();
      expect(graphDistance(truth, method.weights).truePositiveRate).toBeGreaterThan(0.6);
    }
  });
});
