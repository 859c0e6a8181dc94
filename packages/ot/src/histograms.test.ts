// Random histograms against the entropic solvers; `bench/histograms.bench.ts` has the table for ten thousand of them.
import { run } from '@infimum/core';
import { expect, it } from 'vitest';
import { entropicSolvers } from './entropic/solvers.ts';
import { solveTransport } from './solve-transport.ts';
import { expectSolved, TOLERANCE } from './testing/histograms.ts';
import { doubledMarginalError, randomHistograms } from './testing/random-histograms.ts';

it('solveTransport solves all of them', () => {
  // In the last two a truncated kernel keeps nothing of a row on the way.
  for (const k of [...Array(80).keys(), 3001, 4815]) expectSolved(k);
}, 60_000);

it('and Newton steps take over where sweeps always seem about to end', () => {
  const { epsilon, ...problem } = randomHistograms(20871);
  const solved = solveTransport(problem.a, problem.b, problem.cost, { epsilon, tolerance: 1e-9, plan: 'dense' });
  expect(solved.status).toBe('converged');
  expect(doubledMarginalError(problem, solved.plan)).toBeLessThan(1.0001e-9);
});

it.each(entropicSolvers.map(({ id, steps }) => [id, steps] as const))(
  '%s converges truly or says what ended it',
  (_, steps) => {
    for (let k = 0; k < 8; k++) {
      const problem = randomHistograms(k);
      const options = { tolerance: TOLERANCE } as Parameters<typeof steps>[1];
      const { status, reason, plan } = run(steps(problem, options as never, { seed: 0 }), { maxSeconds: 0.02 });
      expect(reason).not.toBe('');
      if (!('rowPointers' in plan) && status === 'converged') {
        expect(doubledMarginalError(problem, plan)).toBeLessThan(1.0001 * TOLERANCE);
      }
      expect(plan.values.some(Number.isNaN)).toBe(false);
    }
  },
);
