// `@infimum/graphs/walks`: walks on graphs: sampling, optimisation by a token, covariances.
export { checkConnected } from './graph/graph.ts';
export { type SampleGraphOptions, type SamplingInstanceLike, sampleGraph } from './walks/graph-sampling.ts';
export { type SaSrrwOptions, saSrrw } from './walks/sa-srrw.ts';
export {
  type AskedMean,
  type AskedNeighbor,
  type AskedNode,
  type NeighborWithDegree,
  type SampleByAskingOptions,
  sampleByAsking,
} from './walks/sample-by-asking.ts';
export type { SampledMean, SamplingInstance } from './walks/sampling-problem.ts';
export { type CreateWalkOptions, createWalk, type SelfRepellentWalk } from './walks/self-repellent-walk.ts';
export type { LocalGradient, TokenSolution } from './walks/token-problem.ts';
export type { Kernel, Transitions } from './walks/transitions.ts';
export { type WalkCovariance, type WalkCovarianceOptions, walkCovariance } from './walks/walk-covariance.ts';
