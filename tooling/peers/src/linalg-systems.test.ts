// The peers of linear systems and of streams, where `pnpm peers:install` has made them.
import { describe, expect, it } from 'vitest';
import { installed, peersOfTests } from './installed-peers.ts';

describe.runIf(installed)('SciPy and scikit-learn on linalg problems', () => {
  const peers = peersOfTests();

  const a = {
    rows: 3,
    cols: 3,
    rowPointers: Int32Array.of(0, 2, 5, 7),
    columnIndices: Int32Array.of(0, 1, 0, 1, 2, 1, 2),
    values: Float64Array.of(4, -1, -1, 4, -1, -1, 4),
  };
  const b = Float64Array.of(2, 4, 10); // x = 1, 2, 3

  it.each(['cg', 'minres', 'gmres', 'lsqr'])('%s solves a small system', async (method) => {
    const taken: string[] = [];
    for (const structure of ['positive-definite', 'symmetric', 'general', 'least-squares']) {
      const instance = { a, b, structure };
      const result = await peers().solve(`scipy/${method}`, instance, { tolerance: 1e-12 }, { seconds: 60 });
      if (result.status === 'declined') continue;
      taken.push(structure);
      expect(result.status).toBe('converged');
      const x = result.solution?.['x'] as Float64Array;
      [1, 2, 3].forEach((value, i) => {
        expect(x[i]).toBeCloseTo(value, 9);
      });
      expect(result.iterations).toBeGreaterThan(0);
    }
    expect(taken).toContain('positive-definite');
  });

  it('finds the top eigenvector of rows', async () => {
    const rows = { rows: 4, cols: 3, values: Float64Array.of(3, 1, 0, -3, -1, 0, 0, 0, 1, 0, 0, -1) };
    const ids = ['scipy/svds', 'scikit-learn/truncated-svd', 'scikit-learn/incremental-pca'];
    const present = ids.filter((id) =>
      peers()
        .list()
        .some((peer) => peer.id === id),
    );
    expect(present).toContain('scipy/svds');
    for (const id of present) {
      const { solution } = await peers().solve(id, { rows }, {}, { seconds: 60 });
      const vector = solution?.['vector'] as Float64Array;
      [3 / Math.sqrt(10), 1 / Math.sqrt(10), 0].forEach((value, j) => {
        expect(vector[j]).toBeCloseTo(value, 9);
      });
      expect(solution?.['eigenvalue']).toBeCloseTo(20, 9);
    }
  });
});
