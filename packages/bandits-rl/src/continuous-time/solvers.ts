// The solvers and claims of this folder.
import { continuousLstdSolver } from './continuous-lstd.ts';
import { continuousTdSolver } from './continuous-td.ts';
import { discreteLstdSolver, meanSquareSolver } from './evaluation-baselines.ts';
import { martingaleLossSolver } from './martingale-loss.ts';

export { evaluationClaims } from './evaluation-claims.ts';

/** Solvers of `bandits-rl/policy-evaluation`. */
export const evaluationSolvers = [
  continuousLstdSolver,
  continuousTdSolver,
  martingaleLossSolver,
  discreteLstdSolver,
  meanSquareSolver,
] as const;
