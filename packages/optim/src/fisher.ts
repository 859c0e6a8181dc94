// `@infimum/optim/fisher`: optimisers that precondition with gradients, inverses of empirical Fisher matrices, and the pruning of networks by them.
export type { GgtOptions } from './fisher/ggt.ts';
export { ggt } from './fisher/ggt.ts';
export type { InverseFisher, InverseFisherOptions } from './fisher/inverse-fisher.ts';
export { inverseFisher } from './fisher/inverse-fisher.ts';
export type { KfacOptions } from './fisher/kfac.ts';
export { kfac } from './fisher/kfac.ts';
export type { KroneckerInverseOptions } from './fisher/kronecker-inverse.ts';
export { kroneckerInverse } from './fisher/kronecker-inverse.ts';
export type { MfacOptions } from './fisher/mfac.ts';
export { mfac } from './fisher/mfac.ts';
export type { ObsPruneOptions, PrunedWeights, SampleGradients } from './fisher/obs-prune.ts';
export { obsPrune } from './fisher/obs-prune.ts';
export type { WindowInverseFisher, WindowInverseFisherOptions } from './fisher/window-inverse-fisher.ts';
export { windowInverseFisher } from './fisher/window-inverse-fisher.ts';
export type { WoodFisherOptions } from './fisher/wood-fisher.ts';
export { woodFisher } from './fisher/wood-fisher.ts';
