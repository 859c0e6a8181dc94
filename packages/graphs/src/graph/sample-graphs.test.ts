import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { checkConnected, componentOf, graphFromEdges } from './graph.ts';
import { barabasiAlbert, geometricGraph } from './sample-graphs.ts';

describe('a geometric graph', () => {
  it('joins exactly the pairs within its radius', () => {
    for (const n of [1, 2, 3, 10, 100, 500]) {
      for (const seed of [0, 1, 2]) {
        const places = new Random(seed).uniforms(new Float64Array(2 * n));
        let radius = Math.sqrt((1.5 * Math.log(n + 1)) / (Math.PI * n));
        let expected = graphFromEdges(n, []);
        for (; ; radius *= 1.1) {
          const edges: [number, number][] = [];
          for (let i = 0; i < n; i++) {
            for (let j = 0; j < i; j++) {
              const [x, y] = [places[2 * i] - places[2 * j], places[2 * i + 1] - places[2 * j + 1]];
              if (x * x + y * y < radius * radius) edges.push([i, j]);
            }
          }
          expected = graphFromEdges(n, edges);
          if (componentOf(expected, 0).length === n) break;
        }
        const { rowPointers, columnIndices } = geometricGraph(n, seed);
        expect(rowPointers).toEqual(expected.rowPointers);
        expect(columnIndices).toEqual(expected.columnIndices);
      }
    }
  });

  it('of many nodes has the degrees of a square', () => {
    const n = 30_000;
    const graph = geometricGraph(n, 1);
    checkConnected(graph);
    // n π r² = 1.5 log (n + 1), and less along the rim: by a part of 8r/(3π), 1.1 %, where r is 0.0128.
    const mean = graph.columnIndices.length / n;
    expect(mean).toBeGreaterThan(0.97 * 1.5 * Math.log(n + 1));
    expect(mean).toBeLessThan(1.5 * Math.log(n + 1));
  });
});

describe('preferential attachment', () => {
  it('gives every node after the first m that many edges, to nodes before it', () => {
    const graph = barabasiAlbert(500, 4, 3);
    checkConnected(graph);
    expect(graph.columnIndices.length).toBe(2 * 4 * 496);
    for (let i = 4; i < 500; i++) {
      const row = graph.columnIndices.subarray(graph.rowPointers[i], graph.rowPointers[i + 1]);
      expect(row.filter((j) => j < i).length).toBe(4);
    }
  });

  it('says when there is no room', () => {
    expect(() => barabasiAlbert(2 ** 26, 8, 0)).toThrow(expect.objectContaining({ argument: 'n', code: 'too-large' }));
  });
});

describe('rows', () => {
  it('must have every edge from both sides', () => {
    const graph = { nodes: 3, rowPointers: Int32Array.of(0, 1, 3, 4), columnIndices: Int32Array.of(1, 0, 2, 0) };
    expect(() => checkConnected(graph)).toThrow(/has the edge from 1 to 2, but not the reverse/);
  });

  it('may name a neighbour twice', () => {
    const graph = { nodes: 2, rowPointers: Int32Array.of(0, 2, 3), columnIndices: Int32Array.of(1, 1, 0) };
    expect(() => checkConnected(graph)).not.toThrow();
  });
});
