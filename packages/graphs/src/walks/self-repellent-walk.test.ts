import { Random } from '@infimum/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Graph } from '../graph/graph.ts';
import { barabasiAlbert, gridGraph, karateClub, pathGraph, starGraph } from '../graph/sample-graphs.ts';
import { selfRepellentRow, selfRepellentStationary } from '../testing/self-repellent-kernel.ts';
import { createWalk } from './self-repellent-walk.ts';
import type { Transitions } from './transitions.ts';
import { transitionsOf } from './transitions.ts';
import { chainModes, walkCovariance } from './walk-covariance.ts';

function kernel(graph: Graph, chain: Transitions, x: Float64Array, alpha: number): Float64Array[] {
  return Array.from({ length: graph.nodes }, (_, i) => selfRepellentRow(graph, chain, x, i, alpha));
}

const trace = ({ rows, values }: { rows: number; values: Float64Array }) => {
  let sum = 0;
  for (let i = 0; i < rows; i++) sum += values[i * rows + i];
  return sum;
};

describe('the worked numbers', () => {
  const path = pathGraph(3);
  const chain = transitionsOf(path);

  it('of the kernel on the path of three', () => {
    const x = Float64Array.of(0.5, 0.3, 0.2);
    const rows = kernel(path, chain, x, 2);
    const expected = [
      [9 / 34, 25 / 34, 0],
      [0.137931, 0, 0.862069],
      [0, 0.307692, 0.692308],
    ];
    rows.forEach((row, i) => {
      row.forEach((entry, j) => {
        expect(entry).toBeCloseTo(expected[i][j], 6);
      });
    });
    const law = selfRepellentStationary(path, chain, x, 2);
    [0.0470222, 0.2506699, 0.7023079].forEach((mass, i) => {
      expect(law[i]).toBeCloseTo(mass, 7);
    });
    for (let j = 0; j < 3; j++) {
      expect(rows.reduce((sum, row, i) => sum + law[i] * row[j], 0)).toBeCloseTo(law[j], 14);
    }
  });

  it('of the covariances on the path of three', () => {
    const gradients = { rows: 3, cols: 1, values: Float64Array.of(1, 0, -1) };
    for (const [alpha, first, noise] of [
      [0, 7 / 27, 2],
      [1, 0.1061728, 0.32],
      [5, 0.0320573, 0.0276817],
      [10, 0.0171682, 0.0078125],
    ]) {
      const result = walkCovariance(path, chain, { alpha, gradients });
      expect(result.memory.values[0]).toBeCloseTo(first, 6);
      expect(result.noise?.values[0]).toBeCloseTo(noise, 6);
      const slow = walkCovariance(path, chain, { alpha, gradients, timescale: 'slow-memory' });
      expect(slow.noise?.values[0]).toBeCloseTo(2, 10);
    }
  });

  it('of the karate club', () => {
    const graph = karateClub();
    const karate = transitionsOf(graph);
    const modes = chainModes(graph, karate);
    expect(graph.columnIndices.length).toBe(156);
    expect(modes[32].lambda).toBeCloseTo(0.9664973, 6);
    expect(modes[0].lambda).toBeCloseTo(-0.2742818, 6);
    const gradients = { rows: 34, cols: 1, values: Float64Array.from({ length: 34 }, (_, i) => i - 16.5) };
    const memories = [4.167718, 1.483576, 0.90476, 0.417337, 0.219977, 0.113063];
    const noises = [2344.98, 274.574, 100.205, 20.9685, 5.78531, 1.5225];
    [0, 1, 2, 5, 10, 20].forEach((alpha, k) => {
      const { memory, noise } = walkCovariance(graph, karate, { alpha, gradients });
      expect(Math.abs(trace(memory) / memories[k] - 1)).toBeLessThan(1e-5);
      expect(Math.abs((noise?.values[0] ?? 0) / noises[k] - 1)).toBeLessThan(1e-5);
    });
    const at = (alpha: number) => walkCovariance(graph, karate, { alpha, gradients });
    expect(Math.log2(trace(at(200).memory) / trace(at(100).memory))).toBeCloseTo(-1, 1.7);
    expect(Math.log2((at(200).noise?.values[0] ?? 0) / (at(100).noise?.values[0] ?? 0))).toBeCloseTo(-2, 1.7);
    const slow = walkCovariance(graph, karate, { alpha: 5, gradients, timescale: 'slow-memory' });
    expect((slow.noise?.values[0] ?? 0) / 2344.98).toBeCloseTo(1, 5);
  });

  it('of a star, by hand', () => {
    const star = starGraph(4);
    const modes = chainModes(star, transitionsOf(star)).map(({ lambda }) => lambda);
    [-0.25, 0.75, 0.75, 0.75].forEach((lambda, i) => {
      expect(modes[i]).toBeCloseTo(lambda, 12);
    });
  });

  it('of both scales alike: plain sampling at 1/n', () => {
    // kappa = 1, a = b = 1: V = sum c/(1+2l) h², the variance of averages along the walk.
    const gradients = { rows: 3, cols: 1, values: Float64Array.of(1, 0, -1) };
    const alpha = 3;
    const { iterate } = walkCovariance(path, chain, {
      alpha,
      gradients,
      timescale: 'same',
      memoryExponentOne: true,
      iterateExponentOne: true,
    });
    const expected = chainModes(path, chain).reduce((sum, { lambda, vector }) => {
      const h = vector[0] - vector[2];
      return sum + (((1 + lambda) / (1 - lambda)) * h * h) / (1 + 2 * alpha * (1 + lambda));
    }, 0);
    expect(iterate?.values[0]).toBeCloseTo(expected, 12);
  });
});

