// `@infimum/ot`: optimal transport, the most used functions. Further functions are in the entries by subject, such as
// `@infimum/ot/entropic`; generators are in `@infimum/ot/steps`.

export type { LinearAssignment } from './assignment/assignment-transport.ts';
export { type LinearAssignmentOptions, linearAssignment } from './assignment/linear-assignment.ts';
export { type EntropicBarycenterOptions, entropicBarycenter } from './barycenters/barycenter.ts';
export { type ConvolutionalBarycenterOptions, convolutionalBarycenter } from './barycenters/convolutional-barycenter.ts';
export type { FreeSupportBarycenterOptions, PointBarycenter } from './barycenters/free-support-barycenter.ts';
export { freeSupportBarycenter } from './barycenters/free-support-barycenter.ts';
export { type AffineMap, buresWasserstein, type Gaussian } from './barycenters/gaussian-transport.ts';
export type { Barycenter } from './barycenters/histograms.ts';
export { costMatrix, gridPoints, type PointMetric } from './cost-matrix.ts';
export type { TransportBatchSolution } from './entropic/batch-sweeps.ts';
export type { PlanChoice } from './entropic/entropic-options.ts';
export { locationGradient } from './entropic/location-gradient.ts';
export { type SinkhornOptions, sinkhorn } from './entropic/sinkhorn.ts';
export { type SinkhornBatchOptions, sinkhornBatch } from './entropic/sinkhorn-batch.ts';
export { type SinkhornNewtonSparseOptions, sinkhornNewtonSparse } from './entropic/sinkhorn-newton-sparse.ts';
export type { EntropicPlan, EntropicValues } from './entropic/state/normalized-problem.ts';
export { type EmdPointCloudOptions, emdPointCloud } from './exact/emd-point-cloud.ts';
export { type EmdOptions, emd } from './exact/network-simplex.ts';
export { type AssignExpertsOptions, assignExperts } from './experts/assign-experts.ts';
export type { ExpertRouting, Routing } from './experts/expert-assignment.ts';
export { createExpertBalancer, type ExpertBalancer } from './experts/expert-balancer.ts';
export { topKRoute } from './experts/expert-routing.ts';
export type { PointCloudPlan } from './geometry/cloud-state.ts';
export { squaredEuclideanFactors } from './geometry/cost-factors.ts';
export { graphDistances } from './geometry/graph-distances.ts';
export { type GridPlan, type GridSinkhornOptions, gridSinkhorn } from './geometry/grid-sinkhorn.ts';
export type { LowRankPlan } from './geometry/low-rank-descent.ts';
export { type LowRankSinkhornOptions, lowRankSinkhorn } from './geometry/low-rank-sinkhorn.ts';
export { type PointCloudSinkhornOptions, pointCloudSinkhorn } from './geometry/point-cloud-sinkhorn.ts';
export type { SemiDiscreteSolution, SemiDiscreteTransportOptions } from './geometry/semi-discrete.ts';
export { semiDiscreteTransport } from './geometry/semi-discrete.ts';
export { type SinkhornDivergence, type SinkhornDivergenceOptions, sinkhornDivergence } from './geometry/sinkhorn-divergence.ts';
export { type EntropicGromovWassersteinOptions, entropicGromovWasserstein } from './gromov/entropic-gromov-wasserstein.ts';
export type { GromovPlan } from './gromov/gromov-objective.ts';
export { type GromovWassersteinOptions, gromovWasserstein } from './gromov/gromov-wasserstein.ts';
export type { InitialPotentials } from './initial-potentials.ts';
export { type FittedMap, type PointMap, type TransportMapOptions, transportMap } from './maps/transport-map.ts';
export type { SlicedWasserstein, SlicedWassersteinOptions } from './one-dimension/sliced-wasserstein.ts';
export { slicedWasserstein } from './one-dimension/sliced-wasserstein.ts';
export type { Wasserstein1d, Wasserstein1dOptions } from './one-dimension/wasserstein-1d.ts';
export { wasserstein1d, wasserstein1dDistance } from './one-dimension/wasserstein-1d.ts';
export type { WassersteinCircle, WassersteinCircleOptions } from './one-dimension/wasserstein-circle.ts';
export { wassersteinCircle } from './one-dimension/wasserstein-circle.ts';
export { barycentricProjection, sparsePlan } from './plan-entries.ts';
export { type QuadraticPlan, type QuadraticTransportOptions, quadraticTransport } from './quadratic/quadratic-transport.ts';
export { roundToPolytope } from './round-to-polytope.ts';
export type {
  SolvedPlan,
  SolvedTransport,
  SolvePointTransportOptions,
  SolveTransportOptions,
  TransportMethod,
} from './solve-transport.ts';
export { solvePointTransport, solveTransport } from './solve-transport.ts';
export type { Transport, TransportPlan } from './transport.ts';
export { type TransportGradient, transportGradient } from './transport-gradient.ts';
export type { PartialPlan, PartialTransportOptions } from './unbalanced/partial-transport.ts';
export { entropicPartialTransport, partialTransport } from './unbalanced/partial-transport.ts';
export type { UnbalancedPlan } from './unbalanced/unbalanced-plan.ts';
export { type UnbalancedSinkhornOptions, unbalancedSinkhorn } from './unbalanced/unbalanced-sinkhorn.ts';
