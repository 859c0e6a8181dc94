// What users of this package call.

export type { Fraction } from '@infimum/rigor';
export {
  type BlockStrategy,
  blockStrategy,
  blockValue,
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
export { type BackwardNashOptions, backwardNash } from './markov/backward-nash.ts';
export { type IndependentLearnersOptions, independentLearners } from './markov/independent-learners.ts';
export { type MarkovCceOptions, markovCce } from './markov/markov-cce.ts';
export type { MarkovPolicyIterate, MarkovPolicySolution } from './markov/markov-cce-problem.ts';
export {
  checkMarkovGame,
  type MarkovGame,
  markovGap,
  policyValues,
  repeatedGame,
} from './markov/markov-game.ts';
export {
  type ExtractedNash,
  kibitzerGame,
  kibitzerReduction,
  type NashReduction,
  nashReduction,
} from './markov/nash-reduction.ts';
export { type RepeatedNashOptions, repeatedNash } from './markov/repeated-nash.ts';
export type { RepeatedGame, SparseCceIterate, SparseCceSolution } from './markov/sparse-cce-problem.ts';
export {
  markovMixture,
  type SparseGap,
  type SparseGapOptions,
  type SparseMixture,
  sparseCceGap,
} from './markov/sparse-mixture.ts';
export { type StageLearnerIterate, type StageLearnerOptions, stageLearner } from './markov/stage-learner.ts';
export {
  type VLearningIterate,
  type VLearningOptions,
  type VLearningSolution,
  vLearning,
} from './markov/v-learning.ts';
export {
  type CorrelatedEquilibriumOptions,
  type CorrelatedEquilibriumSolution,
  correlatedEquilibrium,
} from './normal-form/correlated-equilibrium.ts';
export { type Dominance, dominatedStrategies, eliminateDominated } from './normal-form/dominance.ts';
export type { EquilibriumIterate, EquilibriumSolution } from './normal-form/equilibrium.ts';
export { readGam, readLrs, writeGam, writeLrs } from './normal-form/game-text.ts';
export {
  type LemkeHowsonOptions,
  type LemkeHowsonSolution,
  lemkeHowson,
  lemkeHowsonAll,
} from './normal-form/lemke-howson.ts';
export {
  type LogitEquilibriumOptions,
  type LogitSolution,
  logitEquilibrium,
  quantalResponse,
} from './normal-form/logit-path.ts';
export { type NamedGame, readNfg, writeNfg } from './normal-form/nfg.ts';
export {
  type NoRegretIterate,
  type NoRegretOptions,
  type NoRegretSolution,
  noRegret,
} from './normal-form/no-regret.ts';
export {
  type BestResponseCheck,
  bestResponses,
  bimatrix,
  jointRegret,
  type NormalFormGame,
  type PayoffTable,
} from './normal-form/normal-form-game.ts';
export { type PayoffLayout, readPayoffs } from './normal-form/payoff-csv.ts';
export {
  type SupportEnumerationOptions,
  type SupportEnumerationSolution,
  supportEnumeration,
} from './normal-form/support-enumeration.ts';
export {
  type ExtremeEquilibriaOptions,
  type ExtremeEquilibriaSolution,
  type ExtremeEquilibrium,
  extremeEquilibria,
  type NashSubset,
} from './normal-form/vertex-enumeration.ts';
export { type ZeroSumOptions, type ZeroSumSolution, zeroSum } from './normal-form/zero-sum.ts';
export {
  type BinaryGame,
  binaryGameOf,
  isPureNash,
  type PayoffOracle,
  payoffOracle,
  pureNashEquilibria,
  randomBinaryGame,
} from './queries/payoff-oracle.ts';
export { populationGame, populationShares, type UnitMap } from './queries/population-game.ts';
export {
  type PureNashSearch,
  type PureNashSearchOptions,
  pureNashSearch,
} from './queries/pure-nash-search.ts';
