// `@infimum/ot/barycenters`: barycentres.

export type { EntropicBarycenterOptions } from './barycenter.ts';
export { entropicBarycenter } from './barycenter.ts';
export type { ConvolutionalBarycenterOptions } from './convolutional-barycenter.ts';
export { convolutionalBarycenter } from './convolutional-barycenter.ts';
export type { FreeSupportBarycenterOptions, PointBarycenter } from './free-support-barycenter.ts';
export { freeSupportBarycenter } from './free-support-barycenter.ts';
export type { GaussianMixture, GaussianMixturePlan } from './gaussian-mixture.ts';
export { gaussianMixtureTransport } from './gaussian-mixture.ts';
export type { AffineMap, Gaussian, GaussianBarycenterOptions, GaussianLike } from './gaussian-transport.ts';
export { buresWasserstein, gaussianBarycenter, gaussianMap } from './gaussian-transport.ts';
export type { Barycenter } from './histograms.ts';
export type { LinearBarycenter, LinearBarycenterOptions } from './linear-barycenter.ts';
export { linearBarycenter } from './linear-barycenter.ts';
export type { UnbalancedBarycenter, UnbalancedBarycenterOptions } from './unbalanced-barycenter.ts';
export { unbalancedBarycenter } from './unbalanced-barycenter.ts';
