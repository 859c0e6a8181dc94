import { createRegistry } from '@infimum/core';
import { checkProblem, checkSolver } from '@infimum/core/testing';
import { describe, it } from 'vitest';
import { plugin } from '../plugin.ts';
import { markovCceProblem } from './markov-cce-problem.ts';
import { sparseCceProblem } from './sparse-cce-problem.ts';

const families = process.env['INFIMUM_FULL'] ? 'all' : 'first';
const registry = createRegistry(plugin);
const solvers = [markovCceProblem, sparseCceProblem].flatMap(({ id }) => registry.solversOf(id));

it(`${markovCceProblem.id} keeps its contract`, () => checkProblem(markovCceProblem), 60_000);
it(`${sparseCceProblem.id} keeps its contract`, () => checkProblem(sparseCceProblem), 60_000);

describe.each(solvers.map((solver) => [solver.id, solver] as const))('%s', (_, solver) => {
  it('keeps its contract', () => checkSolver(solver, { families }), 120_000);
});
