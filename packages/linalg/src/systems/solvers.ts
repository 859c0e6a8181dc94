// The registered solvers of `linalg/linear-system`.
import { bicgstabSolver } from './bicgstab.ts';
import { conjugateGradientSolver } from './conjugate-gradient.ts';
import { gaussSeidelSolver } from './gauss-seidel.ts';
import { gmresSolver } from './gmres.ts';
import { jacobiSolver } from './jacobi.ts';
import { kaczmarzSolver } from './kaczmarz.ts';
import { lsmrSolver } from './lsmr.ts';
import { lsqrSolver } from './lsqr.ts';
import { minresSolver } from './minres.ts';
import { preconditionedConjugateGradientSolver } from './preconditioned-conjugate-gradient.ts';
import { sketchAndProjectSolver } from './sketch-and-project.ts';
import { successiveOverRelaxationSolver } from './successive-over-relaxation.ts';
import { symmetricOverRelaxationSolver } from './symmetric-over-relaxation.ts';

/** All solvers of linear systems. */
export const linearSystemSolvers = [
  conjugateGradientSolver,
  preconditionedConjugateGradientSolver,
  minresSolver,
  gmresSolver,
  bicgstabSolver,
  lsqrSolver,
  lsmrSolver,
  jacobiSolver,
  gaussSeidelSolver,
  successiveOverRelaxationSolver,
  symmetricOverRelaxationSolver,
  kaczmarzSolver,
  sketchAndProjectSolver,
] as const;
