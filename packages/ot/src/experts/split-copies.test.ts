import { mulberry32 } from '@infimum/core/reference-generators';
import { describe, expect, it } from 'vitest';
import { assignExperts } from './assign-experts.ts';
import { routeCopies } from './split-copies.ts';

const matrix = (rows: number, cols: number, value: (k: number) => number) => ({
  rows,
  cols,
  values: Float64Array.from({ length: rows * cols }, (_, k) => value(k)),
});

describe('copies of tokens', () => {
  it.each([1, 2, 3])('all of them equal: Sinkhorn routing loads experts evenly, K = %s', (K) => {
    const { status, loads } = assignExperts(
      matrix(24, 4, () => 0.5),
      K,
      { method: 'sinkhorn' },
    );
    expect([status, ...loads]).toEqual(['converged', 6 * K, 6 * K, 6 * K, 6 * K]);
  });

  it.each([
    [1, 0.001],
    [1, 0.1],
    [2, 0.01],
  ])('of three kinds are split as the plan splits them, K = %s, temperature %s', (K, temperature) => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = mulberry32(seed);
      const kinds = matrix(3, 5, random);
      const copies = matrix(60, 5, (k) => kinds.values[(Math.floor(k / 5) % 3) * 5 + (k % 5)]);
      const { status, reason, loads } = assignExperts(copies, K, { method: 'sinkhorn', temperature });
      expect(status).toBe('converged');
      expect(reason).toContain('rounded to whole tokens');
      // A kind is rounded by less than a token at either end of its share.
      for (const load of loads) expect(Math.abs(load - 12 * K)).toBeLessThanOrEqual(3);
    }
  });

  it('go to different experts each, with the loads that their experts add up to', () => {
    const problem = { scores: matrix(12, 6, (k) => (k % 6) / 10), expertsPerToken: 3 };
    const shares = Float64Array.of(0.25, 0.25, 0.5, 0.5, 0.75, 0.75);
    const { experts, loads } = routeCopies(problem, new Float64Array(6), () => shares);
    expect([...loads]).toEqual([3, 3, 6, 6, 9, 9]);
    const counted = new Int32Array(6);
    for (let i = 0; i < 12; i++) {
      const own = experts.subarray(3 * i, 3 * i + 3);
      expect(new Set(own).size).toBe(3);
      for (const expert of own) counted[expert]++;
    }
    expect(counted).toEqual(loads);
  });
});
