import { describe, expect, it } from 'vitest';
import { countVerdicts } from './halfspaces-claims.ts';

// Seeds that no tolerance was ever tried on.
const seeds = Array.from({ length: 200 }, (_, k) => k + 601);

describe('the tester-learner over two hundred seeds', () => {
  it('accepts at least 95 % of Gaussian samples, none unsoundly', () => {
    const { accepted, runs, unsound } = countVerdicts('gaussian', 100_000, 5, 0.3, seeds);
    expect(unsound).toBe(0);
    expect(accepted / runs).toBeGreaterThanOrEqual(0.95);
  }, 600_000);

  it.each(['cube', 'laplace', 'rademacher', 'student', 'mixture', 'collapse'] as const)(
    'rejects at least 95 %% of %s samples',
    (marginal) => {
      const { accepted, runs, unsound } = countVerdicts(marginal, 100_000, 5, 0.3, seeds);
      expect(unsound).toBe(0);
      expect(accepted / runs).toBeLessThanOrEqual(0.05);
    },
    600_000,
  );
});
