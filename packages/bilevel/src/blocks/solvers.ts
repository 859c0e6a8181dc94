// The methods for many lower levels that are registered.
import { blockDescentSolver } from './block-descent.ts';
import { blockBsaSolver, blockStocBioSolver } from './block-neumann.ts';
import { bsvrbSolver } from './bsvrb.ts';
import { rsvrbSolver } from './rsvrb.ts';

/** Methods for many lower levels. */
export const blockSolvers = [bsvrbSolver, rsvrbSolver, blockStocBioSolver, blockBsaSolver, blockDescentSolver];
