import { describe, expect, it } from 'vitest';
import { barabasiAlbert, gridGraph, karateClub } from '../graph/sample-graphs.ts';
import { sampleGraph } from './graph-sampling.ts';
import { sampleByAsking } from './sample-by-asking.ts';
import { studentQuantile } from './student-quantile.ts';

describe('averages over a graph', () => {
  it('lie in their intervals about as often as they should', () => {
    const graph = gridGraph(8);
    const values = Float64Array.from({ length: 64 }, (_, i) => (i % 8) + Math.sin(i));
    const truth = values.reduce((a, b) => a + b, 0) / 64;
    const target = new Float64Array(64).fill(1 / 64);
    for (const walk of ['self-repellent', 'metropolis-hastings', 'simple', 'non-backtracking'] as const) {
      let covered = 0;
      const seeds = process.env['INFIMUM_FULL'] ? 60 : 24;
      for (let seed = 0; seed < seeds; seed++) {
        const { mean, halfWidth } = sampleGraph({ graph, values, target, steps: 10_000 }, { walk, seed });
        if (Math.abs(mean - truth) <= halfWidth) covered++;
      }
      expect(covered).toBeGreaterThanOrEqual((5 / 6) * seeds);
    }
  });

  it('vary less the more the walk repels itself', () => {
    const graph = karateClub();
    const target = new Float64Array(34).fill(1 / 34);
    const values = Float64Array.from({ length: 34 }, (_, i) => i);
    const spread = (alpha: number) => sampleGraph({ graph, values, target, steps: 100_000 }, { alpha, seed: 2 }).standardError;
    expect(spread(5)).toBeLessThan(spread(0) / 2);
  });

  it('have the quantiles of tables', () => {
    for (const [degrees, quantile] of [
      [1, 12.706],
      [2, 4.3027],
      [9, 2.2622],
      [30, 2.0423],
      [1000, 1.9623],
    ]) {
      expect(studentQuantile(degrees)).toBeCloseTo(quantile, 3);
    }
  });
});

describe('a graph that is known by asking', () => {
  const graph = barabasiAlbert(300, 3, 1);
  const neighborsOf = (node: number) =>
    Array.from(graph.columnIndices.subarray(graph.rowPointers[node], graph.rowPointers[node + 1]));
  const degreeOf = (node: number) => graph.rowPointers[node + 1] - graph.rowPointers[node];
  const value = (node: number) => Math.sin(node * 12.9898);
  const truth = Array.from({ length: 300 }, (_, i) => value(i)).reduce((a, b) => a + b, 0) / 300;
  let asked: string[] = [];
  const plain = async (node: string) => {
    asked.push(node);
    return { neighbors: neighborsOf(Number(node)).map(String), value: value(Number(node)) };
  };
  const withDegrees = async (node: string) => {
    asked.push(node);
    return {
      neighbors: neighborsOf(Number(node)).map((id) => ({ id: String(id), degree: degreeOf(id) })),
      value: value(Number(node)),
    };
  };

  it('is asked for each node once, and never beyond the budget', async () => {
    for (const walk of ['simple', 'metropolis-hastings', 'self-repellent'] as const) {
      for (const ask of [plain, withDegrees]) {
        asked = [];
        const outcome = await sampleByAsking(['0'], ask, { walk, maxQueries: 50 });
        expect(asked.length).toBe(new Set(asked).size);
        expect(asked.length).toBe(50);
        expect(outcome.asks).toBe(50);
        expect(outcome.status).toBe('stalled');
      }
    }
  });

  it('gets the walk that suits it, and the reason', async () => {
    const simple = await sampleByAsking(['0'], plain, { maxQueries: 60, expectedNodes: 60 });
    expect(simple.choice).toContain('simple');
    const repelling = await sampleByAsking(['0'], withDegrees, { maxQueries: 300, expectedNodes: 300, maxSteps: 2000 });
    expect(repelling.choice).toContain('self-repellent');
    const small = await sampleByAsking(['0'], withDegrees, { maxQueries: 100 });
    expect(small.choice).toContain('simple');
  });

  it('takes ids of any type', async () => {
    const options = { maxQueries: 60, walk: 'self-repellent', maxSteps: 500, seed: 3 } as const;
    const byText = await sampleByAsking(['0'], withDegrees, options);
    const byNumber = await sampleByAsking([0], (node) => ({ neighbors: neighborsOf(node), value: value(node) }), {
      ...options,
      maxQueries: 300,
    });
    expect(byNumber.visits.get(0)).toBeGreaterThan(0);
    const objects = Array.from({ length: 300 }, (_, i) => ({ page: i }));
    const byObject = await sampleByAsking(
      [objects[0]],
      ({ page }) => ({
        neighbors: neighborsOf(page).map((id) => ({ id: objects[id], degree: degreeOf(id) })),
        value: value(page),
      }),
      options,
    );
    expect(byObject.mean).toBe(byText.mean);
    expect([...byObject.visits.keys()].map(({ page }) => String(page))).toEqual([...byText.visits.keys()]);
  });

  it('yields means inside honest intervals', async () => {
    let covered = 0;
    const seeds = process.env['INFIMUM_FULL'] ? 25 : 10;
    for (let seed = 0; seed < seeds; seed++) {
      const { mean, halfWidth } = await sampleByAsking(['0', '50', '100'], withDegrees, {
        walk: 'self-repellent',
        maxQueries: 300,
        maxSteps: 10_000,
        burnIn: 20,
        seed,
      });
      if (Math.abs(mean - truth) <= halfWidth) covered++;
    }
    expect(covered).toBeGreaterThanOrEqual(0.8 * seeds);
  });

  it('is exact about what converged means, and passes failures on', async () => {
    const outcome = await sampleByAsking(['0'], withDegrees, { maxQueries: 300, walk: 'simple', tolerance: 0.1 });
    expect(outcome.status).toBe('converged');
    expect(outcome.halfWidth).toBeLessThanOrEqual(0.1);
    await expect(sampleByAsking(['0'], () => Promise.reject(new Error('offline')))).rejects.toThrow('offline');
    let left = 20;
    const failing = (node: string) => (left-- > 0 ? withDegrees(node) : Promise.reject(new Error('too many requests')));
    const partial = await sampleByAsking(['0'], failing, { walk: 'simple', maxQueries: 300 });
    expect(partial.status).toBe('stalled');
    expect(partial.reason).toMatch(/^the query for '?"?\d+'?"? failed after 20 answers: too many requests$/);
    expect([partial.asks, [...partial.visits.values()].length > 1]).toEqual([20, true]);
    await expect(sampleByAsking(['0'], async () => ({ neighbors: ['1'], value: Number.NaN }))).rejects.toThrow(/value/);
  });
});
