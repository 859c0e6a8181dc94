// `@infimum/optim/newton`: regularised Newton methods, radii of their steps by classes of smoothness, and how they are estimated.
export { type BacktrackingGradientOptions, backtrackingGradient } from './newton/backtracking-gradient.ts';
export { type CubicNewtonOptions, cubicNewton } from './newton/cubic-newton.ts';
export { type EstimateGammaOptions, estimateGamma } from './newton/estimate-gamma.ts';
export { fitAlpha, type RadiusFit, type RadiusRow } from './newton/fit-alpha.ts';
export type {
  GradientNormalizedGradientOptions,
  GradientNormalizedNewtonOptions,
} from './newton/gradient-normalized-newton.ts';
export { gradientNormalizedGradient, gradientNormalizedNewton } from './newton/gradient-normalized-newton.ts';
export type { Factorization, HessianChoice } from './newton/shifted-system.ts';
export type { StepRadius } from './newton/step-radii.ts';
export {
  holderHessianRadius,
  lipschitzGradientRadius,
  lipschitzHessianRadius,
  quasiSelfConcordantRadius,
  relaxedSmoothnessRadius,
} from './newton/step-radii.ts';
export { type SuperUniversalNewtonOptions, superUniversalNewton } from './newton/super-universal-newton.ts';
export { type TrustRegionNewtonOptions, trustRegionNewton } from './newton/trust-region-newton.ts';
export type {
  DenseApproximation,
  DiagonalApproximation,
  GradientApproximation,
  HessianApproximation,
  LowRankApproximation,
  ProductApproximation,
} from './objectives/hessian-approximation.ts';
export type { MetricMatrix } from './smooth/metric.ts';
export type { SmoothSolution } from './smooth-minimization.ts';
