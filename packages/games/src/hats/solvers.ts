// The solvers of `games/levine-hats`.
import { exactHatsSolver } from './exact-hats.ts';
import { searchHatsLocallySolver, searchHatsSolver } from './search-hats.ts';

/** All of them. */
export const hatSolvers = [searchHatsSolver, exactHatsSolver, searchHatsLocallySolver];
