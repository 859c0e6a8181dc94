// `@infimum/games/inclusions`: monotone inclusions and saddle points.
export { type AnchoredPopovOptions, anchoredPopov } from './inclusions/anchored-popov.ts';
export { type ExtraAnchoredGradientOptions, extraAnchoredGradient } from './inclusions/extra-anchored-gradient.ts';
export { type ExtragradientOptions, extragradient } from './inclusions/extragradient.ts';
export { type GradientDescentAscentOptions, gradientDescentAscent } from './inclusions/gradient-descent-ascent.ts';
export { type HalpernOptions, halpern } from './inclusions/halpern.ts';
export type { FiniteSumOperator, InclusionSolution, MonotoneInclusion, Resolvent } from './inclusions/inclusion.ts';
export { matrixGameInclusion, robustRegression } from './inclusions/inclusion-families.ts';
export { type OptimisticGdaOptions, optimisticGda } from './inclusions/optimistic-gda.ts';
export { type SvrgExtragradientOptions, svrgExtragradient } from './inclusions/svrg-extragradient.ts';
export { type VrHalpernOptions, vrHalpern } from './inclusions/vr-halpern.ts';
export { type VrHalpernInexactOptions, vrHalpernInexact } from './inclusions/vr-halpern-inexact.ts';
