// The contract of problems and solvers, for the tests of packages that register them.
export { type MutatedCertificate, mutateCertificate } from './testing/certificate-mutations.ts';
export { type Answer, answersOf, type CheckedKind, checkCertificates } from './testing/check-certificates.ts';
export { checkProblem, problemChecks } from './testing/check-problem.ts';
export {
  type ContractOptions,
  checkSolver,
  ensureProvedSuccess,
  ensureTrueSuccess,
  solverChecks,
} from './testing/check-solver.ts';
export { type Check, ContractError } from './testing/contract.ts';
export { type FuzzFailure, type FuzzOptions, type FuzzReport, fuzzSolver } from './testing/fuzz.ts';
export { CALLER_THROWS, everyReplacement, hostileValue, type Mutated, mutate } from './testing/mutations.ts';
