// `@infimum/graphs/matching`: online matching: policies, bounds and certificates.
export {
  type CompetitiveCertificate,
  type CompetitiveCertificateOptions,
  competitiveCertificate,
} from './matching/competitive-certificate.ts';
export { clairvoyantOptimum, expectedReward, type FixedPolicy } from './matching/exact-values.ts';
export {
  type BipartiteMatching,
  type MinimumCostMatchingOptions,
  minimumCostMatching,
  type WeightedPair,
} from './matching/minimum-cost-matching.ts';
export { type OnlineInstance, type OnlineInstanceLike, onlineInstance } from './matching/online-instance.ts';
export { OnlineMatcher, type OnlineMatcherState, type PendingAttempt } from './matching/online-matcher.ts';
export type { Policy, Sharing } from './matching/policies.ts';
export { type RankingJointOutcome, rankingJointOutcome } from './matching/ranking-joint-outcome.ts';
export { comparePolicies, type OnlineReward, type SimulateOnlineOptions, simulateOnline } from './matching/simulate-online.ts';
export {
  type DualBound,
  type StochasticConfigurationBoundOptions,
  stochasticConfigurationBound,
} from './matching/stochastic-configuration-dual.ts';
