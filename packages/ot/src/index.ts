// `@infimum/ot`: optimal transport.

export {
  type AcceleratedSinkhornOptions,
  acceleratedSinkhorn,
  acceleratedSinkhornSteps,
} from './accelerated-sinkhorn.ts';
export {
  type AndersonSinkhornOptions,
  type AndersonSinkhornStepsOptions,
  andersonSinkhorn,
  andersonSinkhornSteps,
} from './anderson-sinkhorn.ts';
export { type AssignExpertsOptions, assignExperts, type ExpertAssignmentMethod } from './assign-experts.ts';
export {
  type AuctionIterate,
  type AuctionOptions,
  type AuctionStepsOptions,
  auctionAssignment,
  auctionAssignmentSteps,
} from './auction.ts';
export {
  type Barycenter,
  type BarycenterIterate,
  type EntropicBarycenterOptions,
  type EntropicBarycenterStepsOptions,
  entropicBarycenter,
  entropicBarycenterSteps,
} from './barycenter.ts';
export {
  type ConvolutionalBarycenterOptions,
  convolutionalBarycenter,
  convolutionalBarycenterSteps,
} from './convolutional-barycenter.ts';
export { type CostFactors, squaredEuclideanFactors } from './cost-factors.ts';
export { costMatrix, gridPoints, type PointMetric } from './cost-matrix.ts';
export { type DualLbfgsOptions, dualLbfgs, dualLbfgsSteps } from './dual-lbfgs.ts';
export {
  type EmdPointCloudOptions,
  type EmdPointCloudStepsOptions,
  emdPointCloud,
  emdPointCloudSteps,
} from './emd-point-cloud.ts';
export { emdSparse, emdSparseSteps } from './emd-sparse.ts';
export {
  type EntropicGromovOptions,
  type EntropicGromovStepsOptions,
  entropicGromovWasserstein,
  entropicGromovWassersteinSteps,
} from './entropic-gromov-wasserstein.ts';
export type { EntropicPlan } from './entropic-state.ts';
export {
  type EpsilonScalingIterate,
  type EpsilonScalingOptions,
  epsilonScaling,
  epsilonScalingSteps,
} from './epsilon-scaling.ts';
export { type AlfLbIterate, type AlfLbOptions, alfLbSteps } from './expert-alf-lb.ts';
export type { ExpertAssignment, ExpertRouting, Routing } from './expert-assignment.ts';
export {
  type ExpertAuctionIterate,
  type ExpertAuctionOptions,
  expertAuctionSteps,
} from './expert-auction.ts';
export {
  type AuxiliaryLossIterate,
  type AuxiliaryLossOptions,
  expertAuxiliaryLossSteps,
} from './expert-auxiliary-loss.ts';
export {
  type BalancedBatch,
  createExpertBalancer,
  type ExpertBalancer,
  type ExpertBalancerOptions,
  type ExpertBalancerState,
} from './expert-balancer.ts';
export type { BiasUpdateOptions, Schedule } from './expert-bias-update.ts';
export { expertChoiceSteps } from './expert-choice.ts';
export {
  type CoordinateDualIterate,
  type CoordinateDualOptions,
  coordinateDualSteps,
} from './expert-coordinate-dual.ts';
export { type ExpertCurvature, type StrongConvexityOptions, strongConvexity } from './expert-curvature.ts';
export { expertGreedySteps } from './expert-greedy.ts';
export { type OnlineRegret, onlineRegret, type RegretFit, type RegretFits } from './expert-regret.ts';
export { topKRoute } from './expert-routing.ts';
export { type ExpertPathsIterate, expertShortestPathsSteps } from './expert-shortest-paths.ts';
export {
  type ExpertSinkhornIterate,
  type ExpertSinkhornOptions,
  expertSinkhornSteps,
} from './expert-sinkhorn.ts';
export { expertTokenDroppingSteps, type TokenDroppingOptions } from './expert-token-dropping.ts';
export {
  type FreeSupportBarycenterOptions,
  type FreeSupportBarycenterStepsOptions,
  freeSupportBarycenter,
  freeSupportBarycenterSteps,
  type PointBarycenter,
  type PointBarycenterIterate,
} from './free-support-barycenter.ts';
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
} from './gaussian-transport.ts';
export { graphDistances } from './graph-distances.ts';
export { type GreenkhornOptions, greenkhorn, greenkhornSteps } from './greenkhorn.ts';
export {
  type GridIterate,
  type GridPlan,
  type GridSinkhornOptions,
  type GridSinkhornStepsOptions,
  type GridWeights,
  gridSinkhorn,
  gridSinkhornSteps,
} from './grid-sinkhorn.ts';
export type { GromovIterate, GromovOptions, GromovPlan } from './gromov-objective.ts';
export {
  type GromovWassersteinOptions,
  gromovWasserstein,
  gromovWassersteinSteps,
} from './gromov-wasserstein.ts';
export {
  type GroupLassoIterate,
  type GroupLassoPlan,
  type GroupLassoTransportOptions,
  type GroupLassoTransportStepsOptions,
  groupLassoTransport,
  groupLassoTransportSteps,
} from './group-lasso-transport.ts';
export {
  type GroupNormTransportOptions,
  groupNormTransport,
  groupNormTransportSteps,
} from './group-norm-transport.ts';
export type { InitialPotentials } from './initial-potentials.ts';
export {
  type AssignmentGoal,
  type LinearAssignment,
  type LinearAssignmentIterate,
  type LinearAssignmentOptions,
  linearAssignment,
  linearAssignmentSteps,
} from './linear-assignment.ts';
export type { LowRankPlan } from './low-rank-descent.ts';
export {
  type LowRankIterate,
  type LowRankSinkhornOptions,
  type LowRankSinkhornStepsOptions,
  lowRankSinkhorn,
  lowRankSinkhornSteps,
} from './low-rank-sinkhorn.ts';
export {
  type EmdOptions,
  emd,
  type NetworkSimplexStepsOptions,
  networkSimplexSteps,
} from './network-simplex.ts';
export {
  type OverrelaxedSinkhornOptions,
  type OverrelaxedSinkhornStepsOptions,
  overrelaxedSinkhorn,
  overrelaxedSinkhornSteps,
} from './overrelaxed-sinkhorn.ts';
export {
  type EntropicPartialIterate,
  type EntropicPartialOptions,
  type EntropicPartialStepsOptions,
  entropicPartialTransport,
  entropicPartialTransportSteps,
  type PartialPlan,
  type PartialTransportOptions,
  partialTransport,
} from './partial-transport.ts';
export { barycentricProjection, sparsePlan } from './plan-entries.ts';
export {
  type PointCloudIterate,
  type PointCloudPlan,
  type PointCloudSinkhornOptions,
  type PointCloudSinkhornStepsOptions,
  pointCloudSinkhorn,
  pointCloudSinkhornSteps,
} from './point-cloud-sinkhorn.ts';
export type { PointCloudOptions } from './point-clouds.ts';
export { guessPotentials, type PotentialGuessOptions } from './potential-guess.ts';
export {
  type QuadraticPlan,
  type QuadraticTransportIterate,
  type QuadraticTransportOptions,
  type QuadraticTransportStepsOptions,
  quadraticTransport,
  quadraticTransportSteps,
} from './quadratic-transport.ts';
export { roundToPolytope } from './round-to-polytope.ts';
export {
  type PointSampler,
  type PointSource,
  type SemiDiscreteIterate,
  type SemiDiscreteOptions,
  type SemiDiscreteSolution,
  type SemiDiscreteStepsOptions,
  semiDiscreteTransport,
  semiDiscreteTransportSteps,
} from './semi-discrete.ts';
export type { NetworkSimplexIterate } from './simplex-pivots.ts';
export { type SinkhornOptions, type SinkhornStepsOptions, sinkhorn, sinkhornSteps } from './sinkhorn.ts';
export {
  type SinkhornDivergence,
  type SinkhornDivergenceIterate,
  type SinkhornDivergenceOptions,
  type SinkhornDivergenceStepsOptions,
  sinkhornDivergence,
  sinkhornDivergenceSteps,
} from './sinkhorn-divergence.ts';
export { type SinkhornIterate, type SinkhornLogOptions, sinkhornLogSteps } from './sinkhorn-log.ts';
export {
  type SinkhornNewtonShiftIterate,
  type SinkhornNewtonShiftOptions,
  type SinkhornNewtonShiftStepsOptions,
  sinkhornNewtonShift,
  sinkhornNewtonShiftSteps,
} from './sinkhorn-newton-shift.ts';
export {
  type SinkhornNewtonSparseIterate,
  type SinkhornNewtonSparseOptions,
  type SinkhornNewtonSparseStepsOptions,
  sinkhornNewtonSparse,
  sinkhornNewtonSparseSteps,
} from './sinkhorn-newton-sparse.ts';
export {
  type MaxSlicedWasserstein,
  maxSlicedWasserstein,
  type SlicedWasserstein,
  type SlicedWassersteinOptions,
  slicedWasserstein,
} from './sliced-wasserstein.ts';
export {
  type SolvedTransport,
  type SolveTransportOptions,
  solveTransport,
  type TransportMethod,
} from './solve-transport.ts';
export { sparsityProfile } from './sparsify.ts';
export {
  type StochasticTransportOptions,
  type StochasticTransportStepsOptions,
  stochasticTransport,
  stochasticTransportSteps,
} from './stochastic-transport.ts';
export {
  type TotalVariationPlan,
  type TotalVariationTransportOptions,
  totalVariationTransport,
} from './total-variation-transport.ts';
export type { Transport, TransportPlan } from './transport.ts';
export {
  type LocationGradient,
  locationGradient,
  type SmoothMetric,
  type TransportGradient,
  transportGradient,
} from './transport-gradient.ts';
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
} from './transport-map.ts';
export type { CostQuery, ImageQuery, PointQuery, TransportWeights } from './transport-query.ts';
export {
  type UnbalancedMmOptions,
  type UnbalancedMmStepsOptions,
  unbalancedMm,
  unbalancedMmSteps,
} from './unbalanced-mm.ts';
export type { UnbalancedPlan } from './unbalanced-plan.ts';
export {
  type UnbalancedIterate,
  type UnbalancedSinkhornOptions,
  type UnbalancedSinkhornStepsOptions,
  unbalancedSinkhorn,
  unbalancedSinkhornSteps,
} from './unbalanced-sinkhorn.ts';
export {
  type Wasserstein1d,
  type Wasserstein1dDistance,
  type Wasserstein1dOptions,
  wasserstein1d,
  wasserstein1dDistance,
} from './wasserstein-1d.ts';
export {
  type WassersteinCircle,
  type WassersteinCircleOptions,
  wassersteinCircle,
} from './wasserstein-circle.ts';
