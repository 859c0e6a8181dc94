// `@infimum/verify`: certificates for neural networks and learners.

export { readSafetensors, type SafetensorsFile, type Tensor } from '@infimum/core';
export { type AttackDirectSearchOptions, attackDirectSearch } from './attacks/attack-direct-search.ts';
export { type AttackSearchOptions, attackSearch } from './attacks/attack-search.ts';
export { type CoveringDirectSearchOptions, coveringDirectSearch } from './attacks/covering-direct-search.ts';
export { type AttackNetworkOptions, attackNetwork } from './attacks/directional-attack.ts';
export { type EvolutionSearchOptions, evolutionSearch } from './attacks/evolution-search.ts';
export { type GradientSearchOptions, gradientSearch } from './attacks/gradient-search.ts';
export { type MadsSearchOptions, madsSearch } from './attacks/mads-search.ts';
export { networkMap } from './attacks/network-map.ts';
export type {
  Inequalities,
  ScalarFunction,
  SimulationMap,
  SurrogateInstance,
  SurrogateIterate,
  SurrogateSolution,
} from './attacks/network-surrogate.ts';
export { type RandomLineSearchOptions, randomLineSearch } from './attacks/random-line-search.ts';
export {
  type NeuronBounds,
  type OutputBounds,
  type OutputBoundsOptions,
  outputBounds,
} from './bounds/output-bounds.ts';
export { type AroundOptions, type Ball, type Region, regionAround } from './bounds/region.ts';
export { type AveragingOptions, averaging } from './halfspaces/averaging.ts';
export { type BestHalfspaceOptions, bestHalfspace } from './halfspaces/best-halfspace.ts';
export type {
  HalfspaceInstance,
  HalfspaceIterate,
  HalfspaceSolution,
  TestResult,
} from './halfspaces/halfspace-samples.ts';
export { type HingeHalfspaceOptions, hingeHalfspace } from './halfspaces/hinge-halfspace.ts';
export { type LogisticHalfspaceOptions, logisticHalfspace } from './halfspaces/logistic-halfspace.ts';
export { type MomentTesterOptions, momentTester } from './halfspaces/moment-tester.ts';
export { type PerceptronOptions, perceptron } from './halfspaces/perceptron.ts';
export { type RampDescentOptions, rampDescent } from './halfspaces/ramp-descent.ts';
export { type TestAndLearnHalfspaceOptions, testAndLearnHalfspace } from './halfspaces/tester-learner.ts';
export {
  type BranchAndBoundLipschitzOptions,
  branchAndBoundLipschitz,
} from './lipschitz/branch-and-bound-lipschitz.ts';
export {
  type CertifyMonotoneOptions,
  certifyMonotone,
  type MonotoneIterate,
  type MonotoneQuestion,
  type MonotoneSolution,
  type MonotoneWitness,
} from './lipschitz/certify-monotone.ts';
export {
  type ExactLipschitzOptions,
  type ExactLipschitzSolution,
  exactLipschitz,
} from './lipschitz/exact-lipschitz.ts';
export { type IntervalLipschitzOptions, intervalLipschitz } from './lipschitz/interval-lipschitz.ts';
export type { InputNorm } from './lipschitz/jacobian-bounds.ts';
export { type LinearLipschitzOptions, localLipschitz } from './lipschitz/linear-lipschitz.ts';
export { writeLipschitzProgram } from './lipschitz/lipschitz-program.ts';
export type { LipschitzInstance, LipschitzIterate, LipschitzSolution } from './lipschitz/local-lipschitz.ts';
export { type NaiveLipschitzOptions, naiveLipschitz } from './lipschitz/naive-lipschitz.ts';
export { type RecurjacOptions, recurjac } from './lipschitz/recurjac.ts';
export {
  type Activation,
  type ConvolutionLayer,
  type DenseLayer,
  denseNetwork,
  evaluateNetwork,
  type Layer,
  type Network,
  networkGradient,
  type SparseLayer,
} from './networks/network.ts';
export {
  networkFromTensors,
  type StoredLayer,
  type StoredNetwork,
} from './networks/network-from-tensors.ts';
export { type LayersModel, readLayersModel } from './networks/read-layers-model.ts';
export { type NnetNetwork, readNnet } from './networks/read-nnet.ts';
export { type OnnxNetwork, type ReadOnnxOptions, readOnnx } from './networks/read-onnx.ts';
export {
  type PropertyInstance,
  type PropertyIterate,
  type PropertySolution,
  type UnsafeCase,
  type VerifyPropertyOptions,
  verifyProperty,
} from './robustness/verify-property.ts';
export {
  type RobustnessQuestion,
  type RobustnessSolution,
  verifyRobustness,
} from './robustness/verify-robustness.ts';
export { parseVnnLib } from './robustness/vnn-lib.ts';
