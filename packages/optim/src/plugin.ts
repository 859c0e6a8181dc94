// `@infimum/optim/plugin`: the problems and solvers of this package for the registry.
import type { Plugin } from '@infimum/core';
import { accelerationClaims } from './acceleration-claims.ts';
import { accelerationSolvers } from './acceleration-solvers.ts';
import { adaHessianClaims } from './adahessian-claims.ts';
import { blockClaims } from './block-claims.ts';
import { compositeSolvers } from './block-solvers.ts';
import { composite } from './composite-problem.ts';
import { mfacClaims } from './mfac-claims.ts';
import { newtonClaims } from './newton-claims.ts';
import { newtonSolvers } from './newton-solvers.ts';
import { smooth } from './smooth-problem.ts';
import { smoothSolvers } from './smooth-solvers.ts';
import { training } from './training-problem.ts';
import { trainingSolvers } from './training-solvers.ts';

export { type CompositeProblem, composite } from './composite-problem.ts';
export { type SmoothProblem, smooth } from './smooth-problem.ts';
export { type TrainingProblem, training } from './training-problem.ts';

/** Minimisation. */
export const plugin: Plugin = {
  name: '@infimum/optim',
  problems: [smooth, composite, training],
  solvers: [
    ...smoothSolvers,
    ...compositeSolvers,
    ...accelerationSolvers,
    ...newtonSolvers,
    ...trainingSolvers,
  ],
  claims: [...blockClaims, ...accelerationClaims, ...newtonClaims, ...adaHessianClaims, ...mfacClaims],
};
