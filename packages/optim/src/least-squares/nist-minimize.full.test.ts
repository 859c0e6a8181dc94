// `minimize` on the sums of squares of the NIST problems, by values and differences: what it calls converged is stationary by
// gradients that are made another way.
import { describe, expect, it } from 'vitest';
import { nistProblems } from '../testing/nist-models.ts';
import { convergedElsewhere, expectReasons, expectStationary, nistRun } from '../testing/nist-runs.ts';

describe('minimize on NIST StRD, 27 problems from two starts', () => {
  const runs = nistProblems.flatMap((problem) => problem.starts.map((_, start) => nistRun(problem, start)));

  it('finds the certified parameters to six digits from 43 of the 54', () => {
    expect(runs).toHaveLength(54);
    expect(runs.filter(({ isRight }) => isRight).length).toBeGreaterThanOrEqual(43);
  });

  it('calls converged only what is stationary by exact gradients, elsewhere too', () => {
    for (const run of runs) expectStationary(run);
  });

  it('says so where it fails, and converges elsewhere seven times at most', () => {
    expect(convergedElsewhere(runs)).toBeLessThanOrEqual(7);
    expectReasons(runs);
  });
});
