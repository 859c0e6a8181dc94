// `@infimum/ot/entropic`: entropic transport, with the steps of every algorithm.

export {
  type AcceleratedSinkhornOptions,
  acceleratedSinkhorn,
  acceleratedSinkhornOptions,
  acceleratedSinkhornSteps,
} from './accelerated-sinkhorn.ts';
export {
  type AndersonSinkhornOptions,
  andersonSinkhorn,
  andersonSinkhornOptions,
  andersonSinkhornSteps,
} from './anderson-sinkhorn.ts';
export { type DualLbfgsOptions, dualLbfgs, dualLbfgsOptions, dualLbfgsSteps } from './dual-lbfgs.ts';
export type { FormOptions, FormOutcome, PlanChoice } from './entropic-options.ts';
export type { SinkhornIterate } from './entropic-steps.ts';
export {
  type EpsilonScalingIterate,
  type EpsilonScalingOptions,
  epsilonScaling,
  epsilonScalingOptions,
  epsilonScalingSteps,
} from './epsilon-scaling.ts';
export { type GreenkhornOptions, greenkhorn, greenkhornOptions, greenkhornSteps } from './greenkhorn.ts';
export type { NewtonIterate } from './newton-iteration.ts';
export type { EntropicPlan, EntropicValues } from './normalized-problem.ts';
export {
  type OverrelaxedSinkhornOptions,
  overrelaxedSinkhorn,
  overrelaxedSinkhornOptions,
  overrelaxedSinkhornSteps,
} from './overrelaxed-sinkhorn.ts';
export {
  type QuadraticPlan,
  type QuadraticTransportIterate,
  type QuadraticTransportOptions,
  quadraticTransport,
  quadraticTransportOptions,
  quadraticTransportSteps,
} from './quadratic-transport.ts';
export { type SinkhornOptions, sinkhorn, sinkhornOptions, sinkhornSteps } from './sinkhorn.ts';
export {
  type SinkhornBatchIterate,
  type SinkhornBatchOptions,
  sinkhornBatch,
  sinkhornBatchOptions,
  sinkhornBatchSteps,
  type TransportBatch,
  type TransportBatchSolution,
} from './sinkhorn-batch.ts';
export {
  type SinkhornDivergence,
  type SinkhornDivergenceIterate,
  type SinkhornDivergenceOptions,
  sinkhornDivergence,
  sinkhornDivergenceOptions,
  sinkhornDivergenceSteps,
} from './sinkhorn-divergence.ts';
export { type EntropicOptions, sinkhornLogSteps } from './sinkhorn-log.ts';
export {
  type SinkhornNewtonDenseOptions,
  sinkhornNewtonDense,
  sinkhornNewtonDenseOptions,
  sinkhornNewtonDenseSteps,
} from './sinkhorn-newton-dense.ts';
export {
  type SinkhornNewtonShiftIterate,
  type SinkhornNewtonShiftOptions,
  sinkhornNewtonShift,
  sinkhornNewtonShiftOptions,
  sinkhornNewtonShiftSteps,
} from './sinkhorn-newton-shift.ts';
export {
  type SinkhornNewtonSparseIterate,
  type SinkhornNewtonSparseOptions,
  sinkhornNewtonSparse,
  sinkhornNewtonSparseOptions,
  sinkhornNewtonSparseSteps,
} from './sinkhorn-newton-sparse.ts';
export { sparsityProfile } from './sparsify.ts';
export {
  type SparsityConstrainedIterate,
  type SparsityConstrainedTransportOptions,
  sparsityConstrainedTransport,
  sparsityConstrainedTransportOptions,
  sparsityConstrainedTransportSteps,
} from './sparsity-constrained-transport.ts';
export {
  type StochasticDualOptions,
  stochasticDual,
  stochasticDualOptions,
  stochasticDualSteps,
} from './stochastic-dual.ts';
export {
  type StochasticTransportOptions,
  stochasticTransport,
  stochasticTransportOptions,
  stochasticTransportSteps,
} from './stochastic-transport.ts';
export {
  type LocationGradient,
  locationGradient,
  type SmoothMetric,
  type TransportGradient,
  transportGradient,
} from './transport-gradient.ts';
