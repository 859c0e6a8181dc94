// `@infimum/optim/smooth`: minimisation of smooth functions with line searches and trust regions, with bounds and by values; least squares and equations.
export { type LbfgsbOptions, lbfgsb } from './bounded/lbfgsb.ts';
export { type ProjectedTrustRegionOptions, projectedTrustRegion } from './bounded/projected-trust-region.ts';
export { type DerivativeFreeSolution, type NelderMeadOptions, nelderMead } from './derivative-free/nelder-mead.ts';
export { type QuadraticModelsOptions, quadraticModels } from './derivative-free/quadratic-models.ts';
export type { DifferenceRange, DifferenceScheme } from './differences/finite-differences.ts';
export { differenceJacobian, fromValues } from './differences/finite-differences.ts';
export type {
  NonlinearSolution,
  NonlinearSystem,
  SolveNonlinearOptions,
} from './equations/solve-nonlinear.ts';
export { solveNonlinear } from './equations/solve-nonlinear.ts';
export { type CurveFit, type CurveFitOptions, curveFit } from './least-squares/curve-fit.ts';
export type { LeastSquaresOptions, LeastSquaresSolution, Residuals } from './least-squares/least-squares.ts';
export { leastSquares } from './least-squares/least-squares.ts';
export type { RobustLoss } from './least-squares/robust-loss.ts';
export { type BarzilaiBorweinOptions, barzilaiBorwein } from './line-search/barzilai-borwein.ts';
export { type LbfgsOptions, lbfgs } from './line-search/lbfgs.ts';
export { type NewtonCgOptions, newtonCg } from './line-search/newton-cg.ts';
export type {
  Conjugation,
  NonlinearConjugateGradientOptions,
} from './line-search/nonlinear-conjugate-gradient.ts';
export { nonlinearConjugateGradient } from './line-search/nonlinear-conjugate-gradient.ts';
export { type MinimizeMethod, type MinimizeOptions, type MinimizeSolution, minimize } from './minimize.ts';
export type { ConstrainedMinimum, ConstraintSet } from './minimize-constraints.ts';
export { type FindRootOptions, findRoot, type Root } from './scalar/find-root.ts';
export { type MinimizeScalarOptions, minimizeScalar, type ScalarMinimum } from './scalar/minimize-scalar.ts';
export type { OracleCalls, SmoothSolution } from './smooth-minimization.ts';
