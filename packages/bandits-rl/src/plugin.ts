// What this package registers: the problems, solvers and claims of its folders.
import type { Plugin } from '@infimum/core';

/** Problems, solvers and claims of this package. */
export const plugin: Plugin = {
  name: '@infimum/bandits-rl',
  problems: [],
  solvers: [],
  claims: [],
};
