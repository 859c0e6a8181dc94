// `@infimum/ot/barycenters`: barycentres, with the steps of every algorithm.

export {
  type Barycenter,
  type BarycenterIterate,
  type EntropicBarycenterOptions,
  entropicBarycenter,
  entropicBarycenterOptions,
  entropicBarycenterSteps,
} from './barycenter.ts';
export {
  type ConvolutionalBarycenterOptions,
  convolutionalBarycenter,
  convolutionalBarycenterOptions,
  convolutionalBarycenterSteps,
} from './convolutional-barycenter.ts';
export {
  type FreeSupportBarycenterOptions,
  freeSupportBarycenter,
  freeSupportBarycenterOptions,
  freeSupportBarycenterSteps,
  type PointBarycenter,
  type PointBarycenterIterate,
} from './free-support-barycenter.ts';
export {
  type GaussianMixture,
  type GaussianMixturePlan,
  gaussianMixtureTransport,
} from './gaussian-mixture.ts';
export {
  type AffineMap,
  buresWasserstein,
  type Gaussian,
  type GaussianBarycenterIterate,
  type GaussianBarycenterOptions,
  gaussianBarycenter,
  gaussianBarycenterOptions,
  gaussianBarycenterSteps,
  gaussianMap,
} from './gaussian-transport.ts';
export {
  type LinearBarycenter,
  type LinearBarycenterIterate,
  type LinearBarycenterOptions,
  linearBarycenter,
  linearBarycenterOptions,
  linearBarycenterSteps,
} from './linear-barycenter.ts';
