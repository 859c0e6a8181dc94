// The peers of `learn/separable-classification`, where requirements-scikit.txt has been installed.
import { describe, expect, it } from 'vitest';
import { installed, peersOfTests } from './installed-peers.ts';

describe.runIf(installed)('scikit-learn on learn/separable-classification', () => {
  const peers = peersOfTests();
  const points = { rows: 4, cols: 1, values: Float64Array.of(-2, -1, 1, 2) };
  const labels = Int8Array.of(-1, -1, 1, 1);
  const isAbsent = (id: string) =>
    !peers()
      .list()
      .some((peer) => peer.id === id);

  it.each(['scikit-learn/perceptron', 'scikit-learn/linear-svc', 'scikit-learn/svc', 'scikit-learn/logistic-regression'])(
    '%s separates points of a line, dense and sparse',
    async (id) => {
      if (isAbsent(id)) return expect(peers().absent['learn_separable_classification']).toBeDefined();
      const sparse = {
        rows: 4,
        cols: 1,
        rowPointers: Int32Array.of(0, 1, 2, 3, 4),
        columnIndices: new Int32Array(4),
        values: points.values,
      };
      for (const form of [points, sparse]) {
        const instance = { points: form, labels, fitIntercept: true };
        const { solution, status } = await peers().solve(id, instance, {}, { seconds: 60 });
        expect(status).toBe('converged');
        if (!solution) throw new Error('it has no plane');
        const root = -(solution['intercept'] as number) / (solution['weights'] as Float64Array)[0];
        expect(Math.abs(root)).toBeLessThan(1);
        expect(solution['errors']).toBe(0);
      }
    },
  );

  it('makes two classes out of one, for planes through the origin', async () => {
    if (isAbsent('scikit-learn/linear-svc')) {
      return expect(peers().absent['learn_separable_classification']).toBeDefined();
    }
    const instance = {
      points: { rows: 3, cols: 2, values: Float64Array.of(1, 3, 2, -1, 3, 0.5) },
      labels: Int8Array.of(1, 1, 1),
      fitIntercept: false,
    };
    const { solution } = await peers().solve('scikit-learn/linear-svc', instance, {}, { seconds: 60 });
    if (!solution) throw new Error('it has no plane');
    const [x, y] = solution['weights'] as Float64Array;
    expect(Math.min(x + 3 * y, 2 * x - y, 3 * x + 0.5 * y)).toBeGreaterThan(0);
  });

  it('says so where nothing separates', async () => {
    if (isAbsent('scikit-learn/perceptron')) {
      return expect(peers().absent['learn_separable_classification']).toBeDefined();
    }
    const instance = { points, labels: Int8Array.of(1, -1, 1, -1), fitIntercept: true };
    const { status, solution } = await peers().solve('scikit-learn/perceptron', instance, {}, { seconds: 60 });
    expect(status).toBe('stalled');
    expect(solution?.['errors']).toBeGreaterThan(0);
  });
});
