// The contract of solvers and problems, on yours: `node --test` after `npm install`.
import { test } from 'node:test';
import { checkProblem, checkSolver } from '@infimum/core/testing';
import { gaussSeidel, jacobi, linearSystem } from './plugin.ts';

test('the problem keeps the contract', () => checkProblem(linearSystem));
test('Jacobi keeps the contract', () => checkSolver(jacobi));
test('Gauss-Seidel keeps the contract', () => checkSolver(gaussSeidel));
