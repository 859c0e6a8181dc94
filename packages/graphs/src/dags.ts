// `@infimum/graphs/dags`: learning of causal graphs: all methods, scores, and comparisons of graphs.
export { type AcyclicityOptions, acyclicity } from './dags/acyclicity.ts';
export {
  cpdagDistance,
  type GraphDistance,
  graphDistance,
  thresholdToDag,
  toCpdag,
  toDot,
  type WeightsLike,
} from './dags/dag-graph.ts';
export type { DagSolution } from './dags/dag-instance.ts';
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
  type NetworkScoreOptions,
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
