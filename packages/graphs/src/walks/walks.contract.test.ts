import { createRegistry } from '@infimum/core';
import { problemChecks, solverChecks } from '@infimum/core/testing';
import { describe, expect, it } from 'vitest';
import { samplingSolvers } from './graph-sampling.ts';
import { samplingProblem } from './sampling-problem.ts';
import { tokenSolvers } from './token-baselines.ts';
import { tokenProblem } from './token-problem.ts';
import { tokenError, visitVariance, walkClaims } from './walk-claims.ts';

const families = process.env['INFIMUM_FULL'] ? 'all' : 'first';
const registry = createRegistry({
  name: 'walks',
  problems: [tokenProblem, samplingProblem],
  solvers: [...tokenSolvers, ...samplingSolvers],
  claims: walkClaims,
});

describe('graphs/token-optimization', () => {
  it.each(problemChecks(tokenProblem))('$name', ({ run }) => run());
});

describe('graphs/graph-sampling', () => {
  it.each(problemChecks(samplingProblem))('$name', ({ run }) => run());
});

describe.each(registry.solvers.map((solver) => [solver.id, solver] as const))('%s', (_, solver) => {
  it.each(solverChecks(solver, { families }))('$name', ({ run }) => run());
});

describe('the claims', () => {
  it('come out in a small version', async () => {
    const [fast, slow] = (
      [
        [0.6, 0.9],
        [1, 0.6],
      ] as const
    ).map((exponents) => [0, 5].map((alpha) => tokenError(alpha, exponents, 5000, 20)));
    expect(fast[1]).toBeLessThan(0.1 * fast[0]);
    expect(slow[1]).toBeGreaterThan(0.3 * slow[0]);
    const [plain, repelled] = [0, 5].map((alpha) => visitVariance(alpha, 5000, 60, 0).measured);
    expect(repelled).toBeLessThan(plain / 4);
  });
});
