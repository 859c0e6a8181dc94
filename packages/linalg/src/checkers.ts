// `@infimum/linalg/checkers`: the checkers of this package's certificates, as functions that load nothing else.
export { check as checkLinearSystem, type InverseWitness } from './systems/linear-system-checker.ts';
