// `@infimum/ot/experts`: balanced assignment to experts, with the steps of every algorithm.

export {
  type AssignExpertsOptions,
  assignExperts,
  assignExpertsOptions,
  type ExpertAssignmentMethod,
} from './assign-experts.ts';
export { type AlfLbIterate, type AlfLbOptions, alfLbOptions, alfLbSteps } from './expert-alf-lb.ts';
export type { ExpertAssignment, ExpertRouting, Routing } from './expert-assignment.ts';
export {
  type ExpertAuctionIterate,
  type ExpertAuctionOptions,
  expertAuctionOptions,
  expertAuctionSteps,
} from './expert-auction.ts';
export {
  type AuxiliaryLossIterate,
  type AuxiliaryLossOptions,
  expertAuxiliaryLossOptions,
  expertAuxiliaryLossSteps,
} from './expert-auxiliary-loss.ts';
export {
  type BalancedBatch,
  createExpertBalancer,
  type ExpertBalancer,
  type ExpertBalancerOptions,
  type ExpertBalancerState,
  expertBalancerOptions,
} from './expert-balancer.ts';
export type { BiasUpdateOptions, Schedule } from './expert-bias-update.ts';
export { expertChoiceSteps } from './expert-choice.ts';
export {
  type CoordinateDualIterate,
  type CoordinateDualOptions,
  coordinateDualOptions,
  coordinateDualSteps,
} from './expert-coordinate-dual.ts';
export {
  type ExpertCurvature,
  type StrongConvexityOptions,
  strongConvexity,
  strongConvexityOptions,
} from './expert-curvature.ts';
export { expertGreedySteps } from './expert-greedy.ts';
export { type OnlineRegret, onlineRegret, type RegretFit, type RegretFits } from './expert-regret.ts';
export { topKRoute } from './expert-routing.ts';
export { type ExpertPathsIterate, expertShortestPathsSteps } from './expert-shortest-paths.ts';
export {
  type ExpertSinkhornIterate,
  type ExpertSinkhornOptions,
  expertSinkhornOptions,
  expertSinkhornSteps,
} from './expert-sinkhorn.ts';
export {
  expertTokenDroppingOptions,
  expertTokenDroppingSteps,
  type TokenDroppingOptions,
} from './expert-token-dropping.ts';
