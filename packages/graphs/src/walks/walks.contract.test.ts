import { createRegistry } from '@infimum/core';
import { problemChecks, solverChecks } from '@infimum/core/testing';
import { describe, expect, it } from 'vitest';
import { samplingSolvers } from './graph-sampling.ts';
import { samplingProblem } from './sampling-problem.ts';
import { tokenSolvers } from './token-baselines.ts';
import { tokenProblem } from './token-problem.ts';
import { tokenExperiment, varianceExperiment, walkClaims } from './walk-claims.ts';

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
    const token = await tokenExperiment({ runs: 20, steps: 5000 }, {});
    expect(token.figures['fast5']).toBeLessThan(0.1 * token.figures['fast0']);
    expect(token.figures['slow5']).toBeGreaterThan(0.3 * token.figures['slow0']);
    const variance = await varianceExperiment({ runs: 60, steps: 5000 }, {});
    expect(variance.figures['measured5']).toBeLessThan(variance.figures['measured0'] / 4);
  });
});
