// `@infimum/graphs`: what users call.
export { type AcyclicityOptions, acyclicity } from './dags/acyclicity.ts';
export {
  cpdagDistance,
  type GraphDistance,
  graphDistance,
  thresholdToDag,
  toCpdag,
  toDot,
} from './dags/dag-graph.ts';
export type { DagIterate, DagSolution } from './dags/dag-problem.ts';
export { type ExactOrderOptions, exactOrder } from './dags/exact-order.ts';
export {
  type LearnDagOptions,
  type LearnedDag,
  type LearnedEdge,
  learnDag,
  type NamedTable,
  readTable,
} from './dags/learn-dag.ts';
export {
  type FittedNode,
  lassoScore,
  logisticScore,
  type NetworkOptions,
  type NodeScore,
  networkScore,
} from './dags/node-fits.ts';
export {
  type ContinuousDag,
  type DagmaOptions,
  dagma,
  type EdgeList,
  type GolemOptions,
  golem,
  type NotearsOptions,
  notears,
} from './dags/penalty-methods.ts';
export { type TopoOptions, type TopoSolution, topo, topoPostProcess } from './dags/topo.ts';
export { type ScoredDag, type TopoByScoreOptions, topoByScore } from './dags/topo-scores.ts';
export {
  checkConnected,
  type Graph,
  type GraphLike,
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
export {
  type CertificateOptions,
  type CompetitiveCertificate,
  competitiveCertificate,
} from './matching/competitive-certificate.ts';
export { clairvoyantOptimum, expectedReward, type FixedPolicy } from './matching/exact-values.ts';
export { type OnlineInstance, onlineInstance } from './matching/online-instance.ts';
export { OnlineMatcher, type OnlineMatcherState, type PendingAttempt } from './matching/online-matcher.ts';
export type { Policy, Sharing } from './matching/policies.ts';
export { type RankingJointOutcome, rankingJointOutcome } from './matching/ranking-joint-outcome.ts';
export {
  comparePolicies,
  type OnlineIterate,
  type OnlineReward,
  type SimulateOnlineOptions,
  simulateOnline,
} from './matching/simulate-online.ts';
export {
  type BoundOptions,
  type DualBound,
  stochasticConfigurationBound,
} from './matching/stochastic-configuration-dual.ts';
export type { CutRule } from './partitions/cut-rules.ts';
export type { KeptCut, PartitionState, Split } from './partitions/cut-tree.ts';
export {
  distortionBound,
  type EmbeddedUltrametric,
  type EmbedUltrametricOptions,
  embedUltrametric,
} from './partitions/embed-ultrametric.ts';
export { type Hierarchy, hierarchyFromPaths, hierarchyFromTable } from './partitions/hierarchy.ts';
export {
  type LabelPlace,
  type Place,
  type PolygonTreemap,
  type PolygonTreemapOptions,
  polygonPath,
  polygonTreemap,
  type TreemapCell,
  type TreemapNode,
} from './partitions/polygon-treemap.ts';
export {
  type PartitionIterate,
  type PolygonalPartition,
  type PolygonalPartitionOptions,
  polygonalPartition,
  type TreePartition,
} from './partitions/polygonal-partition.ts';
export {
  type SlackPartition,
  type SlackPartitionOptions,
  slackPartition,
} from './partitions/slack-partition.ts';
export type { UltrametricInstance } from './partitions/ultrametric.ts';
export { ultrametricFromDistances } from './partitions/ultrametric-from-distances.ts';
export type { EmbeddingIterate, UltrametricEmbedding } from './partitions/ultrametric-problem.ts';
export { type SampleGraphOptions, sampleGraph } from './walks/graph-sampling.ts';
export { type SaSrrwOptions, saSrrw } from './walks/sa-srrw.ts';
export {
  type AskedMean,
  type AskedNeighbor,
  type AskedNode,
  type AskingIterate,
  type NeighborWithDegree,
  type SampleByAskingOptions,
  sampleByAsking,
} from './walks/sample-by-asking.ts';
export type { SampledMean, SamplingInstance, SamplingIterate } from './walks/sampling-problem.ts';
export {
  type CreateWalkOptions,
  createWalk,
  type SelfRepellentWalk,
} from './walks/self-repellent-walk.ts';
export type { LocalGradient, TokenIterate, TokenSolution } from './walks/token-problem.ts';
export type { Kernel, Transitions } from './walks/transitions.ts';
export { type WalkCovariance, type WalkCovarianceOptions, walkCovariance } from './walks/walk-covariance.ts';
