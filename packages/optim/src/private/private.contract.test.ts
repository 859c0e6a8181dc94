import { createRegistry } from '@infimum/core';
import { checkProblem, checkSolver } from '@infimum/core/testing';
import { describe, it } from 'vitest';
import { plugin } from '../plugin.ts';
import { privateStationaryPoint } from './private-problem.ts';

const families = process.env['INFIMUM_FULL'] ? 'all' : 'first';
const solvers = createRegistry(plugin).solversOf(privateStationaryPoint.id);

it(`${privateStationaryPoint.id} keeps its contract`, () => checkProblem(privateStationaryPoint), 60_000);

describe.each(solvers.map((solver) => [solver.id, solver] as const))('%s', (_, solver) => {
  it('keeps its contract', () => checkSolver(solver, { families }), 120_000);
});
