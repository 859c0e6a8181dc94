// The main functions of this package; each subject has its own entry with all its functions.
export type { Fraction } from '@infimum/rigor';
export { evaluateHats, type HatValue } from './hats/evaluate-hats.ts';
export { type ExactHatsOptions, exactHats } from './hats/exact-hats.ts';
export type { HatGame, HatSolution } from './hats/hats-problem.ts';
export { type SearchHatsLocallyOptions, type SearchHatsOptions, searchHats, searchHatsLocally } from './hats/search-hats.ts';
export { type AnchoredPopovOptions, anchoredPopov } from './inclusions/anchored-popov.ts';
export { type ExtraAnchoredGradientOptions, extraAnchoredGradient } from './inclusions/extra-anchored-gradient.ts';
export { type ExtragradientOptions, extragradient } from './inclusions/extragradient.ts';
export { type GradientDescentAscentOptions, gradientDescentAscent } from './inclusions/gradient-descent-ascent.ts';
export { type HalpernOptions, halpern } from './inclusions/halpern.ts';
export type { FiniteSumOperator, InclusionSolution, MonotoneInclusion, Resolvent } from './inclusions/inclusion.ts';
export { type OptimisticGdaOptions, optimisticGda } from './inclusions/optimistic-gda.ts';
export { type SvrgExtragradientOptions, svrgExtragradient } from './inclusions/svrg-extragradient.ts';
export { type VrHalpernOptions, vrHalpern } from './inclusions/vr-halpern.ts';
export { type VrHalpernInexactOptions, vrHalpernInexact } from './inclusions/vr-halpern-inexact.ts';
export { type BackwardNashOptions, backwardNash } from './markov/backward-nash.ts';
export { type MarkovCceOptions, markovCce } from './markov/markov-cce.ts';
export type { MarkovPolicySolution } from './markov/markov-cce-problem.ts';
export { type MarkovGame, markovGap, repeatedGame } from './markov/markov-game.ts';
export type { RepeatedGame, SparseCceSolution } from './markov/sparse-cce-problem.ts';
export { type StageLearnerOptions, stageLearner } from './markov/stage-learner.ts';
export { type VLearningOptions, type VLearningSolution, vLearning } from './markov/v-learning.ts';
export type { CorrelatedEquilibriumOptions, CorrelatedEquilibriumSolution } from './normal-form/correlated-equilibrium.ts';
export { correlatedEquilibrium } from './normal-form/correlated-equilibrium.ts';
export { type Dominance, dominatedStrategies, eliminateDominated } from './normal-form/dominance.ts';
export type { EquilibriumSolution } from './normal-form/equilibrium.ts';
export type {
  ExactCorrelatedEquilibriumOptions,
  ExactCorrelatedEquilibriumSolution,
  ExactZeroSumOptions,
  ExactZeroSumSolution,
} from './normal-form/exact-equilibria.ts';
export { exactCorrelatedEquilibrium, exactZeroSum } from './normal-form/exact-equilibria.ts';
export { type LemkeHowsonOptions, type LemkeHowsonSolution, lemkeHowson, lemkeHowsonAll } from './normal-form/lemke-howson.ts';
export type { LogitEquilibriumOptions, LogitSolution } from './normal-form/logit-path.ts';
export { logitEquilibrium, quantalResponse } from './normal-form/logit-path.ts';
export { type NashEquilibriumOptions, nashEquilibrium } from './normal-form/nash-equilibrium.ts';
export { type NamedGame, readNfg, writeNfg } from './normal-form/nfg.ts';
export { type NoRegretOptions, type NoRegretSolution, noRegret } from './normal-form/no-regret.ts';
export type { GameLike, NormalFormGame, PayoffTable } from './normal-form/normal-form-game.ts';
export { bestResponses, bimatrix, jointRegret } from './normal-form/normal-form-game.ts';
export { type PayoffLayout, readPayoffs } from './normal-form/payoff-csv.ts';
export type { SupportEnumerationOptions, SupportEnumerationSolution } from './normal-form/support-enumeration.ts';
export { supportEnumeration } from './normal-form/support-enumeration.ts';
export type {
  ExtremeEquilibriaOptions,
  ExtremeEquilibriaSolution,
  ExtremeEquilibrium,
} from './normal-form/vertex-enumeration.ts';
export { extremeEquilibria } from './normal-form/vertex-enumeration.ts';
export { type ZeroSumOptions, type ZeroSumSolution, zeroSum } from './normal-form/zero-sum.ts';
export { type PayoffOracle, payoffOracle } from './queries/payoff-oracle.ts';
export { type PureNashSearch, type PureNashSearchOptions, pureNashSearch } from './queries/pure-nash-search.ts';
