// `@infimum/verify/plugin`: what this package adds to a registry.
import type { Plugin } from '@infimum/core';
import { lipschitzClaims } from './lipschitz/lipschitz-claims.ts';
import { localLipschitzProblem } from './lipschitz/local-lipschitz-problem.ts';
import { lipschitzSolvers } from './lipschitz/solvers.ts';

/** Problems, solvers and claims of this package. */
export const plugin: Plugin = {
  name: '@infimum/verify',
  problems: [localLipschitzProblem],
  solvers: [...lipschitzSolvers],
  claims: [...lipschitzClaims],
};

export type { LipschitzInstance, LipschitzIterate, LipschitzSolution } from './lipschitz/local-lipschitz.ts';
export { localLipschitzProblem } from './lipschitz/local-lipschitz-problem.ts';
