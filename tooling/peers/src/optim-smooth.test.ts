// The peers of smooth minimisation, where `pnpm peers:install` has made them.
import { describe, expect, it } from 'vitest';
import { installed, peersOfTests } from './installed-peers.ts';

const SCIPY = ['scipy/minimize-l-bfgs-b', 'scipy/minimize-cg', 'scipy/minimize-newton-cg', 'scipy/minimize-trust-exact'];
const SCIKIT = ['scikit-learn/logistic-regression-lbfgs', 'scikit-learn/logistic-regression-newton-cholesky'];

const design = { rows: 4, cols: 2, values: Float64Array.of(1, 1, 2, 1, 3, 1, 4, 1) };
const chain = {
  rows: 3,
  cols: 3,
  rowPointers: Int32Array.of(0, 2, 5, 7),
  columnIndices: Int32Array.of(0, 1, 0, 1, 2, 1, 2),
  values: Float64Array.of(4, -1, -1, 4, -1, -1, 4),
};

/** Functions whose minimum is known in closed form: what is sent, and where it is. */
const known = {
  // A line through points that lie on it.
  line: {
    instance: { kind: 'least-squares', design, targets: Float64Array.of(3, 5, 7, 9), ridge: 0, initial: new Float64Array(2) },
    minimizer: [2, 1],
  },
  diagonal: {
    instance: { kind: 'quadratic', matrix: Float64Array.of(1, 4), linear: Float64Array.of(1, 8), initial: new Float64Array(2) },
    minimizer: [1, 2],
  },
  'sparse quadratic': {
    instance: { kind: 'quadratic', matrix: chain, linear: Float64Array.of(2, 4, 10), initial: new Float64Array(3) },
    minimizer: [1, 2, 3],
  },
  valley: { instance: { kind: 'rosenbrock', initial: Float64Array.of(-1.2, 1) }, minimizer: [1, 1] },
  // log(e^x + e^{-x}), of which 0 is the middle.
  maximum: {
    instance: {
      kind: 'log-sum-exp',
      a: { rows: 2, cols: 1, values: Float64Array.of(1, -1) },
      b: new Float64Array(2),
      smoothing: 0.5,
      initial: Float64Array.of(1),
    },
    minimizer: [0],
  },
  // -log(1 - x) - log(1 + x/2)
  barrier: {
    instance: { kind: 'log-barrier', a: { rows: 2, cols: 1, values: Float64Array.of(1, -0.5) }, initial: Float64Array.of(0.5) },
    minimizer: [-0.5],
  },
};

describe.runIf(installed)('SciPy and scikit-learn on optim/smooth', () => {
  const peers = peersOfTests();
  const present = (ids: readonly string[]) =>
    ids.filter((id) =>
      peers()
        .list()
        .some((peer) => peer.id === id),
    );
  const solve = (id: string, instance: object, options: object = { tolerance: 1e-9 }) =>
    peers().solve(id, instance, options, { seconds: 60 });

  it.each(SCIPY)('%s finds minima that are known, and counts its calls', async (id) => {
    expect(present([id])).toEqual([id]);
    for (const { instance, minimizer } of Object.values(known)) {
      const result = await solve(id, instance);
      expect(result.status).toBe('converged');
      const x = result.solution?.['x'] as Float64Array;
      minimizer.forEach((value, i) => {
        expect(x[i]).toBeCloseTo(value, 6);
      });
      const calls = result.solution?.['evaluations'] as Record<string, number>;
      expect(calls['gradient']).toBeGreaterThan(0);
      expect(calls['value']).toBe(calls['gradient']);
      expect(calls['hessianVector'] > 0).toBe(id.endsWith('newton-cg'));
      expect(calls['hessian'] > 0).toBe(id.endsWith('trust-exact'));
    }
  });

  it.each(['logistic', 'softmax'])('all agree on %s regression', async (kind) => {
    const instance = {
      kind,
      design,
      targets: kind === 'logistic' ? Float64Array.of(-1, 1, -1, 1) : Float64Array.of(0, 1, 2, 1),
      ...(kind === 'softmax' && { classes: 3 }),
      ridge: 0.1,
      initial: new Float64Array(kind === 'softmax' ? 6 : 2),
    };
    const ids = present([...SCIPY, ...SCIKIT]);
    // At 1e-9 SciPy's CG gives up for lack of precision.
    const found = await Promise.all(ids.map((id) => solve(id, instance, { tolerance: 1e-7 })));
    const first = found[0].solution?.['x'] as Float64Array;
    for (const { status, solution } of found) {
      expect(status).toBe('converged');
      const x = solution?.['x'] as Float64Array;
      x.forEach((value, i) => {
        expect(value).toBeCloseTo(first[i], 5);
      });
      expect(solution?.['evaluations']).toEqual(expect.objectContaining({ gradient: expect.any(Number) }));
      expect(x.some((value) => value !== 0)).toBe(true);
    }
  });

  it('stops at the limit of iterations, and refuses what it cannot take', async () => {
    const limited = await solve('scipy/minimize-cg', known.valley.instance, { tolerance: 1e-9, maxIterations: 2 });
    expect([limited.status, limited.iterations]).toEqual(['iteration-limit', 2]);
    const unknown = await solve('scipy/minimize-cg', { kind: 'chebyshev', initial: Float64Array.of(1) });
    expect(unknown.status).toBe('declined');
    for (const id of present(SCIKIT)) expect((await solve(id, known.line.instance)).status).toBe('declined');
  });
});
