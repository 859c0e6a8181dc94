// The checkers of this package's certificates, as functions that load nothing else.
export { type BarycenterWitness, check as checkBarycenter } from './barycenters/barycenter-checker.ts';
export { check as checkEntropicTransport, type EntropicWitness } from './entropic-transport-checker.ts';
export { check as checkExperts, type ExpertWitness } from './experts/expert-checker.ts';
export { check as checkGromov } from './gromov/gromov-checker.ts';
export { check as checkTransport, type TransportWitness } from './transport-checker.ts';
export { check as checkUnbalanced, type UnbalancedWitness } from './unbalanced/unbalanced-checker.ts';
