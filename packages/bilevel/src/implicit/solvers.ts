// The implicit methods that are registered.
import { aidCgSolver } from './aid-cg.ts';
import { itdSolver } from './itd.ts';
import { stocBioSolver } from './stocbio.ts';

/** Methods with products of second derivatives. */
export const implicitSolvers = [aidCgSolver, itdSolver, stocBioSolver];
