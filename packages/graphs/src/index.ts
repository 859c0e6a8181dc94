// `@infimum/graphs`: what users call.
export {
  checkConnected,
  type Graph,
  type GraphologyLike,
  graphFromEdges,
  graphFromGraphology,
} from './graph/graph.ts';
export {
  barabasiAlbert,
  cycleGraph,
  geometricGraph,
  gridGraph,
  karateClub,
  lesMiserables,
  pathGraph,
  starGraph,
} from './graph/sample-graphs.ts';
export { type SampleGraphOptions, sampleGraph } from './walks/graph-sampling.ts';
export { type SaSrrwOptions, saSrrw } from './walks/sa-srrw.ts';
export {
  type AskedMean,
  type AskedNeighbour,
  type AskedNode,
  type AskingIterate,
  type SampleByAskingOptions,
  sampleByAsking,
} from './walks/sample-by-asking.ts';
export type { SampledMean, SamplingInstance, SamplingIterate } from './walks/sampling-problem.ts';
export { createWalk, type SelfRepellentWalk, type WalkOptions } from './walks/self-repellent-walk.ts';
export type { LocalGradient, TokenIterate, TokenSolution } from './walks/token-problem.ts';
export type { Kernel, Transitions } from './walks/transitions.ts';
export { type WalkCovariance, type WalkCovarianceOptions, walkCovariance } from './walks/walk-covariance.ts';
