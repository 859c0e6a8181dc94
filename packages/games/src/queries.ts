// `@infimum/games/queries`: pure equilibria by queries.
export type { BinaryGame, PayoffOracle } from './queries/payoff-oracle.ts';
export {
  binaryGameOf,
  isPureNash,
  payoffOracle,
  pureNashEquilibria,
  randomBinaryGame,
} from './queries/payoff-oracle.ts';
export type { UnitMap } from './queries/population-game.ts';
export { populationGame, populationShares } from './queries/population-game.ts';
export type { PureNashSearch, PureNashSearchOptions } from './queries/pure-nash-search.ts';
export { pureNashSearch } from './queries/pure-nash-search.ts';
