// Elimination in the order of least degree against dense solves, and its costs on graphs of known treewidth.
import { Random } from '@infimum/core';
import type { CsrMatrix } from '@infimum/linalg';
import { cholesky, csrFromTriplets, csrToDense, solveCholesky } from '@infimum/linalg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { latticeEdges, latticePropagation } from '../../composite/composite-instances.ts';
import { pairwiseLoss } from '../../losses/pairwise-loss.ts';
import { bySuite } from '../../testing/by-suite.ts';
import { blockCoordinateDescent } from '../block-coordinate-descent.ts';
import { forestSolve } from './forest.ts';
import { SparseBlockCholesky, sparseBlockSolve } from './sparse-block-cholesky.ts';

/** A diagonally dominant matrix whose edges are the given pairs. */
function matrixOf(nodes: number, edges: readonly (readonly [number, number])[], random: Random): CsrMatrix {
  const weights = new Map<string, [number, number, number]>();
  const add = (i: number, j: number, value: number) => {
    const entry = weights.get(`${i} ${j}`) ?? [i, j, 0];
    weights.set(`${i} ${j}`, [i, j, entry[2] + value]);
  };
  for (let i = 0; i < nodes; i++) add(i, i, 0.1 + random.uniform());
  for (const [i, j] of edges) {
    const weight = random.normal();
    add(i, j, weight);
    add(j, i, weight);
    add(i, i, Math.abs(weight));
    add(j, j, Math.abs(weight));
  }
  const all = [...weights.values()];
  return csrFromTriplets({
    rows: nodes,
    cols: nodes,
    rowIndices: all.map(([i]) => i),
    columnIndices: all.map(([, j]) => j),
    values: all.map(([, , value]) => value),
  });
}

function randomEdges(nodes: number, count: number, random: Random): [number, number][] {
  return Array.from({ length: count }, (): [number, number] => [random.integer(nodes), random.integer(nodes)]).filter(
    ([i, j]) => i !== j,
  );
}

/** A random chordal graph of treewidth w: every new node is joined with a clique of w earlier ones. Names are shuffled. */
function chordalEdges(nodes: number, width: number, random: Random): [number, number][] {
  const names = random.permutation(nodes);
  const cliques: number[][] = [Array.from({ length: width }, (_, i) => i)];
  const edges: [number, number][] = [];
  for (let i = 0; i < width; i++) for (let j = 0; j < i; j++) edges.push([names[i], names[j]]);
  for (let node = width; node < nodes; node++) {
    const clique = cliques[random.integer(cliques.length)];
    for (const other of clique) edges.push([names[node], names[other]]);
    clique.forEach((_, k) => {
      cliques.push([...clique.filter((_, l) => l !== k), node]);
    });
  }
  return edges;
}

function denseSolve(matrix: CsrMatrix, rhs: Float64Array, block: Int32Array): Float64Array {
  const full = csrToDense(matrix);
  const values = new Float64Array(block.length ** 2);
  block.forEach((i, a) => {
    block.forEach((j, b) => {
      values[a * block.length + b] = full.values[i * full.cols + j];
    });
  });
  return solveCholesky(cholesky({ rows: block.length, cols: block.length, values }), rhs);
}

/** The largest error, beside 1 and the entry. */
function worstError(found: Float64Array, expected: Float64Array): number {
  return Math.max(...found.map((value, k) => Math.abs(value - expected[k]) / (1 + Math.abs(expected[k]))));
}

