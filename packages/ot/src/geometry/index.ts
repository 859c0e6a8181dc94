// `@infimum/ot/geometry`: transport between points and on grids, with the steps of every algorithm.

export type { PointCloudOptions } from '../point-clouds.ts';
export { type CostFactors, squaredEuclideanFactors } from './cost-factors.ts';
export { graphDistances } from './graph-distances.ts';
export {
  type GridIterate,
  type GridPlan,
  type GridSinkhornOptions,
  type GridWeights,
  gridSinkhorn,
  gridSinkhornOptions,
  gridSinkhornSteps,
} from './grid-sinkhorn.ts';
export type { LowRankPlan } from './low-rank-descent.ts';
export {
  type LowRankIterate,
  type LowRankSinkhornOptions,
  lowRankSinkhorn,
  lowRankSinkhornOptions,
  lowRankSinkhornSteps,
} from './low-rank-sinkhorn.ts';
export {
  type PointCloudIterate,
  type PointCloudPlan,
  type PointCloudSinkhornOptions,
  pointCloudSinkhorn,
  pointCloudSinkhornOptions,
  pointCloudSinkhornSteps,
} from './point-cloud-sinkhorn.ts';
export {
  type PointSampler,
  type PointSource,
  type SemiDiscreteIterate,
  type SemiDiscreteSolution,
  type SemiDiscreteTransportOptions,
  semiDiscreteTransport,
  semiDiscreteTransportOptions,
  semiDiscreteTransportSteps,
} from './semi-discrete.ts';
