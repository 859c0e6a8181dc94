// The solvers of `verify/local-lipschitz`, in the order of tightness.
import { branchAndBoundLipschitzSolver } from './branch-and-bound-lipschitz.ts';
import { exactLipschitzSolver } from './exact-lipschitz.ts';
import { propagationSolvers } from './propagated-lipschitz.ts';

export const lipschitzSolvers = [...propagationSolvers, branchAndBoundLipschitzSolver, exactLipschitzSolver];
