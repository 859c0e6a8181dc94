// `@infimum/verify/steps`: the algorithms as generators, to be driven by the caller, and the types that they yield.
export { attackDirectSearchSteps } from './attacks/attack-direct-search.ts';
export { attackSearchSteps } from './attacks/attack-search.ts';
export { coveringDirectSearchSteps } from './attacks/covering-direct-search.ts';
export { attackNetworkSteps } from './attacks/directional-attack.ts';
export { evolutionSearchSteps } from './attacks/evolution-search.ts';
export { gradientSearchSteps } from './attacks/gradient-search.ts';
export { madsSearchSteps } from './attacks/mads-search.ts';
export type { SurrogateAnswer, SurrogateIterate } from './attacks/network-surrogate.ts';
export { randomLineSearchSteps } from './attacks/random-line-search.ts';
export type { HalfspaceIterate } from './halfspaces/halfspace-samples.ts';
export { testAndLearnHalfspaceSteps } from './halfspaces/tester-learner.ts';
export { branchAndBoundLipschitzSteps } from './lipschitz/branch-and-bound-lipschitz.ts';
export { certifyMonotoneSteps, type MonotoneIterate } from './lipschitz/certify-monotone.ts';
export { exactLipschitzSteps } from './lipschitz/exact-lipschitz.ts';
export type { LipschitzIterate } from './lipschitz/local-lipschitz.ts';
export { localLipschitzSteps } from './lipschitz/propagated-lipschitz.ts';
export { type PropertyIterate, verifyPropertySteps } from './robustness/verify-property.ts';
