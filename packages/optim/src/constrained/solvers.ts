// The solvers of `optim/equality-constrained` and `optim/constrained`.
import { adaSketchNewtonSolver } from './ada-sketch-newton.ts';
import { exactAugmentedLagrangianSolver } from './exact-augmented-lagrangian.ts';
import { interiorPointSolver } from './interior-point.ts';
import { l1SqpSolver } from './l1-sqp.ts';
import { augmentedLagrangianSolver } from './multiplier-method.ts';
import { sqpSolver } from './sqp.ts';

/** All of them. */
export const constrainedSolvers = [
  adaSketchNewtonSolver,
  exactAugmentedLagrangianSolver,
  l1SqpSolver,
  augmentedLagrangianSolver,
  interiorPointSolver,
  sqpSolver,
];
