// Tuning a vision transformer on few examples: adapters to be saved separately, and the merged model.
//
// S. Shen, J. Sun, X. Ji, Q. Huang, S. Wang: Expanding sparse tuning for low memory usage (2024), arXiv 2411.01800.
import type { Iterate, LimitOptions, MatrixLike, Outcome, Steps } from '@infimum/core';
import { asMatrix, checkMatrix, exhausted, fault, Random, resolveOptions, runWith, stalled } from '@infimum/core';
import type { Tensor } from '@infimum/core/data';
import type { TrainingMemory } from './adamw.ts';
import { snellMetadata } from './adapter-files.ts';
import type { FineTuneOptions } from './fine-tune.ts';
import { fineTuneOptions, layerSettings } from './fine-tune-options.ts';
import { AdapterLinear, KernelizedLinear, LowRankLinear } from './tunable-linear.ts';
import type { Labeled, LabeledLike } from './tuned-network.ts';
import { asLabeled, chosenRows } from './tuned-network.ts';
import { TunedTransformer } from './tuned-transformer.ts';
import type { VisionTransformer } from './vision-transformer.ts';
import { adapterTensors, blockMaps, checkVisionTransformer, isAdapted, mapPath } from './vision-transformer.ts';

/** A tuned transformer. */
export interface TransformerSolution {
  /** The merged model: plain layers, with bottlenecks behind them if `adapter` trained some. */
  readonly model: VisionTransformer;
  /**
   * Only the trained tensors, to be written by `writeSafetensors`: LoRA by PEFT's names, SNELL by its own, bottlenecks by those of
   * AdapterHub's library, which `readVisionTransformer` finds among the base model's; empty for methods that change the layers
   * themselves.
   */
  readonly adapters: ReadonlyMap<string, Tensor>;
  /** The header's texts for SNELL's adapters; empty for others. */
  readonly adapterMetadata: Readonly<Record<string, string>>;
  /** Mean cross-entropy of the last batch. */
  readonly loss: number;
  /** Numbers that were trained, the head's included. */
  readonly trained: number;
  /**
   * Numbers that training held, by the arrays' lengths, without the head's: gradients, moments, scratch, and the activations of a
   * batch. Eight bytes each.
   */
  readonly memory: TrainingMemory & {
    /** Numbers that the forward pass stores for the backward pass. */
    readonly activations: number;
  };
}

/** One step. */
export interface TransformerIterate extends Iterate<TransformerSolution> {
  /** The mean cross-entropy of the last batch. */
  readonly loss: number;
}

/** Maximum number of examples for the loss before the first step. */
const FIRST = 64;

/**
 * Tunes the linear maps of all blocks (queries, keys, values, output, both of the perceptron) of a vision transformer, with a new
 * head, by any method of `fineTune`. Normalisations and embeddings stay as they are; so do all biases with SNELL and LoRA. The
 * bottlenecks of `adapter` stand behind the output of every attention and perceptron.
 *
 * Training ends with its steps (`iteration-limit`); `stalled` where the loss is no longer a number.
 *
 * @param model - from `readVisionTransformer`, or plain data of that form
 * @param train - images, a row each, channel by channel and row by row; their classes below the head's number of outputs
 * @throws {InvalidInputError} naming the field or option at fault
 *
 * Cost: six products of the layers' sizes for each token of a batch, and O(nm r) a layer and step for SNELL's merges.
 *
 * @example
 * ```ts
 * import { fineTuneTransformer, predictTransformer, randomVisionTransformer } from '@infimum/learn/tuning';
 *
 * // Bright above, or bright below.
 * const model = randomVisionTransformer({ imageSize: [4, 4], patchSize: 2, width: 16, blocks: 1, heads: 2, classes: 2 });
 * const values = Float64Array.from({ length: 8 * 16 }, (_, k) => ((k >> 4) % 2 === (k >> 3) % 2 ? 1 : 0));
 * const points = { rows: 8, cols: 16, values };
 * const classes = Uint8Array.of(0, 1, 0, 1, 0, 1, 0, 1);
 * const tuned = fineTuneTransformer(model, { points, classes }, { rank: 2, sparsity: 0.5, steps: 60, learningRate: 0.01 });
 * console.log(predictTransformer(tuned.model, points).join('')); // 01010101
 * ```
 */
export function fineTuneTransformer(
  model: VisionTransformer,
  train: LabeledLike,
  options: FineTuneOptions & LimitOptions<TransformerIterate> = {},
): Outcome<TransformerSolution, TransformerIterate> {
  return runWith(fineTuneOptions, options, fineTuneTransformerSteps(model, asLabeled(train, 'train'), options));
}

