// `@infimum/ot`: optimal transport.

export {
  type AuctionIterate,
  type AuctionOptions,
  type AuctionStepsOptions,
  auctionAssignment,
  auctionAssignmentSteps,
} from './assignment/auction.ts';
export {
  type AssignmentGoal,
  type LinearAssignment,
  type LinearAssignmentIterate,
  type LinearAssignmentOptions,
  linearAssignment,
  linearAssignmentSteps,
} from './assignment/linear-assignment.ts';
export {
  type Barycenter,
  type BarycenterIterate,
  type EntropicBarycenterOptions,
  type EntropicBarycenterStepsOptions,
  entropicBarycenter,
  entropicBarycenterSteps,
} from './barycenters/barycenter.ts';
export {
  type ConvolutionalBarycenterOptions,
  convolutionalBarycenter,
  convolutionalBarycenterSteps,
} from './barycenters/convolutional-barycenter.ts';
export {
  type FreeSupportBarycenterOptions,
  type FreeSupportBarycenterStepsOptions,
  freeSupportBarycenter,
  freeSupportBarycenterSteps,
  type PointBarycenter,
  type PointBarycenterIterate,
} from './barycenters/free-support-barycenter.ts';
export {
  type AffineMap,
  buresWasserstein,
  type Gaussian,
  type GaussianBarycenterIterate,
  type GaussianBarycenterOptions,
  type GaussianBarycenterStepsOptions,
  gaussianBarycenter,
  gaussianBarycenterSteps,
  gaussianMap,
} from './barycenters/gaussian-transport.ts';
export { costMatrix, gridPoints, type PointMetric } from './cost-matrix.ts';
export {
  type AcceleratedSinkhornOptions,
  acceleratedSinkhorn,
  acceleratedSinkhornSteps,
} from './entropic/accelerated-sinkhorn.ts';
export {
  type AndersonSinkhornOptions,
  type AndersonSinkhornStepsOptions,
  andersonSinkhorn,
  andersonSinkhornSteps,
} from './entropic/anderson-sinkhorn.ts';
export { type DualLbfgsOptions, dualLbfgs, dualLbfgsSteps } from './entropic/dual-lbfgs.ts';
export type { EntropicPlan } from './entropic/entropic-state.ts';
export {
  type EpsilonScalingIterate,
  type EpsilonScalingOptions,
  epsilonScaling,
  epsilonScalingSteps,
} from './entropic/epsilon-scaling.ts';
export { type GreenkhornOptions, greenkhorn, greenkhornSteps } from './entropic/greenkhorn.ts';
export {
  type OverrelaxedSinkhornOptions,
  type OverrelaxedSinkhornStepsOptions,
  overrelaxedSinkhorn,
  overrelaxedSinkhornSteps,
} from './entropic/overrelaxed-sinkhorn.ts';
export {
  type QuadraticPlan,
  type QuadraticTransportIterate,
  type QuadraticTransportOptions,
  type QuadraticTransportStepsOptions,
  quadraticTransport,
  quadraticTransportSteps,
} from './entropic/quadratic-transport.ts';
export {
  type SinkhornOptions,
  type SinkhornStepsOptions,
  sinkhorn,
  sinkhornSteps,
} from './entropic/sinkhorn.ts';
export {
  type SinkhornBatchIterate,
  type SinkhornBatchOptions,
  type SinkhornBatchStepsOptions,
  sinkhornBatch,
  sinkhornBatchSteps,
  type TransportBatch,
  type TransportBatchSolution,
} from './entropic/sinkhorn-batch.ts';
export {
  type SinkhornDivergence,
  type SinkhornDivergenceIterate,
  type SinkhornDivergenceOptions,
  type SinkhornDivergenceStepsOptions,
  sinkhornDivergence,
  sinkhornDivergenceSteps,
} from './entropic/sinkhorn-divergence.ts';
export { type SinkhornIterate, type SinkhornLogOptions, sinkhornLogSteps } from './entropic/sinkhorn-log.ts';
export {
  type SinkhornNewtonShiftIterate,
  type SinkhornNewtonShiftOptions,
  type SinkhornNewtonShiftStepsOptions,
  sinkhornNewtonShift,
  sinkhornNewtonShiftSteps,
} from './entropic/sinkhorn-newton-shift.ts';
export {
  type SinkhornNewtonSparseIterate,
  type SinkhornNewtonSparseOptions,
  type SinkhornNewtonSparseStepsOptions,
  sinkhornNewtonSparse,
  sinkhornNewtonSparseSteps,
} from './entropic/sinkhorn-newton-sparse.ts';
export { sparsityProfile } from './entropic/sparsify.ts';
export {
  type StochasticDualOptions,
  type StochasticDualStepsOptions,
  stochasticDual,
  stochasticDualSteps,
} from './entropic/stochastic-dual.ts';
export {
  type StochasticTransportOptions,
  type StochasticTransportStepsOptions,
  stochasticTransport,
  stochasticTransportSteps,
} from './entropic/stochastic-transport.ts';
export {
  type LocationGradient,
  locationGradient,
  type SmoothMetric,
  type TransportGradient,
  transportGradient,
} from './entropic/transport-gradient.ts';
export {
  type EmdPointCloudOptions,
  type EmdPointCloudStepsOptions,
  emdPointCloud,
  emdPointCloudSteps,
} from './exact/emd-point-cloud.ts';
export { emdSparse, emdSparseSteps } from './exact/emd-sparse.ts';
export {
  type EmdOptions,
  emd,
  type NetworkSimplexStepsOptions,
  networkSimplexSteps,
} from './exact/network-simplex.ts';
export type { NetworkSimplexIterate } from './exact/simplex-pivots.ts';
export {
  type AssignExpertsOptions,
  assignExperts,
  type ExpertAssignmentMethod,
} from './experts/assign-experts.ts';
export { type AlfLbIterate, type AlfLbOptions, alfLbSteps } from './experts/expert-alf-lb.ts';
export type { ExpertAssignment, ExpertRouting, Routing } from './experts/expert-assignment.ts';
export {
  type ExpertAuctionIterate,
  type ExpertAuctionOptions,
  expertAuctionSteps,
} from './experts/expert-auction.ts';
export {
  type AuxiliaryLossIterate,
  type AuxiliaryLossOptions,
  expertAuxiliaryLossSteps,
} from './experts/expert-auxiliary-loss.ts';
export {
  type BalancedBatch,
  createExpertBalancer,
  type ExpertBalancer,
  type ExpertBalancerOptions,
  type ExpertBalancerState,
} from './experts/expert-balancer.ts';
export type { BiasUpdateOptions, Schedule } from './experts/expert-bias-update.ts';
export { expertChoiceSteps } from './experts/expert-choice.ts';
export {
  type CoordinateDualIterate,
  type CoordinateDualOptions,
  coordinateDualSteps,
} from './experts/expert-coordinate-dual.ts';
export {
  type ExpertCurvature,
  type StrongConvexityOptions,
  strongConvexity,
} from './experts/expert-curvature.ts';
export { expertGreedySteps } from './experts/expert-greedy.ts';
export { type OnlineRegret, onlineRegret, type RegretFit, type RegretFits } from './experts/expert-regret.ts';
export { topKRoute } from './experts/expert-routing.ts';
export { type ExpertPathsIterate, expertShortestPathsSteps } from './experts/expert-shortest-paths.ts';
export {
  type ExpertSinkhornIterate,
  type ExpertSinkhornOptions,
  expertSinkhornSteps,
} from './experts/expert-sinkhorn.ts';
export { expertTokenDroppingSteps, type TokenDroppingOptions } from './experts/expert-token-dropping.ts';
export { type CostFactors, squaredEuclideanFactors } from './geometry/cost-factors.ts';
export { graphDistances } from './geometry/graph-distances.ts';
export {
  type GridIterate,
  type GridPlan,
  type GridSinkhornOptions,
  type GridSinkhornStepsOptions,
  type GridWeights,
  gridSinkhorn,
  gridSinkhornSteps,
} from './geometry/grid-sinkhorn.ts';
export type { LowRankPlan } from './geometry/low-rank-descent.ts';
export {
  type LowRankIterate,
  type LowRankSinkhornOptions,
  type LowRankSinkhornStepsOptions,
  lowRankSinkhorn,
  lowRankSinkhornSteps,
} from './geometry/low-rank-sinkhorn.ts';
export {
  type PointCloudIterate,
  type PointCloudPlan,
  type PointCloudSinkhornOptions,
  type PointCloudSinkhornStepsOptions,
  pointCloudSinkhorn,
  pointCloudSinkhornSteps,
} from './geometry/point-cloud-sinkhorn.ts';
export type { PointCloudOptions } from './geometry/point-clouds.ts';
export { guessPotentials, type PotentialGuessOptions } from './geometry/potential-guess.ts';
export {
  type PointSampler,
  type PointSource,
  type SemiDiscreteIterate,
  type SemiDiscreteOptions,
  type SemiDiscreteSolution,
  type SemiDiscreteStepsOptions,
  semiDiscreteTransport,
  semiDiscreteTransportSteps,
} from './geometry/semi-discrete.ts';
export {
  type EntropicGromovOptions,
  type EntropicGromovStepsOptions,
  entropicGromovWasserstein,
  entropicGromovWassersteinSteps,
} from './gromov/entropic-gromov-wasserstein.ts';
export type { GromovIterate, GromovOptions, GromovPlan } from './gromov/gromov-objective.ts';
export {
  type GromovWassersteinOptions,
  gromovWasserstein,
  gromovWassersteinSteps,
} from './gromov/gromov-wasserstein.ts';
export type { InitialPotentials } from './initial-potentials.ts';
export {
  type GroupLassoIterate,
  type GroupLassoPlan,
  type GroupLassoTransportOptions,
  type GroupLassoTransportStepsOptions,
  groupLassoTransport,
  groupLassoTransportSteps,
} from './maps/group-lasso-transport.ts';
export {
  type GroupNormTransportOptions,
  groupNormTransport,
  groupNormTransportSteps,
} from './maps/group-norm-transport.ts';
export {
  barycentricMap,
  type EntropicMapOptions,
  entropicMap,
  type FittedMap,
  type LinearMapOptions,
  linearMap,
  type PointMap,
  type TransportMapOptions,
  transportMap,
} from './maps/transport-map.ts';
export { costMatrixBatch, type MatrixBatch } from './matrix-batch.ts';
export {
  type MaxSlicedWasserstein,
  maxSlicedWasserstein,
  type SlicedWasserstein,
  type SlicedWassersteinOptions,
  slicedWasserstein,
} from './one-dimension/sliced-wasserstein.ts';
export { sphericalSlicedWasserstein } from './one-dimension/spherical-sliced-wasserstein.ts';
export {
  type Wasserstein1d,
  type Wasserstein1dDistance,
  type Wasserstein1dOptions,
  wasserstein1d,
  wasserstein1dDistance,
} from './one-dimension/wasserstein-1d.ts';
export {
  type WassersteinCircle,
  type WassersteinCircleOptions,
  wassersteinCircle,
} from './one-dimension/wasserstein-circle.ts';
export { barycentricProjection, sparsePlan } from './plan-entries.ts';
export { roundToPolytope } from './round-to-polytope.ts';
export {
  type SolvedTransport,
  type SolveTransportOptions,
  solveTransport,
  type TransportMethod,
} from './solve-transport.ts';
export type { Transport, TransportPlan } from './transport.ts';
export type { CostQuery, ImageQuery, PointQuery, TransportWeights } from './transport-query.ts';
export {
  type EntropicPartialIterate,
  type EntropicPartialOptions,
  type EntropicPartialStepsOptions,
  entropicPartialTransport,
  entropicPartialTransportSteps,
  type PartialPlan,
  type PartialTransportOptions,
  partialTransport,
} from './unbalanced/partial-transport.ts';
export {
  type TotalVariationPlan,
  type TotalVariationTransportOptions,
  totalVariationTransport,
} from './unbalanced/total-variation-transport.ts';
export {
  type UnbalancedMmOptions,
  type UnbalancedMmStepsOptions,
  unbalancedMm,
  unbalancedMmSteps,
} from './unbalanced/unbalanced-mm.ts';
export type { UnbalancedPlan } from './unbalanced/unbalanced-plan.ts';
export {
  type UnbalancedIterate,
  type UnbalancedSinkhornOptions,
  type UnbalancedSinkhornStepsOptions,
  unbalancedSinkhorn,
  unbalancedSinkhornSteps,
} from './unbalanced/unbalanced-sinkhorn.ts';
