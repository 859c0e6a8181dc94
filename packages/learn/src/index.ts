// The public interface of this package.
export { readSafetensors } from '@infimum/core/data';

export type { Label } from './data/classes.ts';
export { type LabeledTable, labeledTable } from './data/labeled-table.ts';
export { formatLibsvm, type LabeledPoints, parseLibsvm } from './data/libsvm-text.ts';
export { readShardedSafetensors, writeSafetensors } from './data/safetensors.ts';
export { type AdamReluOptions, adamRelu } from './networks/adam-relu.ts';
export type { ReluSolution } from './networks/convex-program.ts';
export { type ConvexReluAdmmOptions, convexReluAdmm } from './networks/convex-relu-admm.ts';
export {
  type ConvexReluColumnGenerationOptions,
  convexReluColumnGeneration,
} from './networks/convex-relu-column-generation.ts';
export { type ConvexReluInteriorOptions, convexReluInterior } from './networks/convex-relu-interior.ts';
export { type ConvexReluRbcdOptions, convexReluRbcd } from './networks/convex-relu-rbcd.ts';
export { type GatedReluOptions, gatedRelu } from './networks/gated-relu.ts';
export { type ImagePatches, type ImagePatchesOptions, imagePatches } from './networks/image-patches.ts';
export { enumeratePatterns, type Patterns, samplePatterns } from './networks/patterns.ts';
export { boundRelu, type ReluBounds } from './networks/relaxed-bound.ts';
export {
  type FitReluClassifierOptions,
  fitReluClassifier,
  predictReluClassifier,
  type ReluClassifier,
} from './networks/relu-classes.ts';
export {
  type AttackReluOptions,
  attackRelu,
  predictRelu,
  type ReluInstance,
  type ReluLike,
  type ReluLoss,
  type ReluNetwork,
  reluAccuracy,
  reluObjective,
} from './networks/relu-network.ts';
export { type RobustReluOptions, type RobustReluSolution, robustRelu } from './networks/robust-relu.ts';
export { type SampledConvexReluOptions, sampledConvexRelu } from './networks/sampled-convex.ts';
export { type BatchPerceptronOptions, batchPerceptron } from './separable/batch-perceptron.ts';
export {
  type ClassPlane,
  classProbabilities,
  decisionValues,
  type FitClassifierOptions,
  fitClassifier,
  type LinearClassifier,
  predictClassifier,
  scoreClassifier,
} from './separable/fit-classifier.ts';
export { type BoundedMethod, iterationBound, type SeparationConstants } from './separable/iteration-bound.ts';
export { type LbfgsLogisticOptions, lbfgsLogistic } from './separable/lbfgs-logistic.ts';
export { type LogisticGradientDescentOptions, logisticGradientDescent } from './separable/lr-gd.ts';
export { type MaxMarginOptions, maxMargin } from './separable/max-margin.ts';
export { type NormalizedGradientDescentOptions, normalizedGradientDescent } from './separable/normalized-gd.ts';
export {
  type NormalizedBatchPerceptronOptions,
  type NormalizedLogisticDescentOptions,
  normalizedBatchPerceptron,
  normalizedLogisticDescent,
  type StochasticLogisticDescentOptions,
  stochasticLogisticDescent,
} from './separable/normalized-lr-gd.ts';
export { type PerceptronOptions, perceptron } from './separable/perceptron.ts';
export { type Separability, type SeparabilityOptions, separability } from './separable/separability.ts';
export { hardSeparable, separableLadder, separatedSphere } from './separable/separable-families.ts';
export type { Separation } from './separable/separation.ts';
export type { LinearSeparator, PointsLike, SeparableInstance, SeparableLike } from './separable/signed-rows.ts';
export { type SmoothPerceptronOptions, smoothPerceptron } from './separable/smooth-perceptron.ts';
export { type FineTuneOptions, fineTune } from './tuning/fine-tune.ts';
export { fineTuneTransformer, predictTransformer } from './tuning/fine-tune-transformer.ts';
export { createSnellAdapter, type SnellAdapter, type SnellAdapterOptions } from './tuning/snell-adapter.ts';
export type { Layer } from './tuning/tunable-linear.ts';
export { type Labeled, predictClasses } from './tuning/tuned-network.ts';
