// `@infimum/optim`: minimisation of smooth and composite functions.
export {
  type GradientDescentOptions,
  type GradientStep,
  gradientDescent,
} from './acceleration/gradient-descent.ts';
export type { GradientIterate } from './acceleration/gradient-method.ts';
export { heavyBall, type StronglyConvexOptions } from './acceleration/heavy-ball.ts';
export { type ItemCoefficients, item } from './acceleration/item.ts';
export {
  type MomentumGrowth,
  type NesterovConvexOptions,
  nesterovConvex,
} from './acceleration/nesterov-convex.ts';
export { nesterovStronglyConvex } from './acceleration/nesterov-strongly-convex.ts';
export { type OgmOptions, ogm } from './acceleration/ogm.ts';
export { tripleMomentum } from './acceleration/triple-momentum.ts';
export { type ApproxOptions, approx } from './blocks/approx.ts';
export {
  type BlockDescentIterate,
  type BlockDescentOptions,
  type BlockDescentSolution,
  blockCoordinateDescent,
} from './blocks/block-coordinate-descent.ts';
export type { PartitionRule } from './blocks/block-partitions.ts';
export { cyclicCoordinateDescent } from './blocks/cyclic-coordinate-descent.ts';
export type { SelectionDiagonal, SelectionRule } from './blocks/selection/block-selection.ts';
export type { UpdateRule } from './blocks/updates/block-update.ts';
export { type LbfgsbOptions, lbfgsb } from './bounded/lbfgsb.ts';
export { type ProjectedTrustRegionOptions, projectedTrustRegion } from './bounded/projected-trust-region.ts';
export type {
  CompositeData,
  CompositeIterate,
  CompositeSolution,
} from './composite/composite-minimization.ts';
export { type FistaOptions, fista } from './composite/fista.ts';
export { proximalGradient } from './composite/proximal-gradient.ts';
export {
  type DerivativeFreeSolution,
  type NelderMeadIterate,
  type NelderMeadOptions,
  nelderMead,
} from './derivative-free/nelder-mead.ts';
export {
  type DifferenceRange,
  type DifferenceScheme,
  differenceJacobian,
  fromValues,
} from './differences/finite-differences.ts';
export {
  type NonlinearIterate,
  type NonlinearSolution,
  type NonlinearSystem,
  type SolveNonlinearOptions,
  solveNonlinear,
} from './equations/solve-nonlinear.ts';
export { type GgtOptions, ggt } from './fisher/ggt.ts';
export { type KfacOptions, kfac } from './fisher/kfac.ts';
export { type MfacOptions, mfac } from './fisher/mfac.ts';
export {
  type LassoData,
  type LassoIterate,
  type LassoSolution,
  type LassoWorkingSetOptions,
  lassoWorkingSet,
} from './lasso/lasso-working-set.ts';
export { type CurveFit, type CurveFitOptions, curveFit } from './least-squares/curve-fit.ts';
export {
  type LeastSquaresIterate,
  type LeastSquaresOptions,
  type LeastSquaresSolution,
  leastSquares,
  type Residuals,
} from './least-squares/least-squares.ts';
export type { RobustLoss } from './least-squares/robust-loss.ts';
export { type BarzilaiBorweinOptions, barzilaiBorwein } from './line-search/barzilai-borwein.ts';
export { type LbfgsOptions, lbfgs } from './line-search/lbfgs.ts';
export { type NewtonCgOptions, newtonCg } from './line-search/newton-cg.ts';
export {
  type Conjugation,
  type NonlinearConjugateGradientOptions,
  nonlinearConjugateGradient,
} from './line-search/nonlinear-conjugate-gradient.ts';
export type { BlockLoss, BlockState, CoordinateChanges } from './losses/block-loss.ts';
export { type BlockLeastSquares, blockLeastSquares, blockLogistic } from './losses/block-margin-loss.ts';
export { type BlockQuadratic, blockQuadratic } from './losses/block-quadratic-loss.ts';
export { blockSoftmax } from './losses/block-softmax-loss.ts';
export { labelPropagation, type Propagation } from './losses/label-propagation.ts';
export type { SeparableOptions } from './losses/separable-term.ts';
export { type SvmDualOptions, svmDual } from './losses/svm-dual.ts';
export {
  type ConstrainedMinimizeOptions,
  type Minimizable,
  type MinimizeMethod,
  type MinimizeOptions,
  type MinimizeSolution,
  minimize,
} from './minimize.ts';
export type {
  ConstrainedMethod,
  ConstrainedMinimum,
  ConstraintSet,
  MinimizeConstraintOptions,
  MinimizeIterate,
} from './minimize-constraints.ts';
export { type BacktrackingGradientOptions, backtrackingGradient } from './newton/backtracking-gradient.ts';
export { type CubicNewtonOptions, cubicNewton } from './newton/cubic-newton.ts';
export {
  type GradientNormalizedNewtonOptions,
  gradientNormalizedNewton,
} from './newton/gradient-normalized-newton.ts';
export type { NewtonIterate } from './newton/regularized-newton.ts';
export type { Factorization, HessianChoice } from './newton/shifted-system.ts';
export { type SuperUniversalNewtonOptions, superUniversalNewton } from './newton/super-universal-newton.ts';
export { type TrustRegionNewtonOptions, trustRegionNewton } from './newton/trust-region-newton.ts';
export type {
  DenseApproximation,
  DiagonalApproximation,
  GradientApproximation,
  HessianApproximation,
  LowRankApproximation,
  ProductApproximation,
} from './objectives/hessian-approximation.ts';
export { leastSquaresLoss } from './objectives/least-squares-loss.ts';
export type { LinearModel, LinearModelOptions } from './objectives/linear-model.ts';
export { type LogSumExp, type LogSumExpOptions, logSumExp } from './objectives/log-sum-exp.ts';
export { logisticLoss } from './objectives/logistic-loss.ts';
export {
  type EquationSystem,
  type NonlinearEquations,
  type NonlinearEquationsOptions,
  nonlinearEquations,
} from './objectives/nonlinear-equations.ts';
export { type Quadratic, quadraticForm } from './objectives/quadratic-form.ts';
export { type SoftmaxLoss, type SoftmaxLossOptions, softmaxLoss } from './objectives/softmax-loss.ts';
export { rosenbrock, type TestFunction } from './objectives/test-functions.ts';
export { type FindRootOptions, findRoot, type Root, type RootIterate } from './scalar/find-root.ts';
export {
  type MinimizeScalarOptions,
  minimizeScalar,
  type ScalarIterate,
  type ScalarMinimum,
} from './scalar/minimize-scalar.ts';
export type { Curvature } from './smooth/lipschitz-constant.ts';
export type { MetricMatrix } from './smooth/metric.ts';
export type { OracleCalls, SmoothIterate, SmoothOptions, SmoothSolution } from './smooth-minimization.ts';
export { type AdaGradOptions, adaGrad } from './training/adagrad.ts';
export { type AdaHessianOptions, adaHessian } from './training/adahessian.ts';
export { type AdamOptions, adam, adamW } from './training/adam.ts';
export type { ClassLabels } from './training/classifier.ts';
export { type LionOptions, lion } from './training/lion.ts';
export type {
  HessianVector,
  OptimizerState,
  ParameterShapes,
  StochasticOptimizer,
} from './training/optimizer.ts';
export type { BlockRule } from './training/parameter-blocks.ts';
export { type RmsPropOptions, rmsProp } from './training/rmsprop.ts';
export { type SgdOptions, sgd } from './training/sgd.ts';
export { type SophiaOptions, sophia } from './training/sophia.ts';
export {
  minimizeStochastic,
  type TrainingIterate,
  type TrainingOptions,
  type TrainingSolution,
} from './training/training.ts';
export type { TrainingModel, TrainingModelOptions, TrainingObjective } from './training/training-model.ts';
