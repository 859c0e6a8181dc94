// The searches that are registered.
import { bayesianSearchSolver } from './bayesian-search.ts';
import { gridSearchSolver } from './grid-search.ts';
import { randomSearchSolver } from './random-search.ts';

/** Searches without derivatives. */
export const searchSolvers = [bayesianSearchSolver, gridSearchSolver, randomSearchSolver];
