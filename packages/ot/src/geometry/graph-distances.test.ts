import { mulberry32 } from '@infimum/core/reference-generators';
import { csrFromTriplets } from '@infimum/linalg';
import fc from 'fast-check';
import { expect, it } from 'vitest';

import { thrownBy } from '../testing/entropic-contract.ts';
import { graphDistances } from './graph-distances.ts';

/** Edges drawn at random, on top of a ring that connects all nodes; lengths are small integers, some zero. */
function randomGraph(nodes: number, seed: number) {
  const random = mulberry32(seed);
  const lengths = new Map<number, number>();
  for (let i = 0; i < nodes; i++) lengths.set(i * nodes + ((i + 1) % nodes), Math.floor(9 * random()));
  for (let k = 0; k < 2 * nodes; k++) {
    lengths.set(Math.floor(random() * nodes * nodes), Math.floor(9 * random()));
  }
  const keys = [...lengths.keys()];
  const graph = csrFromTriplets({
    rows: nodes,
    cols: nodes,
    rowIndices: keys.map((k) => Math.floor(k / nodes)),
    columnIndices: keys.map((k) => k % nodes),
    values: [...lengths.values()],
  });
  return { graph, lengths };
}

/** Floyd and Warshall, on a dense matrix. */
function allPairs(nodes: number, lengths: Map<number, number>): number[] {
  const distance = Array.from({ length: nodes * nodes }, (_, k) =>
    Math.floor(k / nodes) === k % nodes ? 0 : Math.min(lengths.get(k) ?? Infinity),
  );
  for (let v = 0; v < nodes; v++) {
    for (let i = 0; i < nodes; i++) {
      for (let j = 0; j < nodes; j++) {
        const through = distance[i * nodes + v] + distance[v * nodes + j];
        if (through < distance[i * nodes + j]) distance[i * nodes + j] = through;
      }
    }
  }
  return distance;
}

it('are those of all pairs, by another algorithm', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 25 }), fc.integer({ min: 0, max: 1e6 }), (nodes, seed) => {
      const { graph, lengths } = randomGraph(nodes, seed);
      expect(Array.from(graphDistances(graph).values)).toEqual(allPairs(nodes, lengths));
    }),
    { numRuns: 100 },
  );
});

it('are those between the nodes that are asked for', () => {
  const { graph } = randomGraph(12, 4);
  const all = graphDistances(graph).values;
  const some = graphDistances(graph, Int32Array.of(3, 3, 7), Int32Array.of(11, 0));
  expect([some.rows, some.cols]).toEqual([3, 2]);
  expect([...some.values]).toEqual(
    [
      [3, 11],
      [3, 0],
      [3, 11],
      [3, 0],
      [7, 11],
      [7, 0],
    ].map(([i, j]) => all[i * 12 + j]),
  );
});

const broken = csrFromTriplets({ rows: 2, cols: 2, rowIndices: [0], columnIndices: [1], values: [1] });
const negative = { ...broken, values: Float64Array.of(-1) };
const wide = csrFromTriplets({ rows: 1, cols: 2, rowIndices: [0], columnIndices: [1], values: [1] });
it.each<[string, () => unknown]>([
  ['targets', () => graphDistances(broken)],
  ['graph', () => graphDistances(negative)],
  ['graph', () => graphDistances(wide)],
  ['graph', () => graphDistances({} as never)],
  ['sources', () => graphDistances(broken, Int32Array.of(2))],
  ['sources', () => graphDistances(broken, new Int32Array(0))],
  ['targets', () => graphDistances(broken, undefined, [0] as never)],
])('a bad %s is named', (argument, call) => {
  expect(thrownBy(call).argument.split('.')[0]).toBe(argument);
});