describe('the kernel', () => {
  it('has rows of sum one, does not see the scale of x, and is the chain at x = mu', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 34, maxLength: 34 }), (list) => {
        const graph = karateClub();
        const chain = transitionsOf(graph, { target: Float64Array.from(list) });
        const x = Float64Array.from(list, (entry) => Math.sqrt(entry));
        for (const i of [0, 7, 33]) {
          const row = selfRepellentRow(graph, chain, x, i, 3);
          expect(row.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
          const scaled = selfRepellentRow(
            graph,
            chain,
            x.map((entry) => entry * 1e-6),
            i,
            3,
          );
          row.forEach((entry, j) => {
            expect(scaled[j]).toBeCloseTo(entry, 10);
          });
          const plain = selfRepellentRow(graph, chain, chain.stationary, i, 3);
          expect(plain[i]).toBeCloseTo(chain.stay[i], 12);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('has the derivative of its stationary law that the covariances rest on', () => {
    const graph = pathGraph(4);
    const chain = transitionsOf(graph);
    const direction = Float64Array.of(1, -2, 0.5, 0.5);
    const alpha = 2;
    const h = 1e-6;
    const [up, down] = [h, -h].map((t) =>
      selfRepellentStationary(
        graph,
        chain,
        chain.stationary.map((mass, i) => mass + t * direction[i]),
        alpha,
      ),
    );
    const rows = kernel(graph, chain, chain.stationary, 0);
    for (let i = 0; i < 4; i++) {
      const transposed = rows.reduce((sum, row, j) => sum + row[i] * direction[j], 0);
      expect((up[i] - down[i]) / (2 * h)).toBeCloseTo(-alpha * (direction[i] + transposed), 5);
    }
  });
});

describe('a walk', () => {
  it('steps along edges or stays, and remembers its visits exactly', () => {
    const graph = barabasiAlbert(200, 3, 1);
    const walk = createWalk(graph, { alpha: 5, seed: 3 });
    let at = walk.node;
    for (let n = 0; n < 20_000; n++) {
      const next = walk.step();
      const row = graph.columnIndices.subarray(graph.rowPointers[at], graph.rowPointers[at + 1]);
      expect(next === at || row.includes(next)).toBe(true);
      at = next;
    }
    const x = walk.empirical();
    expect(x.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    // a = 1: (x_0 + visits)/(n + 1).
    x.forEach((share, i) => {
      expect(share).toBeCloseTo((1 / 200 + walk.visits[i]) / 20_001, 12);
    });
  });

  it('keeps a sum of one over long runs with a short memory', () => {
    const walk = createWalk(gridGraph(5), { alpha: 10, exponent: 0.6, seed: 1 });
    for (let n = 0; n < 300_000; n++) walk.step();
    expect(walk.empirical().reduce((a, b) => a + b, 0)).toBeCloseTo(1, 10);
    expect(walk.probabilities().reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
  });

  it('draws by the probabilities of its kernel', () => {
    const walk = createWalk(pathGraph(3), { alpha: 2, seed: 1 });
    for (let n = 0; n < 100; n++) walk.step();
    const { node } = walk;
    const row = selfRepellentRow(pathGraph(3), walk.transitions, walk.empirical(), node, 2);
    const chances = walk.probabilities();
    expect(chances[0]).toBeCloseTo(row[node], 12);
  });

  it('without repulsion is the chain, move by move', () => {
    const [repelled, plain] = [1e-300, 0].map((alpha) => createWalk(karateClub(), { alpha, seed: 5 }));
    for (let n = 0; n < 5000; n++) expect(repelled.step()).toBe(plain.step());
  });

  it('never turns back if it must not, except at an end', () => {
    const graph = karateClub();
    const walk = createWalk(graph, { kernel: 'non-backtracking', seed: 2 });
    let [before, at] = [-1, walk.node];
    for (let n = 0; n < 3000; n++) {
      const next = walk.step();
      if (graph.rowPointers[at + 1] - graph.rowPointers[at] > 1) expect(next).not.toBe(before);
      [before, at] = [at, next];
    }
  });

  it.each([40, 3000])('moves by its uniform numbers and probabilities, %d nodes', (nodes) => {
    // Of 3000 nodes with a random target the probabilities are too many for a table.
    const graph = barabasiAlbert(nodes, 3, 2);
    const target = new Random(3).uniforms(new Float64Array(nodes)).map((x) => 0.1 + x);
    const walk = createWalk(graph, { alpha: 1.5, target, seed: 4 });
    const uniforms = new Random(4).uniforms(new Float64Array(512));
    for (const uniform of uniforms) {
      const { node } = walk;
      const chances = walk.probabilities();
      const places = [node, ...graph.columnIndices.subarray(graph.rowPointers[node], graph.rowPointers[node + 1])];
      let [k, sum] = [0, chances[0]];
      while (sum < uniform) sum += chances[++k];
      // Where the number falls on a border, rounding decides.
      if (Math.abs(sum - uniform) > 1e-9 && Math.abs(sum - chances[k] - uniform) > 1e-9) {
        expect(walk.step()).toBe(places[k]);
      } else walk.step();
    }
  });

  it.each(['metropolis-hastings', 'non-backtracking'] as const)('goes on from where it is put, %s', (chain) => {
    const graph = gridGraph(10);
    const walk = createWalk(graph, { kernel: chain, seed: 1 });
    for (let n = 0; n < 200; n++) {
      if (n % 7 === 0) walk.node = (37 * n) % 100;
      const from = walk.node;
      const near = graph.columnIndices.subarray(graph.rowPointers[from], graph.rowPointers[from + 1]);
      const to = walk.step();
      expect(to === from || near.includes(to)).toBe(true);
    }
    expect(walk.visits.reduce((a, b) => a + b, 0)).toBe(200);
  });

  it('visits a target of any shape', () => {
    const target = Float64Array.of(1, 2, 3, 4);
    for (const alpha of [0, 1, 5]) {
      const walk = createWalk(starGraph(3), { alpha, target, seed: 1 });
      for (let n = 0; n < 100_000; n++) walk.step();
      walk.empirical().forEach((share, i) => {
        expect(Math.abs(share - target[i] / 10)).toBeLessThan(0.015);
      });
    }
  });

  it('has the covariance of the theorem', () => {
    // Path of three, a = 1: 400 runs of 4000 steps; the relative deviation of a variance is sqrt(2/400) = 7 %.
    const path = pathGraph(3);
    for (const alpha of [0, 1, 5]) {
      const { memory } = walkCovariance(path, transitionsOf(path), { alpha, memoryExponentOne: true });
      let variance = 0;
      for (let seed = 0; seed < 400; seed++) {
        const walk = createWalk(path, { alpha, seed });
        for (let n = 0; n < 4000; n++) walk.step();
        variance += (4000 * (walk.empirical()[0] - 1 / 3) ** 2) / 400;
      }
      expect(Math.abs(variance / memory.values[0] - 1)).toBeLessThan(0.3);
    }
  });

  it('rejects what it cannot walk on', () => {
    const path = pathGraph(3);
    expect(() => createWalk(path, { alpha: -1 })).toThrow(expect.objectContaining({ argument: 'alpha' }));
    expect(() => createWalk(path, { exponent: 0.5 })).toThrow(expect.objectContaining({ argument: 'exponent' }));
    expect(() => createWalk(path, { target: Float64Array.of(1, 0, 1) })).toThrow(
      expect.objectContaining({ argument: 'target', index: 1 }),
    );
    expect(() => createWalk(path, { initialNode: 3 })).toThrow(expect.objectContaining({ argument: 'initialNode' }));
  });
});

describe('the weighted chain with weights of staying', () => {
  it('is any reversible chain: visits follow μ ∝ Σ w', () => {
    const path = pathGraph(3);
    // 0 – 1 of weight 2, 1 – 2 of weight 1; staying 1, 0, 4.
    const chain = createWalk(path, {
      kernel: 'weighted',
      weights: Float64Array.of(2, 2, 1, 1),
      selfWeights: Float64Array.of(1, 0, 4),
      seed: 1,
    });
    expect(Array.from(chain.transitions.stay)).toEqual([1 / 3, 0, 0.8]);
    [3, 3, 5].forEach((mass, i) => {
      expect(chain.transitions.stationary[i]).toBeCloseTo(mass / 11, 15);
    });
    for (let n = 0; n < 20_000; n++) chain.step();
    chain.visits.forEach((count, i) => {
      expect(count / 20_000).toBeCloseTo(chain.transitions.stationary[i], 1.7);
    });
    expect(() =>
      createWalk(path, { kernel: 'weighted', weights: new Float64Array(4).fill(1), selfWeights: Float64Array.of(0, -1, 0) }),
    ).toThrow(expect.objectContaining({ argument: 'selfWeights', index: 1 }));
  });
});
