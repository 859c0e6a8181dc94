// What this package registers: the problems, solvers and claims of its folders.
import type { Plugin } from '@infimum/core';
import { banditProblem } from './bandits/bandit-problem.ts';
import { banditSolvers } from './bandits/solvers.ts';

export { type BanditInstance, type BanditPlay, banditProblem } from './bandits/bandit-problem.ts';

/** Problems, solvers and claims of this package. */
export const plugin: Plugin = {
  name: '@infimum/bandits-rl',
  problems: [banditProblem],
  solvers: [...banditSolvers],
  claims: [],
};
