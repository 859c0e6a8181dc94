import { createRegistry } from '@infimum/core';
import { problemChecks, solverChecks } from '@infimum/core/testing';
import { describe, expect, it } from 'vitest';
import { leastRatios } from './matching-claims.ts';
import { onlineMatchingProblem } from './matching-problem.ts';
import { matchingSolvers } from './matching-solvers.ts';

const families = process.env['INFIMUM_FULL'] ? 'all' : 'first';
const registry = createRegistry({ name: 'matching', problems: [onlineMatchingProblem], solvers: matchingSolvers });

describe('graphs/online-matching', () => {
  it.each(problemChecks(onlineMatchingProblem))('$name', ({ run }) => run());
});

describe.each(registry.solvers.map((solver) => [solver.id, solver] as const))('%s', (_, solver) => {
  it.each(solverChecks(solver, { families }))('$name', ({ run }) => run());
});

it('the claim comes out in a small version', async () => {
  const [balance, random] = [leastRatios(4, 40, 1), leastRatios(4, 40, 1, 'random')];
  expect(balance['Stochastic Balance']).toBeGreaterThan(random['Stochastic Balance']);
  expect(Object.values(balance).every((ratio) => ratio > 0 && ratio <= 1.05)).toBe(true);
});
