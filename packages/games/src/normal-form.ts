// `@infimum/games/normal-form`: games in normal form.
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
export { readGam, readLrs, writeGam, writeLrs } from './normal-form/game-text.ts';
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
  BestResponseCheck,
  BimatrixOptions,
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
  NashSubset,
} from './normal-form/vertex-enumeration.ts';
export { extremeEquilibria } from './normal-form/vertex-enumeration.ts';
export type { ZeroSumOptions, ZeroSumSolution } from './normal-form/zero-sum.ts';
export { zeroSum } from './normal-form/zero-sum.ts';
