// `@infimum/linalg/systems`: iterative methods for linear systems and least squares, and preconditioners.
export { type BicgstabOptions, bicgstab } from './systems/bicgstab.ts';
export { type ConjugateGradientOptions, conjugateGradient } from './systems/conjugate-gradient.ts';
export { type GaussSeidelOptions, gaussSeidel } from './systems/gauss-seidel.ts';
export { type GmresOptions, gmres } from './systems/gmres.ts';
export { incompleteCholesky } from './systems/incomplete-cholesky.ts';
export { incompleteLu } from './systems/incomplete-lu.ts';
export { type IncompleteLuThresholdOptions, incompleteLuThreshold } from './systems/incomplete-lu-threshold.ts';
export { type JacobiOptions, jacobi } from './systems/jacobi.ts';
export { type KaczmarzOptions, kaczmarz } from './systems/kaczmarz.ts';
export type { LinearSolution, SquareMatrix } from './systems/linear-system.ts';
export { type LsmrOptions, lsmr } from './systems/lsmr.ts';
export { type LsqrOptions, lsqr } from './systems/lsqr.ts';
export { type MinresOptions, minres } from './systems/minres.ts';
export type { DiagonalOperator, MatrixOfRows, RowOperator } from './systems/row-operators.ts';
export { type SketchAndProjectOptions, sketchAndProject } from './systems/sketch-and-project.ts';
export {
  optimalRelaxation,
  type SuccessiveOverRelaxationOptions,
  successiveOverRelaxation,
} from './systems/successive-over-relaxation.ts';
export {
  type SsorPreconditionerOptions,
  type SymmetricOverRelaxationOptions,
  ssorPreconditioner,
  symmetricOverRelaxation,
} from './systems/symmetric-over-relaxation.ts';
