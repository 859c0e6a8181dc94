// `@infimum/optim/newton`: regularised Newton methods, radii of their steps by classes of smoothness, and how they are estimated.
export type { BacktrackingGradientOptions } from './newton/backtracking-gradient.ts';
export { backtrackingGradient } from './newton/backtracking-gradient.ts';
export type { CubicNewtonOptions } from './newton/cubic-newton.ts';
export { cubicNewton } from './newton/cubic-newton.ts';
export type { EstimateGammaOptions } from './newton/estimate-gamma.ts';
export { estimateGamma } from './newton/estimate-gamma.ts';
export type { RadiusFit, RadiusRow } from './newton/fit-alpha.ts';
export { fitAlpha } from './newton/fit-alpha.ts';
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
export type { SuperUniversalNewtonOptions } from './newton/super-universal-newton.ts';
export { superUniversalNewton } from './newton/super-universal-newton.ts';
export type { TrustRegionNewtonOptions } from './newton/trust-region-newton.ts';
export { trustRegionNewton } from './newton/trust-region-newton.ts';
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
