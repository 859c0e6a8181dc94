// The solvers of `blackbox/countdown`.
import { grpoSolver } from './grpo.ts';
import { tuneByEggrollSolver } from './tune-by-eggroll.ts';

/** All of them. */
export const countdownSolvers = [tuneByEggrollSolver, grpoSolver];
