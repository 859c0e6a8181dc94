// `@infimum/games/hats`: the hat games of Levine.
export type { BlockStrategy, BlockStrategyOptions, SimulateHatsOptions } from './hats/block-strategy.ts';
export { blockStrategy, blockValue, knownBlocks, modularSum, simulateHats, truncateBlocks } from './hats/block-strategy.ts';
export { type ContinuousBestResponseOptions, continuousBestResponse } from './hats/continuous-hats.ts';
export type { EvaluateHatsOptions, HatValue } from './hats/evaluate-hats.ts';
export { bestResponseHats, dropPlayer, evaluateHats, evaluateTeam } from './hats/evaluate-hats.ts';
export { type ExactHatsOptions, exactHats } from './hats/exact-hats.ts';
export type { HatGame, HatSolution } from './hats/hats-problem.ts';
export { type HatBound, type LowerBoundCurveOptions, lowerBoundCurve } from './hats/lower-bound-curve.ts';
export { blockToMeasurable, type MeasurableStrategy, toMeasurable, winningArea } from './hats/measurable-strategy.ts';
export { type SearchHatsLocallyOptions, type SearchHatsOptions, searchHats, searchHatsLocally } from './hats/search-hats.ts';
