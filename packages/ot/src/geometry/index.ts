// `@infimum/ot/geometry`: transport between points and on grids.

export type { PointCloudPlan } from './cloud-state.ts';
export { type CostFactors, type CostFactorsLike, squaredEuclideanFactors } from './cost-factors.ts';
export { graphDistances } from './graph-distances.ts';
export { type GridPlan, type GridSinkhornOptions, type GridWeights, gridSinkhorn } from './grid-sinkhorn.ts';
export type { LowRankPlan } from './low-rank-descent.ts';
export { type LowRankSinkhornOptions, lowRankSinkhorn } from './low-rank-sinkhorn.ts';
export { type PointCloudSinkhornOptions, pointCloudSinkhorn } from './point-cloud-sinkhorn.ts';
export type { PointSampler, PointSource, SemiDiscreteSolution, SemiDiscreteTransportOptions } from './semi-discrete.ts';
export { semiDiscreteTransport } from './semi-discrete.ts';
export { type SinkhornDivergence, type SinkhornDivergenceOptions, sinkhornDivergence } from './sinkhorn-divergence.ts';
