// The checkers of this package's certificates, as functions that load nothing else.

export { check as checkHalfspace } from './halfspaces/halfspace-checker.ts';
export { check as checkLipschitz, type LipschitzTree, type LipschitzWitness } from './lipschitz/lipschitz-checker.ts';
export { check as checkProperty, type ProofLeaf, type ProofTree, type PropertyWitness } from './robustness/property-checker.ts';
