// `@infimum/optim/proximal`: projections onto convex sets and proximal operators.
export { affineSubspace, halfspace } from './affine.ts';
export { box, linfBall } from './box.ts';
export type { ConvexSet, ProximalFunction } from './convex-function.ts';
export { groupNorm } from './group-norm.ts';
export { l1Norm } from './l1-norm.ts';
export { l2Ball } from './l2-ball.ts';
export { secondOrderCone } from './second-order-cone.ts';
export { l1Ball, simplex } from './simplex.ts';
