// `@infimum/games/queries`: pure equilibria by queries.
export type { BinaryGame, PayoffOracle } from './queries/payoff-oracle.ts';
export { binaryGameOf, isPureNash, payoffOracle, pureNashEquilibria, randomBinaryGame } from './queries/payoff-oracle.ts';
export { populationGame, populationShares, type UnitMap } from './queries/population-game.ts';
export { type PureNashSearch, type PureNashSearchOptions, pureNashSearch } from './queries/pure-nash-search.ts';
