// The solvers and claims of this folder.
import { prLsviSolver } from './pr-lsvi.ts';
import {
  commitSolver,
  duelingSolver,
  greedyPreferenceSolver,
  rlsviSolver,
  uniformPreferenceSolver,
} from './preference-baselines.ts';
import { thompsonPreferenceSolver } from './preference-thompson-sampling.ts';

export { preferenceClaims } from './preference-claims.ts';

/** Solvers of `bandits-rl/preferences`. */
export const preferenceSolvers = [
  prLsviSolver,
  thompsonPreferenceSolver,
  duelingSolver,
  greedyPreferenceSolver,
  commitSolver,
  rlsviSolver,
  uniformPreferenceSolver,
] as const;
