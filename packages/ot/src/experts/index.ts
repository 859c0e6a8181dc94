// `@infimum/ot/experts`: balanced assignment to experts.

export { type AssignExpertsOptions, assignExperts, type ExpertAssignmentMethod } from './assign-experts.ts';
export type { AlfLbStepsOptions } from './expert-alf-lb.ts';
export type { ExpertAssignment, ExpertAssignmentLike, ExpertRouting, Routing } from './expert-assignment.ts';
export type { ExpertAuctionStepsOptions } from './expert-auction.ts';
export type { ExpertAuxiliaryLossStepsOptions } from './expert-auxiliary-loss.ts';
export type { BalancedBatch, ExpertBalancer, ExpertBalancerOptions, ExpertBalancerState } from './expert-balancer.ts';
export { createExpertBalancer } from './expert-balancer.ts';
export type { BiasRule, Schedule } from './expert-bias-update.ts';
export type { CoordinateDualStepsOptions } from './expert-coordinate-dual.ts';
export { type ExpertCurvature, type StrongConvexityOptions, strongConvexity } from './expert-curvature.ts';
export { type OnlineRegret, onlineRegret, type RegretFit, type RegretFits } from './expert-regret.ts';
export { topKRoute } from './expert-routing.ts';
export type { ExpertSinkhornStepsOptions } from './expert-sinkhorn.ts';
export type { ExpertTokenDroppingStepsOptions } from './expert-token-dropping.ts';
