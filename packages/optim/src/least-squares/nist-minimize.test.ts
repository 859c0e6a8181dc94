// `minimize` on the sums of squares of the NIST problems, by values and differences: what it calls converged is stationary by
// gradients that are made another way. All starts are in the full suite.
import { describe, expect, it } from 'vitest';
import { nistProblems } from '../testing/nist-models.ts';
import { convergedElsewhere, expectReasons, expectStationary, nistRun } from '../testing/nist-runs.ts';

describe('minimize on NIST StRD, 25 problems from their second starts', () => {
  const runs = nistProblems
    // Two of the three sums of bells take 1500 steps and more.
    .filter(({ name }) => name !== 'Gauss2' && name !== 'Gauss3')
    .map((problem) => nistRun(problem, 1));

  it('finds the certified parameters to six digits from 21 of the 25', () => {
    expect(runs).toHaveLength(25);
    expect(runs.filter(({ isRight }) => isRight).length).toBeGreaterThanOrEqual(21);
  });

  it('calls converged only what is stationary by exact gradients, elsewhere too', () => {
    for (const run of runs) expectStationary(run);
  });

  it('says so where it fails, and converges elsewhere three times at most', () => {
    expect(convergedElsewhere(runs)).toBeLessThanOrEqual(3);
    expectReasons(runs);
  });
});
