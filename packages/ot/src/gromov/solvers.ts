// The solvers of `ot/gromov-wasserstein`.
import { entropicGromovSolver } from './entropic-gromov-wasserstein.ts';
import { gromovWassersteinSolver } from './gromov-wasserstein.ts';

/** All of them. */
export const gromovSolvers = [gromovWassersteinSolver, entropicGromovSolver] as const;
