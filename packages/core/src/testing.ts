// The contract of problems and solvers, for the tests of whoever registers some.
export { checkProblem, problemChecks } from './testing/check-problem.ts';
export { checkSolver, ensureTrueSuccess, solverChecks } from './testing/check-solver.ts';
export { type Check, ContractError } from './testing/contract.ts';
