// `@infimum/ot/unbalanced`: partial and unbalanced transport, with the steps of every algorithm.

export {
  type EntropicPartialIterate,
  type EntropicPartialOptions,
  entropicPartialOptions,
  entropicPartialTransport,
  entropicPartialTransportSteps,
  type PartialPlan,
  type PartialTransportOptions,
  partialTransport,
  partialTransportOptions,
} from './partial-transport.ts';
export {
  type TotalVariationPlan,
  type TotalVariationTransportOptions,
  totalVariationTransport,
  totalVariationTransportOptions,
} from './total-variation-transport.ts';
export {
  type UnbalancedLbfgsIterate,
  type UnbalancedLbfgsOptions,
  unbalancedLbfgs,
  unbalancedLbfgsOptions,
  unbalancedLbfgsSteps,
} from './unbalanced-lbfgs.ts';
export {
  type UnbalancedMmOptions,
  unbalancedMm,
  unbalancedMmOptions,
  unbalancedMmSteps,
} from './unbalanced-mm.ts';
export type { UnbalancedPlan } from './unbalanced-plan.ts';
export {
  type UnbalancedIterate,
  type UnbalancedSinkhornOptions,
  unbalancedSinkhorn,
  unbalancedSinkhornOptions,
  unbalancedSinkhornSteps,
} from './unbalanced-sinkhorn.ts';
