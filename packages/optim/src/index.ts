// `@infimum/optim`: minimisation of smooth and composite functions. The rest is in the entries by subject.
export { type GradientDescentOptions, gradientDescent } from './acceleration/gradient-descent.ts';
export { type HeavyBallOptions, heavyBall } from './acceleration/heavy-ball.ts';
export { type NesterovConvexOptions, nesterovConvex } from './acceleration/nesterov-convex.ts';
export { type NesterovStronglyConvexOptions, nesterovStronglyConvex } from './acceleration/nesterov-strongly-convex.ts';
export { type BlockCoordinateDescentOptions, blockCoordinateDescent } from './blocks/block-coordinate-descent.ts';
export { type CyclicCoordinateDescentOptions, cyclicCoordinateDescent } from './blocks/cyclic-coordinate-descent.ts';
export { type LbfgsbOptions, lbfgsb } from './bounded/lbfgsb.ts';
export { type ProjectedTrustRegionOptions, projectedTrustRegion } from './bounded/projected-trust-region.ts';
export type { CompositeData, CompositeSolution } from './composite/composite-minimization.ts';
export { type FistaOptions, fista } from './composite/fista.ts';
export { type ProximalGradientOptions, proximalGradient } from './composite/proximal-gradient.ts';
export { type DerivativeFreeSolution, type NelderMeadOptions, nelderMead } from './derivative-free/nelder-mead.ts';
export { differenceJacobian, fromValues } from './differences/finite-differences.ts';
export type {
  NonlinearSolution,
  NonlinearSystem,
  SolveNonlinearOptions,
} from './equations/solve-nonlinear.ts';
export { solveNonlinear } from './equations/solve-nonlinear.ts';
export { type MfacOptions, mfac } from './fisher/mfac.ts';
export { type LassoSolution, type LassoWorkingSetOptions, lassoWorkingSet } from './lasso/lasso-working-set.ts';
export { type CurveFit, type CurveFitOptions, curveFit } from './least-squares/curve-fit.ts';
export type { LeastSquaresOptions, LeastSquaresSolution, Residuals } from './least-squares/least-squares.ts';
export { leastSquares } from './least-squares/least-squares.ts';
export { type LbfgsOptions, lbfgs } from './line-search/lbfgs.ts';
export { type NewtonCgOptions, newtonCg } from './line-search/newton-cg.ts';
export { blockLeastSquares, blockLogistic } from './losses/block-margin-loss.ts';
export { blockQuadratic } from './losses/block-quadratic-loss.ts';
export { blockSoftmax } from './losses/block-softmax-loss.ts';
export { type MinimizeMethod, type MinimizeOptions, type MinimizeSolution, minimize } from './minimize.ts';
export type { ConstrainedMinimum, ConstraintSet } from './minimize-constraints.ts';
export { type CubicNewtonOptions, cubicNewton } from './newton/cubic-newton.ts';
export { type GradientNormalizedNewtonOptions, gradientNormalizedNewton } from './newton/gradient-normalized-newton.ts';
export { type SuperUniversalNewtonOptions, superUniversalNewton } from './newton/super-universal-newton.ts';
export { type TrustRegionNewtonOptions, trustRegionNewton } from './newton/trust-region-newton.ts';
export { leastSquaresLoss } from './objectives/least-squares-loss.ts';
export type { LogisticLossOptions } from './objectives/linear-model.ts';
export { type LogSumExpOptions, logSumExp } from './objectives/log-sum-exp.ts';
export { logisticLoss } from './objectives/logistic-loss.ts';
export { quadraticForm } from './objectives/quadratic-form.ts';
export { type SoftmaxLossOptions, softmaxLoss } from './objectives/softmax-loss.ts';
export { rosenbrock } from './objectives/test-functions.ts';
export { type FindRootOptions, findRoot, type Root } from './scalar/find-root.ts';
export { type MinimizeScalarOptions, minimizeScalar, type ScalarMinimum } from './scalar/minimize-scalar.ts';
export type { SmoothSolution } from './smooth-minimization.ts';
export { type AdaGradOptions, adaGrad } from './training/adagrad.ts';
export { type AdaHessianOptions, adaHessian } from './training/adahessian.ts';
export { type AdamOptions, adam, adamW } from './training/adam.ts';
export { type LionOptions, lion } from './training/lion.ts';
export { type RmsPropOptions, rmsProp } from './training/rmsprop.ts';
export { type SgdOptions, sgd } from './training/sgd.ts';
export { type SophiaOptions, sophia } from './training/sophia.ts';
export { type MinimizeStochasticOptions, minimizeStochastic, type TrainingSolution } from './training/training.ts';
