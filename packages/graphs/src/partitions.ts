// `@infimum/graphs/partitions`: partitions by trees: treemaps, boxes with slack, ultrametrics.
export type { CutRule } from './partitions/cut-rules.ts';
export type { KeptCut, PartitionState, Split } from './partitions/cut-tree.ts';
export {
  distortionBound,
  type EmbeddedUltrametric,
  type EmbedUltrametricOptions,
  embedUltrametric,
} from './partitions/embed-ultrametric.ts';
export { type Hierarchy, type HierarchyLike, hierarchyFromPaths, hierarchyFromTable } from './partitions/hierarchy.ts';
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
  type PolygonalPartition,
  type PolygonalPartitionOptions,
  polygonalPartition,
  type TreePartition,
} from './partitions/polygonal-partition.ts';
export { type SlackPartition, type SlackPartitionOptions, slackPartition } from './partitions/slack-partition.ts';
export type { UltrametricInstance } from './partitions/ultrametric.ts';
export { ultrametricFromDistances } from './partitions/ultrametric-from-distances.ts';
export type { UltrametricEmbedding, UltrametricInstanceLike } from './partitions/ultrametric-problem.ts';
