// `@infimum/ot/maps`: maps and transport with classes.

export type { Potentials } from '../initial-potentials.ts';
export type { PlanLike } from '../plan-entries.ts';
export { type GroupLassoPlan, type GroupLassoTransportOptions, groupLassoTransport } from './group-lasso-transport.ts';
export { type GroupNormTransportOptions, groupNormTransport } from './group-norm-transport.ts';
export { type GuessPotentialsOptions, guessPotentials } from './potential-guess.ts';
export type { EntropicMapOptions, FittedMap, LinearMapOptions, PointMap, TransportMapOptions } from './transport-map.ts';
export { barycentricMap, entropicMap, linearMap, transportMap } from './transport-map.ts';
