// What this package registers: its problems, solvers and the claims of their papers.
import type { Plugin } from '@infimum/core';
import { networkClaims } from './networks/network-claims.ts';
import { reluProblem } from './networks/relu-problem.ts';
import { networkSolvers } from './networks/solvers.ts';
import { separableClaims } from './separable/separable-claims.ts';
import { separable } from './separable/separable-problem.ts';
import { separableSolvers } from './separable/solvers.ts';
import { tuningSolvers } from './tuning/fine-tune.ts';
import { tuningClaims } from './tuning/tuning-claims.ts';
import { sparseTuning } from './tuning/tuning-problem.ts';

export type { ReluInstance } from './networks/relu-network.ts';
export { reluProblem } from './networks/relu-problem.ts';
export { separable } from './separable/separable-problem.ts';
export type { SeparableInstance } from './separable/signed-rows.ts';
export type { TuningInstance } from './tuning/tuned-network.ts';
export { sparseTuning } from './tuning/tuning-problem.ts';

/** Training with guarantees. */
export const plugin: Plugin = {
  name: '@infimum/learn',
  problems: [separable, reluProblem, sparseTuning],
  solvers: [...separableSolvers, ...networkSolvers, ...tuningSolvers],
  claims: [...separableClaims, ...networkClaims, ...tuningClaims],
};
