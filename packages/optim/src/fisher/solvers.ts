// The registered methods that use gradients of samples: optimisers and pruning.
import { ggtSolver } from './ggt.ts';
import { kfacSolver } from './kfac.ts';
import { mfacSolver } from './mfac.ts';
import { pruningSolvers } from './pruning-solvers.ts';

/** M-FAC, GGT and K-FAC as optimisers, and pruning. */
export const fisherSolvers = [mfacSolver, ggtSolver, kfacSolver, ...pruningSolvers];
