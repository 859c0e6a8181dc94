// `@infimum/ot/geometry`: transport between points and on grids.

export type { PointCloudPlan } from './cloud-state.ts';
export type { CostFactors, CostFactorsLike } from './cost-factors.ts';
export { squaredEuclideanFactors } from './cost-factors.ts';
export { graphDistances } from './graph-distances.ts';
export type { GridPlan, GridSinkhornOptions, GridWeights } from './grid-sinkhorn.ts';
export { gridSinkhorn } from './grid-sinkhorn.ts';
export type { LowRankPlan } from './low-rank-descent.ts';
export type { LowRankSinkhornOptions } from './low-rank-sinkhorn.ts';
export { lowRankSinkhorn } from './low-rank-sinkhorn.ts';
export type { PointCloudSinkhornOptions } from './point-cloud-sinkhorn.ts';
export { pointCloudSinkhorn } from './point-cloud-sinkhorn.ts';
export type {
  PointSampler,
  PointSource,
  SemiDiscreteSolution,
  SemiDiscreteTransportOptions,
} from './semi-discrete.ts';
export { semiDiscreteTransport } from './semi-discrete.ts';
export type { SinkhornDivergence, SinkhornDivergenceOptions } from './sinkhorn-divergence.ts';
export { sinkhornDivergence } from './sinkhorn-divergence.ts';
