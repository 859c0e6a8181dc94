// What users of this package call; the subjects have entries of their own with all their functions.
export type { Fraction } from '@infimum/rigor';
export type { HatValue } from './hats/evaluate-hats.ts';
export { evaluateHats } from './hats/evaluate-hats.ts';
export type { ExactHatsOptions } from './hats/exact-hats.ts';
export { exactHats } from './hats/exact-hats.ts';
export type { HatGame, HatSolution } from './hats/hats-problem.ts';
export type { SearchHatsLocallyOptions, SearchHatsOptions } from './hats/search-hats.ts';
export { searchHats, searchHatsLocally } from './hats/search-hats.ts';
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
export type { OptimisticGdaOptions } from './inclusions/optimistic-gda.ts';
export { optimisticGda } from './inclusions/optimistic-gda.ts';
export type { SvrgExtragradientOptions } from './inclusions/svrg-extragradient.ts';
export { svrgExtragradient } from './inclusions/svrg-extragradient.ts';
export type { VrHalpernOptions } from './inclusions/vr-halpern.ts';
export { vrHalpern } from './inclusions/vr-halpern.ts';
export type { VrHalpernInexactOptions } from './inclusions/vr-halpern-inexact.ts';
export { vrHalpernInexact } from './inclusions/vr-halpern-inexact.ts';
export type { BackwardNashOptions } from './markov/backward-nash.ts';
export { backwardNash } from './markov/backward-nash.ts';
export type { MarkovCceOptions } from './markov/markov-cce.ts';
export { markovCce } from './markov/markov-cce.ts';
export type { MarkovPolicySolution } from './markov/markov-cce-problem.ts';
export type { MarkovGame } from './markov/markov-game.ts';
export { markovGap, repeatedGame } from './markov/markov-game.ts';
export type { RepeatedGame, SparseCceSolution } from './markov/sparse-cce-problem.ts';
export type { StageLearnerOptions } from './markov/stage-learner.ts';
export { stageLearner } from './markov/stage-learner.ts';
export type { VLearningOptions, VLearningSolution } from './markov/v-learning.ts';
export { vLearning } from './markov/v-learning.ts';
export type {
  CorrelatedEquilibriumOptions,
  CorrelatedEquilibriumSolution,
} from './normal-form/correlated-equilibrium.ts';
export { correlatedEquilibrium } from './normal-form/correlated-equilibrium.ts';
export type { Dominance } from './normal-form/dominance.ts';
export { dominatedStrategies, eliminateDominated } from './normal-form/dominance.ts';
export type { EquilibriumSolution } from './normal-form/equilibrium.ts';
export type {
  ExactCorrelatedEquilibriumOptions,
  ExactCorrelatedEquilibriumSolution,
  ExactZeroSumOptions,
  ExactZeroSumSolution,
} from './normal-form/exact-equilibria.ts';
export { exactCorrelatedEquilibrium, exactZeroSum } from './normal-form/exact-equilibria.ts';
export type { LemkeHowsonOptions, LemkeHowsonSolution } from './normal-form/lemke-howson.ts';
export { lemkeHowson, lemkeHowsonAll } from './normal-form/lemke-howson.ts';
export type { LogitEquilibriumOptions, LogitSolution } from './normal-form/logit-path.ts';
export { logitEquilibrium, quantalResponse } from './normal-form/logit-path.ts';
export type { NashEquilibriumOptions } from './normal-form/nash-equilibrium.ts';
export { nashEquilibrium } from './normal-form/nash-equilibrium.ts';
export type { NamedGame } from './normal-form/nfg.ts';
export { readNfg, writeNfg } from './normal-form/nfg.ts';
export type { NoRegretOptions, NoRegretSolution } from './normal-form/no-regret.ts';
export { noRegret } from './normal-form/no-regret.ts';
export type {
  GameLike,
  NormalFormGame,
  PayoffTable,
} from './normal-form/normal-form-game.ts';
export { bestResponses, bimatrix, jointRegret } from './normal-form/normal-form-game.ts';
export type { PayoffLayout } from './normal-form/payoff-csv.ts';
export { readPayoffs } from './normal-form/payoff-csv.ts';
export type {
  SupportEnumerationOptions,
  SupportEnumerationSolution,
} from './normal-form/support-enumeration.ts';
export { supportEnumeration } from './normal-form/support-enumeration.ts';
export type {
  ExtremeEquilibriaOptions,
  ExtremeEquilibriaSolution,
  ExtremeEquilibrium,
} from './normal-form/vertex-enumeration.ts';
export { extremeEquilibria } from './normal-form/vertex-enumeration.ts';
export type { ZeroSumOptions, ZeroSumSolution } from './normal-form/zero-sum.ts';
export { zeroSum } from './normal-form/zero-sum.ts';
export type { PayoffOracle } from './queries/payoff-oracle.ts';
export { payoffOracle } from './queries/payoff-oracle.ts';
export type { PureNashSearch, PureNashSearchOptions } from './queries/pure-nash-search.ts';
export { pureNashSearch } from './queries/pure-nash-search.ts';
