// What this package registers: the transport problem, its solvers and the claims of their papers.
import type { Plugin } from '@infimum/core';
import { assignmentSolvers } from './assignment/solvers.ts';
import { barycenter } from './barycenters/barycenter-problem.ts';
import { barycenterSolvers } from './barycenters/solvers.ts';
import { sinkhornNewtonSparseClaims } from './claims.ts';
import { entropicSolvers } from './entropic/solvers.ts';
import { networkSimplexSolver } from './exact/network-simplex.ts';
import { alfLbClaims } from './experts/expert-claims.ts';
import { expertAssignment } from './experts/expert-problem.ts';
import { expertSolvers } from './experts/solvers.ts';
import { gromov } from './gromov/gromov-problem.ts';
import { gromovSolvers } from './gromov/solvers.ts';
import { transport } from './transport-problem.ts';
import { unbalancedSolvers } from './unbalanced/solvers.ts';
import { unbalancedTransport } from './unbalanced/unbalanced-problem.ts';

export { barycenter } from './barycenters/barycenter-problem.ts';
export type { BarycenterInstance } from './barycenters/histograms.ts';
export { expertAssignment } from './experts/expert-problem.ts';
export type { GromovInstance } from './gromov/gromov-objective.ts';
export { gromov } from './gromov/gromov-problem.ts';
export { type TransportInstance, transport } from './transport-problem.ts';
export { type UnbalancedTransport, unbalancedTransport } from './unbalanced/unbalanced-problem.ts';

/** Optimal transport for a registry. */
export const plugin: Plugin = {
  name: '@infimum/ot',
  problems: [transport, expertAssignment, unbalancedTransport, barycenter, gromov],
  solvers: [
    ...entropicSolvers,
    networkSimplexSolver,
    ...assignmentSolvers,
    ...expertSolvers,
    ...unbalancedSolvers,
    ...barycenterSolvers,
    ...gromovSolvers,
  ],
  claims: [...sinkhornNewtonSparseClaims, ...alfLbClaims],
};
