// The entropic solvers of `ot/transport`.
import { acceleratedSinkhornSolver } from './accelerated-sinkhorn.ts';
import { andersonSinkhornSolver } from './anderson-sinkhorn.ts';
import { dualLbfgsSolver } from './dual-lbfgs.ts';
import { epsilonScalingSolver } from './epsilon-scaling.ts';
import { greenkhornSolver } from './greenkhorn.ts';
import { overrelaxedSinkhornSolver } from './overrelaxed-sinkhorn.ts';
import { sinkhornLogSolver, sinkhornSolver } from './sinkhorn.ts';
import { sinkhornNewtonDenseSolver } from './sinkhorn-newton-dense.ts';
import { sinkhornNewtonShiftSolver } from './sinkhorn-newton-shift.ts';
import { sinkhornNewtonSparseSolver } from './sinkhorn-newton-sparse.ts';
import { stochasticTransportSolver } from './stochastic-transport.ts';

/** All of them, the paper's first. */
export const entropicSolvers = [
  sinkhornNewtonSparseSolver,
  sinkhornSolver,
  sinkhornLogSolver,
  epsilonScalingSolver,
  greenkhornSolver,
  overrelaxedSinkhornSolver,
  acceleratedSinkhornSolver,
  andersonSinkhornSolver,
  dualLbfgsSolver,
  sinkhornNewtonShiftSolver,
  sinkhornNewtonDenseSolver,
  stochasticTransportSolver,
] as const;
