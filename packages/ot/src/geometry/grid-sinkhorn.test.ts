import { mulberry32 } from '@infimum/core/reference-generators';
import { describe, expect, it } from 'vitest';
import { costMatrix, gridPoints } from '../cost-matrix.ts';
import { sinkhorn } from '../entropic/sinkhorn.ts';

import { thrownBy } from '../testing/entropic-contract.ts';
import { highsOracle } from '../testing/linear-program.ts';
import { gridSinkhorn } from './grid-sinkhorn.ts';

function image(rows: number, cols: number, seed: number) {
  const random = mulberry32(seed);
  const values = Float64Array.from({ length: rows * cols }, () => Math.max(0, random() - 0.15));
  const sum = values.reduce((all, value) => all + value, 0);
  return { rows, cols, values: values.map((value) => value / sum) };
}

describe('gridSinkhorn', () => {
  it.each([
    [5, 6, 0.3],
    [5, 6, 0.02],
    [1, 9, 0.05],
    [8, 1, 0.05],
    [1, 1, 1],
  ])('agrees with sweeps over stored costs, %i x %i, epsilon = %s', (rows, cols, epsilon) => {
    const [a, b] = [image(rows, cols, 1), image(rows, cols, 2)];
    const pixels = gridPoints(rows, cols);
    const dense = sinkhorn(a.values, b.values, costMatrix(pixels, pixels), {
      epsilon,
      domain: 'log',
      tolerance: 1e-12,
      maxIterations: 100_000,
    });
    const grid = gridSinkhorn(a, b, { epsilon, tolerance: 1e-12 });
    expect(grid.status).toBe('converged');
    expect(grid.cost).toBeCloseTo(dense.cost, 10);
    expect(grid.dualValue).toBeCloseTo(dense.dualValue, 10);
    expect(grid.marginalError).toBeLessThan(1e-11);
    const shift = grid.sourcePotential[0] - dense.sourcePotential[0];
    if (!Number.isFinite(shift)) return;
    grid.sourcePotential.forEach((value, p) => {
      if (Number.isFinite(value)) expect(value - dense.sourcePotential[p]).toBeCloseTo(shift, 8);
      else expect(dense.sourcePotential[p]).toBe(-Infinity);
    });
  });

  it.each([
    [[9], 2],
    [[9], 1],
    [[4, 5], 1],
    [[3, 4], 1.5],
    [[2, 3, 4], 2],
    [[3, 1, 4], 1],
    [[2, 2, 2, 2], 3],
  ])('agrees with sweeps over costs written out, shape %j and power %s', (shape, power) => {
    const count = shape.reduce((product, length) => product * length, 1);
    const [a, b] = [image(1, count, 3).values, image(1, count, 4).values];
    const side = Math.max(...shape) - 1;
    const coordinates = (p: number) =>
      shape.map((length, k) => (Math.floor(p / shape.slice(k + 1).reduce((all, l) => all * l, 1)) % length) / side);
    const values = Float64Array.from({ length: count * count }, (_, k) => {
      const [p, q] = [coordinates(Math.floor(k / count)), coordinates(k % count)];
      return p.reduce((sum, x, axis) => sum + Math.abs(x - q[axis]) ** power, 0);
    });
    const options = { epsilon: 0.05, tolerance: 1e-12 };
    const dense = sinkhorn(a, b, { rows: count, cols: count, values }, { ...options, domain: 'log', maxIterations: 1e5 });
    const grid = gridSinkhorn({ shape, values: a }, { shape, values: b }, { ...options, power });
    expect(grid.status).toBe('converged');
    expect(grid.cost).toBeCloseTo(dense.cost, 10);
    expect(grid.dualValue).toBeCloseTo(dense.dualValue, 10);
  });

  it('comes close to the linear program at small epsilon', async () => {
    const leastCost = await highsOracle();
    const [a, b] = [image(4, 5, 3), image(4, 5, 4)];
    const pixels = gridPoints(4, 5);
    const exact = leastCost({ a: a.values, b: b.values, cost: costMatrix(pixels, pixels) });
    const { cost, status } = gridSinkhorn(a, b, { epsilon: 1e-3, tolerance: 1e-7, maxIterations: 50_000 });
    expect(status).toBe('converged');
    expect(cost).toBeGreaterThan(exact - 1e-7);
    expect(cost).toBeLessThan(exact + 2e-3 * Math.log(20));
  });

  it('takes images that no matrix of costs would be stored for', () => {
    const [a, b] = [image(64, 64, 5), image(64, 64, 6)];
    const { marginalError, status } = gridSinkhorn(a, b, { epsilon: 0.05, tolerance: 1e-6 });
    expect(status).toBe('converged');
    expect(marginalError).toBeLessThan(2e-6);
  });

  it('ends at limits with potentials, and says what to change', () => {
    const [a, b] = [image(6, 6, 1), image(6, 6, 2)];
    const result = gridSinkhorn(a, b, { epsilon: 1e-4, maxIterations: 3 });
    expect(result.status).toBe('iteration-limit');
    expect(result.reason).toMatch(/marginal error.*raise it or epsilon/);
    expect(Number.isFinite(result.cost)).toBe(true);
    expect(gridSinkhorn(a, b, { epsilon: 1, signal: AbortSignal.abort() }).status).toBe('aborted');
  });

  const [a, b] = [image(2, 3, 1), image(2, 3, 2)];
  it.each<[string, () => unknown]>([
    ['a', () => gridSinkhorn({ ...a, values: a.values.map(() => Number.NaN) }, b, { epsilon: 1 })],
    ['a', () => gridSinkhorn({ ...a, values: a.values.map((v) => -v) }, b, { epsilon: 1 })],
    ['b', () => gridSinkhorn(a, image(3, 2, 1), { epsilon: 1 })],
    ['b', () => gridSinkhorn(a, { ...b, values: b.values.map((v) => 2 * v) }, { epsilon: 1 })],
    ['epsilon', () => gridSinkhorn(a, b, { epsilon: 0 })],
    ['power', () => gridSinkhorn(a, b, { epsilon: 1, power: 0.5 })],
    ['a.shape', () => gridSinkhorn({ shape: [], values: a.values }, b, { epsilon: 1 })],
    ['a.shape[1]', () => gridSinkhorn({ shape: [6, 1.5], values: a.values }, b, { epsilon: 1 })],
    ['a.values', () => gridSinkhorn({ shape: [5], values: a.values }, b, { epsilon: 1 })],
    ['b', () => gridSinkhorn({ shape: [6], values: a.values }, b, { epsilon: 1 })],
    ['tolerance', () => gridSinkhorn(a, b, { epsilon: 1, tolerance: -1 })],
  ])('a bad %s is named', (argument, call) => {
    expect(thrownBy(call).argument).toBe(argument);
  });
});
