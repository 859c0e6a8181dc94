// `@infimum/graphs/steps`: the algorithms as generators, to be driven by the caller, and the types that they yield.
export type { DagIterate } from './dags/dag-instance.ts';
export { exactOrderSteps } from './dags/exact-order.ts';
export { dagmaSteps, golemSteps, notearsSteps } from './dags/penalty-methods.ts';
export { topoSteps } from './dags/topo.ts';
export { topoByScoreSteps } from './dags/topo-scores.ts';
export { type OnlineIterate, simulateOnlineSteps } from './matching/simulate-online.ts';
export { embedUltrametricSteps } from './partitions/embed-ultrametric.ts';
export { type PartitionIterate, polygonalPartitionSteps } from './partitions/polygonal-partition.ts';
export type { EmbeddingIterate } from './partitions/ultrametric-problem.ts';
export { sampleGraphSteps } from './walks/graph-sampling.ts';
export { saSrrwSteps } from './walks/sa-srrw.ts';
export { type AskingIterate, sampleByAskingSteps } from './walks/sample-by-asking.ts';
export type { SamplingIterate } from './walks/sampling-problem.ts';
export type { TokenIterate } from './walks/token-problem.ts';
