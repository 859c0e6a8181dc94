// `@infimum/optim`: minimisation of smooth and composite functions.
export {
  accelerationDynamics,
  type Dynamics,
  type OdeConstants,
  type SecondOrderOde,
} from './acceleration/acceleration-odes.ts';
export {
  type ControlledAccelerationOptions,
  controlledAcceleration,
} from './acceleration/controlled-acceleration.ts';
export { type Dopri5Options, dopri5 } from './acceleration/dopri5.ts';
export {
  type GradientDescentOptions,
  type GradientStep,
  gradientDescent,
  gradientDescentMomentum,
} from './acceleration/gradient-descent.ts';
export type { GradientIterate } from './acceleration/gradient-method.ts';
export {
  heavyBall,
  heavyBallMomentum,
  type StronglyConvexOptions,
} from './acceleration/heavy-ball.ts';
export { type ItemCoefficients, item, itemCoefficients } from './acceleration/item.ts';
export type { Curvature } from './acceleration/lipschitz-constant.ts';
export {
  type KnownMinimum,
  type LyapunovFunction,
  type LyapunovMethod,
  lyapunov,
} from './acceleration/lyapunov.ts';
export {
  betweenMomenta,
  type Momentum,
  momentumFamily,
  type Restart,
} from './acceleration/momentum-family.ts';
export {
  type MomentumGrowth,
  type NesterovConvexOptions,
  nesterovConvex,
} from './acceleration/nesterov-convex.ts';
export {
  nesterovMomentum,
  nesterovStronglyConvex,
} from './acceleration/nesterov-strongly-convex.ts';
export {
  explicitEuler,
  type FixedStepOptions,
  type Integration,
  type IntegrationIterate,
  rk4,
  type VectorField,
} from './acceleration/ode-integrators.ts';
export { type OgmOptions, ogm } from './acceleration/ogm.ts';
export {
  type AccelerationIterate,
  type AccelerationOde,
  type AccelerationOptions,
  type AccelerationTrajectory,
  type OdeIntegrator,
  simulateAcceleration,
} from './acceleration/simulate-acceleration.ts';
export { type DampedMotion, slowManifold, slowTimeField } from './acceleration/slow-manifold.ts';
export {
  tripleMomentum,
  tripleMomentumMomentum,
} from './acceleration/triple-momentum.ts';
export {
  type ActiveSetComplexity,
  type ActiveSetOptions,
  activeSetComplexity,
} from './blocks/active-set-complexity.ts';
export { type ApproxOptions, approx } from './blocks/approx.ts';
export {
  type BlockDescentIterate,
  type BlockDescentOptions,
  type BlockDescentSolution,
  blockCoordinateDescent,
} from './blocks/block-coordinate-descent.ts';
export type { BlockLoss, BlockState, CoordinateChanges } from './blocks/block-loss.ts';
export { type BlockLeastSquares, blockLeastSquares, blockLogistic } from './blocks/block-margin-loss.ts';
export type { PartitionRule } from './blocks/block-partitions.ts';
export { type BlockQuadratic, blockQuadratic } from './blocks/block-quadratic-loss.ts';
export type { SelectionDiagonal, SelectionRule } from './blocks/block-selection.ts';
export { blockSoftmax } from './blocks/block-softmax-loss.ts';
export type { UpdateRule } from './blocks/block-update.ts';
export { cubicStep } from './blocks/block-update-cubic.ts';
export type {
  CompositeData,
  CompositeIterate,
  CompositeSolution,
} from './blocks/composite-minimization.ts';
export { cyclicCoordinateDescent } from './blocks/cyclic-coordinate-descent.ts';
export { type FistaOptions, fista } from './blocks/fista.ts';
export { colourBlocks, forestSolve, greedyForest, latticeTrees, treePartition } from './blocks/forest.ts';
export { labelPropagation, type Propagation } from './blocks/label-propagation.ts';
export {
  type LassoData,
  type LassoIterate,
  type LassoOptions,
  type LassoSolution,
  lassoWorkingSet,
} from './blocks/lasso-working-set.ts';
export { type PairPenalty, type PairwiseData, pairwiseLoss } from './blocks/pairwise-loss.ts';
export { proximalGradient } from './blocks/proximal-gradient.ts';
export type { SeparableOptions } from './blocks/separable-term.ts';
export { sparseBlockSolve } from './blocks/sparse-block-cholesky.ts';
export { type SvmDualOptions, svmDual } from './blocks/svm-dual.ts';
export { type LbfgsbOptions, lbfgsb } from './bounded/lbfgsb.ts';
export {
  type ProjectedTrustRegionOptions,
  projectedTrustRegion,
} from './bounded/projected-trust-region.ts';
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
export { type InverseFisher, type InverseFisherOptions, inverseFisher } from './fisher/inverse-fisher.ts';
export { type KfacOptions, kfac } from './fisher/kfac.ts';
export { type KroneckerOptions, kroneckerInverse } from './fisher/kronecker-inverse.ts';
export { type MfacOptions, mfac } from './fisher/mfac.ts';
export {
  type ObsPruneOptions,
  obsPrune,
  type PrunedWeights,
  type PruningIterate,
  type SampleGradients,
} from './fisher/obs-prune.ts';
export {
  type WindowInverseFisher,
  type WindowOptions,
  windowInverseFisher,
} from './fisher/window-inverse-fisher.ts';
export { type WoodFisherOptions, woodFisher } from './fisher/wood-fisher.ts';
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
export {
  type BacktrackingGradientOptions,
  backtrackingGradient,
} from './newton/backtracking-gradient.ts';
export { type CubicNewtonOptions, cubicNewton } from './newton/cubic-newton.ts';
export { type EstimateGammaOptions, estimateGamma } from './newton/estimate-gamma.ts';
export { fitAlpha, type RadiusFit, type RadiusRow } from './newton/fit-alpha.ts';
export {
  type GradientNormalizedNewtonOptions,
  gradientNormalizedGradient,
  gradientNormalizedNewton,
} from './newton/gradient-normalized-newton.ts';
export type { MetricMatrix } from './newton/metric.ts';
export type { NewtonIterate } from './newton/regularized-newton.ts';
export type { Factorization, HessianChoice } from './newton/shifted-system.ts';
export {
  holderHessianRadius,
  lipschitzGradientRadius,
  lipschitzHessianRadius,
  quasiSelfConcordantRadius,
  relaxedSmoothnessRadius,
  type StepRadius,
} from './newton/step-radii.ts';
export {
  type SuperUniversalNewtonOptions,
  superUniversalNewton,
} from './newton/super-universal-newton.ts';
export {
  type TrustRegionNewtonOptions,
  trustRegionNewton,
} from './newton/trust-region-newton.ts';
export {
  type ClassicalFunction,
  type ClassicalName,
  classicalFunction,
} from './objectives/classical-functions.ts';
export { affineEquations, chebyshevChain, rosenbrockEquations } from './objectives/equation-systems.ts';
export { HEAVY_BALL_CYCLE, heavyBallCounterexample } from './objectives/heavy-ball-counterexample.ts';
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
export { logBarrier } from './objectives/log-barrier.ts';
export { type LogSumExp, type LogSumExpOptions, logSumExp } from './objectives/log-sum-exp.ts';
export { logisticLoss } from './objectives/logistic-loss.ts';
export {
  type EquationSystem,
  type NonlinearEquations,
  type NonlinearEquationsOptions,
  nonlinearEquations,
} from './objectives/nonlinear-equations.ts';
export { powerChain } from './objectives/power-chain.ts';
export { type Quadratic, quadraticForm } from './objectives/quadratic-form.ts';
export { type SoftmaxLoss, type SoftmaxLossOptions, softmaxLoss } from './objectives/softmax-loss.ts';
export { type SubsampledHessianOptions, subsampledHessian } from './objectives/subsampled-hessian.ts';
export { rosenbrock, type TestFunction } from './objectives/test-functions.ts';
export { type FindRootOptions, findRoot, type Root, type RootIterate } from './scalar/find-root.ts';
export {
  type MinimizeScalarOptions,
  minimizeScalar,
  type ScalarIterate,
  type ScalarMinimum,
} from './scalar/minimize-scalar.ts';
export type {
  OracleCalls,
  SmoothIterate,
  SmoothOptions,
  SmoothSolution,
} from './smooth-minimization.ts';
export { type AdaGradOptions, adaGrad } from './training/adagrad.ts';
export { type AdaHessianOptions, adaHessian } from './training/adahessian.ts';
export { type AdamOptions, adam, adamW } from './training/adam.ts';
export { differenceProduct } from './training/central-differences.ts';
export type { ClassLabels } from './training/classifier.ts';
export { type ConvolutionalOptions, convolutionalLoss } from './training/convolutional-network.ts';
export { type ClickLog, type FactorModelOptions, factorModelLoss } from './training/factor-model.ts';
export {
  type DiagonalEstimator,
  type HessianDiagonalOptions,
  hessianDiagonal,
} from './training/hutchinson.ts';
export { type LionOptions, lion } from './training/lion.ts';
export { type PerceptronOptions, perceptronLoss } from './training/multilayer-perceptron.ts';
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
