// `@infimum/games/normal-form`: games in normal form.
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
export { readGam, readLrs, writeGam, writeLrs } from './normal-form/game-text.ts';
export { type LemkeHowsonOptions, type LemkeHowsonSolution, lemkeHowson, lemkeHowsonAll } from './normal-form/lemke-howson.ts';
export type { LogitEquilibriumOptions, LogitSolution } from './normal-form/logit-path.ts';
export { logitEquilibrium, quantalResponse } from './normal-form/logit-path.ts';
export { type NashEquilibriumOptions, nashEquilibrium } from './normal-form/nash-equilibrium.ts';
export { type NamedGame, readNfg, writeNfg } from './normal-form/nfg.ts';
export { type NoRegretOptions, type NoRegretSolution, noRegret } from './normal-form/no-regret.ts';
export type {
  BestResponseCheck,
  BimatrixOptions,
  GameLike,
  NormalFormGame,
  PayoffTable,
} from './normal-form/normal-form-game.ts';
export { bestResponses, bimatrix, jointRegret } from './normal-form/normal-form-game.ts';
export { type PayoffLayout, readPayoffs } from './normal-form/payoff-csv.ts';
export type { SupportEnumerationOptions, SupportEnumerationSolution } from './normal-form/support-enumeration.ts';
export { supportEnumeration } from './normal-form/support-enumeration.ts';
export type {
  ExtremeEquilibriaOptions,
  ExtremeEquilibriaSolution,
  ExtremeEquilibrium,
  NashSubset,
} from './normal-form/vertex-enumeration.ts';
export { extremeEquilibria } from './normal-form/vertex-enumeration.ts';
export { type ZeroSumOptions, type ZeroSumSolution, zeroSum } from './normal-form/zero-sum.ts';
