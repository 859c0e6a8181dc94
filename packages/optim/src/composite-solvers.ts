// The registered solvers of `optim/composite`.
import { approxSolver } from './blocks/approx.ts';
import {
  blockCoordinateDescentSolver,
  messagePassingSolver,
  redBlackSolver,
  supportNewtonSolver,
} from './blocks/block-coordinate-descent.ts';
import { cyclicCoordinateDescentSolver } from './blocks/cyclic-coordinate-descent.ts';
import { quadraticCholeskySolver } from './blocks/quadratic-cholesky.ts';
import { quadraticConjugateGradientSolver } from './blocks/quadratic-conjugate-gradient.ts';
import { fistaSolver } from './composite/fista.ts';
import { proximalGradientSolver } from './composite/proximal-gradient.ts';
import { compositeLbfgsSolver, compositeNewtonCgSolver } from './composite/smooth-composite.ts';
import { lassoWorkingSetSolver } from './lasso/lasso-working-set.ts';

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
