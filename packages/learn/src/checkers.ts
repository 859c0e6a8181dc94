// The checkers of this package's certificates, as functions that load nothing else.
export { check as checkReluRelaxation, type RelaxedWitness, relaxedLowerBound } from './networks/relaxed-relu-checker.ts';
export {
  check as checkReluOptimum,
  type ReluWitness,
  type RowCoefficients,
  reluLowerBound,
} from './networks/two-layer-relu-checker.ts';
export {
  check as checkSeparability,
  type FarkasSupport,
  type IntegerPlane,
  type SeparabilityKind,
  type SeparabilityWitness,
  separabilityOf,
} from './separable/separable-classification-checker.ts';
