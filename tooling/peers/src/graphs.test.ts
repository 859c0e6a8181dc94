// The peers of `graphs/dag-learning` and `graphs/graph-sampling`, where requirements-graphs.txt has been installed.
import { describe, expect, it } from 'vitest';
import { installed, peersOfTests } from './installed-peers.ts';

describe.runIf(installed)('gCastle, DAGMA and NetworkX on graphs problems', () => {
  const peers = peersOfTests();
  const present = (id: string) =>
    peers()
      .list()
      .some((peer) => peer.id === id);

  // Covariance [[1, 1, 1], [1, 2, 3], [1, 3, 6]]: w01 = 1, w12 = 2, w02 = -1 with unit noise.
  const columns = [
    [1, 1, 1],
    [0, 1, 2],
    [0, 0, 1],
  ];
  const values = columns.flatMap((column) => [1, -1].flatMap((sign) => column.map((x) => sign * Math.sqrt(3) * x)));
  const data = { rows: 6, cols: 3, values: Float64Array.from(values) };

  it.each([
    ['gcastle/notears', [0.9, -0.7, 1.8]],
    ['dagma/linear', [0.97, -0.91, 1.94]],
  ] as const)('%s finds the worked graph', async (id, expected) => {
    if (!present(id)) return expect(peers().absent['graphs_dag_learning']).toBeDefined();
    const { solution } = await peers().solve(id, { data, truth: new Float64Array(0) }, {}, { seconds: 60 });
    const weights = solution?.['weights'] as Float64Array;
    [1, 2, 5].forEach((at, k) => {
      expect(Math.abs(weights[at] - expected[k])).toBeLessThan(0.02);
    });
    for (const at of [0, 3, 4, 6, 7, 8]) expect(weights[at]).toBe(0);
  });

  it.each(['simple-walk', 'metropolis-hastings', 'self-repellent'])('%s finds a mean', async (name) => {
    const id = `networkx/${name}`;
    if (!present(id)) return expect(peers().absent['graphs_graph_sampling']).toBeDefined();
    // A star with two leaves beside each other: degrees differ.
    const graph = { nodes: 4, rowPointers: Int32Array.of(0, 3, 5, 7, 8), columnIndices: Int32Array.of(1, 2, 3, 0, 2, 0, 1, 0) };
    const instance = { graph, values: Float64Array.of(4, 0, 0, 0), target: new Float64Array(4).fill(0.25), steps: 20_000 };
    const { solution } = await peers().solve(id, instance, {}, { seconds: 60 });
    expect(Math.abs((solution?.['mean'] as number) - 1)).toBeLessThan(0.1);
    expect(solution?.['halfWidth'] as number).toBeLessThan(0.2);
  });
});
