// `@infimum/ot/unbalanced`: partial and unbalanced transport.

export type { EntropicPartialTransportOptions, PartialPlan, PartialTransportOptions } from './partial-transport.ts';
export { entropicPartialTransport, partialTransport } from './partial-transport.ts';
export type { TotalVariationPlan, TotalVariationTransportOptions } from './total-variation-transport.ts';
export { totalVariationTransport } from './total-variation-transport.ts';
export { type UnbalancedLbfgsOptions, unbalancedLbfgs } from './unbalanced-lbfgs.ts';
export { type UnbalancedMmOptions, unbalancedMm } from './unbalanced-mm.ts';
export type { UnbalancedPlan } from './unbalanced-plan.ts';
export { type UnbalancedSinkhornOptions, unbalancedSinkhorn } from './unbalanced-sinkhorn.ts';
