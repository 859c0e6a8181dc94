// The registered methods of second order, and the gradient methods that share their metric.
import { backtrackingGradientSolver } from './backtracking-gradient.ts';
import { cubicNewtonSolver } from './cubic-newton.ts';
import { gradientNormalizedGradientSolver, gradientNormalizedNewtonSolver } from './gradient-normalized-newton.ts';
import { superUniversalNewtonSolver } from './super-universal-newton.ts';
import { trustRegionNewtonSolver } from './trust-region-newton.ts';

/** Gradient-normalised methods and what they are measured against. */
export const newtonSolvers = [
  gradientNormalizedNewtonSolver,
  gradientNormalizedGradientSolver,
  superUniversalNewtonSolver,
  cubicNewtonSolver,
  trustRegionNewtonSolver,
  backtrackingGradientSolver,
];
