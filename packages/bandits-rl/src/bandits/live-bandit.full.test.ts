// How often the intervals of a bandit on live traffic cover.
import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { createBandit } from './bandit.ts';

describe('intervals', () => {
  it('cover both arms’ means under Thompson sampling in at least 95 of 100 runs, where the usual ones do not', () => {
    const runs = 100;
    const covered = { interval: [0, 0], usual: [0, 0] };
    const truth = [0.1, 0.05];
    for (let run = 0; run < runs; run++) {
      const bandit = createBandit(['a', 'b'], { seed: run });
      const random = new Random(run, 9);
      for (let t = 0; t < 1000; t++) {
        const { id, arm } = bandit.choose();
        bandit.reward(id, random.uniform() < truth[arm === 'a' ? 0 : 1] ? 1 : 0);
      }
      bandit.estimates().forEach(({ mean, rewards, low, high }, a) => {
        if (low <= truth[a] && truth[a] <= high) covered.interval[a]++;
        const reach = rewards > 0 ? 1.96 * Math.sqrt((mean * (1 - mean)) / rewards) : 1;
        if (Math.abs(mean - truth[a]) <= reach) covered.usual[a]++;
      });
    }
    for (const count of covered.interval) expect(count / runs).toBeGreaterThanOrEqual(0.95);
    expect(covered.usual[1] / runs).toBeLessThan(0.93);
  });
});
