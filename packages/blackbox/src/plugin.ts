// What this package registers: its problems, solvers and the claims of their papers.
import type { Plugin } from '@infimum/core';
import { consensusClaims } from './continuous/consensus-claims.ts';
import { continuous } from './continuous/continuous-problem.ts';
import { continuousSolvers } from './continuous/solvers.ts';

export type { BestPoint, BlackBox } from './continuous/black-box.ts';
export { continuous } from './continuous/continuous-problem.ts';

/** Optimisation without gradients. */
export const plugin: Plugin = {
  name: '@infimum/blackbox',
  problems: [continuous],
  solvers: [...continuousSolvers],
  claims: [...consensusClaims],
};
