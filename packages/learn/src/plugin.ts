// What this package registers: its problems, solvers and the claims of their papers.
import type { Plugin } from '@infimum/core';
import { separableClaims } from './separable/separable-claims.ts';
import { separable } from './separable/separable-problem.ts';
import { separableSolvers } from './separable/solvers.ts';

export { separable } from './separable/separable-problem.ts';
export type { SeparableInstance } from './separable/signed-rows.ts';

/** Training with guarantees. */
export const plugin: Plugin = {
  name: '@infimum/learn',
  problems: [separable],
  solvers: [...separableSolvers],
  claims: [...separableClaims],
};
