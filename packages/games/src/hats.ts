// `@infimum/games/hats`: the hat games of Levine.
export type { BlockStrategy, BlockStrategyOptions, SimulateHatsOptions } from './hats/block-strategy.ts';
export {
  blockStrategy,
  blockValue,
  knownBlocks,
  modularSum,
  simulateHats,
  truncateBlocks,
} from './hats/block-strategy.ts';
export type { ContinuousBestResponseOptions } from './hats/continuous-hats.ts';
export { continuousBestResponse } from './hats/continuous-hats.ts';
export type { EvaluateHatsOptions, HatStrategies, HatValue } from './hats/evaluate-hats.ts';
export { bestResponseHats, dropPlayer, evaluateHats, evaluateTeam } from './hats/evaluate-hats.ts';
export type { ExactHatsOptions } from './hats/exact-hats.ts';
export { exactHats } from './hats/exact-hats.ts';
export type { HatGame, HatSolution } from './hats/hats-problem.ts';
export type { HatBound, LowerBoundCurveOptions } from './hats/lower-bound-curve.ts';
export { lowerBoundCurve } from './hats/lower-bound-curve.ts';
export type { MeasurableStrategy } from './hats/measurable-strategy.ts';
export { blockToMeasurable, toMeasurable, winningArea } from './hats/measurable-strategy.ts';
export type { SearchHatsLocallyOptions, SearchHatsOptions } from './hats/search-hats.ts';
export { searchHats, searchHatsLocally } from './hats/search-hats.ts';
