// `@infimum/optim/fisher`: inverses of empirical Fisher matrices, and the pruning of networks by them.
export { type InverseFisher, type InverseFisherOptions, inverseFisher } from './fisher/inverse-fisher.ts';
export { type KroneckerOptions, kroneckerInverse } from './fisher/kronecker-inverse.ts';
export {
  type ObsPruneOptions,
  obsPrune,
  type PrunedWeights,
  type PruningIterate,
  type SampleGradients,
} from './fisher/obs-prune.ts';
export {
  type WindowInverseFisher,
  type WindowOptions,
  windowInverseFisher,
} from './fisher/window-inverse-fisher.ts';
export { type WoodFisherOptions, woodFisher } from './fisher/wood-fisher.ts';