describe('elimination in the order of least degree', () => {
  it('gives what a dense factorisation gives, on any graph and any block in any order', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 80 }), fc.nat(1e6), (nodes, seed) => {
        const random = new Random(seed);
        const matrix = matrixOf(nodes, randomEdges(nodes, random.integer(4 * nodes), random), random);
        const block = random.permutation(nodes).slice(0, 1 + random.integer(nodes));
        const rhs = random.normals(new Float64Array(block.length));
        const expected = denseSolve(matrix, rhs, block);
        expect(worstError(sparseBlockSolve(matrix, rhs, block), expected)).toBeLessThan(1e-10);
      }),
      { numRuns: bySuite(40, 100) },
    );
  });

  it('needs no more than nodes times width squared on chordal graphs, and solves them', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.nat(1e6), (width, seed) => {
        const random = new Random(seed);
        const nodes = width + 1 + random.integer(150);
        const matrix = matrixOf(nodes, chordalEdges(nodes, width, random), random);
        const block = Int32Array.from({ length: nodes }, (_, i) => i);
        const rhs = random.normals(new Float64Array(nodes));
        const expected = denseSolve(matrix, rhs, block);
        const solver = new SparseBlockCholesky(nodes);
        const found = rhs.slice();
        solver.solve(matrix, block, found);
        expect(solver.operations).toBeLessThanOrEqual(nodes * width * width);
        expect(worstError(found, expected)).toBeLessThan(1e-10);
      }),
      { numRuns: bySuite(40, 100) },
    );
  });

  it('is message passing on a forest', () => {
    const random = new Random(3);
    const edges = Array.from({ length: 99 }, (_, i): [number, number] => [i + 1, random.integer(i + 1)]);
    const matrix = matrixOf(100, edges, random);
    const rhs = random.normals(new Float64Array(100));
    const expected = forestSolve(matrix, rhs);
    sparseBlockSolve(matrix, rhs).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i], 12);
    });
  });

  it('grows more slowly than a band on lattices', () => {
    const operations = [20, 40].map((side) => {
      const { loss } = latticePropagation(side, 1, 1);
      const solver = new SparseBlockCholesky(loss.dimension);
      const all = Int32Array.from({ length: loss.dimension }, (_, i) => i);
      solver.solve(loss.graph, all, loss.linear.slice());
      return solver.operations;
    });
    // A band costs n w² = 16 times as much on the twice as long side, the best orders 8 times.
    expect(operations[1] / operations[0]).toBeLessThan(13);
    expect(operations[1]).toBeLessThan(1600 * 40 * 40);
  });

  it('names what does not fit', () => {
    const random = new Random(1);
    const matrix = matrixOf(4, [[0, 1]], random);
    const bad = { ...matrix, values: matrix.values.map((value) => -value) };
    const named = (argument: string) => expect.objectContaining({ argument });
    expect(() => sparseBlockSolve(bad, new Float64Array(4))).toThrow(named('matrix'));
    expect(() => sparseBlockSolve(matrix, new Float64Array(3))).toThrow(named('rhs'));
    expect(() => sparseBlockSolve(matrix, new Float64Array(1), Int32Array.of(7))).toThrow(named('block'));
    const lopsided = { ...matrix, values: matrix.values.map((value, k) => value + k / 10) };
    expect(() => sparseBlockSolve(lopsided, new Float64Array(4))).toThrow(named('matrix'));
  });
});

describe('Newton steps by elimination', () => {
  it('solve a quadratic on all nodes at once', () => {
    const { loss } = latticePropagation(12, 10, 2);
    const all = Int32Array.from({ length: loss.dimension }, (_, i) => i);
    const { status, iterations } = blockCoordinateDescent(
      { loss },
      { blocks: [all], select: 'cyclic', update: 'sparse-newton', tolerance: 1e-9 },
    );
    expect(status).toBe('converged');
    expect(iterations).toBe(1);
  });

  it('come to the minimum of a robust smoothing with bounds and l1, in strips of a lattice', () => {
    const random = new Random(5);
    const side = 9;
    const size = side * side;
    const loss = pairwiseLoss({
      weights: latticeEdges({ rows: side, cols: side }, 2),
      anchors: new Float64Array(size).fill(0.3),
      targets: random.normals(new Float64Array(size)).map((value) => 3 * value),
    });
    const strips = Array.from({ length: 3 }, (_, s) => Int32Array.from({ length: 3 * side }, (_, k) => 3 * side * s + k));
    for (const g of [{}, { lower: 0 }, { l1: 0.1 }, { lower: -0.5, upper: 0.5, l1: 0.05 }]) {
      const data = { loss, ...g };
      const best = blockCoordinateDescent(data, {
        blockSize: size,
        update: g.lower === undefined && g.l1 === undefined ? 'newton' : 'exact',
        tolerance: 1e-10,
      });
      const found = blockCoordinateDescent(data, {
        blocks: strips,
        select: 'cyclic',
        update: 'sparse-newton',
        tolerance: 1e-8,
      });
      expect(found.status).toBe('converged');
      expect(found.value).toBeCloseTo(best.value, 9);
    }
  });
});
