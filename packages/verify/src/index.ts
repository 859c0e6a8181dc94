// `@infimum/verify`: certificates for neural networks and learners.

export { readSafetensors, type SafetensorsFile, type Tensor } from '@infimum/core/data';
export { type AttackNetworkOptions, attackNetwork } from './attacks/directional-attack.ts';
export { type MinimizeSurrogateOptions, minimizeSurrogate } from './attacks/minimize-surrogate.ts';
export { networkMap } from './attacks/network-map.ts';
export type {
  Inequalities,
  ScalarFunction,
  SimulationMap,
  SurrogateCounts,
  SurrogateInstance,
  SurrogateInstanceLike,
  SurrogateSolution,
} from './attacks/network-surrogate.ts';
export { type NeuronBounds, type OutputBounds, type OutputBoundsOptions, outputBounds } from './bounds/output-bounds.ts';
export { type Ball, type Region, type RegionAroundOptions, type RegionLike, regionAround } from './bounds/region.ts';
export type {
  HalfspaceInstance,
  HalfspaceInstanceLike,
  HalfspaceSolution,
  TestResult,
} from './halfspaces/halfspace-samples.ts';
export { type LearnHalfspaceOptions, learnHalfspace } from './halfspaces/learn-halfspace.ts';
export { type TestAndLearnHalfspaceOptions, testAndLearnHalfspace } from './halfspaces/tester-learner.ts';
export { type BranchAndBoundLipschitzOptions, branchAndBoundLipschitz } from './lipschitz/branch-and-bound-lipschitz.ts';
export {
  type CertifyMonotoneOptions,
  certifyMonotone,
  type MonotoneQuestion,
  type MonotoneSolution,
  type MonotoneWitness,
} from './lipschitz/certify-monotone.ts';
export { type ExactLipschitzOptions, type ExactLipschitzSolution, exactLipschitz } from './lipschitz/exact-lipschitz.ts';
export type { InputNorm } from './lipschitz/jacobian-bounds.ts';
export { writeLipschitzProgram } from './lipschitz/lipschitz-program.ts';
export type { LipschitzInstance, LipschitzInstanceLike, LipschitzSolution } from './lipschitz/local-lipschitz.ts';
export { type LocalLipschitzOptions, localLipschitz } from './lipschitz/propagated-lipschitz.ts';
export {
  type Activation,
  type ConvolutionLayer,
  type DenseLayer,
  denseNetwork,
  evaluateNetwork,
  type Layer,
  type Network,
  type NetworkLike,
  networkGradient,
  type SparseLayer,
} from './networks/network.ts';
export { networkFromTensors, type StoredLayer, type StoredNetwork } from './networks/network-from-tensors.ts';
export { type LayersModel, readLayersModel } from './networks/read-layers-model.ts';
export { type NnetNetwork, readNnet } from './networks/read-nnet.ts';
export { type OnnxNetwork, type ReadOnnxOptions, readOnnx } from './networks/read-onnx.ts';
export {
  type PropertyInstance,
  type PropertyInstanceLike,
  type PropertySolution,
  type UnsafeCase,
  type UnsafeCaseLike,
  type VerifyPropertyOptions,
  verifyProperty,
} from './robustness/verify-property.ts';
export { type RobustnessQuestion, type RobustnessSolution, verifyRobustness } from './robustness/verify-robustness.ts';
export { parseVnnLib, writeVnnLibResult } from './robustness/vnn-lib.ts';
