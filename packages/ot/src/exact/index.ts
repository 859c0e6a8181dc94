// `@infimum/ot/exact`: exact transport.

export type { CsrLike } from '../sparse-plan.ts';
export type { TransportLike } from '../transport.ts';
export { type EmdPointCloudOptions, emdPointCloud } from './emd-point-cloud.ts';
export { emdSparse } from './emd-sparse.ts';
export { type EmdOptions, emd } from './network-simplex.ts';
