// `@infimum/ot/quadratic`: transport with quadratic regularization, whose plans are sparse.
export { type QuadraticPlan, type QuadraticTransportOptions, quadraticTransport } from './quadratic-transport.ts';
export { type SparsityConstrainedTransportOptions, sparsityConstrainedTransport } from './sparsity-constrained-transport.ts';
