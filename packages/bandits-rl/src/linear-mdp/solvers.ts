// The solvers and claims of this folder.
import { exp3MdpSolver, hedgeMdpSolver, lsviUcbSolver, uniformMdpSolver } from './mdp-baselines.ts';
import {
  dilatedBonusMdpSolver,
  exponentialWeightsMdpSolver,
  logBarrierMdpSolver,
  magnitudeReducedMdpSolver,
} from './policy-optimization.ts';
import { simulatorFreeSolver } from './simulator-free.ts';

export { linearMdpClaims } from './linear-mdp-claims.ts';

/** Solvers of `bandits-rl/linear-mdp`. */
export const linearMdpSolvers = [
  magnitudeReducedMdpSolver,
  logBarrierMdpSolver,
  simulatorFreeSolver,
  dilatedBonusMdpSolver,
  exponentialWeightsMdpSolver,
  exp3MdpSolver,
  lsviUcbSolver,
  hedgeMdpSolver,
  uniformMdpSolver,
] as const;
