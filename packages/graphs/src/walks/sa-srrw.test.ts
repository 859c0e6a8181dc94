import { describe, expect, it } from 'vitest';
import { cycleGraph, karateClub, pathGraph } from '../graph/sample-graphs.ts';
import { saSrrw } from './sa-srrw.ts';
import { createWalk } from './self-repellent-walk.ts';
import { depthFirstTour } from './token-baselines.ts';
import type { TokenInstance } from './token-problem.ts';
import { meanGradient, tokenMinimizer } from './token-problem.ts';
import { tokenError } from './walk-claims.ts';

const ranks = (theta: Float64Array, node: number, out: Float64Array) => {
  out[0] = theta[0] - (node - 16.5);
};

describe('SA-SRRW', () => {
  it('with steps 1/n is the running mean of what the token sees', () => {
    const options = { alpha: 3, memoryExponent: 1, iterateExponent: 1, steps: 1000, seed: 4 };
    const { x } = saSrrw(karateClub(), ranks, new Float64Array(1), options);
    const walk = createWalk(karateClub(), { alpha: 3, exponent: 1, seed: 4 });
    let sum = 0;
    for (let n = 0; n < 1000; n++) sum += walk.step() - 16.5;
    expect(x[0]).toBeCloseTo(sum / 1001, 10);
  });

  it('has at alpha 5 at most a tenth of the error at alpha 0 (karate club, fast memory)', () => {
    const [plain, repelled] = [0, 5].map((alpha) => tokenError(alpha, [0.6, 1], 10_000, 40));
    expect(repelled).toBeLessThan(0.1 * plain);
    // 200 runs of a prototype: .277 and .00629.
    expect(plain).toBeGreaterThan(0.277 / 2.5);
    expect(plain).toBeLessThan(0.277 * 2.5);
    expect(repelled).toBeLessThan(0.00629 * 2.5);
    expect(repelled).toBeGreaterThan(0.00629 / 2.5);
  });

  it('reaches the minimum with every method, kernel and number of tokens', () => {
    for (const method of ['sgd', 'heavy-ball', 'momentum'] as const) {
      for (const kernel of ['metropolis-hastings', 'simple'] as const) {
        for (const tokens of [1, 5]) {
          const options = { method, kernel, tokens, memoryExponent: 0.6, steps: 20_000, seed: 1 };
          const { x } = saSrrw(karateClub(), ranks, Float64Array.of(5), options);
          expect(Math.abs(x[0])).toBeLessThan(0.6);
        }
      }
    }
  });

  it('reaches the minimum with tokens that have memories of their own', () => {
    const options = { tokens: 5, walkMemory: 'own', memoryExponent: 0.6, steps: 20_000, seed: 1 } as const;
    const { x, visits } = saSrrw(karateClub(), ranks, Float64Array.of(5), options);
    expect(Math.abs(x[0])).toBeLessThan(0.6);
    expect(visits.reduce((a, b) => a + b, 0)).toBe(20_000);
    const shared = saSrrw(karateClub(), ranks, Float64Array.of(5), { ...options, walkMemory: 'shared' });
    expect(shared.x[0]).not.toBe(x[0]);
  });

  it('keeps to a set, counts messages and visits', () => {
    const project = (theta: Float64Array) => {
      theta[0] = Math.max(1, theta[0]);
    };
    const { x, visits, messages } = saSrrw(karateClub(), ranks, Float64Array.of(5), { project, steps: 5000 });
    expect(x[0]).toBeGreaterThanOrEqual(1);
    expect(visits.reduce((a, b) => a + b, 0)).toBe(5000);
    expect(messages).toBeLessThan(5000);
  });

  it('stops with the last finite iterate when a gradient is not finite', () => {
    const gradient = (theta: Float64Array, node: number, out: Float64Array) => {
      out[0] = node === 2 ? Number.NaN : theta[0];
    };
    const outcome = saSrrw(pathGraph(4), gradient, Float64Array.of(1), { steps: 1000 });
    expect(outcome.status).toBe('stalled');
    expect(outcome.reason).toContain('not finite');
    expect(Number.isFinite(outcome.x[0])).toBe(true);
  });

  it('names what is wrong', () => {
    const call =
      (options: object, initial = new Float64Array(1)) =>
      () =>
        saSrrw(karateClub(), ranks, initial, { steps: 10, ...options });
    expect(call({ iterateExponent: 0.4 })).toThrow(expect.objectContaining({ argument: 'iterateExponent' }));
    expect(call({ steps: 0 })).toThrow(expect.objectContaining({ argument: 'steps' }));
    expect(call({ alfa: 1 })).toThrow(expect.objectContaining({ argument: 'alfa' }));
    expect(call({}, Float64Array.of(Number.NaN))).toThrow(expect.objectContaining({ argument: 'initial' }));
  });
});

it('a depth-first tour closes along edges and meets every node', () => {
  for (const graph of [karateClub(), pathGraph(6), cycleGraph(5)]) {
    const tour = depthFirstTour(graph);
    expect(new Set(tour).size).toBe(graph.nodes);
    tour.forEach((node, k) => {
      const next = tour[(k + 1) % tour.length];
      const row = graph.columnIndices.subarray(graph.rowPointers[node], graph.rowPointers[node + 1]);
      expect(row.includes(next)).toBe(true);
    });
  }
});

it('the logistic minimiser has a mean gradient of zero', () => {
  const instance: TokenInstance = {
    graph: pathGraph(3),
    target: Float64Array.of(0.2, 0.3, 0.5),
    loss: 'logistic',
    data: { rows: 4, cols: 2, values: Float64Array.of(1, 2, -1, 0.5, 0.3, -2, 1, 1) },
    labels: Float64Array.of(1, -1, 1, -1),
    ridge: 0.1,
    steps: 10,
  };
  for (const entry of meanGradient(instance, tokenMinimizer(instance))) expect(Math.abs(entry)).toBeLessThan(1e-12);
});
