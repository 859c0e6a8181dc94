// `@infimum/ot/exact`: exact transport, with the steps of every algorithm.

export {
  type EmdPointCloudOptions,
  emdPointCloud,
  emdPointCloudOptions,
  emdPointCloudSteps,
} from './emd-point-cloud.ts';
export { emdSparse, emdSparseSteps } from './emd-sparse.ts';
export { type EmdOptions, emd, emdOptions, networkSimplexSteps } from './network-simplex.ts';
export type { NetworkSimplexIterate } from './simplex-pivots.ts';
