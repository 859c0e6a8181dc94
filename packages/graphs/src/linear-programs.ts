// `@infimum/graphs/linear-programs`: what HiGHS solves, an entry of its own so that nobody else's bundle meets it.
export {
  type ConfigurationSolution,
  configurationLp,
  type MatchingBound,
  matchingLp,
  pathLp,
  type StochasticConfigurationLpOptions,
  stochasticConfigurationLp,
} from './matching/linear-programs.ts';
export { type OnlineInstance, onlineInstance } from './matching/online-instance.ts';
