// What this package registers: problems on graphs, their solvers, and the claims of the papers.
import type { Plugin } from '@infimum/core';
import { dagClaims } from './dags/dag-claims.ts';
import { dagProblem } from './dags/dag-problem.ts';
import { dagSolvers } from './dags/solvers.ts';
import { matchingClaims } from './matching/matching-claims.ts';
import { onlineMatchingProblem } from './matching/matching-problem.ts';
import { matchingSolvers } from './matching/matching-solvers.ts';
import { ultrametricSolvers } from './partitions/embed-ultrametric.ts';
import { partitionClaims } from './partitions/partition-claims.ts';
import { partitionSolvers } from './partitions/partition-solvers.ts';
import { treePartitionProblem } from './partitions/tree-partition-problem.ts';
import { ultrametricProblem } from './partitions/ultrametric-problem.ts';
import { samplingSolvers } from './walks/graph-sampling.ts';
import { samplingProblem } from './walks/sampling-problem.ts';
import { tokenSolvers } from './walks/token-baselines.ts';
import { tokenProblem } from './walks/token-problem.ts';
import { walkClaims } from './walks/walk-claims.ts';

export type { DagInstance } from './dags/dag-instance.ts';
export { dagProblem } from './dags/dag-problem.ts';
export { onlineMatchingProblem } from './matching/matching-problem.ts';
export { type TreePartitionInstance, treePartitionProblem } from './partitions/tree-partition-problem.ts';
export { ultrametricProblem } from './partitions/ultrametric-problem.ts';
export { type SamplingInstance, samplingProblem } from './walks/sampling-problem.ts';
export { type TokenInstance, tokenProblem } from './walks/token-problem.ts';

/** Problems, solvers and claims of this package. */
export const plugin: Plugin = {
  name: '@infimum/graphs',
  problems: [tokenProblem, samplingProblem, onlineMatchingProblem, treePartitionProblem, ultrametricProblem, dagProblem],
  solvers: [...tokenSolvers, ...samplingSolvers, ...matchingSolvers, ...partitionSolvers, ...ultrametricSolvers, ...dagSolvers],
  claims: [...walkClaims, ...matchingClaims, ...partitionClaims, ...dagClaims],
};
