import { mulberry32 } from '@infimum/core/reference-generators';
import { describe, expect, it } from 'vitest';
import { costMatrix } from '../cost-matrix.ts';
import { sinkhorn } from '../entropic/sinkhorn.ts';
import { emd } from '../exact/network-simplex.ts';
import { gaussianCloudPoints } from '../instances.ts';
import { thrownBy } from '../testing/entropic-contract.ts';
import { guessPotentials } from './potential-guess.ts';

const { x, y } = gaussianCloudPoints(150, 3);
const weights = new Float64Array(150).fill(1 / 150);
const line = (seed: number, rows = 40) => ({ rows, cols: 1, values: Float64Array.from({ length: rows }, mulberry32(seed)) });

/** Sweeps of Sinkhorn's iteration to a rough plan, where the start still counts. */
function sweeps(from: typeof x, to: typeof x, epsilon: number, initial?: ReturnType<typeof guessPotentials>): number {
  const a = new Float64Array(from.rows).fill(1 / from.rows);
  const b = new Float64Array(to.rows).fill(1 / to.rows);
  const result = sinkhorn(a, b, costMatrix(from, to), { epsilon, domain: 'log', tolerance: 1e-3, ...(initial && { initial }) });
  expect(result.status).toBe('converged');
  return result.iterations;
}

describe('gaussian', () => {
  it('is exact for clouds that an affine map of a positive matrix connects', () => {
    const [p, q, r, s, t] = [2, 0.5, 1, -3, 4];
    const values = Float64Array.from(x.values, (_, k) => {
      const [u, v] = [x.values[k - (k % 2)], x.values[k - (k % 2) + 1]];
      return k % 2 === 0 ? p * u + q * v + s : q * u + r * v + t;
    });
    const image = { ...x, values };
    const { source, target } = guessPotentials(x, image, { method: 'gaussian' });
    const cost = costMatrix(x, image);
    const size = Math.max(...cost.values);
    for (let i = 0; i < 150; i++) {
      // Tight where mass moves, and nowhere more than the cost: an optimal dual.
      expect(Math.abs(source[i] + target[i] - cost.values[151 * i])).toBeLessThan(1e-7 * size);
      for (let j = 0; j < 150; j++) {
        expect(source[i] + target[j]).toBeLessThan(cost.values[150 * i + j] + 1e-7 * size);
      }
    }
    const dual = (source.reduce((u, v) => u + v, 0) + target.reduce((u, v) => u + v, 0)) / 150;
    expect(dual).toBeCloseTo(emd(weights, weights, cost).cost, 5);
  });

  it('spares sweeps between clouds that are nearly Gaussian', () => {
    const initial = guessPotentials(x, y, { method: 'gaussian' });
    expect(sweeps(x, y, 0.1, initial)).toBeLessThan(0.5 * sweeps(x, y, 0.1));
  });

  it('accepts clouds that lie on a line', () => {
    const flat = { rows: 3, cols: 2, values: Float64Array.of(0, 0, 1, 1, 2, 2) };
    const { source, target } = guessPotentials(flat, flat, { method: 'gaussian' });
    expect([...source, ...target].every(Number.isFinite)).toBe(true);
  });
});

describe('sorting', () => {
  it('is an optimal dual', () => {
    const [p, q] = [line(1), line(2)];
    const { source, target } = guessPotentials(p, q, { method: 'sorting' });
    const cost = costMatrix(p, q);
    const equal = new Float64Array(40).fill(1 / 40);
    const dual = [...source, ...target].reduce((sum, value) => sum + value, 0) / 40;
    expect(dual).toBeCloseTo(emd(equal, equal, cost).cost, 10);
    expect(sweeps(p, q, 1e-3, { source, target })).toBeLessThan(sweeps(p, q, 1e-3));
  });
});

describe('subsample', () => {
  it('of all points is the solution', () => {
    const options = { method: 'subsample', epsilon: 0.2, size: 150 } as const;
    const { source, target } = guessPotentials(x, y, options);
    const result = sinkhorn(weights, weights, costMatrix(x, y), { epsilon: 0.2, tolerance: 1e-7, initial: { source, target } });
    expect(result.iterations).toBeLessThanOrEqual(2);
  });

  it('of a third spares sweeps, and repeats for its seed', () => {
    const options = { method: 'subsample', epsilon: 0.1, size: 50, seed: 2 } as const;
    const initial = guessPotentials(x, y, options);
    expect(guessPotentials(x, y, options)).toEqual(initial);
    expect(guessPotentials(x, y, { ...options, seed: 3 })).not.toEqual(initial);
    expect(sweeps(x, y, 0.1, initial)).toBeLessThan(sweeps(x, y, 0.1));
  });

  it('leaves points without weight out', () => {
    const some = weights.map((_, i) => (i % 3 === 0 ? 0 : 0.01));
    const { source } = guessPotentials(x, y, { method: 'subsample', epsilon: 0.2, a: some, b: some });
    source.forEach((value, i) => {
      expect(value === -Infinity).toBe(i % 3 === 0);
    });
  });
});

it.each<[string, () => unknown]>([
  ['method', () => guessPotentials(x, y, { method: 'zero' as never })],
  ['method', () => guessPotentials(x, y, { method: 'sorting' })],
  ['method', () => guessPotentials(line(1), line(2), { method: 'sorting', metric: 'cosine' })],
  ['method', () => guessPotentials(x, y, { method: 'gaussian', metric: 'euclidean' })],
  ['epsilon', () => guessPotentials(x, y, { method: 'subsample' })],
  ['size', () => guessPotentials(x, y, { method: 'subsample', epsilon: 1, size: 0 })],
  ['seed', () => guessPotentials(x, y, { method: 'subsample', epsilon: 1, seed: -1 })],
  ['a', () => guessPotentials(x, y, { method: 'gaussian', a: Float64Array.of(1) })],
  ['y', () => guessPotentials(x, line(1), { method: 'gaussian' })],
])('a bad %s is named', (argument, call) => {
  expect(thrownBy(call).argument).toBe(argument);
});
