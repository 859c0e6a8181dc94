// The solvers and claims of this folder.
import { integralSolver } from './integral-rl.ts';
import { kleinmanSolver } from './kleinman.ts';
import { riccatiSolver } from './riccati-schur.ts';

export { controlClaims } from './control-claims.ts';

/** Solvers of `bandits-rl/optimal-control`. */
export const controlSolvers = [integralSolver, kleinmanSolver, riccatiSolver] as const;
