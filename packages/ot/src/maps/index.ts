// `@infimum/ot/maps`: maps and transport with classes, with the steps of every algorithm.

export {
  type GroupLassoIterate,
  type GroupLassoPlan,
  type GroupLassoTransportOptions,
  groupLassoTransport,
  groupLassoTransportOptions,
  groupLassoTransportSteps,
} from './group-lasso-transport.ts';
export {
  type GroupNormTransportOptions,
  groupNormTransport,
  groupNormTransportOptions,
  groupNormTransportSteps,
} from './group-norm-transport.ts';
export { guessPotentials, guessPotentialsOptions, type PotentialGuessOptions } from './potential-guess.ts';
export {
  barycentricMap,
  type EntropicMapOptions,
  entropicMap,
  entropicMapOptions,
  type FittedMap,
  type LinearMapOptions,
  linearMap,
  linearMapOptions,
  type PointMap,
  type TransportMapOptions,
  transportMap,
  transportMapOptions,
} from './transport-map.ts';
