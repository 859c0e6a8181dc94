// A vision transformer that is being tuned: its passes, with every linear map of its blocks tuned as the method says.
import { Random } from '@infimum/core';
import type { TrainingMemory } from './adamw.ts';
import { AdamW } from './adamw.ts';
import { crossEntropyGradient, largestOfRows } from './cross-entropy.ts';
import type { LayerSettings } from './fine-tune-options.ts';
import type { AttentionShape } from './transformer-pass.ts';
import { attend, attendBack, gelu, geluBack, normaliseBack, normalize } from './transformer-pass.ts';
import type { Scratch, TunableLinear, TuningMethod } from './tunable-linear.ts';
import { chooseWeights, DenseLinear, freshHead, scratchFor, tunable } from './tunable-linear.ts';
import type { Labeled } from './tuned-network.ts';
import type { TransformerBlock, VisionTransformer } from './vision-transformer.ts';
import { blockMaps, isAdapted } from './vision-transformer.ts';

type BlockMaps = Record<(typeof blockMaps)[number], TunableLinear>;

/** The stored values for a block's backward pass. */
interface BlockRecord {
  readonly input: Float64Array;
  readonly factors: Float64Array;
  readonly normed: Float64Array;
  readonly heads: readonly [Float64Array, Float64Array, Float64Array];
  readonly shares: Float64Array;
  readonly attended: Float64Array;
  readonly middle: Float64Array;
  readonly secondFactors: Float64Array;
  readonly secondNormed: Float64Array;
  readonly raised: Float64Array;
  readonly units: Float64Array;
}

/** A transformer with its optimiser; the head is fully trained, normalisations and embeddings stay fixed. */
export class TunedTransformer {
  /** The tunable maps of every block. */
  readonly blocks: readonly BlockMaps[];
  readonly head: DenseLinear;
  readonly #model: VisionTransformer;
  readonly #scratch: Scratch;
  readonly #optimizer: AdamW;
  #activations = 0;

  constructor(
    model: VisionTransformer,
    method: TuningMethod,
    { adapter, chosenBy = 'gradient', adaptiveSteps = 0 }: LayerSettings,
    seed: number,
    first?: Labeled,
    isPlain = false,
  ) {
    const random = new Random(seed);
    const head = isPlain ? model.head : freshHead(model.head, () => random.uniform());
    const layers = model.blocks.flatMap((block) => blockMaps.map((map) => block[map]));
    const scratch = scratchFor([...layers, head]);
    this.#model = model;
    this.#scratch = scratch;
    this.blocks = model.blocks.map((block, l) => {
      const maps = blockMaps.map((map, m) => {
        const settings = { ...adapter, seed: seed + blockMaps.length * l + m };
        // Adapters follow attention and perceptron, before the input is added.
        const isBare = method === 'adapter' && !isAdapted(map);
        return [map, tunable(isBare ? 'linear-probe' : method, block[map], scratch, settings)];
      });
      return Object.fromEntries(maps) as BlockMaps;
    });
    this.head = new DenseLinear(head, scratch);
    const inner = this.#inner();
    if (method === 'gps' && first) {
      this.accumulate(first);
      chooseWeights(inner as DenseLinear[], chosenBy);
      for (const { gradients } of [...inner, this.head]) for (const gradient of gradients) gradient.fill(0);
    }
    this.#optimizer = new AdamW([...inner, this.head], adapter?.sparsity, adaptiveSteps);
  }

  /** A model for inference, with its own head and nothing trainable in the blocks. */
  static plain(model: VisionTransformer): TunedTransformer {
    return new TunedTransformer(model, 'linear-probe', {}, 0, undefined, true);
  }

