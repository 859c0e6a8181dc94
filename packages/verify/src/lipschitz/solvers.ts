// The solvers of `verify/local-lipschitz`.
import { branchAndBoundLipschitzSolver } from './branch-and-bound-lipschitz.ts';
import { exactLipschitzSolver } from './exact-lipschitz.ts';
import { intervalLipschitzSolver } from './interval-lipschitz.ts';
import { linearLipschitzSolver } from './linear-lipschitz.ts';
import { naiveLipschitzSolver } from './naive-lipschitz.ts';
import { recurjacSolver } from './recurjac.ts';

/** In the order of tightness. */
export const lipschitzSolvers = [
  naiveLipschitzSolver,
  intervalLipschitzSolver,
  recurjacSolver,
  linearLipschitzSolver,
  branchAndBoundLipschitzSolver,
  exactLipschitzSolver,
];
