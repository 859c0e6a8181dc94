import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignExperts } from './assign-experts.ts';
import { strongConvexity } from './expert-curvature.ts';
import { linearMeans, moeInstance, scoreStream } from './expert-instances.ts';
import { topKRoute } from './expert-routing.ts';

describe('strong convexity', () => {
  // Statement 4: the estimate against central differences of the mean load.
  it('agrees with differences of the mean load within 10 %', () => {
    const [T, E, K, batches] = [64, 8, 2, 1500];
    const all = [...scoreStream({ tokens: T, batches, means: linearMeans(E) }, 5)];
    const merged = new Float64Array(batches * T * E);
    for (const [n, { values }] of all.entries()) merged.set(values, n * T * E);
    const scores = { rows: batches * T, cols: E, values: merged };
    const { bias } = assignExperts(scores, K, { maxIterations: 3 });
    const { laplacian, strongConvexity: modulus } = strongConvexity(scores, K, { bias, bandwidth: 0.01 });
    // One eigenvalue belongs to all biases moving together; those of the others are the modulus and above.
    expect((modulus / scores.rows) * T).toBeGreaterThan(75);
    expect((modulus / scores.rows) * T).toBeLessThan(95);
    for (const k of [0, 3, 7]) {
      const moved = (size: number) => bias.map((value, j) => value + (j === k ? size : 0));
      const up = topKRoute(scores, K, moved(0.02)).loads;
      const down = topKRoute(scores, K, moved(-0.02)).loads;
      const slope = (up[k] - down[k]) / 0.04 / scores.rows;
      expect(Math.abs(laplacian.values[k * E + k] / slope - 1)).toBeLessThan(0.1);
    }
  });

  it('has loads that rise with their biases', () => {
    fc.assert(
      fc.property(fc.nat(1000), (seed) => {
        const scores = moeInstance(50, 5, seed);
        const p = moeInstance(1, 5, seed + 1).values;
        const q = moeInstance(1, 5, seed + 2).values;
        const a = topKRoute(scores, 2, p).loads;
        const b = topKRoute(scores, 2, q).loads;
        expect(a.reduce((sum, load, k) => sum + (load - b[k]) * (p[k] - q[k]), 0)).toBeGreaterThanOrEqual(
          -1e-12,
        );
      }),
    );
  });
});
