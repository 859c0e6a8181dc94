// What people bring: graphs of graphology itself, hierarchies of d3 itself.
import { hierarchy, stratify } from 'd3-hierarchy';
import { MultiGraph, UndirectedGraph } from 'graphology';
import { describe, expect, it } from 'vitest';
import { createWalk, graphFromGraphology, karateClub, polygonTreemap, sampleGraph, saSrrw, walkCovariance } from './index.ts';

describe('a graph of graphology', () => {
  const club = karateClub();
  const graph = new MultiGraph();
  for (let i = 0; i < club.nodes; i++) graph.addNode(`member ${i}`);
  for (let i = 0; i < club.nodes; i++) {
    for (let k = club.rowPointers[i]; k < club.rowPointers[i + 1]; k++) {
      const j = club.columnIndices[k];
      if (j > i) continue;
      graph.addUndirectedEdge(`member ${i}`, `member ${j}`);
      // Parallels count once, directions not at all.
      if (k % 3 === 0) graph.addDirectedEdge(`member ${j}`, `member ${i}`);
    }
  }
  graph.addUndirectedEdge('member 0', 'member 0');

  it('goes wherever compressed rows go, to the same bits', () => {
    expect(graphFromGraphology(graph).columnIndices).toEqual(club.columnIndices);
    const [a, b] = [createWalk(graph, { seed: 3 }), createWalk(club, { seed: 3 })];
    for (let n = 0; n < 1000; n++) expect(a.step()).toBe(b.step());
    const chain = b.transitions;
    expect(walkCovariance(graph, chain).memory).toEqual(walkCovariance(club, chain).memory);
    const values = Float64Array.from({ length: 34 }, (_, i) => i);
    const rest = { values, target: new Float64Array(34).fill(1 / 34), steps: 500 };
    expect(sampleGraph({ graph, ...rest }).mean).toBe(sampleGraph({ graph: club, ...rest }).mean);
    const pull = (theta: Float64Array, node: number, out: Float64Array) => {
      out[0] = theta[0] - node;
    };
    const [u, v] = [graph, club].map((each) => saSrrw(each, pull, new Float64Array(1), { steps: 500 }));
    expect(u.x).toEqual(v.x);
  });

  it('is refused where it is not connected, and what is no graph at all', () => {
    const apart = new UndirectedGraph();
    apart.addNode('a');
    apart.addNode('b');
    expect(() => createWalk(apart)).toThrow(expect.objectContaining({ argument: 'graph' }));
    for (const wrong of [{}, { nodes: 2 }])
      expect(() => createWalk(wrong as never)).toThrow(expect.objectContaining({ name: 'InvalidInputError' }));
  });
});

describe('a hierarchy of d3', () => {
  it('is divided as it is, by sum and by count', () => {
    const data = {
      name: 'src',
      children: [
        { name: 'a.ts', size: 30 },
        {
          name: 'lib',
          children: [
            { name: 'b.ts', size: 6 },
            { name: 'c.ts', size: 4 },
          ],
        },
      ],
    };
    type Datum = { name: string; size?: number; children?: Datum[] };
    const root = hierarchy<Datum>(data).sum(({ size }) => size ?? 0);
    const map = polygonTreemap(root, { size: [40, 10] });
    expect(map.cells.map(({ key }) => key)).toEqual(['src', 'src/a.ts', 'src/lib', 'src/lib/b.ts', 'src/lib/c.ts']);
    for (const node of root.descendants()) {
      const polygon = map.cellOf.get(node)?.polygon ?? [];
      const area = polygon.reduce((sum, [x, y], i) => {
        const [u, v] = polygon[(i + 1) % polygon.length];
        return sum + (y * u - x * v) / 2;
      }, 0);
      expect(area).toBeCloseTo(10 * (node.value ?? 0), 9);
    }
    expect(polygonTreemap(hierarchy<Datum>(data).count()).cells).toHaveLength(5);
  });

  it('may be stratified by paths, whose folders have no data', () => {
    const files = [
      { path: '/a/b.ts', size: 3 },
      { path: '/a/c.ts', size: 1 },
      { path: '/d.ts', size: 4 },
    ];
    const root = stratify<(typeof files)[number]>()
      .path(({ path }) => path)(files)
      .sum((file) => file?.size ?? 0);
    const map = polygonTreemap(root);
    expect(map.cells.map(({ key }) => key)).toEqual(['/', '/d.ts', '/a', '/a/b.ts', '/a/c.ts']);
    const next = polygonTreemap(root, { previous: map.state });
    next.cells.forEach(({ polygon }, k) => {
      polygon?.forEach(([x, y], i) => {
        expect(x).toBeCloseTo(map.cells[k].polygon?.[i][0] ?? Number.NaN, 9);
        expect(y).toBeCloseTo(map.cells[k].polygon?.[i][1] ?? Number.NaN, 9);
      });
    });
  });
});
