// `@infimum/optim/fisher`: optimisers that precondition with gradients, inverses of empirical Fisher matrices, and the pruning of networks by them.
export { type GgtOptions, ggt } from './fisher/ggt.ts';
export { type InverseFisher, type InverseFisherOptions, inverseFisher } from './fisher/inverse-fisher.ts';
export { type KfacOptions, kfac } from './fisher/kfac.ts';
export { type KroneckerInverseOptions, kroneckerInverse } from './fisher/kronecker-inverse.ts';
export { type MfacOptions, mfac } from './fisher/mfac.ts';
export { type ObsPruneOptions, obsPrune, type PrunedWeights, type SampleGradients } from './fisher/obs-prune.ts';
export type { WindowInverseFisher, WindowInverseFisherOptions } from './fisher/window-inverse-fisher.ts';
export { windowInverseFisher } from './fisher/window-inverse-fisher.ts';
export { type WoodFisherOptions, woodFisher } from './fisher/wood-fisher.ts';
