// `@infimum/graphs/linear-programs`: linear programmes solved by HiGHS, in a separate entry so that other bundles do not include it.
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
