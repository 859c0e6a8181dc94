// `@infimum/ot`: optimal transport. Steps and studies are in the subjects' own entries, such as `@infimum/ot/entropic`.

export { type AuctionIterate, type AuctionOptions, auctionAssignment } from './assignment/auction.ts';
export {
  type LinearAssignment,
  type LinearAssignmentIterate,
  type LinearAssignmentOptions,
  linearAssignment,
} from './assignment/linear-assignment.ts';
export {
  type Barycenter,
  type BarycenterIterate,
  type EntropicBarycenterOptions,
  entropicBarycenter,
} from './barycenters/barycenter.ts';
export {
  type ConvolutionalBarycenterOptions,
  convolutionalBarycenter,
} from './barycenters/convolutional-barycenter.ts';
export {
  type FreeSupportBarycenterOptions,
  freeSupportBarycenter,
  type PointBarycenter,
  type PointBarycenterIterate,
} from './barycenters/free-support-barycenter.ts';
export {
  type GaussianMixture,
  type GaussianMixturePlan,
  gaussianMixtureTransport,
} from './barycenters/gaussian-mixture.ts';
export {
  type AffineMap,
  buresWasserstein,
  type Gaussian,
  type GaussianBarycenterIterate,
  type GaussianBarycenterOptions,
  gaussianBarycenter,
  gaussianMap,
} from './barycenters/gaussian-transport.ts';
export {
  type LinearBarycenter,
  type LinearBarycenterIterate,
  type LinearBarycenterOptions,
  linearBarycenter,
} from './barycenters/linear-barycenter.ts';
export { costMatrix, gridPoints, type PointMetric } from './cost-matrix.ts';
export { type AcceleratedSinkhornOptions, acceleratedSinkhorn } from './entropic/accelerated-sinkhorn.ts';
export { type AndersonSinkhornOptions, andersonSinkhorn } from './entropic/anderson-sinkhorn.ts';
export { type DualLbfgsOptions, dualLbfgs } from './entropic/dual-lbfgs.ts';
export type { FormOptions, FormOutcome, PlanChoice, PlanForm } from './entropic/entropic-options.ts';
export type { SinkhornIterate } from './entropic/entropic-steps.ts';
export {
  type EpsilonScalingIterate,
  type EpsilonScalingOptions,
  epsilonScaling,
} from './entropic/epsilon-scaling.ts';
export { type GreenkhornOptions, greenkhorn } from './entropic/greenkhorn.ts';
export type { NewtonIterate } from './entropic/newton-iteration.ts';
export type { EntropicPlan, EntropicValues } from './entropic/normalized-problem.ts';
export { type OverrelaxedSinkhornOptions, overrelaxedSinkhorn } from './entropic/overrelaxed-sinkhorn.ts';
export {
  type QuadraticPlan,
  type QuadraticTransportIterate,
  type QuadraticTransportOptions,
  quadraticTransport,
} from './entropic/quadratic-transport.ts';
export { type SinkhornOptions, sinkhorn } from './entropic/sinkhorn.ts';
export {
  type SinkhornBatchIterate,
  type SinkhornBatchOptions,
  sinkhornBatch,
  type TransportBatch,
  type TransportBatchSolution,
} from './entropic/sinkhorn-batch.ts';
export {
  type SinkhornDivergence,
  type SinkhornDivergenceIterate,
  type SinkhornDivergenceOptions,
  sinkhornDivergence,
} from './entropic/sinkhorn-divergence.ts';
export type { EntropicOptions } from './entropic/sinkhorn-log.ts';
export { type SinkhornNewtonDenseOptions, sinkhornNewtonDense } from './entropic/sinkhorn-newton-dense.ts';
export {
  type SinkhornNewtonShiftIterate,
  type SinkhornNewtonShiftOptions,
  sinkhornNewtonShift,
} from './entropic/sinkhorn-newton-shift.ts';
export {
  type SinkhornNewtonSparseIterate,
  type SinkhornNewtonSparseOptions,
  sinkhornNewtonSparse,
} from './entropic/sinkhorn-newton-sparse.ts';
export {
  type SparsityConstrainedIterate,
  type SparsityConstrainedTransportOptions,
  sparsityConstrainedTransport,
} from './entropic/sparsity-constrained-transport.ts';
export { type StochasticDualOptions, stochasticDual } from './entropic/stochastic-dual.ts';
export { type StochasticTransportOptions, stochasticTransport } from './entropic/stochastic-transport.ts';
export {
  type LocationGradient,
  locationGradient,
  type SmoothMetric,
  type TransportGradient,
  transportGradient,
} from './entropic/transport-gradient.ts';
export { type EmdPointCloudOptions, emdPointCloud } from './exact/emd-point-cloud.ts';
export { emdSparse } from './exact/emd-sparse.ts';
export { type EmdOptions, emd } from './exact/network-simplex.ts';
export type { NetworkSimplexIterate } from './exact/simplex-pivots.ts';
export {
  type AssignExpertsOptions,
  assignExperts,
  type ExpertAssignmentMethod,
} from './experts/assign-experts.ts';
export type { AlfLbIterate, AlfLbOptions } from './experts/expert-alf-lb.ts';
export type { ExpertAssignment, ExpertRouting, Routing } from './experts/expert-assignment.ts';
export type { ExpertAuctionIterate, ExpertAuctionOptions } from './experts/expert-auction.ts';
export type { AuxiliaryLossIterate, AuxiliaryLossOptions } from './experts/expert-auxiliary-loss.ts';
export {
  type BalancedBatch,
  createExpertBalancer,
  type ExpertBalancer,
  type ExpertBalancerOptions,
  type ExpertBalancerState,
} from './experts/expert-balancer.ts';
export type { BiasUpdateOptions, Schedule } from './experts/expert-bias-update.ts';
export type { CoordinateDualIterate, CoordinateDualOptions } from './experts/expert-coordinate-dual.ts';
export type { ExpertCurvature, StrongConvexityOptions } from './experts/expert-curvature.ts';
export type { OnlineRegret, RegretFit, RegretFits } from './experts/expert-regret.ts';
export { topKRoute } from './experts/expert-routing.ts';
export type { ExpertPathsIterate } from './experts/expert-shortest-paths.ts';
export type { ExpertSinkhornIterate, ExpertSinkhornOptions } from './experts/expert-sinkhorn.ts';
export type { TokenDroppingOptions } from './experts/expert-token-dropping.ts';
export { type CostFactors, squaredEuclideanFactors } from './geometry/cost-factors.ts';
export { graphDistances } from './geometry/graph-distances.ts';
export {
  type GridIterate,
  type GridPlan,
  type GridSinkhornOptions,
  type GridWeights,
  gridSinkhorn,
} from './geometry/grid-sinkhorn.ts';
export type { LowRankPlan } from './geometry/low-rank-descent.ts';
export {
  type LowRankIterate,
  type LowRankSinkhornOptions,
  lowRankSinkhorn,
} from './geometry/low-rank-sinkhorn.ts';
export {
  type PointCloudIterate,
  type PointCloudPlan,
  type PointCloudSinkhornOptions,
  pointCloudSinkhorn,
} from './geometry/point-cloud-sinkhorn.ts';
export {
  type PointSampler,
  type PointSource,
  type SemiDiscreteIterate,
  type SemiDiscreteSolution,
  type SemiDiscreteTransportOptions,
  semiDiscreteTransport,
} from './geometry/semi-discrete.ts';
export {
  type EntropicGromovWassersteinOptions,
  entropicGromovWasserstein,
} from './gromov/entropic-gromov-wasserstein.ts';
export {
  type GromovBarycenter,
  type GromovBarycenterIterate,
  type GromovBarycenterOptions,
  gromovBarycenter,
} from './gromov/gromov-barycenter.ts';
export type { GromovIterate, GromovPlan } from './gromov/gromov-objective.ts';
export type { GromovLoss } from './gromov/gromov-terms.ts';
export { type GromovWassersteinOptions, gromovWasserstein } from './gromov/gromov-wasserstein.ts';
export {
  type EntropicPartialGromovOptions,
  entropicPartialGromovWasserstein,
  type PartialGromovIterate,
  type PartialGromovOptions,
  type PartialGromovPlan,
  partialGromovWasserstein,
} from './gromov/partial-gromov.ts';
export type { RelaxedGromovIterate } from './gromov/relaxed-gromov-objective.ts';
export {
  type EntropicSemiRelaxedGromovOptions,
  entropicSemiRelaxedGromovWasserstein,
  type SemiRelaxedGromovIterate,
  type SemiRelaxedGromovOptions,
  type SemiRelaxedGromovPlan,
  semiRelaxedGromovWasserstein,
} from './gromov/semi-relaxed-gromov.ts';
export type { InitialPotentials } from './initial-potentials.ts';
export {
  type GroupLassoIterate,
  type GroupLassoPlan,
  type GroupLassoTransportOptions,
  groupLassoTransport,
} from './maps/group-lasso-transport.ts';
export { type GroupNormTransportOptions, groupNormTransport } from './maps/group-norm-transport.ts';
export { guessPotentials, type PotentialGuessOptions } from './maps/potential-guess.ts';
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
export type { PointCloudOptions } from './point-clouds.ts';
export { roundToPolytope } from './round-to-polytope.ts';
export {
  type SolvedPlan,
  type SolvedTransport,
  type SolveTransportOptions,
  solveTransport,
  type TransportMethod,
} from './solve-transport.ts';
export type { Transport, TransportPlan } from './transport.ts';
export type { AnyWeights, CostQuery, ImageQuery, PointQuery, TransportWeights } from './transport-query.ts';
export {
  type EntropicPartialIterate,
  type EntropicPartialOptions,
  entropicPartialTransport,
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
  type UnbalancedLbfgsIterate,
  type UnbalancedLbfgsOptions,
  unbalancedLbfgs,
} from './unbalanced/unbalanced-lbfgs.ts';
export { type UnbalancedMmOptions, unbalancedMm } from './unbalanced/unbalanced-mm.ts';
export type { UnbalancedPlan } from './unbalanced/unbalanced-plan.ts';
export {
  type UnbalancedIterate,
  type UnbalancedSinkhornOptions,
  unbalancedSinkhorn,
} from './unbalanced/unbalanced-sinkhorn.ts';
