// Forests against dense solves, and cuts of graphs against their definitions.
import { InvalidInputError, Random } from '@infimum/core';
import type { CsrMatrix } from '@infimum/linalg';
import { cholesky, csrFromTriplets, csrToDense, solveCholesky } from '@infimum/linalg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { latticeEdges } from '../../composite/composite-instances.ts';
import { DescendingOrder } from './descending-order.ts';
import { colorBlocks, forestSolve, greedyForest, latticeTrees, treePartition } from './forest.ts';

/** A diagonally dominant matrix whose edges are the given pairs. */
function matrixOf(nodes: number, edges: readonly (readonly [number, number])[], random: Random): CsrMatrix {
  const [rowIndices, columnIndices, values]: number[][] = [[], [], []];
  const add = (i: number, j: number, value: number) => {
    rowIndices.push(i);
    columnIndices.push(j);
    values.push(value);
  };
  for (let i = 0; i < nodes; i++) add(i, i, 0.01 + random.uniform());
  for (const [i, j] of edges) {
    const weight = random.normal();
    add(i, j, weight);
    add(j, i, weight);
    add(i, i, Math.abs(weight));
    add(j, j, Math.abs(weight));
  }
  return csrFromTriplets({ rows: nodes, cols: nodes, rowIndices, columnIndices, values });
}

/** Every node but the roots hangs on an earlier one, under shuffled names. */
function randomForest(nodes: number, random: Random): [number, number][] {
  const names = random.permutation(nodes);
  const edges: [number, number][] = [];
  for (let i = 1; i < nodes; i++) if (random.uniform() < 0.9) edges.push([names[i], names[random.integer(i)]]);
  return edges;
}

function randomGraph(nodes: number, random: Random): CsrMatrix {
  const pairs = new Map<string, [number, number]>();
  for (let k = 0; k < 2 * nodes; k++) {
    const [i, j] = [random.integer(nodes), random.integer(nodes)];
    if (i !== j) pairs.set(`${Math.min(i, j)} ${Math.max(i, j)}`, [i, j]);
  }
  return matrixOf(nodes, [...pairs.values()], random);
}

/** Edges inside of a set, and its connected components, by search: a forest has |E| = |V| - components. */
function countInside(graph: CsrMatrix, set: Int32Array): { edges: number; components: number } {
  const inside = new Set(set);
  const neighbors = (i: number) =>
    Array.from(graph.columnIndices.subarray(graph.rowPointers[i], graph.rowPointers[i + 1])).filter(
      (j) => j !== i && inside.has(j),
    );
  let [ends, components] = [0, 0];
  const seen = new Set<number>();
  for (const start of set) {
    ends += neighbors(start).length;
    if (seen.has(start)) continue;
    components++;
    const stack = [start];
    seen.add(start);
    for (let i = stack.pop(); i !== undefined; i = stack.pop()) {
      for (const j of neighbors(i)) {
        if (seen.has(j)) continue;
        seen.add(j);
        stack.push(j);
      }
    }
  }
  return { edges: ends / 2, components };
}

const isForest = (graph: CsrMatrix, set: Int32Array) => {
  const { edges, components } = countInside(graph, set);
  return edges === set.length - components;
};

const seeds = fc.integer({ min: 0, max: 1e6 });

describe('forestSolve', () => {
  it('gives what a dense Cholesky factorisation gives, on random forests', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), seeds, (nodes, seed) => {
        const random = new Random(seed);
        const matrix = matrixOf(nodes, randomForest(nodes, random), random);
        const rhs = random.normals(new Float64Array(nodes));
        const expected = solveCholesky(cholesky(csrToDense(matrix)), rhs);
        const found = forestSolve(matrix, rhs);
        const scale = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
        const errors = found.map((value, i) => Math.abs(value - expected[i]));
        expect(Math.max(...errors)).toBeLessThan(1e-10 * scale);
      }),
      { numRuns: 40 },
    );
  });

  it('solves on a block in its own order', () => {
    const random = new Random(1);
    const graph = randomGraph(30, random);
    const block = greedyForest(graph, random.uniforms(new Float64Array(30))).reverse();
    const rhs = random.normals(new Float64Array(block.length));
    const d = forestSolve(graph, rhs, block);
    const dense = csrToDense(graph);
    block.forEach((i, a) => {
      let sum = 0;
      block.forEach((j, b) => {
        sum += dense.values[i * 30 + j] * d[b];
      });
      expect(sum).toBeCloseTo(rhs[a], 10);
    });
  });

  it('eliminates the chain as by hand', () => {
    const values = { rows: 3, cols: 3, rowIndices: [0, 0, 1, 1, 1, 2, 2], columnIndices: [0, 1, 0, 1, 2, 1, 2] };
    const laplace = csrFromTriplets({ ...values, values: [2, -1, -1, 2, -1, -1, 2] });
    forestSolve(laplace, Float64Array.of(1, 0, 0)).forEach((value, i) => {
      expect(value).toBeCloseTo([0.75, 0.5, 0.25][i], 14);
    });
  });

  it('names the node at which a cycle closes, and the one whose pivot is not positive', () => {
    const random = new Random(2);
    const triangle = matrixOf(
      4,
      [
        [1, 2],
        [2, 3],
        [3, 1],
      ],
      random,
    );
    expect(() => forestSolve(triangle, new Float64Array(4))).toThrow(
      expect.objectContaining({ argument: 'block', code: 'unsupported' }),
    );
    expect(forestSolve(triangle, Float64Array.of(1, 1), Int32Array.of(1, 3))).toHaveLength(2);
    const indefinite = csrFromTriplets({
      rows: 2,
      cols: 2,
      rowIndices: [0, 0, 1, 1],
      columnIndices: [0, 1, 0, 1],
      values: [1, 2, 2, 1],
    });
    expect(() => forestSolve(indefinite, new Float64Array(2))).toThrow(
      expect.objectContaining({ argument: 'matrix', index: 1 }),
    );
    expect(() => forestSolve(triangle, new Float64Array(2), Int32Array.of(1, 1))).toThrow(
      expect.objectContaining({ argument: 'block', index: 1 }),
    );
    expect(() => forestSolve(triangle, new Float64Array(3))).toThrow(InvalidInputError);
  });
});

