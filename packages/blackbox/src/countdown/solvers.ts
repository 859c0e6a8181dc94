// The solvers of `blackbox/countdown`.

import { eggrollTuningSolver } from './eggroll-tuning.ts';
import { grpoSolver } from './grpo.ts';

/** All of them. */
export const countdownSolvers = [eggrollTuningSolver, grpoSolver];
