// Sparse tuning of pretrained networks: the whole subject, with transformers and adapter files.
export { mergePeftLora, mergeSnell, peftLoraConfig, snellMetadata } from './tuning/adapter-files.ts';
export type { AffineMap, Bottleneck } from './tuning/bottleneck.ts';
export { type FineTuneOptions, fineTune } from './tuning/fine-tune.ts';
export { fineTuneTransformer, predictTransformer, type TransformerSolution } from './tuning/fine-tune-transformer.ts';
export { createSnellAdapter, type SnellAdapter, type SnellAdapterOptions } from './tuning/snell-adapter.ts';
export type { Layer, TuningMethod } from './tuning/tunable-linear.ts';
export { type Labeled, type LabeledLike, predictClasses, type TuningInstance } from './tuning/tuned-network.ts';
export type { TuningSolution } from './tuning/tuning-problem.ts';
export {
  type NormScale,
  randomVisionTransformer,
  readVisionTransformer,
  type TransformerBlock,
  type VisionTransformer,
  type VisionTransformerConfig,
  type VisionTransformerSizes,
  visionTransformerTensors,
} from './tuning/vision-transformer.ts';
