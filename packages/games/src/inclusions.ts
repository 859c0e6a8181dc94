// `@infimum/games/inclusions`: monotone inclusions and saddle points.
export type { AnchoredPopovOptions } from './inclusions/anchored-popov.ts';
export { anchoredPopov } from './inclusions/anchored-popov.ts';
export type { ExtraAnchoredGradientOptions } from './inclusions/extra-anchored-gradient.ts';
export { extraAnchoredGradient } from './inclusions/extra-anchored-gradient.ts';
export type { ExtragradientOptions } from './inclusions/extragradient.ts';
export { extragradient } from './inclusions/extragradient.ts';
export type { GradientDescentAscentOptions } from './inclusions/gradient-descent-ascent.ts';
export { gradientDescentAscent } from './inclusions/gradient-descent-ascent.ts';
export type { HalpernOptions } from './inclusions/halpern.ts';
export { halpern } from './inclusions/halpern.ts';
export type {
  FiniteSumOperator,
  InclusionSolution,
  MonotoneInclusion,
  Resolvent,
} from './inclusions/inclusion.ts';
export { matrixGameInclusion, robustRegression } from './inclusions/inclusion-families.ts';
export type { OptimisticGdaOptions } from './inclusions/optimistic-gda.ts';
export { optimisticGda } from './inclusions/optimistic-gda.ts';
export type { SvrgExtragradientOptions } from './inclusions/svrg-extragradient.ts';
export { svrgExtragradient } from './inclusions/svrg-extragradient.ts';
export type { VrHalpernOptions } from './inclusions/vr-halpern.ts';
export { vrHalpern } from './inclusions/vr-halpern.ts';
export type { VrHalpernInexactOptions } from './inclusions/vr-halpern-inexact.ts';
export { vrHalpernInexact } from './inclusions/vr-halpern-inexact.ts';
