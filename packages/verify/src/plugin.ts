// `@infimum/verify/plugin`: what this package adds to a registry.
import type { Plugin } from '@infimum/core';
import { attackClaims } from './attacks/attacks-claims.ts';
import { networkSurrogateProblem } from './attacks/network-surrogate-problem.ts';
import { surrogateSolvers } from './attacks/solvers.ts';
import { lipschitzClaims } from './lipschitz/lipschitz-claims.ts';
import { localLipschitzProblem } from './lipschitz/local-lipschitz-problem.ts';
import { lipschitzSolvers } from './lipschitz/solvers.ts';

/** Problems, solvers and claims of this package. */
export const plugin: Plugin = {
  name: '@infimum/verify',
  problems: [localLipschitzProblem, networkSurrogateProblem],
  solvers: [...lipschitzSolvers, ...surrogateSolvers],
  claims: [...lipschitzClaims, ...attackClaims],
};

export type { SurrogateInstance, SurrogateIterate, SurrogateSolution } from './attacks/network-surrogate.ts';
export { networkSurrogateProblem } from './attacks/network-surrogate-problem.ts';
export type { LipschitzInstance, LipschitzIterate, LipschitzSolution } from './lipschitz/local-lipschitz.ts';
export { localLipschitzProblem } from './lipschitz/local-lipschitz-problem.ts';
