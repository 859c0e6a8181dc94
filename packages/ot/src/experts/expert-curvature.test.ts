import { mulberry32 } from '@infimum/core/reference-generators';
import type { DenseMatrix } from '@infimum/linalg';
import { symmetricEigen } from '@infimum/linalg/numerics';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EXPERTS, mergedBatches, PER_TOKEN, populationBias, TOKENS } from '../testing/online-stream.ts';
import { quickOrFull } from '../testing/quick-or-full.ts';
import { assignExperts } from './assign-experts.ts';
import { strongConvexity } from './expert-curvature.ts';
import { moeInstance } from './expert-instances.ts';
import { topKRoute } from './expert-routing.ts';

/** Eigenvalues, ascending, of the derivative of the mean loads of a batch by central differences of the biases. */
function eigenvaluesByDifferences(scores: DenseMatrix, bias: Float64Array): number[] {
  const size = 0.02;
  const hessian = new Float64Array(EXPERTS * EXPERTS);
  for (let k = 0; k < EXPERTS; k++) {
    const moved = (by: number) => bias.map((value, j) => value + (j === k ? by : 0));
    const up = topKRoute(scores, PER_TOKEN, moved(size)).loads;
    const down = topKRoute(scores, PER_TOKEN, moved(-size)).loads;
    for (let j = 0; j < EXPERTS; j++) {
      const slope = ((up[j] - down[j]) / (2 * size)) * (TOKENS / scores.rows);
      hessian[j * EXPERTS + k] += slope / 2;
      hessian[k * EXPERTS + j] += slope / 2;
    }
  }
  const { values } = symmetricEigen({ rows: EXPERTS, cols: EXPERTS, values: hessian });
  return Array.from(values).sort((a, b) => a - b);
}

/** The mean of the dual value of a batch, from its definition. */
function meanDual(scores: DenseMatrix, bias: Float64Array): number {
  const { experts } = topKRoute(scores, PER_TOKEN, bias);
  let sum = 0;
  for (let at = 0; at < experts.length; at++) {
    sum += scores.values[Math.floor(at / PER_TOKEN) * EXPERTS + experts[at]] + bias[experts[at]];
  }
  const price = bias.reduce((total, value) => total + (value * TOKENS * PER_TOKEN) / EXPERTS, 0);
  return (sum * TOKENS) / scores.rows - price;
}

// Statement 4.
describe('strong convexity', { timeout: 60_000 }, () => {
  const scores = mergedBatches(2500, 5);
  const batches = scores.rows / TOKENS;

  it.each([
    ['at the best biases', populationBias, 87.3, 136.3],
    ['at zero', new Float64Array(EXPERTS), 23.2, 137.3],
  ])('has the reference eigenvalues %s, and the estimate agrees within 8 %', (_, bias, least, largest) => {
    const [common, modulus, ...others] = eigenvaluesByDifferences(scores, bias);
    const greatest = others.at(-1) ?? 0;
    // Moving all biases together changes nothing.
    expect(Math.abs(common)).toBeLessThan(0.01);
    expect(Math.abs(modulus / least - 1)).toBeLessThan(0.03);
    expect(Math.abs(greatest / largest - 1)).toBeLessThan(0.03);
    const estimate = strongConvexity(scores, PER_TOKEN, { bias });
    expect(Math.abs(estimate.strongConvexity / batches / modulus - 1)).toBeLessThan(0.08);
    expect(Math.abs(estimate.lipschitz / batches / greatest - 1)).toBeLessThan(0.08);
  });

  it.each([
    [0.005, 84.7],
    [0.01, 83.6],
    [0.02, 79.6],
  ])('is estimated as the reference does with a bandwidth of %d', (bandwidth, reference) => {
    const { strongConvexity: modulus } = strongConvexity(scores, PER_TOKEN, { bias: populationBias, bandwidth });
    expect(Math.abs(modulus / batches / reference - 1)).toBeLessThan(0.05);
  });

  it('bounds the loss from below along every direction, by the least modulus on the way', () => {
    const sample = mergedBatches(quickOrFull(400, 800), 6);
    const { bias: best } = assignExperts(sample, PER_TOKEN);
    const least = meanDual(sample, best);
    const random = mulberry32(7);
    for (let trial = 0; trial < quickOrFull(5, 8); trial++) {
      const raw = Float64Array.from({ length: EXPERTS }, () => random() - 0.5);
      const mean = raw.reduce((sum, value) => sum + value / EXPERTS, 0);
      const length = Math.hypot(...raw.map((value) => value - mean));
      const distance = 0.3 * (0.2 + 0.8 * random());
      const step = raw.map((value) => ((value - mean) / length) * distance);
      const moduli = [0, 0.25, 0.5, 0.75, 1].map(
        (share) =>
          strongConvexity(sample, PER_TOKEN, { bias: best.map((value, k) => value + share * step[k]) }).strongConvexity *
          (TOKENS / sample.rows),
      );
      const gain =
        meanDual(
          sample,
          best.map((value, k) => value + step[k]),
        ) - least;
      expect(Math.min(...moduli)).toBeGreaterThan(1);
      expect(gain).toBeGreaterThanOrEqual((Math.min(...moduli) / 2) * distance ** 2);
    }
  });

  it('is that of a graph of undecided tokens', () => {
    // Of four tokens two hesitate between experts 0 and 1, one between 1 and 2, and one not at all.
    const close = { rows: 4, cols: 3, values: Float64Array.of(0.5, 0.501, 0, 0.502, 0.5, 0, 0, 0.7, 0.7, 0.9, 0.1, 0) };
    const { laplacian, strongConvexity: modulus, lipschitz } = strongConvexity(close, 1, { bandwidth: 0.01 });
    const weight = 1 / (4 * 2 * 0.01);
    const counts = [2, -2, 0, -2, 3, -1, 0, -1, 1];
    expect(Array.from(laplacian.values)).toEqual(counts.map((count) => expect.closeTo(count * weight, 10)));
    // The eigenvalues of this Laplacian of a path with weights 2 and 1 are 0 and 3 -+ sqrt(3).
    expect(modulus).toBeCloseTo(4 * weight * (3 - Math.sqrt(3)), 9);
    expect(lipschitz).toBeCloseTo(4 * weight * (3 + Math.sqrt(3)), 9);
  });

  it('has loads that rise with their biases', () => {
    fc.assert(
      fc.property(fc.nat(1000), (seed) => {
        const some = moeInstance(50, 5, seed);
        const p = moeInstance(1, 5, seed + 1).values;
        const q = moeInstance(1, 5, seed + 2).values;
        const a = topKRoute(some, 2, p).loads;
        const b = topKRoute(some, 2, q).loads;
        expect(a.reduce((sum, load, k) => sum + (load - b[k]) * (p[k] - q[k]), 0)).toBeGreaterThanOrEqual(-1e-12);
      }),
    );
  });
});
