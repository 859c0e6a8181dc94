// `@infimum/optim/constrained`: minimisation under bounds, equalities and inequalities.
export { type AdaSketchNewtonOptions, adaSketchNewton } from './constrained/ada-sketch-newton.ts';
export type { ConstrainedProgram, ConstrainedSolution } from './constrained/constrained-program.ts';
export type { ConstraintBounds, NonlinearConstraintFunctions } from './constrained/constraint-sets.ts';
export { linearConstraints, nonlinearConstraints } from './constrained/constraint-sets.ts';
export type {
  ProgramCertificate,
  QuadraticProgram,
  QuadraticSolution,
} from './constrained/convex-program.ts';
export { linearProgram, quadraticProgram } from './constrained/convex-program.ts';
export { mancino, testProgram, testPrograms } from './constrained/cutest.ts';
export type { LogisticData } from './constrained/data-programs.ts';
export {
  gridProgram,
  gridTarget,
  logisticProgram,
  onSphere,
  sparseGridProgram,
} from './constrained/data-programs.ts';
export type { TestProgramName } from './constrained/equality-formulas.ts';
export type { EqualityProgram, EqualitySolution } from './constrained/equality-program.ts';
export { type ExactAugmentedLagrangianOptions, exactAugmentedLagrangian } from './constrained/exact-augmented-lagrangian.ts';
export { type InteriorPointOptions, interiorPoint } from './constrained/interior-point.ts';
export { type L1SqpOptions, l1Sqp } from './constrained/l1-sqp.ts';
export { type AugmentedLagrangianOptions, augmentedLagrangian } from './constrained/multiplier-method.ts';
export type {
  SparseAugmentedLagrangianOptions,
  SparseEqualityProgram,
} from './constrained/sparse-augmented-lagrangian.ts';
export { sparseAugmentedLagrangian } from './constrained/sparse-augmented-lagrangian.ts';
export { type SqpOptions, sqp } from './constrained/sqp.ts';
export { type MinimizeOptions, minimize } from './minimize.ts';
export type { ConstrainedMinimum, ConstraintSet } from './minimize-constraints.ts';
