// What this package registers: walks on graphs, with their problems, solvers and claims.
import type { Plugin } from '@infimum/core';
import { samplingSolvers } from './walks/graph-sampling.ts';
import { samplingProblem } from './walks/sampling-problem.ts';
import { tokenSolvers } from './walks/token-baselines.ts';
import { tokenProblem } from './walks/token-problem.ts';
import { walkClaims } from './walks/walk-claims.ts';

export { type SamplingInstance, samplingProblem } from './walks/sampling-problem.ts';
export { type TokenInstance, tokenProblem } from './walks/token-problem.ts';

/** Problems, solvers and claims of this package. */
export const plugin: Plugin = {
  name: '@infimum/graphs',
  problems: [tokenProblem, samplingProblem],
  solvers: [...tokenSolvers, ...samplingSolvers],
  claims: [...walkClaims],
};
