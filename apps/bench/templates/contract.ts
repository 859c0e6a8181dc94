// The contract of problems and solvers, on all that the plug-in has: `npm install`, then `npm test`.
import { test } from 'node:test';
import { createRegistry } from '@infimum/core';
import { checkProblem, checkSolver } from '@infimum/core/testing';
import { plugin } from './plugin.ts';

const { problems, solvers } = createRegistry(plugin);
for (const problem of problems) test(`${problem.id} keeps the contract`, () => checkProblem(problem));
for (const solver of solvers) test(`${solver.id} keeps the contract`, () => checkSolver(solver));
