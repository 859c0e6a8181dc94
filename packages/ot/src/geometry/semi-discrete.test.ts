import type { Random } from '@infimum/core';
import { mulberry32 } from '@infimum/core/reference-generators';
import { describe, expect, it } from 'vitest';
import { costMatrix, gridPoints } from '../cost-matrix.ts';
import { emd } from '../exact/network-simplex.ts';

import { thrownBy } from '../testing/entropic-contract.ts';
import { quickOrFull } from '../testing/quick-or-full.ts';
import { semiDiscreteTransport } from './semi-discrete.ts';

const square = (random: Random, point: Float64Array) => {
  point[0] = random.uniform();
  point[1] = random.uniform();
};
const targets = (...values: number[]) => ({ rows: values.length / 2, cols: 2, values: Float64Array.from(values) });

describe('from the unit square, in closed form', () => {
  it('quadrants: no potentials, cost 1/24', () => {
    const y = targets(0.25, 0.25, 0.25, 0.75, 0.75, 0.25, 0.75, 0.75);
    const { value, valueError, targetPotential, marginalError } = semiDiscreteTransport(square, y);
    expect(Math.abs(value - 1 / 24)).toBeLessThan(4 * valueError + 1e-4);
    for (const potential of targetPotential) expect(Math.abs(potential)).toBeLessThan(0.01);
    expect(marginalError).toBeLessThan(0.06);
  });

  it.each([0.2, 0.5, 0.7])('two points, the left of weight %s: the cells meet at that abscissa', (p) => {
    const y = targets(0.25, 0.5, 0.75, 0.5);
    const result = semiDiscreteTransport(square, y, { b: Float64Array.of(p, 1 - p) });
    expect(result.status).toBe('converged');
    // (x - 1/4)^2 - v_1 = (x - 3/4)^2 - v_2 at x = 1/2 + v_1 - v_2.
    const [left, right] = result.targetPotential;
    expect(left - right).toBeCloseTo(p - 0.5, 1.6);
    const along = (p - 0.25) ** 3 / 3 + 0.25 ** 3 / 3 + 0.25 ** 3 / 3 - (p - 0.75) ** 3 / 3;
    const exact = along + 1 / 12;
    expect(Math.abs(result.value - exact)).toBeLessThan(4 * result.valueError + 1e-3);
    expect(Math.abs(result.cost - exact)).toBeLessThan(4 * result.valueError + 1e-2);
    expect(Math.abs(result.targetMasses[0] - p)).toBeLessThan(0.03);
  });
});

describe('from points', () => {
  const grid = gridPoints(24);
  const random = mulberry32(5);
  const y = { rows: 7, cols: 2, values: Float64Array.from({ length: 14 }, random) };
  const weights = (length: number) => {
    const values = Float64Array.from({ length }, () => 0.1 + random());
    const sum = values.reduce((all, value) => all + value, 0);
    return values.map((value) => value / sum);
  };
  const [a, b] = [weights(grid.rows), weights(7)];

  it.each(['squared-euclidean', 'euclidean'] as const)('comes close to the linear program, %s', (metric) => {
    const exact = emd(a, b, costMatrix(grid, y, metric)).cost;
    const result = semiDiscreteTransport({ points: grid, weights: a }, y, { b, metric });
    expect(Math.abs(result.value / exact - 1)).toBeLessThan(0.02);
    // The semi-dual is a lower bound.
    expect(result.value).toBeLessThan(exact + 4 * result.valueError);
  });

  it('with epsilon: the first-order condition E pi = b', () => {
    const result = semiDiscreteTransport({ points: grid, weights: a }, y, {
      b,
      epsilon: 0.1,
      tolerance: quickOrFull(2e-3, 1e-3),
    });
    expect(result.marginalError).toBeLessThan(0.02);
    // The exact expectation over all points, straight from the formula.
    const cost = costMatrix(grid, y);
    const masses = new Float64Array(7);
    a.forEach((weight, i) => {
      const shares = Array.from(b, (_, j) => Math.exp((result.targetPotential[j] - cost.values[i * 7 + j]) / 0.1));
      const sum = shares.reduce((all, share) => all + share, 0);
      shares.forEach((share, j) => {
        masses[j] += (weight * share) / sum;
      });
    });
    const error = masses.reduce((all, share, j) => all + Math.abs(share - b[j]), 0);
    expect(error).toBeLessThan(0.01);
  });

  it('leaves targets without weight alone', () => {
    const result = semiDiscreteTransport({ points: grid }, y, { b: Float64Array.of(1, 0, 1, 0, 1, 1, 1), maxIterations: 20 });
    expect([result.targetMasses[1], result.targetMasses[3]]).toEqual([0, 0]);
    expect(result.status).toBe('iteration-limit');
  });
});

it('repeats for a seed, and takes directions', () => {
  const y = targets(1, 0, 0, 1);
  const options = { seed: 4, maxIterations: 3, metric: 'cosine' } as const;
  const [first, second] = [0, 1].map(() => semiDiscreteTransport(square, y, options));
  expect(second.targetPotential).toEqual(first.targetPotential);
  expect(first.value).toBeLessThan(0.3);
  expect(semiDiscreteTransport(square, y, { signal: AbortSignal.abort() }).status).toBe('aborted');
});

const y = targets(0, 0, 1, 1);
it.each<[string, () => unknown]>([
  ['source', () => semiDiscreteTransport({} as never, y)],
  ['source', () => semiDiscreteTransport((_, point) => point.fill(Number.NaN), y)],
  ['source.points', () => semiDiscreteTransport({ points: { rows: 1, cols: 1, values: new Float64Array(1) } }, y)],
  ['source.weights', () => semiDiscreteTransport({ points: y, weights: Float64Array.of(1) }, y)],
  ['y', () => semiDiscreteTransport(square, { ...y, rows: 3 })],
  ['b', () => semiDiscreteTransport(square, y, { b: Float64Array.of(-1, 2) })],
  ['epsilon', () => semiDiscreteTransport(square, y, { epsilon: -1 })],
  ['tolerance', () => semiDiscreteTransport(square, y, { tolerance: -1 })],
  ['seed', () => semiDiscreteTransport(square, y, { seed: 1.5 })],
  ['metric', () => semiDiscreteTransport(square, y, { metric: 'x' as never })],
])('a bad %s is named', (argument, call) => {
  expect(thrownBy(call).argument).toBe(argument);
});
