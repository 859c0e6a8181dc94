// Peers of single problems, where they are installed: small instances whose answer is known.
import { describe, expect, it } from 'vitest';
import { installed, peersOfTests } from './installed-peers.ts';

describe.runIf(installed)('more peers', () => {
  const peers = peersOfTests();
  const solve = async (id: string, instance: object, options: object = {}) => {
    if (
      !peers()
        .list()
        .some((peer) => peer.id === id)
    )
      return undefined;
    const result = await peers().solve(id, instance, options, { seconds: 60 });
    if (!result.solution) throw new Error(`${id}: ${result.reason}`);
    return result.solution;
  };

  it.each(['fft', 'strided'])('NumPy, %s, cuts distances off at k + 1', async (method) => {
    const instance = { text: Uint8Array.of(1, 2, 3, 1, 2, 9), pattern: Uint8Array.of(1, 2, 3), maxMismatches: 1 };
    const solution = await solve(`numpy/${method}-cut-off`, instance);
    if (!solution) throw new Error('NumPy is not there');
    expect([...(solution['distances'] as Int32Array)]).toEqual([0, 2, 2, 1]);
  });

  it.each(['scipy/solve-continuous-are', 'python-control/care'])('%s: x′ = x + u with x² + u²', async (id) => {
    const one = { rows: 1, cols: 1, values: Float64Array.of(1) };
    const solution = await solve(id, { a: one, b: one, q: one, r: one });
    // p² − 2p − 1 = 0.
    if (solution) expect((solution['weights'] as Float64Array)[0]).toBeCloseTo(1 + Math.SQRT2, 12);
  });

  it.each(['pyamg/ruge-stuben', 'pyamg/smoothed-aggregation-cg'])('%s solves a chain', async (id) => {
    const n = 50;
    const triples = Array.from({ length: n }, (_, i) => [i - 1, i, i + 1].filter((j) => j >= 0 && j < n));
    const a = {
      rows: n,
      cols: n,
      rowPointers: Int32Array.from([0, ...triples.map((_, i) => triples.slice(0, i + 1).flat().length)]),
      columnIndices: Int32Array.from(triples.flat()),
      values: Float64Array.from(triples.flatMap((row, i) => row.map((j) => (i === j ? 2 : -1)))),
    };
    const b = new Float64Array(n);
    b[n - 1] = n + 1; // x_i = i + 1
    const instance = { a, b, structure: 'positive-definite' };
    const solution = await solve(id, instance, { tolerance: 1e-12 });
    if (solution) expect((solution['x'] as Float64Array)[9]).toBeCloseTo(10, 6);
  });

  it('GraphBLAS multiplies, rows sorted', async () => {
    const a = {
      rows: 2,
      cols: 2,
      rowPointers: Int32Array.of(0, 2, 3),
      columnIndices: Int32Array.of(0, 1, 0),
      values: Float64Array.of(1, 2, 3),
    };
    const solution = await solve('graphblas/mxm', { a, b: a });
    if (!solution) return;
    const { values, columnIndices } = solution['matrix'] as { values: Float64Array; columnIndices: Int32Array };
    expect([[...values], [...columnIndices]]).toEqual([
      [7, 2, 3, 6],
      [0, 1, 0, 1],
    ]);
  });

  it('CVXPY trains a network of one sample', async () => {
    // The least of (u·1 − 2)²/2 + beta |u| is at u = 2 − beta: with the penalty of both layers.
    const instance = {
      points: { rows: 1, cols: 1, values: Float64Array.of(1) },
      targets: Float64Array.of(2),
      loss: 'squared',
      beta: 0.5,
    };
    const solution = await solve('cvxpy/clarabel', instance);
    if (!solution) return;
    const hidden = (solution['hidden'] as unknown as { values: Float64Array }).values;
    const output = solution['output'] as Float64Array;
    expect(output.reduce((sum, weight, i) => sum + weight * hidden[i], 0)).toBeCloseTo(1.5, 5);
  });
});
