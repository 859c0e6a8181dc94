// `@infimum/ot/steps`: the iterative methods as generators, for those who drive them, and what they yield.

export { type AuctionIterate, auctionAssignmentSteps } from './assignment/auction.ts';
export { type LinearAssignmentIterate, linearAssignmentSteps } from './assignment/linear-assignment.ts';
export { type BarycenterIterate, entropicBarycenterSteps } from './barycenters/barycenter.ts';
export { convolutionalBarycenterSteps } from './barycenters/convolutional-barycenter.ts';
export { freeSupportBarycenterSteps, type PointBarycenterIterate } from './barycenters/free-support-barycenter.ts';
export { type GaussianBarycenterIterate, gaussianBarycenterSteps } from './barycenters/gaussian-transport.ts';
export { type LinearBarycenterIterate, linearBarycenterSteps } from './barycenters/linear-barycenter.ts';
export { type UnbalancedBarycenterIterate, unbalancedBarycenterSteps } from './barycenters/unbalanced-barycenter.ts';
export { acceleratedSinkhornSteps } from './entropic/accelerated-sinkhorn.ts';
export { andersonSinkhornSteps } from './entropic/anderson-sinkhorn.ts';
export { dualLbfgsSteps } from './entropic/dual-lbfgs.ts';
export { type EpsilonScalingIterate, epsilonScalingSteps } from './entropic/epsilon-scaling.ts';
export { greenkhornSteps } from './entropic/greenkhorn.ts';
export type { NewtonIterate } from './entropic/newton/newton-iteration.ts';
export { overrelaxedSinkhornSteps } from './entropic/overrelaxed-sinkhorn.ts';
export { sinkhornSteps } from './entropic/sinkhorn.ts';
export { type SinkhornBatchIterate, sinkhornBatchSteps } from './entropic/sinkhorn-batch.ts';
export { sinkhornNewtonDenseSteps } from './entropic/sinkhorn-newton-dense.ts';
export { type SinkhornNewtonShiftIterate, sinkhornNewtonShiftSteps } from './entropic/sinkhorn-newton-shift.ts';
export { type SinkhornNewtonSparseIterate, sinkhornNewtonSparseSteps } from './entropic/sinkhorn-newton-sparse.ts';
export type { SinkhornIterate } from './entropic/state/normalized-problem.ts';
export { stochasticTransportSteps } from './entropic/stochastic-transport.ts';
export { emdPointCloudSteps } from './exact/emd-point-cloud.ts';
export { emdSparseSteps } from './exact/emd-sparse.ts';
export { networkSimplexSteps } from './exact/network-simplex.ts';
export type { NetworkSimplexIterate } from './exact/simplex-pivots.ts';
export { type AlfLbIterate, alfLbSteps } from './experts/expert-alf-lb.ts';
export { type ExpertAuctionIterate, expertAuctionSteps } from './experts/expert-auction.ts';
export { type AuxiliaryLossIterate, expertAuxiliaryLossSteps } from './experts/expert-auxiliary-loss.ts';
export { expertChoiceSteps } from './experts/expert-choice.ts';
export { type CoordinateDualIterate, coordinateDualSteps } from './experts/expert-coordinate-dual.ts';
export { expertGreedySteps } from './experts/expert-greedy.ts';
export { type ExpertPathsIterate, expertShortestPathsSteps } from './experts/expert-shortest-paths.ts';
export { type ExpertSinkhornIterate, expertSinkhornSteps } from './experts/expert-sinkhorn.ts';
export { expertTokenDroppingSteps } from './experts/expert-token-dropping.ts';
export { type GridIterate, gridSinkhornSteps } from './geometry/grid-sinkhorn.ts';
export { type LowRankIterate, lowRankSinkhornSteps } from './geometry/low-rank-sinkhorn.ts';
export { type PointCloudIterate, pointCloudSinkhornSteps } from './geometry/point-cloud-sinkhorn.ts';
export { type SemiDiscreteIterate, semiDiscreteTransportSteps } from './geometry/semi-discrete.ts';
export { type SinkhornDivergenceIterate, sinkhornDivergenceSteps } from './geometry/sinkhorn-divergence.ts';
export { type CoOptimalIterate, coOptimalTransportSteps } from './gromov/co-optimal-transport.ts';
export { entropicGromovWassersteinSteps } from './gromov/entropic-gromov-wasserstein.ts';
export { type GromovBarycenterIterate, gromovBarycenterSteps } from './gromov/gromov-barycenter.ts';
export type { GromovIterate } from './gromov/gromov-objective.ts';
export { gromovWassersteinSteps } from './gromov/gromov-wasserstein.ts';
export type { PartialGromovIterate } from './gromov/partial-gromov.ts';
export {
  entropicPartialGromovWassersteinSteps,
  partialGromovWassersteinSteps,
} from './gromov/partial-gromov.ts';
export type { RelaxedGromovIterate } from './gromov/relaxed-gromov-objective.ts';
export type { SemiRelaxedGromovIterate } from './gromov/semi-relaxed-gromov.ts';
export {
  entropicSemiRelaxedGromovWassersteinSteps,
  semiRelaxedGromovWassersteinSteps,
} from './gromov/semi-relaxed-gromov.ts';
export { type GroupLassoIterate, groupLassoTransportSteps } from './maps/group-lasso-transport.ts';
export { groupNormTransportSteps } from './maps/group-norm-transport.ts';
export { type QuadraticTransportIterate, quadraticTransportSteps } from './quadratic/quadratic-transport.ts';
export type { SparsityConstrainedIterate } from './quadratic/sparsity-constrained-transport.ts';
export { sparsityConstrainedTransportSteps } from './quadratic/sparsity-constrained-transport.ts';
export { type EntropicPartialIterate, entropicPartialTransportSteps } from './unbalanced/partial-transport.ts';
export { type UnbalancedLbfgsIterate, unbalancedLbfgsSteps } from './unbalanced/unbalanced-lbfgs.ts';
export { unbalancedMmSteps } from './unbalanced/unbalanced-mm.ts';
export { type UnbalancedIterate, unbalancedSinkhornSteps } from './unbalanced/unbalanced-sinkhorn.ts';
