// The solvers and claims of this folder.
import {
  dilatedBanditSolver,
  exp2Solver,
  logBarrierBanditSolver,
  mrExp2Solver,
  plainWeightsBanditSolver,
} from './adversarial-linear.ts';
import { chebCbSolver } from './cheb-cb.ts';
import { epsilonGreedySolver } from './epsilon-greedy.ts';
import { exp3Solver } from './exp3.ts';
import { linUcbSolver } from './lin-ucb.ts';
import { squareCbSolver } from './square-cb.ts';
import { thompsonSolver } from './thompson.ts';
import { tsallisInfSolver } from './tsallis-inf.ts';
import { ucbSolver } from './upper-confidence.ts';

/** Solvers of `bandits-rl/bandit`. */
export const banditSolvers = [
  tsallisInfSolver,
  exp3Solver,
  ucbSolver,
  thompsonSolver,
  epsilonGreedySolver,
  linUcbSolver,
  squareCbSolver,
  chebCbSolver,
  mrExp2Solver,
  logBarrierBanditSolver,
  exp2Solver,
  plainWeightsBanditSolver,
  dilatedBanditSolver,
] as const;
