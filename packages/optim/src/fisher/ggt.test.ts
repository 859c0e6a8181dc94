// GGT against dense square roots by Newton's iteration, which share nothing with eigenvalues.
import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { ggt } from './ggt.ts';

type Matrix = number[][];
const times = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => b[0].map((_, j) => row.reduce((sum, value, k) => sum + value * b[k][j], 0)));
const unit = (n: number): Matrix => Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => +(i === j)));

/** The inverse by Gauss and Jordan, with pivots. */
function inverse(a: Matrix): Matrix {
  const rows = a.map((row, i) => [...row, ...unit(a.length)[i]]);
  for (let k = 0; k < rows.length; k++) {
    const best = rows.slice(k).reduce((at, row, i) => (Math.abs(row[k]) > Math.abs(rows[at][k]) ? k + i : at), k);
    [rows[k], rows[best]] = [rows[best], rows[k]];
    rows[k] = rows[k].map((value) => value / rows[k][k]);
    rows.forEach((row, i) => {
      if (i !== k) rows[i] = row.map((value, j) => value - row[k] * rows[k][j]);
    });
  }
  return rows.map((row) => row.slice(a.length));
}

/** The square root of a positive definite matrix: X <- (X + Y^-1) / 2, Y <- (Y + X^-1) / 2 of Denman and Beavers. */
function root(a: Matrix): Matrix {
  let [x, y] = [a, unit(a.length)];
  const mean = (p: Matrix, q: Matrix) => p.map((row, i) => row.map((value, j) => (value + q[i][j]) / 2));
  for (let step = 0; step < 40; step++) [x, y] = [mean(x, inverse(y)), mean(y, inverse(x))];
  return x;
}

describe('GGT', () => {
  it.each(['float64', 'float32'] as const)('is the inverse root of the window, in %s', (precision) => {
    // More gradients than parameters, so that the dense matrix has a root.
    const [d, window, beta2, epsilon] = [4, 6, 0.9, 0.01];
    const random = new Random(1);
    const optimizer = ggt(d, { window, beta2, epsilon, momentum: 0, learningRate: 1, precision });
    const gradients: number[][] = [];
    for (let step = 0; step < 15; step++) {
      const g = random.normals(new Float64Array(d)).map(Math.fround);
      gradients.unshift(Array.from(g));
      const x = new Float64Array(d);
      optimizer.step(x, g);
      if (step < d) continue;
      const sums = unit(d).map((row, i) =>
        row.map((_, j) => gradients.slice(0, window).reduce((sum, h, age) => sum + beta2 ** (2 * age) * h[i] * h[j], 0)),
      );
      const damped = root(sums).map((row, i) => row.map((value, j) => value + (i === j ? epsilon : 0)));
      const expected = times(
        inverse(damped),
        gradients[0].map((value) => [value]),
      ).flat();
      x.forEach((value, i) => {
        expect(-value).toBeCloseTo(expected[i], 8);
      });
    }
  });

  it('goes as far for a gradient as for any multiple of it, and not along what no gradient has', () => {
    const far = [1, 1e6].map((scale) => {
      const optimizer = ggt(3, { window: 2, epsilon: 0, momentum: 0 });
      const x = new Float64Array(3);
      for (let step = 0; step < 4; step++) optimizer.step(x, Float64Array.of(scale, 2 * scale * (step % 2), 0));
      return x;
    });
    for (let i = 0; i < 3; i++) expect(far[0][i]).toBeCloseTo(far[1][i], 9);
    expect(far[0][2]).toBe(0);
  });

  it('stands still where gradients are zero, and goes on from its state bit by bit', () => {
    const random = new Random(2);
    const steps = Array.from({ length: 12 }, () => random.normals(new Float64Array(5)));
    const [first, second] = [ggt(5, { window: 4 }), ggt(5, { window: 4 })];
    const x = new Float64Array(5);
    first.step(x, new Float64Array(5));
    expect(Array.from(x)).toEqual([0, 0, 0, 0, 0]);
    for (const g of steps.slice(0, 6)) first.step(x, g);
    second.restore(structuredClone(first.serialize()));
    const y = x.slice();
    for (const g of steps.slice(6)) {
      first.step(x, g);
      second.step(y, g);
    }
    expect(y).toEqual(x);
  });

  it.each([
    ['window', { window: 0 }],
    ['beta2', { beta2: 0 }],
    ['epsilon', { epsilon: -1 }],
    ['momentum', { momentum: 1 }],
    ['learningRate', { learningRate: Number.NaN }],
  ])('names the option %s when it is out of range', (argument, options) => {
    expect(() => ggt(2, options)).toThrow(expect.objectContaining({ argument }));
  });
});
