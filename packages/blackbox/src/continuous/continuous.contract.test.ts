import { createRegistry } from '@infimum/core';
import { checkProblem, checkSolver } from '@infimum/core/testing';
import { describe, it } from 'vitest';
import { plugin } from '../plugin.ts';
import { continuous } from './continuous-problem.ts';

const families = process.env['INFIMUM_FULL'] ? 'all' : 'first';
const solvers = createRegistry(plugin).solversOf(continuous.id);

it(`${continuous.id} keeps its contract`, () => checkProblem(continuous), 60_000);

describe.each(solvers.map((solver) => [solver.id, solver] as const))('%s', (_, solver) => {
  it('keeps its contract', () => checkSolver(solver, { families }), 120_000);
});
