// What this package registers: three problems of pattern matching with mismatches, their solvers, and the claims of a paper.
import type { Plugin } from '@infimum/core';
import { approximateProblem } from './approximate/approximate-problem.ts';
import { approximateSolvers } from './approximate/approximate-solvers.ts';
import { boundedSolvers } from './bounded/bounded-solvers.ts';
import { kMismatchProblem } from './bounded/k-mismatch-problem.ts';
import { stringClaims } from './claims/claims.ts';
import { exactSolvers } from './exact/exact-solvers.ts';
import { hammingProblem } from './exact/hamming-problem.ts';
import { fredmanSolver } from './reductions/fredman-solver.ts';

export { type ApproximateInstance, approximateProblem, type Estimates } from './approximate/approximate-problem.ts';
export { type KMismatchInstance, kMismatchProblem } from './bounded/k-mismatch-problem.ts';
export { type Distances, hammingProblem } from './exact/hamming-problem.ts';
export type { SymbolArray, SymbolPair } from './symbols.ts';

/** Problems, solvers and claims of this package. */
export const plugin: Plugin = {
  name: '@infimum/strings',
  problems: [hammingProblem, kMismatchProblem, approximateProblem],
  solvers: [...exactSolvers, ...boundedSolvers, ...approximateSolvers, fredmanSolver],
  claims: stringClaims,
};
