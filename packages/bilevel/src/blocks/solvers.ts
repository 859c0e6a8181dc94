// The methods for many lower levels that are registered.
import { blockBsaSolver } from './block-bsa.ts';
import { blockDescentSolver } from './block-descent.ts';
import { blockStocBioSolver } from './block-stocbio.ts';
import { bsvrbSolver } from './bsvrb.ts';
import { rsvrbSolver } from './rsvrb.ts';

/** Methods for many lower levels. */
export const blockSolvers = [
  bsvrbSolver,
  rsvrbSolver,
  blockStocBioSolver,
  blockBsaSolver,
  blockDescentSolver,
];
