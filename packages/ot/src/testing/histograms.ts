// Random histograms by `solveTransport`, for the tests of both tiers.
import { expect } from 'vitest';
import { solveTransport } from '../solve-transport.ts';
import { doubledMarginalError, randomHistograms } from './random-histograms.ts';

/** The marginal error that is asked for. */
export const TOLERANCE = 1e-6;

/** Problem k converges, and has the marginals of that tolerance in doubled precision. */
export function expectSolved(k: number): void {
  const problem = randomHistograms(k);
  const { epsilon } = problem;
  const { status, plan } = solveTransport(problem.a, problem.b, problem.cost, { epsilon, tolerance: TOLERANCE, plan: 'dense' });
  expect(status).toBe('converged');
  expect(doubledMarginalError(problem, plan)).toBeLessThan(1.0001 * TOLERANCE);
}
