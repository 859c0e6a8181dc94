// What users of this package call.

export {
  type BlockStrategy,
  blockStrategy,
  blockValue,
  type Fraction,
  knownBlocks,
  modularSum,
  simulateHats,
  truncateBlocks,
} from './hats/block-strategy.ts';
export { continuousBestResponse } from './hats/continuous-hats.ts';
export {
  bestResponseHats,
  dropPlayer,
  evaluateHats,
  evaluateTeam,
  type HatOptions,
  type HatStrategies,
  type HatValue,
} from './hats/evaluate-hats.ts';
export { type ExactHatsOptions, exactHats } from './hats/exact-hats.ts';
export type { HatGame, HatIterate, HatSolution } from './hats/hats-problem.ts';
export { type HatBound, lowerBoundCurve } from './hats/lower-bound-curve.ts';
export {
  blockToMeasurable,
  type MeasurableStrategy,
  toMeasurable,
  winningArea,
} from './hats/measurable-strategy.ts';
export {
  type SearchHatsLocallyOptions,
  type SearchHatsOptions,
  searchHats,
  searchHatsLocally,
} from './hats/search-hats.ts';
export { type AnchoredPopovOptions, anchoredPopov } from './inclusions/anchored-popov.ts';
export {
  type ExtraAnchoredGradientOptions,
  extraAnchoredGradient,
} from './inclusions/extra-anchored-gradient.ts';
export { type ExtragradientOptions, extragradient } from './inclusions/extragradient.ts';
export {
  type GradientDescentAscentOptions,
  gradientDescentAscent,
} from './inclusions/gradient-descent-ascent.ts';
export { type HalpernOptions, halpern } from './inclusions/halpern.ts';
export type {
  FiniteSumOperator,
  InclusionIterate,
  InclusionSolution,
  MonotoneInclusion,
  Resolvent,
} from './inclusions/inclusion.ts';
export { matrixGameInclusion, robustRegression } from './inclusions/inclusion-families.ts';
export { type OptimisticGdaOptions, optimisticGda } from './inclusions/optimistic-gda.ts';
export { type SvrgExtragradientOptions, svrgExtragradient } from './inclusions/svrg-extragradient.ts';
export { type VrHalpernOptions, vrHalpern } from './inclusions/vr-halpern.ts';
export { type VrHalpernInexactOptions, vrHalpernInexact } from './inclusions/vr-halpern-inexact.ts';