/** The steps of `fineTuneTransformer`. */
export function* fineTuneTransformerSteps(
  model: VisionTransformer,
  train: Labeled,
  options: FineTuneOptions,
): Steps<TransformerSolution, TransformerIterate> {
  const settings = resolveOptions(fineTuneOptions, options);
  const { method, learningRate, weightDecay, batchSize, steps, seed } = settings;
  checkImages(model, train);
  const layers = layerSettings(settings);
  const random = new Random(seed).split(7);
  const size = Math.min(batchSize, train.points.rows);
  const draw = (count: number) =>
    chosenRows(
      train,
      Int32Array.from({ length: count }, () => random.integer(train.points.rows)),
    );
  const network = new TunedTransformer(model, method, layers, seed, draw(size));
  let loss = network.loss(draw(Math.min(FIRST, train.points.rows)));
  const solution = (): TransformerSolution => ({
    model: network.merged(),
    ...adaptersOf(network, layers),
    loss: Number.isFinite(loss) ? loss : Number.MAX_VALUE,
    trained: network.trained,
    memory: network.memory(),
  });
  let kept = solution();
  for (let step = 0; ; step++) {
    yield { iteration: step, loss: kept.loss, solution };
    if (step >= steps) return exhausted(solution(), `all ${steps} steps of training are done`);
    const rate = learningRate * 0.5 * (1 + Math.cos((Math.PI * step) / steps));
    loss = network.step(draw(size), rate, weightDecay);
    if (!Number.isFinite(loss)) return stalled(kept, `the loss is ${loss} at step ${step + 1}: shorten the steps`);
    if (step % KEEP_EVERY === KEEP_EVERY - 1) kept = solution();
    else kept = { ...kept, loss };
  }
}

/** Steps after which a copy of the model is kept, in case the loss becomes NaN or infinite later. */
const KEEP_EVERY = 50;

function checkImages(model: VisionTransformer, train: Labeled): void {
  checkVisionTransformer(model);
  checkMatrix(train?.points, 'train.points');
  const { points, classes } = train;
  const pixels = model.channels * model.imageSize[0] * model.imageSize[1];
  if (points.cols !== pixels) {
    throw fault(`expected ${pixels} columns, as many as images have numbers, got ${points.cols}`, 'train.points', 'shape');
  }
  if (!(classes instanceof Uint8Array) || classes.length !== points.rows) {
    throw fault(`expected a Uint8Array of ${points.rows} classes`, 'train.classes', 'shape');
  }
  const outputs = model.head.weights.cols;
  const index = classes.findIndex((label) => label >= outputs);
  if (index >= 0) {
    const problem = `is ${classes[index]} at index ${index}; the head has ${outputs} classes`;
    throw fault(problem, 'train.classes', 'out-of-range', index);
  }
}

/** The adapters by the names under which they are saved, with the head. */
function adaptersOf(network: TunedTransformer, { adapter, adaptiveSteps }: ReturnType<typeof layerSettings>) {
  const adapters = new Map<string, Tensor>();
  const first = network.blocks[0]?.down;
  const isSnell = first instanceof KernelizedLinear;
  network.blocks.forEach((maps, l) => {
    for (const map of blockMaps) {
      const layer = maps[map];
      const path = mapPath(l, map);
      const [a, b] = layer.parameters;
      if (layer instanceof LowRankLinear) {
        const { rows, cols, rank } = layer;
        const turned = Float64Array.from({ length: rank * rows }, (_, k) => a[(k % rows) * rank + Math.floor(k / rows)]);
        adapters.set(`base_model.model.${path}.lora_A.weight`, { shape: [rank, rows], values: turned });
        adapters.set(`base_model.model.${path}.lora_B.weight`, { shape: [cols, rank], values: b.slice() });
      } else if (layer instanceof KernelizedLinear) {
        const { heads, width, sparsity } = layer.adapter;
        if (adaptiveSteps > 0) adapters.set(`snell.${path}.sparsity`, { shape: [1], values: Float64Array.of(sparsity) });
        adapters.set(`snell.${path}.A`, { shape: [heads, layer.rows, width], values: a.slice() });
        adapters.set(`snell.${path}.B`, { shape: [heads, layer.cols, width], values: b.slice() });
      } else if (layer instanceof AdapterLinear && isAdapted(map)) {
        for (const [name, tensor] of adapterTensors(l, map, layer.adapter)) adapters.set(name, tensor);
      }
    }
  });
  if (adapters.size > 0) {
    const { weights, bias } = network.head.merged();
    const { rows, cols, values } = weights;
    const turned = Float64Array.from({ length: values.length }, (_, k) => values[(k % rows) * cols + Math.floor(k / rows)]);
    const prefix = first instanceof LowRankLinear ? 'base_model.model.' : '';
    adapters.set(`${prefix}classifier.weight`, { shape: [cols, rows], values: turned });
    adapters.set(`${prefix}classifier.bias`, { shape: [cols], values: bias });
  }
  return { adapters, adapterMetadata: isSnell ? snellMetadata(adapter) : {} };
}

/**
 * The predicted class of each image.
 *
 * @throws {InvalidInputError} for images of another size
 */
export function predictTransformer(model: VisionTransformer, points: MatrixLike): Uint8Array {
  const given = asMatrix(points, 'points');
  checkImages(model, { points: given, classes: new Uint8Array(given.rows) });
  return TunedTransformer.plain(model).predict(given);
}
