// `@infimum/ot/entropic`: entropic transport.

export { costMatrixBatch, type MatrixBatch, type MatrixBatchLike } from '../matrix-batch.ts';
export type { LocationGradient } from '../plan-entries.ts';
export { type AcceleratedSinkhornOptions, acceleratedSinkhorn } from './accelerated-sinkhorn.ts';
export { type AndersonSinkhornOptions, andersonSinkhorn } from './anderson-sinkhorn.ts';
export type { TransportBatch, TransportBatchSolution } from './batch-sweeps.ts';
export { type DualLbfgsOptions, dualLbfgs } from './dual-lbfgs.ts';
export type { FormOutcome, PlanChoice, PlanForm } from './entropic-options.ts';
export { type EpsilonScalingOptions, epsilonScaling } from './epsilon-scaling.ts';
export { type GreenkhornOptions, greenkhorn } from './greenkhorn.ts';
export { locationGradient, type SmoothMetric } from './location-gradient.ts';
export { sparsityProfile } from './newton/sparsify.ts';
export { type OverrelaxedSinkhornOptions, overrelaxedSinkhorn } from './overrelaxed-sinkhorn.ts';
export { type SinkhornOptions, sinkhorn } from './sinkhorn.ts';
export { type SinkhornBatchOptions, sinkhornBatch, type TransportBatchLike } from './sinkhorn-batch.ts';
export { type SinkhornNewtonDenseOptions, sinkhornNewtonDense } from './sinkhorn-newton-dense.ts';
export { type SinkhornNewtonShiftOptions, sinkhornNewtonShift } from './sinkhorn-newton-shift.ts';
export { type SinkhornNewtonSparseOptions, sinkhornNewtonSparse } from './sinkhorn-newton-sparse.ts';
export type { EntropicPlan, EntropicValues } from './state/normalized-problem.ts';
export { type StochasticTransportOptions, stochasticTransport } from './stochastic-transport.ts';
