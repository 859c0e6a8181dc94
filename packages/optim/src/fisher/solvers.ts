// The registered optimisers that stand on windows of gradients.
import { ggtSolver } from './ggt.ts';
import { mfacSolver } from './mfac.ts';

/** M-FAC and GGT. */
export const fisherSolvers = [mfacSolver, ggtSolver];
