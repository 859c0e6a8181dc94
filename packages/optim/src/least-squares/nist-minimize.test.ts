// `minimize` on the sums of squares of the NIST problems, by values and differences: what it calls converged is stationary by
// gradients that are made another way. All starts are in the full suite.
import { describe, expect, it } from 'vitest';
import { nistProblems } from '../testing/nist-models.ts';
import { convergedElsewhere, expectReasons, expectStationary, nistRun } from '../testing/nist-runs.ts';

describe('minimize on NIST StRD, 24 problems from their second starts', () => {
  const runs = nistProblems
    // The three sums of bells take most of the time.
    .filter(({ name }) => !name.startsWith('Gauss'))
    .map((problem) => nistRun(problem, 1));

  it('finds the certified parameters to six digits from 20 of the 24', () => {
    expect(runs).toHaveLength(24);
    expect(runs.filter(({ isRight }) => isRight).length).toBeGreaterThanOrEqual(20);
  });

  it('calls converged only what is stationary by exact gradients, elsewhere too', () => {
    for (const run of runs) expectStationary(run);
  });

  it('says so where it fails, and converges elsewhere three times at most', () => {
    expect(convergedElsewhere(runs)).toBeLessThanOrEqual(3);
    expectReasons(runs);
  });
});
