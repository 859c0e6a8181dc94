import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { LowRankPopulation } from './low-rank-population.ts';
import { besselRatio, meanFieldScore } from './mean-field-score.ts';

/** K_ν(y), the integral of exp(-y cosh t) cosh(ν t) over t > 0, by the trapezoidal rule. */
function bessel(order: number, y: number): number {
  let sum = 0.5 * Math.exp(-y);
  for (let k = 1; k < 4000; k++) sum += Math.exp(-y * Math.cosh(k / 200)) * Math.cosh((order * k) / 200);
  return sum / 200;
}

describe('the mean-field score', () => {
  it('has ratios of Bessel functions', () => {
    for (const order of [0, 0.5, 1, 1.5, 2, 3.5, 7]) {
      for (const y of [0.01, 0.3, 1, 1.99, 2.01, 5, 30]) {
        expect(besselRatio(order, y) / (bessel(order - 1, y) / bessel(order, y))).toBeCloseTo(1, 5);
      }
    }
  });

  it('is the score of the density: E score(z) z = 1 by parts, and that of Laplace for rank 2', () => {
    const random = new Random(4);
    const n = process.env['INFIMUM_FULL'] ? 200_000 : 50_000;
    for (const rank of [1, 2, 3, 8]) {
      const score = meanFieldScore(rank);
      const noise = new Float64Array(2 * rank);
      let [sum, squares] = [0, 0];
      for (let i = 0; i < n; i++) {
        random.normals(noise);
        let z = 0;
        for (let k = 0; k < rank; k++) z += (noise[2 * k] * noise[2 * k + 1]) / Math.sqrt(rank);
        sum += score(z) * z;
        squares += (score(z) * z) ** 2;
      }
      // What is clipped lies within |z| < 0.02 and loses less than 0.01.
      expect(Math.abs(sum / n - 1)).toBeLessThan(0.01 + 4 * Math.sqrt((squares / n - (sum / n) ** 2) / n));
    }
    expect([0.3, -2, 0].map(meanFieldScore(2))).toEqual([Math.SQRT2, -Math.SQRT2, 0]);
    expect(meanFieldScore(1)(1e-9)).toBe(10);
    expect(meanFieldScore(2001)(0.7)).toBeCloseTo(0.7, 2);
  });

  it('replaces the entries of perturbations in the update', () => {
    const layer = { rows: 2, cols: 3, weights: new Float64Array(6), bias: new Float64Array(2) };
    const update = (score: 'gaussian' | 'mean-field') => {
      const population = new LowRankPopulation([layer], { population: 4, rank: 2, seed: 1, score });
      population.begin(0);
      const [weights, bias] = [new Float64Array(6), new Float64Array(2)];
      // One pair alone: the update is half of its score.
      population.gradient(0, Float64Array.of(2, -2, 0, 0), weights, bias);
      return { weights, bias };
    };
    const [plain, scored] = [update('gaussian'), update('mean-field')];
    expect(scored.bias).toEqual(plain.bias);
    const expected = plain.weights.map((entry) => meanFieldScore(2)(entry));
    scored.weights.forEach((entry, e) => {
      expect(entry).toBeCloseTo(expected[e], 12);
    });
  });
});
