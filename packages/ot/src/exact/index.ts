// `@infimum/ot/exact`: exact transport.

export type { CsrLike } from '../sparse-plan.ts';
export type { TransportLike } from '../transport.ts';
export type { EmdPointCloudOptions } from './emd-point-cloud.ts';
export { emdPointCloud } from './emd-point-cloud.ts';
export { emdSparse } from './emd-sparse.ts';
export type { EmdOptions } from './network-simplex.ts';
export { emd } from './network-simplex.ts';
