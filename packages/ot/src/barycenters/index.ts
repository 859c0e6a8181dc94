// `@infimum/ot/barycenters`: barycentres.

export { type EntropicBarycenterOptions, entropicBarycenter } from './barycenter.ts';
export { type ConvolutionalBarycenterOptions, convolutionalBarycenter } from './convolutional-barycenter.ts';
export { type FreeSupportBarycenterOptions, freeSupportBarycenter, type PointBarycenter } from './free-support-barycenter.ts';
export { type GaussianMixture, type GaussianMixturePlan, gaussianMixtureTransport } from './gaussian-mixture.ts';
export type { AffineMap, Gaussian, GaussianBarycenterOptions, GaussianLike } from './gaussian-transport.ts';
export { buresWasserstein, gaussianBarycenter, gaussianMap } from './gaussian-transport.ts';
export type { Barycenter } from './histograms.ts';
export { type LinearBarycenter, type LinearBarycenterOptions, linearBarycenter } from './linear-barycenter.ts';
export { type UnbalancedBarycenter, type UnbalancedBarycenterOptions, unbalancedBarycenter } from './unbalanced-barycenter.ts';
