// The solvers of `ot/unbalanced-transport`.
import { unbalancedLbfgsSolver } from './unbalanced-lbfgs.ts';
import { unbalancedMmSolver } from './unbalanced-mm.ts';
import { unbalancedSinkhornSolver } from './unbalanced-sinkhorn.ts';

/** All of them. */
export const unbalancedSolvers = [unbalancedSinkhornSolver, unbalancedMmSolver, unbalancedLbfgsSolver] as const;