  /** The maps of all blocks. */
  #inner(): TunableLinear[] {
    return this.blocks.flatMap((maps) => blockMaps.map((map) => maps[map]));
  }

  /** Numbers that are trained. */
  get trained(): number {
    return this.#optimizer.memory(this.#scratch).trained;
  }

  /** The numbers held for all maps except the head, and the activations of the last step. */
  memory(): TrainingMemory & { readonly activations: number } {
    return { ...this.#optimizer.memory(this.#scratch, this.#inner()), activations: this.#activations };
  }

  /** The current model, with everything merged that can be. */
  merged(): VisionTransformer {
    return {
      ...this.#model,
      blocks: this.blocks.map((maps, l): TransformerBlock => {
        const merged = Object.fromEntries(blockMaps.map((map) => [map, maps[map].merged()]));
        return { ...this.#model.blocks[l], ...merged };
      }),
      head: this.head.merged(),
    };
  }

  /** One step of AdamW on a batch; the mean cross-entropy before it. */
  step(batch: Labeled, learningRate: number, weightDecay: number): number {
    const loss = this.accumulate(batch);
    this.#optimizer.step(learningRate, weightDecay);
    return loss;
  }

  /** The current predicted class of each row. */
  predict(points: Labeled['points']): Uint8Array {
    return largestOfRows(this.#forward(points).scores, this.head.cols);
  }

  /** The current mean cross-entropy. */
  loss({ points, classes }: Labeled): number {
    return crossEntropyGradient(this.#forward(points).scores, this.head.cols, classes);
  }

  #forward(points: Labeled['points']) {
    const { classToken, norm, heads, epsilon } = this.#model;
    const width = classToken.length;
    let x = embed(this.#model, points);
    const tokens = x.length / points.rows / width;
    const shape: AttentionShape = { samples: points.rows, tokens, width, heads };
    const records: BlockRecord[] = [];
    this.blocks.forEach((maps, l) => {
      const { record, output } = blockForward(maps, this.#model.blocks[l], shape, epsilon, x);
      records.push(record);
      x = output;
    });
    // Only the class token is used.
    const asked = new Float64Array(points.rows * width);
    for (let s = 0; s < points.rows; s++) asked.set(x.subarray(s * tokens * width, (s * tokens + 1) * width), s * width);
    const normed = new Float64Array(asked.length);
    const factors = normalize(asked, norm.scale, norm.shift, epsilon, normed);
    const scores = new Float64Array(points.rows * this.head.cols);
    this.head.forward(normed, points.rows, scores);
    this.#activations =
      records.reduce((sum, record) => sum + numbersOf(record), 2 * asked.length + scores.length) +
      this.#inner().reduce((sum, { kept }) => sum + kept, 0);
    return { records, shape, asked, normed, factors, scores };
  }

  /** Adds the gradients of the mean cross-entropy; its value. */
  accumulate({ points, classes }: Labeled): number {
    const { records, shape, asked, normed, factors, scores } = this.#forward(points);
    const { samples, tokens, width } = shape;
    const loss = crossEntropyGradient(scores, this.head.cols, classes);
    const ofNormed = new Float64Array(normed.length);
    this.head.backward(normed, scores, samples, ofNormed);
    const ofAsked = new Float64Array(asked.length);
    normaliseBack(asked, this.#model.norm.scale, factors, ofNormed, ofAsked);
    let gradient = new Float64Array(samples * tokens * width);
    for (let s = 0; s < samples; s++) gradient.set(ofAsked.subarray(s * width, (s + 1) * width), s * tokens * width);
    for (let l = records.length - 1; l >= 0; l--)
      gradient = blockBackward(this.blocks[l], this.#model.blocks[l], shape, records[l], gradient, l > 0);
    return loss;
  }
}

/** Tokens of images: the class's first, then the patches row by row, with their positions. */
function embed(model: VisionTransformer, { rows, cols, values }: Labeled['points']): Float64Array {
  const { imageSize, channels, patchSize, patch, classToken, positions } = model;
  const width = classToken.length;
  const [down, across] = [imageSize[0] / patchSize, imageSize[1] / patchSize];
  const tokens = down * across + 1;
  const out = new Float64Array(rows * tokens * width);
  const weights = patch.weights.values;
  for (let s = 0; s < rows; s++) {
    for (let t = 0; t < tokens; t++) {
      const at = (s * tokens + t) * width;
      for (let j = 0; j < width; j++) out[at + j] = positions[t * width + j] + (t === 0 ? classToken[j] : patch.bias[j]);
      if (t === 0) continue;
      const [top, left] = [Math.floor((t - 1) / across) * patchSize, ((t - 1) % across) * patchSize];
      for (let k = 0; k < channels * patchSize * patchSize; k++) {
        const [c, inner] = [Math.floor(k / (patchSize * patchSize)), k % (patchSize * patchSize)];
        const [y, x] = [top + Math.floor(inner / patchSize), left + (inner % patchSize)];
        const pixel = values[s * cols + (c * imageSize[0] + y) * imageSize[1] + x];
        if (pixel === 0) continue;
        for (let j = 0; j < width; j++) out[at + j] += pixel * weights[k * width + j];
      }
    }
  }
  return out;
}

function blockForward(
  maps: BlockMaps,
  block: TransformerBlock,
  shape: AttentionShape,
  epsilon: number,
  input: Float64Array,
): { readonly record: BlockRecord; readonly output: Float64Array } {
  const tokens = shape.samples * shape.tokens;
  const empty = () => new Float64Array(input.length);
  const normed = empty();
  const factors = normalize(input, block.norm.scale, block.norm.shift, epsilon, normed);
  const heads = [empty(), empty(), empty()] as const;
  for (const [m, map] of [maps.query, maps.key, maps.value].entries()) map.forward(normed, tokens, heads[m]);
  const attended = empty();
  const shares = attend(shape, ...heads, attended);
  const middle = empty();
  maps.output.forward(attended, tokens, middle);
  for (let k = 0; k < middle.length; k++) middle[k] += input[k];
  const secondNormed = empty();
  const { scale, shift } = block.secondNorm;
  const secondFactors = normalize(middle, scale, shift, epsilon, secondNormed);
  const raised = new Float64Array(tokens * maps.up.cols);
  maps.up.forward(secondNormed, tokens, raised);
  const units = new Float64Array(raised.length);
  gelu(raised, units);
  const output = empty();
  maps.down.forward(units, tokens, output);
  for (let k = 0; k < output.length; k++) output[k] += middle[k];
  const record = { input, factors, normed, heads, shares, attended, middle, secondFactors, secondNormed, raised, units };
  return { record, output };
}

/** The gradient of the block's input, from that of its output; empty if it is not needed. */
function blockBackward(
  maps: BlockMaps,
  block: TransformerBlock,
  shape: AttentionShape,
  record: BlockRecord,
  gradient: Float64Array<ArrayBuffer>,
  isAsked: boolean,
): Float64Array<ArrayBuffer> {
  const tokens = shape.samples * shape.tokens;
  const empty = () => new Float64Array(gradient.length);
  const ofUnits = new Float64Array(record.units.length);
  maps.down.backward(record.units, gradient, tokens, ofUnits);
  geluBack(record.raised, ofUnits, ofUnits);
  const ofNormed = empty();
  maps.up.backward(record.secondNormed, ofUnits, tokens, ofNormed);
  const ofMiddle = gradient.slice();
  normaliseBack(record.middle, block.secondNorm.scale, record.secondFactors, ofNormed, ofMiddle);
  const ofAttended = empty();
  maps.output.backward(record.attended, ofMiddle, tokens, ofAttended);
  const ofHeads = [empty(), empty(), empty()] as const;
  attendBack(shape, record.heads, record.shares, ofAttended, ofHeads);
  ofNormed.fill(0);
  const part = empty();
  [maps.query, maps.key, maps.value].forEach((map, m) => {
    map.backward(record.normed, ofHeads[m], tokens, isAsked ? part : undefined);
    if (isAsked) for (let k = 0; k < part.length; k++) ofNormed[k] += part[k];
  });
  if (isAsked) normaliseBack(record.input, block.norm.scale, record.factors, ofNormed, ofMiddle);
  return ofMiddle;
}

function numbersOf(record: BlockRecord): number {
  return Object.values(record)
    .flat()
    .reduce((sum: number, array: Float64Array) => sum + array.length, 0);
}
