import type { DenseMatrix } from '@infimum/linalg';
import { transpose } from '@infimum/linalg';
import { describe, expect, it } from 'vitest';
import { sinkhornNewtonSparse } from '../entropic/sinkhorn-newton-sparse.ts';
import { thrownBy } from '../testing/entropic-contract.ts';
import { goldenMatrix, goldenVector } from '../testing/pot-golden.ts';
import { entropicBarycenter } from './barycenter.ts';

const histograms = transpose(goldenMatrix('histograms'));
const cost = goldenMatrix('gridCost');
const weights = goldenVector('mixing');

it.each([false, true])('is that of POT, debiased %s', (debiased) => {
  const result = entropicBarycenter(histograms, cost, { epsilon: 0.01, weights, debiased, tolerance: 1e-12 });
  expect(result.status).toBe('converged');
  const expected = goldenVector(debiased ? 'barycenterDebiased' : 'barycenter');
  result.barycenter.forEach((mass, j) => {
    expect(mass).toBeCloseTo(expected[j], 7);
  });
});

describe('entropic', () => {
  it('minimises the sum of entropic values: no exchange of mass between two points lowers it', () => {
    const { barycenter } = entropicBarycenter(histograms, cost, { epsilon: 0.02, weights, tolerance: 1e-12 });
    const objective = (h: Float64Array) => {
      let sum = 0;
      for (let k = 0; k < 3; k++) {
        const target = histograms.values.slice(12 * k, 12 * k + 12);
        // Total masses agree to rounding only.
        const mass = h.reduce((all, value) => all + value, 0);
        const scaled = h.map((value) => value / mass);
        sum += weights[k] * sinkhornNewtonSparse(target, scaled, cost, { epsilon: 0.02, tolerance: 1e-12 }).dualValue;
      }
      return sum;
    };
    const least = objective(barycenter);
    for (const [i, j] of [
      [0, 5],
      [3, 4],
      [11, 2],
    ]) {
      const moved = barycenter.slice();
      moved[i] += 0.004;
      moved[j] -= 0.004;
      expect(objective(moved)).toBeGreaterThan(least);
    }
  });

  it('of a single point is that point; zero weights and huge costs over epsilon give no NaN', () => {
    const one = { rows: 1, cols: 1, values: Float64Array.of(1) };
    const zero: DenseMatrix = { rows: 1, cols: 1, values: Float64Array.of(0) };
    expect(entropicBarycenter(one, zero, { epsilon: 1 }).barycenter[0]).toBeCloseTo(1, 12);
    const ends = new Float64Array(24);
    ends[0] = ends[23] = 1;
    const result = entropicBarycenter({ rows: 2, cols: 12, values: ends }, cost, { epsilon: 1e-5, maxIterations: 50 });
    expect(result.barycenter.every((mass) => mass >= 0 && mass <= 2)).toBe(true);
    expect(result.barycenter[5] + result.barycenter[6]).toBeCloseTo(1, 8);
  });
});

it('debiased, the barycentre of equal histograms is that histogram', () => {
  const row = histograms.values.slice(0, 12);
  const equal = { rows: 2, cols: 12, values: Float64Array.of(...row, ...row) };
  const { barycenter } = entropicBarycenter(equal, cost, { epsilon: 0.01, debiased: true, tolerance: 1e-12 });
  barycenter.forEach((mass, j) => {
    expect(mass).toBeCloseTo(row[j], 6);
  });
});

it('knows no unit, and does not vouch for masses that have lost their digits', () => {
  const values = [0.5, 0.25, 0.25, 0.125, 0.125, 0.75];
  const line = { rows: 3, cols: 3, values: Float64Array.of(0, 1, 4, 1, 0, 1, 4, 1, 0) };
  const times = (unit: number) =>
    entropicBarycenter({ rows: 2, cols: 3, values: Float64Array.from(values, (value) => unit * value) }, line, {
      epsilon: 0.05,
    });
  const one = times(1);
  const small = times(2 ** -900);
  expect(small.status).toBe('converged');
  expect(small.barycenter.map((mass) => mass * 2 ** 900)).toEqual(one.barycenter);
  expect(times(2 ** -1066).status).not.toBe('converged');
});

it.each([
  ['histograms', () => entropicBarycenter({ ...histograms, values: histograms.values.map((v) => -v) }, cost, { epsilon: 1 })],
  ['histograms', () => entropicBarycenter({ rows: 2, cols: 1, values: Float64Array.of(1, 2) }, cost, { epsilon: 1 })],
  ['cost', () => entropicBarycenter(histograms, { rows: 1, cols: 1, values: Float64Array.of(0) }, { epsilon: 1 })],
  ['epsilon', () => entropicBarycenter(histograms, cost, { epsilon: 0 })],
  ['weights', () => entropicBarycenter(histograms, cost, { epsilon: 1, weights: Float64Array.of(1, -1, 1) })],
  ['tolerance', () => entropicBarycenter(histograms, cost, { epsilon: 1, tolerance: Number.NaN })],
])('a bad %s is named', (argument, call) => {
  expect(thrownBy(call).argument).toBe(argument);
});
