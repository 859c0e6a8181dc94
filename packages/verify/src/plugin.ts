// `@infimum/verify/plugin`: the problems, solvers and claims of this package for a registry.
import type { Plugin } from '@infimum/core';
import { attackClaims } from './attacks/attacks-claims.ts';
import { networkSurrogateProblem } from './attacks/network-surrogate-problem.ts';
import { surrogateSolvers } from './attacks/solvers.ts';
import { halfspaceClaims } from './halfspaces/halfspaces-claims.ts';
import { halfspaceSolvers } from './halfspaces/solvers.ts';
import { testableHalfspaceProblem } from './halfspaces/testable-halfspace-problem.ts';
import { lipschitzClaims } from './lipschitz/lipschitz-claims.ts';
import { localLipschitzProblem } from './lipschitz/local-lipschitz-problem.ts';
import { lipschitzSolvers } from './lipschitz/solvers.ts';
import { robustnessProblem } from './robustness/robustness-problem.ts';
import { robustnessSolvers } from './robustness/solvers.ts';

/** Problems, solvers and claims of this package. */
export const plugin: Plugin = {
  name: '@infimum/verify',
  problems: [localLipschitzProblem, robustnessProblem, networkSurrogateProblem, testableHalfspaceProblem],
  solvers: [...lipschitzSolvers, ...robustnessSolvers, ...surrogateSolvers, ...halfspaceSolvers],
  claims: [...lipschitzClaims, ...attackClaims, ...halfspaceClaims],
};

export type { SurrogateInstance, SurrogateIterate, SurrogateSolution } from './attacks/network-surrogate.ts';
export { networkSurrogateProblem } from './attacks/network-surrogate-problem.ts';
export type { HalfspaceInstance, HalfspaceIterate, HalfspaceSolution } from './halfspaces/halfspace-samples.ts';
export { testableHalfspaceProblem } from './halfspaces/testable-halfspace-problem.ts';
export type { LipschitzInstance, LipschitzIterate, LipschitzSolution } from './lipschitz/local-lipschitz.ts';
export { localLipschitzProblem } from './lipschitz/local-lipschitz-problem.ts';
export { robustnessProblem } from './robustness/robustness-problem.ts';
export type { PropertyInstance, PropertyIterate, PropertySolution } from './robustness/verify-property.ts';
