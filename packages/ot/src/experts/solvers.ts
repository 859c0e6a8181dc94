// The solvers of `ot/expert-assignment`.
import { alfLbSolver } from './expert-alf-lb.ts';
import { expertAuctionSolver } from './expert-auction.ts';
import { expertAuxiliaryLossSolver } from './expert-auxiliary-loss.ts';
import { expertChoiceSolver } from './expert-choice.ts';
import { coordinateDualSolver } from './expert-coordinate-dual.ts';
import { expertGreedySolver } from './expert-greedy.ts';
import { expertShortestPathsSolver } from './expert-shortest-paths.ts';
import { expertSinkhornSolver } from './expert-sinkhorn.ts';
import { expertTokenDroppingSolver } from './expert-token-dropping.ts';

/** All of them, the paper's first. */
export const expertSolvers = [
  alfLbSolver,
  coordinateDualSolver,
  expertShortestPathsSolver,
  expertAuctionSolver,
  expertSinkhornSolver,
  expertChoiceSolver,
  expertGreedySolver,
  expertTokenDroppingSolver,
  expertAuxiliaryLossSolver,
] as const;
