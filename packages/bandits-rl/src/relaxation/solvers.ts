// The solvers and claims of this folder.
import { banditRelaxationSolver } from './bandit-baselines.ts';
import { fixedRelaxationSolver, optimalRelaxationSolver, spectralRelaxationSolver } from './fixed-relaxation.ts';
import { gpUcbSolver } from './gp-ucb.ts';
import { binnedRelaxationSolver, chebRelaxationSolver, tsallisRelaxationSolver } from './learned-relaxation.ts';
import { successiveHalvingSolver } from './successive-halving.ts';

export { relaxationClaims } from './relaxation-claims.ts';

/** Solvers of `bandits-rl/relaxation`. */
export const relaxationSolvers = [
  chebRelaxationSolver,
  binnedRelaxationSolver,
  tsallisRelaxationSolver,
  fixedRelaxationSolver,
  spectralRelaxationSolver,
  banditRelaxationSolver,
  successiveHalvingSolver,
  gpUcbSolver,
  optimalRelaxationSolver,
] as const;
