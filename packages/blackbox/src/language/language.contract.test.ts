import { checkProblem, checkSolver } from '@infimum/core/testing';
import { expect, it } from 'vitest';
import { byteCountsSolver } from './byte-counts.ts';
import { eggLanguageSolver } from './egg-lm.ts';
import { floatLanguageSolver } from './float-lm.ts';
import { languageProblem } from './language-problem.ts';
import { languageSolvers } from './solvers.ts';

it(`${languageProblem.id} keeps its contract`, () => checkProblem(languageProblem), 60_000);

it(`${eggLanguageSolver.id} keeps its contract`, () => checkSolver(eggLanguageSolver, { families: 'first' }), 300_000);

it(`${floatLanguageSolver.id} keeps its contract`, () => checkSolver(floatLanguageSolver, { families: 'first' }), 300_000);

it(`${byteCountsSolver.id} keeps its contract`, async () => {
  await checkSolver(byteCountsSolver);
  expect(languageSolvers).toHaveLength(3);
}, 60_000);
