// The searches that are registered.
import { gridSearchSolver } from './grid-search.ts';
import { randomSearchSolver } from './random-search.ts';

/** Searches without derivatives. */
export const searchSolvers = [gridSearchSolver, randomSearchSolver];