describe('greedyForest', () => {
  it('is a forest that no node left out could join, led by the best score', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 60 }), seeds, (nodes, seed) => {
        const random = new Random(seed);
        const graph = randomGraph(nodes, random);
        const scores = random.uniforms(new Float64Array(nodes));
        const forest = greedyForest(graph, scores);
        expect(isForest(graph, forest)).toBe(true);
        expect(forest).toContain(scores.indexOf(Math.max(...scores)));
        const inside = new Set(forest);
        for (let i = 0; i < nodes; i++) {
          if (!inside.has(i)) expect(isForest(graph, Int32Array.of(...forest, i))).toBe(false);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('knows hubs with many neighbours too', () => {
    const spokes = Array.from({ length: 60 }, (_, i) => [0, i + 1] as const);
    const wheel = matrixOf(61, [...spokes, [1, 2], [3, 4]], new Random(3));
    const scores = new Float64Array(61).fill(1);
    expect(isForest(wheel, greedyForest(wheel, scores))).toBe(true);
    expect(greedyForest(wheel, scores)).toHaveLength(59);
    scores[0] = 0.5; // last: two pairs of its neighbours are in one tree already
    expect(Array.from(greedyForest(wheel, scores))).toEqual(Array.from({ length: 60 }, (_, i) => i + 1));
  });

  it('takes more than half of a lattice', () => {
    const lattice = latticeEdges({ rows: 20, cols: 20 }, 1);
    const forest = greedyForest(lattice, new Random(4).uniforms(new Float64Array(400)));
    expect(forest.length).toBeGreaterThan(220);
  });
});

describe('partitions of graphs', () => {
  const covers = (sets: Int32Array[], nodes: number) =>
    expect(Array.from(sets.flatMap((set) => [...set])).sort((a, b) => a - b)).toEqual([...Array(nodes).keys()]);

  it('have every node once, in forests and in sets without edges', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), seeds, (nodes, seed) => {
        const graph = randomGraph(nodes, new Random(seed));
        const trees = treePartition(graph);
        covers(trees, nodes);
        for (const set of trees) expect(isForest(graph, set)).toBe(true);
        const colors = colorBlocks(graph);
        covers(colors, nodes);
        for (const set of colors) expect(countInside(graph, set).edges).toBe(0);
      }),
      { numRuns: 40 },
    );
  });

  it('are red and black, and two combs, on a lattice', () => {
    const lattice = latticeEdges({ rows: 6, cols: 7 }, 1);
    expect(colorBlocks(lattice).map((set) => set.length)).toEqual([21, 21]);
    const combs = latticeTrees(6, 7);
    covers(combs, 42);
    for (const comb of combs) expect(countInside(lattice, comb)).toEqual({ edges: comb.length - 1, components: 1 });
    expect(() => latticeTrees(1, 3)).toThrow(expect.objectContaining({ argument: 'rows' }));
  });
});

describe('DescendingOrder', () => {
  it('sorts as the comparison does, equal numbers by place', () => {
    const numbers = fc.oneof(
      fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
      fc.constantFrom(0, -0, 1, 5e-324, 1e-310, 1.5),
    );
    fc.assert(
      fc.property(fc.array(numbers, { maxLength: 300 }), (values) => {
        const scores = Float64Array.from(values);
        const order = new Int32Array(values.length);
        new DescendingOrder(values.length).sort(scores, order);
        const expected = [...scores.keys()].sort((i, j) => scores[j] - scores[i] || i - j);
        expect(Array.from(order)).toEqual(expected);
      }),
    );
  });
});
