// The registered solvers of `optim/composite`.
import { approxSolver } from './approx.ts';
import {
  blockCoordinateDescentSolver,
  messagePassingSolver,
  redBlackSolver,
  supportNewtonSolver,
} from './block-coordinate-descent.ts';
import { cyclicCoordinateDescentSolver } from './cyclic-coordinate-descent.ts';
import { fistaSolver } from './fista.ts';
import { lassoWorkingSetSolver } from './lasso-working-set.ts';
import { proximalGradientSolver } from './proximal-gradient.ts';
import { quadraticCholeskySolver } from './quadratic-cholesky.ts';
import { quadraticConjugateGradientSolver } from './quadratic-conjugate-gradient.ts';
import { compositeLbfgsSolver, compositeNewtonCgSolver } from './smooth-composite.ts';

/** All solvers of composite minimisation. */
export const compositeSolvers = [
  blockCoordinateDescentSolver,
  supportNewtonSolver,
  messagePassingSolver,
  redBlackSolver,
  lassoWorkingSetSolver,
  cyclicCoordinateDescentSolver,
  approxSolver,
  proximalGradientSolver,
  fistaSolver,
  quadraticConjugateGradientSolver,
  quadraticCholeskySolver,
  compositeLbfgsSolver,
  compositeNewtonCgSolver,
];
