// The solvers of `ot/barycenter`.
import { entropicBarycenterSolver } from './barycenter.ts';
import { convolutionalBarycenterSolver } from './convolutional-barycenter.ts';

/** All of them. */
export const barycenterSolvers = [entropicBarycenterSolver, convolutionalBarycenterSolver] as const;
