// Intervals over many runs.
import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { createBandit } from './bandit.ts';

describe('intervals under Thompson sampling', () => {
  it('cover both means in 95 of 100 runs, the usual one the worse mean in fewer than 93', () => {
    const [runs, truth] = [400, [0.1, 0.05]];
    const [covered, usual] = [
      [0, 0],
      [0, 0],
    ];
    for (let run = 0; run < runs; run++) {
      const bandit = createBandit(['a', 'b'], { seed: run });
      const random = new Random(run, 9);
      for (let t = 0; t < 1000; t++) {
        const { id, arm } = bandit.choose();
        bandit.reward(id, random.uniform() < truth[arm === 'a' ? 0 : 1] ? 1 : 0);
      }
      bandit.estimates().forEach(({ mean, rewards, low, high }, a) => {
        if (low <= truth[a] && truth[a] <= high) covered[a]++;
        if (Math.abs(mean - truth[a]) <= 1.96 * Math.sqrt((mean * (1 - mean)) / rewards)) usual[a]++;
      });
    }
    for (const count of covered) expect(count / runs).toBeGreaterThanOrEqual(0.95);
    expect(usual[1] / runs).toBeLessThan(0.93);
  }, 300_000);
});
