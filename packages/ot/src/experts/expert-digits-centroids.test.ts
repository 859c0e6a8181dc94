import { loadDigits } from '@infimum/datasets/digits';
import { describe, expect, it } from 'vitest';
import { assignmentOracle } from '../testing/assignment-program.ts';
import { assignExperts } from './assign-experts.ts';
import { digitsCentroidScores } from './expert-digits-centroids.ts';
import { topKRoute } from './expert-routing.ts';

describe('digits and the means of their classes', { timeout: 60_000 }, () => {
  const digits = loadDigits();
  const scores = digitsCentroidScores(digits);

  it('are as close to their own class as nearest centroids are known to be', () => {
    expect(scores.values.every((score) => score > 0 && score <= 1)).toBe(true);
    const { experts } = topKRoute(scores, 1);
    const right = experts.filter((expert, i) => expert === digits.labels[i]).length;
    // scikit-learn's NearestCentroid has 90.48 % on the data that it was fitted to.
    expect(right / 1797).toBeCloseTo(0.9048, 3);
  });

  it('are balanced at the optimum of HiGHS, and lose little', async () => {
    const lp = await assignmentOracle();
    const some = { rows: 150, cols: 10, values: scores.values.slice(0, 1500) };
    for (const expertsPerToken of [1, 3]) {
      const { affinity, dualValue } = assignExperts(some, expertsPerToken);
      expect(affinity).toBeCloseTo(lp({ scores: some, expertsPerToken }), 6);
      expect(dualValue).toBeCloseTo(affinity, 9);
    }
    const all = assignExperts(scores, 1);
    expect(Math.max(...all.loads) - Math.min(...all.loads)).toBe(1);
    const greedy = topKRoute(scores, 1);
    expect(Math.max(...greedy.loads)).toBeGreaterThan(1.15 * 179.7);
    const best = greedy.experts.reduce((sum, expert, i) => sum + scores.values[i * 10 + expert], 0);
    expect(all.affinity).toBeGreaterThan(0.98 * best);
    expect(all.affinity).toBeLessThan(best);
  });
});
