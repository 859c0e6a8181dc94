// `@infimum/ot/quadratic`: transport with quadratic regularization, whose plans are sparse.
export type { QuadraticPlan, QuadraticTransportOptions } from './quadratic-transport.ts';
export { quadraticTransport } from './quadratic-transport.ts';
export type { SparsityConstrainedTransportOptions } from './sparsity-constrained-transport.ts';
export { sparsityConstrainedTransport } from './sparsity-constrained-transport.ts';
