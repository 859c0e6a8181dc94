// The registered methods that search along lines.
import { barzilaiBorweinSolver } from './barzilai-borwein.ts';
import { lbfgsSolver } from './lbfgs.ts';
import { newtonCgSolver } from './newton-cg.ts';
import { nonlinearConjugateGradientSolver } from './nonlinear-conjugate-gradient.ts';

/** Methods of descent with a line search. */
export const lineSearchSolvers = [lbfgsSolver, nonlinearConjugateGradientSolver, newtonCgSolver, barzilaiBorweinSolver];
