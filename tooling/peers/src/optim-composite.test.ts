// The peers of composite minimisation, where `pnpm peers:install` has made them.
import { describe, expect, it } from 'vitest';
import { installed, peersOfTests } from './installed-peers.ts';

// Orthogonal columns of length 2: x_j is the thresholded a_j . b / 4.
const design = { rows: 4, cols: 2, values: Float64Array.of(1, 1, 1, -1, 1, 1, 1, -1) };
const targets = Float64Array.of(4, 0, 5, 3); // a_j . b = 12 and 6
const squares = { kind: 'least-squares', design, targets };

describe.runIf(installed)('SciPy and scikit-learn on optim/composite', () => {
  const peers = peersOfTests();
  const solve = (id: string, instance: object) => peers().solve(id, instance, { tolerance: 1e-10 }, { seconds: 60 });
  const present = (id: string) =>
    peers()
      .list()
      .some((peer) => peer.id === id);

  it.each([
    ['free', {}, [3, 1.5], ['scipy/minimize-bounded', 'scipy/lsq-linear']],
    ['lasso', { l1: 8 / 4 }, [1, 0], ['scipy/minimize-bounded', 'scikit-learn/lasso']],
    [
      'non-negative',
      { lower: 0, targets: targets.map((value) => -value) },
      [0, 0],
      ['scipy/minimize-bounded', 'scipy/nnls', 'scipy/lsq-linear'],
    ],
    [
      'non-negative lasso',
      { l1: 4 / 4, lower: 0, targets: Float64Array.of(4, 8, 5, 3) }, // 20 and -2
      [4, 0],
      ['scipy/minimize-bounded', 'scikit-learn/lasso'],
    ],
    ['not positive, with l1', { l1: 8 / 4, upper: 0 }, [0, 0], ['scipy/minimize-bounded']],
    ['bounded, with l1', { l1: 2 / 4, lower: -1, upper: 2 }, [2, 1], ['scipy/minimize-bounded']],
    ['bounded', { lower: -1, upper: 2 }, [2, 1.5], ['scipy/minimize-bounded', 'scipy/lsq-linear']],
  ] as const)('%s least squares', async (_, terms, expected, ids) => {
    const takers = [
      'scipy/minimize-bounded',
      'scipy/nnls',
      'scipy/lsq-linear',
      'scikit-learn/lasso',
      'scikit-learn/logistic-regression-l1',
    ].filter(present);
    for (const id of takers) {
      const { status, solution } = await solve(id, { ...squares, ...terms });
      expect([id, status]).toEqual([id, ids.some((taker) => taker === id) ? 'converged' : 'declined']);
      if (!solution) continue;
      const x = solution['x'] as Float64Array;
      expected.forEach((value, j) => {
        expect(x[j]).toBeCloseTo(value, 6);
      });
    }
  });

  it('sparse quadratics with a bound', async () => {
    const matrix = {
      rows: 2,
      cols: 2,
      rowPointers: Int32Array.of(0, 1, 2),
      columnIndices: Int32Array.of(0, 1),
      values: Float64Array.of(2, 4),
    };
    const instance = { kind: 'quadratic', matrix, linear: Float64Array.of(2, 8), upper: 1.5 };
    const { solution } = await solve('scipy/minimize-bounded', instance);
    const x = solution?.['x'] as Float64Array;
    expect(x[0]).toBeCloseTo(1, 7);
    expect(x[1]).toBeCloseTo(1.5, 7);
  });

  it('logistic regression with an l1 term: the slope at the answer is l1', async () => {
    // One feature and labels 1, 1, -1: sum_i y_i a_i sigmoid(-y_i a_i x) = l1.
    const instance = {
      kind: 'logistic',
      design: { rows: 3, cols: 1, values: Float64Array.of(1, 2, -1) },
      targets: Float64Array.of(1, 1, -1),
      l1: 0.3 / 3,
    };
    for (const id of ['scipy/minimize-bounded', 'scikit-learn/logistic-regression-l1'].filter(present)) {
      const { solution } = await solve(id, instance);
      const x = solution?.['x'] as Float64Array;
      const slope = [1, 2, 1].reduce((sum, a) => sum + a / (1 + Math.exp(a * x[0])), 0);
      expect(slope).toBeCloseTo(0.3, 5);
    }
  });

  it('softmax regression: weights of features stand together', async () => {
    // One feature, two classes: f = log(1 + exp(x_1 - x_0)) twice; the best of x_0 - x_1 has the slope l1.
    const instance = {
      kind: 'softmax',
      design: { rows: 2, cols: 2, values: Float64Array.of(0, 1, 0, 1) },
      targets: Float64Array.of(0, 0),
      classes: 2,
      l1: 0.5 / 2,
    };
    const { solution } = await solve('scipy/minimize-bounded', instance);
    const x = solution?.['x'] as Float64Array;
    expect([x[0], x[1]]).toEqual([0, 0]);
    expect(2 / (1 + Math.exp(x[2] - x[3]))).toBeCloseTo(0.5, 6);
  });
});
