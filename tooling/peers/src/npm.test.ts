// The packages of npm, which are there wherever this repository is installed.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PeerProcess } from './client.ts';
import { isNpmPeer, startNpmPeers } from './client.ts';

let peers: PeerProcess;
beforeAll(async () => {
  const started = await startNpmPeers();
  if (!started.present) throw new Error(started.reason);
  peers = started.process;
});
afterAll(() => peers.close());

/** Rows 4 1 and 1 3 with the solution (1, 2). */
const values = Float64Array.of(4, 1, 1, 3);
const dense = { rows: 2, cols: 2, values };
const sparse = { ...dense, rowPointers: Int32Array.of(0, 2, 4), columnIndices: Int32Array.of(0, 1, 0, 1) };
const b = Float64Array.of(6, 7);

describe('packages of npm', () => {
  it('are known by their ids, and say their versions', () => {
    expect(peers.list().length).toBeGreaterThan(4);
    for (const { id, version } of peers.list()) {
      expect(isNpmPeer(id)).toBe(true);
      expect(version).toMatch(/^\d+\.\d+\.\d+/);
    }
    expect(isNpmPeer('pot/emd')).toBe(false);
  });

  it.each(['ml-matrix/solve', 'ml-matrix/cholesky'])('%s solves a system, dense and sparse', async (id) => {
    for (const a of [dense, sparse]) {
      const { status, solution, seconds } = await peers.solve(id, { a, b, structure: 'positive-definite' });
      expect(status).toBe('converged');
      expect(seconds).toBeGreaterThan(0);
      const [x, y] = (solution as { x: Float64Array }).x;
      expect(x).toBeCloseTo(1, 12);
      expect(y).toBeCloseTo(2, 12);
      expect(solution?.['relativeResidual']).toBeLessThan(1e-14);
    }
    const many = { ...sparse, rows: 1e5, cols: 1e5 };
    const declined = await peers.solve(id, { a: many, b, structure: 'positive-definite' });
    expect(declined.status).toBe('declined');
  });

  it.each(['mathjs/multiply', 'ml-sparse-matrix/mmul'])('%s multiplies sparse matrices', async (id) => {
    const a = { ...sparse, rows: 2, cols: 3, columnIndices: Int32Array.of(0, 2, 1, 2) };
    const c = {
      rows: 3,
      cols: 1,
      rowPointers: Int32Array.of(0, 1, 1, 2),
      columnIndices: Int32Array.of(0, 0),
      values: Float64Array.of(5, 7),
    };
    const { solution } = await peers.solve(id, { a, b: c });
    expect(solution?.['matrix']).toEqual({
      rows: 2,
      cols: 1,
      rowPointers: Int32Array.of(0, 1, 2),
      columnIndices: Int32Array.of(0, 0),
      values: Float64Array.of(4 * 5 + 1 * 7, 3 * 7),
    });
  });

  it('ml-matrix finds the first direction of rows', async () => {
    const { solution } = await peers.solve('ml-matrix/svd', {
      rows: { rows: 3, cols: 2, values: Float64Array.of(3, 4, 6, 8, 0, 0) },
    });
    const [x, y] = (solution as { vector: Float64Array }).vector;
    expect(x).toBeCloseTo(0.6, 12);
    expect(y).toBeCloseTo(0.8, 12);
    expect(solution?.['eigenvalue']).toBeCloseTo(125, 9);
  });

  it.each([
    ['d3-hierarchy/squarify', 1e-12],
    ['d3-voronoi-treemap/voronoi-treemap', 0.02],
  ])('%s divides a rectangle by weights', async (id, accuracy) => {
    const { solution, status } = await peers.solve(id, {
      parents: Int32Array.of(-1, 0, 0, 0, 1, 1),
      weights: Float64Array.of(0, 0, 2, 0, 3, 1),
      region: Float64Array.of(1, 1, 3, 1, 3, 2, 1, 2),
    });
    expect(status).toBe('converged');
    const { vertices, offsets } = solution as { vertices: Float64Array; offsets: Int32Array };
    const area = (node: number) => {
      let twice = 0;
      for (let i = offsets[node]; i < offsets[node + 1]; i++) {
        const next = i + 1 < offsets[node + 1] ? i + 1 : offsets[node];
        twice += vertices[2 * i] * vertices[2 * next + 1] - vertices[2 * next] * vertices[2 * i + 1];
      }
      return twice / 2;
    };
    // Counterclockwise, so that areas are positive; the whole has area 2 and weight 6.
    for (const [node, weight] of [6, 4, 2, 0, 3, 1].entries())
      expect(Math.abs(area(node) - weight / 3)).toBeLessThan(2 * accuracy);
  });

  it('d3-hierarchy takes rectangles only, and nobody knows others', async () => {
    const triangle = { parents: Int32Array.of(-1), weights: Float64Array.of(1), region: Float64Array.of(0, 0, 1, 0, 0, 1) };
    expect((await peers.solve('d3-hierarchy/squarify', triangle)).status).toBe('declined');
    expect((await peers.solve('ml-matrix/nothing', {})).status).toBe('failed');
  });
});
