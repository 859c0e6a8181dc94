// `@infimum/optim`: minimisation of smooth and composite functions.
export {
  accelerationDynamics,
  type Dynamics,
  type OdeConstants,
  type SecondOrderOde,
} from './acceleration-odes.ts';
export {
  type ActiveSetComplexity,
  type ActiveSetOptions,
  activeSetComplexity,
} from './active-set-complexity.ts';
export { type AdaGradOptions, adaGrad } from './adagrad.ts';
export { type AdaHessianOptions, adaHessian } from './adahessian.ts';
export { type AdamOptions, adam, adamW } from './adam.ts';
export { type ApproxOptions, approx, approxSteps } from './approx.ts';
export {
  type BacktrackingGradientOptions,
  backtrackingGradient,
  backtrackingGradientSteps,
} from './backtracking-gradient.ts';
export {
  type BlockDescentIterate,
  type BlockDescentOptions,
  type BlockDescentSolution,
  blockCoordinateDescent,
  blockCoordinateDescentSteps,
} from './block-coordinate-descent.ts';
export type { BlockLoss, BlockState } from './block-loss.ts';
export { type BlockLeastSquares, blockLeastSquares, blockLogistic } from './block-margin-loss.ts';
export type { PartitionRule } from './block-partitions.ts';
export { type BlockQuadratic, blockQuadratic } from './block-quadratic-loss.ts';
export type { SelectionDiagonal, SelectionRule } from './block-selection.ts';
export { blockSoftmax } from './block-softmax-loss.ts';
export type { UpdateRule } from './block-update.ts';
export { cubicStep } from './block-update-cubic.ts';
export { differenceProduct } from './central-differences.ts';
export type {
  CompositeData,
  CompositeIterate,
  CompositeOptions,
  CompositeSolution,
} from './composite-minimization.ts';
export { type ConvolutionalOptions, convolutionalLoss } from './convolutional-network.ts';
export { type CubicNewtonOptions, cubicNewton, cubicNewtonSteps } from './cubic-newton.ts';
export { cyclicCoordinateDescent, cyclicCoordinateDescentSteps } from './cyclic-coordinate-descent.ts';
export { type Dopri5Options, dopri5, dopri5Steps } from './dopri5.ts';
export { affineEquations, chebyshevChain, rosenbrockEquations } from './equation-systems.ts';
export { type EstimateGammaOptions, estimateGamma } from './estimate-gamma.ts';
export { type ClickLog, type FactorModelOptions, factorModelLoss } from './factor-model.ts';
export { type FistaOptions, fista, fistaSteps } from './fista.ts';
export { fitAlpha, type RadiusFit, type RadiusRow } from './fit-alpha.ts';
export { colourBlocks, forestSolve, greedyForest, latticeTrees, treePartition } from './forest.ts';
export {
  type GradientDescentOptions,
  type GradientStep,
  gradientDescent,
  gradientDescentMomentum,
  gradientDescentSteps,
} from './gradient-descent.ts';
export type { GradientIterate } from './gradient-method.ts';
export {
  type GradientNormalizedNewtonOptions,
  gradientNormalizedGradient,
  gradientNormalizedNewton,
  gradientNormalizedNewtonSteps,
} from './gradient-normalized-newton.ts';
export {
  heavyBall,
  heavyBallMomentum,
  heavyBallSteps,
  type StronglyConvexOptions,
} from './heavy-ball.ts';
export { HEAVY_BALL_CYCLE, heavyBallCounterexample } from './heavy-ball-counterexample.ts';
export type {
  DenseApproximation,
  DiagonalApproximation,
  GradientApproximation,
  HessianApproximation,
  LowRankApproximation,
  ProductApproximation,
} from './hessian-approximation.ts';
export { type DiagonalEstimator, type HessianDiagonalOptions, hessianDiagonal } from './hutchinson.ts';
export { type InverseFisher, type InverseFisherOptions, inverseFisher } from './inverse-fisher.ts';
export { type ItemCoefficients, item, itemCoefficients, itemSteps } from './item.ts';
export { labelPropagation, type Propagation } from './label-propagation.ts';
export {
  type LassoData,
  type LassoIterate,
  type LassoOptions,
  type LassoSolution,
  lassoWorkingSet,
  lassoWorkingSetSteps,
} from './lasso-working-set.ts';
export { type LbfgsOptions, lbfgs, lbfgsSteps } from './lbfgs.ts';
export { leastSquaresLoss } from './least-squares-loss.ts';
export type { LinearModel, LinearModelOptions } from './linear-model.ts';
export { type LionOptions, lion } from './lion.ts';
export type { Curvature } from './lipschitz-constant.ts';
export { logBarrier } from './log-barrier.ts';
export { type LogSumExp, type LogSumExpOptions, logSumExp } from './log-sum-exp.ts';
export { logisticLoss } from './logistic-loss.ts';
export {
  type KnownMinimum,
  type LyapunovFunction,
  type LyapunovMethod,
  lyapunov,
} from './lyapunov.ts';
export type { MetricMatrix } from './metric.ts';
export { type MfacOptions, mfac } from './mfac.ts';
export { type MinimizeMethod, type MinimizeOptions, minimize } from './minimize.ts';
export {
  betweenMomenta,
  type Momentum,
  momentumFamily,
  momentumFamilySteps,
  type Restart,
} from './momentum-family.ts';
export { type PerceptronOptions, perceptronLoss } from './multilayer-perceptron.ts';
export {
  type MomentumGrowth,
  type NesterovConvexOptions,
  nesterovConvex,
  nesterovConvexSteps,
} from './nesterov-convex.ts';
export {
  nesterovMomentum,
  nesterovStronglyConvex,
  nesterovStronglyConvexSteps,
} from './nesterov-strongly-convex.ts';
export { newtonCg, newtonCgSteps } from './newton-cg.ts';
export {
  type Conjugation,
  type NonlinearConjugateGradientOptions,
  nonlinearConjugateGradient,
  nonlinearConjugateGradientSteps,
} from './nonlinear-conjugate-gradient.ts';
export {
  type EquationSystem,
  type NonlinearEquations,
  type NonlinearEquationsOptions,
  nonlinearEquations,
} from './nonlinear-equations.ts';
export {
  type ObsPruneOptions,
  obsPrune,
  obsPruneSteps,
  type PrunedWeights,
  type PruningIterate,
  type SampleGradients,
} from './obs-prune.ts';
export {
  explicitEuler,
  explicitEulerSteps,
  type FixedStepOptions,
  type Integration,
  type IntegrationIterate,
  rk4,
  rk4Steps,
  type VectorField,
} from './ode-integrators.ts';
export { type OgmOptions, ogm, ogmSteps } from './ogm.ts';
export type {
  HessianVector,
  OptimizerState,
  ParameterShapes,
  StochasticOptimizer,
} from './optimizer.ts';
export { type PairPenalty, type PairwiseData, pairwiseLoss } from './pairwise-loss.ts';
export type { BlockRule } from './parameter-blocks.ts';
export { powerChain } from './power-chain.ts';
export { proximalGradient, proximalGradientSteps } from './proximal-gradient.ts';
export { type Quadratic, quadraticForm } from './quadratic-form.ts';
export type { NewtonIterate, NewtonOptions } from './regularized-newton.ts';
export { type RmsPropOptions, rmsProp } from './rmsprop.ts';
export type { SeparableOptions } from './separable-term.ts';
export { type SgdOptions, sgd } from './sgd.ts';
export type { Factorization, HessianChoice } from './shifted-system.ts';
export {
  type AccelerationIterate,
  type AccelerationOde,
  type AccelerationOptions,
  type AccelerationTrajectory,
  type OdeIntegrator,
  simulateAcceleration,
  simulateAccelerationSteps,
} from './simulate-acceleration.ts';
export { type DampedMotion, slowManifold, slowTimeField } from './slow-manifold.ts';
export type {
  OracleCalls,
  SmoothIterate,
  SmoothOptions,
  SmoothSolution,
} from './smooth-minimization.ts';
export { type SoftmaxLoss, type SoftmaxLossOptions, softmaxLoss } from './softmax-loss.ts';
export { type SophiaOptions, sophia } from './sophia.ts';
export {
  holderHessianRadius,
  lipschitzGradientRadius,
  lipschitzHessianRadius,
  quasiSelfConcordantRadius,
  relaxedSmoothnessRadius,
  type StepRadius,
} from './step-radii.ts';
export { type SubsampledHessianOptions, subsampledHessian } from './subsampled-hessian.ts';
export {
  type SuperUniversalNewtonOptions,
  superUniversalNewton,
  superUniversalNewtonSteps,
} from './super-universal-newton.ts';
export type { ClassLabels } from './tanh-network.ts';
export { rosenbrock, type TestFunction } from './test-functions.ts';
export {
  minimizeStochastic,
  type TrainingIterate,
  type TrainingOptions,
  type TrainingSolution,
  trainingSteps,
} from './training.ts';
export type { TrainingModel, TrainingModelOptions, TrainingObjective } from './training-model.ts';
export { tripleMomentum, tripleMomentumMomentum, tripleMomentumSteps } from './triple-momentum.ts';
export {
  type TrustRegionNewtonOptions,
  trustRegionNewton,
  trustRegionNewtonSteps,
} from './trust-region-newton.ts';
export {
  type WindowInverseFisher,
  type WindowOptions,
  windowInverseFisher,
} from './window-inverse-fisher.ts';
export { type WoodFisherOptions, woodFisher } from './wood-fisher.ts';
