import { checkProblem, checkSolver } from '@infimum/core/testing';
import { expect, it } from 'vitest';
import { eggrollSolver } from './eggroll.ts';
import { policyProblem } from './policy-problem.ts';
import { policySearchSolver } from './policy-search.ts';
import { policySolvers } from './solvers.ts';

it(`${policyProblem.id} keeps its contract`, () => checkProblem(policyProblem), 60_000);

it(`${eggrollSolver.id} keeps its contract`, () => checkSolver(eggrollSolver, { families: 'first' }), 120_000);

it(`${policySearchSolver.id} keeps its contract`, async () => {
  await checkSolver(policySearchSolver, { families: 'first' });
  expect(policySolvers).toHaveLength(2);
}, 120_000);
