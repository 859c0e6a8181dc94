// `@infimum/optim/plugin`: the problems and solvers of this package for the registry.
import type { Plugin } from '@infimum/core';
import { accelerationSolvers } from './acceleration-solvers.ts';
import { smooth } from './smooth-problem.ts';
import { smoothSolvers } from './smooth-solvers.ts';

export { type SmoothProblem, smooth } from './smooth-problem.ts';

/** Minimisation. */
export const plugin: Plugin = {
  name: '@infimum/optim',
  problems: [smooth],
  solvers: [...smoothSolvers, ...accelerationSolvers],
  claims: [],
};
