// `@infimum/optim/proximal`: projections onto convex sets and proximal operators.
export { affineSubspace, halfspace } from './proximal/affine.ts';
export { box, linfBall } from './proximal/box.ts';
export type { ConvexSet, ProximalFunction } from './proximal/convex-function.ts';
export { groupNorm } from './proximal/group-norm.ts';
export { l1Norm } from './proximal/l1-norm.ts';
export { l2Ball } from './proximal/l2-ball.ts';
export { secondOrderCone } from './proximal/second-order-cone.ts';
export { l1Ball, simplex } from './proximal/simplex.ts';
