// The options of tuning, the same for perceptrons and transformers.
import type { OptionSpecs, ResolvedOptions } from '@infimum/core';
import type { SnellAdapterOptions } from './snell-adapter.ts';
import { snellAdapterOptions } from './snell-adapter.ts';
import type { ChosenBy } from './tunable-linear.ts';

/** Options of `fineTune` and `fineTuneTransformer`. */
export const fineTuneOptions = {
  method: {
    type: 'choice',
    choices: ['snell', 'kernelized-lora', 'lora', 'adapter', 'bitfit', 'ssf', 'gps', 'full', 'linear-probe'],
    default: 'snell',
    description: 'Trained parameters besides the new head',
  },
  rank: {
    type: 'integer',
    min: 1,
    max: 256,
    default: 8,
    description: 'Rank of the thin matrices, an even number for two heads; units of an adapter’s bottleneck',
  },
  sparsity: { type: 'number', min: 0, below: 1, default: 0.9, description: 'Share of a layer’s update that is zero' },
  adaptive: {
    type: 'boolean',
    default: false,
    description: 'Distribute the entries that `snell` keeps over layers by contribution',
  },
  thresholding: snellAdapterOptions.thresholding,
  kernel: { ...snellAdapterOptions.kernel, description: 'Kernel of the thin matrices' },
  recompute: { type: 'boolean', default: true, description: 'Recompute merges in the backward pass: less memory' },
  chosenBy: {
    type: 'choice',
    choices: ['gradient', 'magnitude', 'sensitivity'],
    default: 'gradient',
    description:
      'Weights trained by `gps`: the inputs of every output with the largest gradients or weights, or as many in all layers with the largest squared gradients',
  },
  learningRate: { type: 'number', above: 0, default: 3e-3, description: 'Initial step size of AdamW, with cosine decay' },
  weightDecay: { type: 'number', min: 0, default: 1e-4, description: 'Weight decay of trained parameters' },
  batchSize: { type: 'integer', min: 1, max: 100_000, default: 32, description: 'Examples per step' },
  steps: { type: 'integer', min: 1, max: 1_000_000, default: 700, description: 'Steps' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of head, adapters and batches' },
} as const satisfies OptionSpecs;

/** The options of the layers of a network. */
export interface LayerSettings {
  readonly adapter?: SnellAdapterOptions;
  readonly chosenBy?: ChosenBy;
  /** Steps over which the kept entries are redistributed among layers; 0 if all keep the same share. */
  readonly adaptiveSteps?: number;
}

/** The part of the options that applies to the layers. */
export function layerSettings(settings: ResolvedOptions<typeof fineTuneOptions>) {
  const { method, rank, thresholding, kernel, recompute, chosenBy, adaptive, steps } = settings;
  const sparsity = method === 'snell' ? settings.sparsity : 0;
  const adapter = { rank, heads: rank % 2 === 0 ? 2 : 1, sparsity, thresholding, kernel, recompute };
  return { adapter, chosenBy, adaptiveSteps: adaptive && method === 'snell' ? steps : 0 };
}
