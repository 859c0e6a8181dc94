// `@infimum/optim/newton`: radii of Newton's steps by classes of smoothness, and how they are estimated.
export { type EstimateGammaOptions, estimateGamma } from './newton/estimate-gamma.ts';
export { fitAlpha, type RadiusFit, type RadiusRow } from './newton/fit-alpha.ts';
export { gradientNormalizedGradient } from './newton/gradient-normalized-newton.ts';
export {
  holderHessianRadius,
  lipschitzGradientRadius,
  lipschitzHessianRadius,
  quasiSelfConcordantRadius,
  relaxedSmoothnessRadius,
  type StepRadius,
} from './newton/step-radii.ts';
