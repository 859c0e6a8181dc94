// `@infimum/optim/constrained`: minimisation under bounds, equalities and inequalities.
export {
  type AdaSketchNewtonOptions,
  adaSketchNewton,
} from './constrained/ada-sketch-newton.ts';
export type { AugmentedIterate } from './constrained/augmented-newton.ts';
export type { ConstrainedProgram, ConstrainedSolution } from './constrained/constrained-program.ts';
export {
  type ConstraintBounds,
  linearConstraints,
  type NonlinearConstraintFunctions,
  nonlinearConstraints,
} from './constrained/constraint-sets.ts';
export {
  linearProgram,
  type ProgramCertificate,
  type QuadraticProgram,
  type QuadraticSolution,
  quadraticProgram,
} from './constrained/convex-program.ts';
export { mancino, type TestProgramName, testProgram, testPrograms } from './constrained/cutest.ts';
export {
  gridProgram,
  gridTarget,
  type LogisticData,
  logisticProgram,
  onSphere,
  sparseGridProgram,
} from './constrained/data-programs.ts';
export type { EqualityProgram, EqualitySolution } from './constrained/equality-program.ts';
export {
  type ExactAugmentedLagrangianOptions,
  exactAugmentedLagrangian,
} from './constrained/exact-augmented-lagrangian.ts';
export {
  type InteriorPointIterate,
  type InteriorPointOptions,
  interiorPoint,
} from './constrained/interior-point.ts';
export { type L1SqpOptions, l1Sqp } from './constrained/l1-sqp.ts';
export {
  type Constraints,
  type MinimizeConstrainedIterate,
  type MinimizeConstrainedOptions,
  type MinimizeConstrainedSolution,
  minimizeConstrained,
} from './constrained/minimize-constrained.ts';
export {
  type AugmentedLagrangianOptions,
  augmentedLagrangian,
  type MultiplierIterate,
} from './constrained/multiplier-method.ts';
export {
  type SparseAugmentedLagrangianOptions,
  type SparseEqualityProgram,
  sparseAugmentedLagrangian,
} from './constrained/sparse-augmented-lagrangian.ts';
