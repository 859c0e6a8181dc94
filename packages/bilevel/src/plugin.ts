// What this package registers: bilevel problems, their solvers and claims.
import type { Plugin } from '@infimum/core';
import { multiBlockOptimization } from './block-problems/multi-block-optimization.ts';
import { blockClaims } from './blocks/block-claims.ts';
import { blockSolvers } from './blocks/solvers.ts';
import { fewShotSolvers } from './few-shot/solvers.ts';
import { implicitSolvers } from './implicit/solvers.ts';
import { bilevelMinimizeSolver } from './minimize-bilevel.ts';
import { bilevelOptimization } from './models/bilevel-optimization.ts';
import { penaltyClaims } from './penalty/penalty-claims.ts';
import { penaltySolvers } from './penalty/solvers.ts';
import { searchSolvers } from './search/solvers.ts';
import { unboundedSolvers } from './unbounded/solvers.ts';
import { unboundedClaims } from './unbounded/unbounded-claims.ts';

export type { MultiBlockInstance, MultiBlockSource } from './block-problems/multi-block-instance.ts';
export { multiBlockOptimization } from './block-problems/multi-block-optimization.ts';
export { bilevelOptimization } from './models/bilevel-optimization.ts';
export type { BilevelInstance, BilevelSource } from './models/instance.ts';

/** Problems, solvers and claims of this package. */
export const plugin: Plugin = {
  name: '@infimum/bilevel',
  problems: [bilevelOptimization, multiBlockOptimization],
  solvers: [
    bilevelMinimizeSolver,
    ...penaltySolvers,
    ...implicitSolvers,
    ...searchSolvers,
    ...blockSolvers,
    ...unboundedSolvers,
    ...fewShotSolvers,
  ],
  claims: [...penaltyClaims, ...blockClaims, ...unboundedClaims],
};
