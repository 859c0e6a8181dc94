// A trained linear map and its tuning methods: the trained numbers, and the memory of a pass.
//
// E. Hu et al.: LoRA (2021), arXiv 2106.09685; E. Ben Zaken et al.: BitFit (2021), arXiv 2106.10199; D. Lian et al.: Scaling and
// shifting your features (2022), arXiv 2210.08823; Z. Zhang et al.: Gradient-based parameter selection (2023), arXiv 2312.10136.
import type { AffineMap, Bottleneck } from './bottleneck.ts';
import { applyBottleneck, bottleneckBack, copyBottleneck, copyMap, freshBottleneck, numbersOf } from './bottleneck.ts';
import { addRow, addSumOfRows, multiplyInto } from './products.ts';
import type { SnellAdapter, SnellAdapterOptions } from './snell-adapter.ts';
import { createSnellAdapter } from './snell-adapter.ts';

/** A layer y = x W + b. */
export interface Layer extends AffineMap {
  /** An adapter applied to y, which cannot be merged into the weights. */
  readonly adapter?: Bottleneck;
}

/** A copy of a layer. */
export function copyLayer(layer: Layer): Layer {
  return layer.adapter ? { ...copyMap(layer), adapter: copyBottleneck(layer.adapter) } : copyMap(layer);
}

/** All numbers of a layer. */
export function numbersOfLayer({ weights, bias, adapter }: Layer): readonly Float64Array[] {
  return [weights.values as Float64Array, bias, ...(adapter ? numbersOf(adapter) : [])];
}

/** The trained part: always the new head, and in addition nothing, biases, scales, thin matrices, adapters, selected weights, or all. */
export type TuningMethod =
  | 'snell'
  | 'kernelized-lora'
  | 'lora'
  | 'adapter'
  | 'bitfit'
  | 'ssf'
  | 'gps'
  | 'full'
  | 'linear-probe';

/** Two arrays as large as the largest layer, which all layers of a network share: their contents are valid only during a pass. */
export interface Scratch {
  readonly first: Float64Array;
  readonly second: Float64Array;
}

/** Scratch for layers. */
export function scratchFor(layers: readonly Layer[]): Scratch {
  const size = layers.reduce((most, { weights }) => Math.max(most, weights.rows * weights.cols), 0);
  return { first: new Float64Array(size), second: new Float64Array(size) };
}

/** A layer that is being tuned. */
export abstract class TunableLinear {
  /** Inputs n. */
  readonly rows: number;
  /** Outputs m. */
  readonly cols: number;
  /** What is trained. */
  readonly parameters: readonly Float64Array[];
  /** Their gradients, which `backward` adds to. */
  readonly gradients: readonly Float64Array[];
  /** The layer as it was trained before. */
  protected readonly layer: Layer;
  protected readonly scratch: Scratch;
  /** The input of the adapter in the last forward pass. */
  #given = new Float64Array(0);

  constructor(layer: Layer, scratch: Scratch, parameters: readonly Float64Array[]) {
    this.layer = layer;
    this.scratch = scratch;
    this.rows = layer.weights.rows;
    this.cols = layer.weights.cols;
    this.parameters = parameters;
    this.gradients = parameters.map(({ length }) => new Float64Array(length));
  }

  /** out <- the layer's outputs for `tokens` rows of x, as it is tuned now. */
  forward(x: Float64Array, tokens: number, out: Float64Array): void {
    this.map(x, tokens, out);
    const { adapter } = this.layer;
    if (!adapter) return;
    this.#given = out.slice(0, tokens * this.cols);
    applyBottleneck(adapter, out, tokens);
  }

  /** Numbers that the last forward pass stored for the backward pass. */
  get kept(): number {
    return this.#given.length;
  }

  /** Adds the gradients of what is trained after a forward pass of the same x, and writes that of x if requested. */
  backward(x: Float64Array, gradient: Float64Array, tokens: number, gx?: Float64Array): void {
    const { adapter } = this.layer;
    const gy = adapter ? bottleneckBack(adapter, this.#given, gradient, tokens, this.ofAdapter()) : gradient;
    this.mapBack(x, gy, tokens, gx);
  }

  /** The layer with the trained changes merged. */
  merged(): Layer {
    const { adapter } = this.layer;
    return adapter ? { ...this.mergedMap(), adapter: copyBottleneck(adapter) } : this.mergedMap();
  }

  /** out <- x W + b, W and b tuned. */
  protected map(x: Float64Array, tokens: number, out: Float64Array): void {
    multiplyInto(out, [tokens, this.rows, this.cols], x, this.weights());
    addRow(out, tokens, this.bias());
  }

  /** Adds the gradients of the parameters of W and b, and gx <- gy W' if requested. */
  protected mapBack(x: Float64Array, gy: Float64Array, tokens: number, gx?: Float64Array): void {
    if (gx) multiplyInto(gx, [tokens, this.cols, this.rows], gy, this.weights(), 'right');
    this.pull(x, gy, tokens);
  }

  /** W and b as they are now. */
  protected mergedMap(): AffineMap {
    return {
      weights: { rows: this.rows, cols: this.cols, values: this.weights().slice(0, this.rows * this.cols) },
      bias: this.bias().slice(),
    };
  }

  /** The arrays of the adapter's gradients, if it is trained. */
  protected ofAdapter(): readonly Float64Array[] | undefined {
    return undefined;
  }

  /** The current W; may lie in the first scratch array. */
  protected weights(): Float64Array {
    return this.layer.weights.values as Float64Array;
  }

  /** The current b. */
  protected bias(): Float64Array {
    return this.layer.bias;
  }

  /** Adds the gradients of the parameters of W and b. */
  protected abstract pull(x: Float64Array, gy: Float64Array, tokens: number): void;
}

/** Nothing is trained. */
class FrozenLinear extends TunableLinear {
  constructor(layer: Layer, scratch: Scratch) {
    super(layer, scratch, []);
  }

  protected pull(): void {}
}

/** The bias alone. */
class BiasLinear extends TunableLinear {
  constructor(layer: Layer, scratch: Scratch) {
    super(layer, scratch, [layer.bias.slice()]);
  }

  protected override bias(): Float64Array {
    return this.parameters[0];
  }

  protected pull(_: Float64Array, gy: Float64Array, tokens: number): void {
    addSumOfRows(gy, tokens, this.gradients[0]);
  }
}

/** Changes of all weights and biases, or of those that a mask names. */
export class DenseLinear extends TunableLinear {
  #mask: Uint8Array | undefined;

  constructor(layer: Layer, scratch: Scratch) {
    super(layer, scratch, [new Float64Array(layer.weights.values.length), new Float64Array(layer.bias.length)]);
  }

  protected override weights(): Float64Array {
    const { values } = this.layer.weights;
    const [change] = this.parameters;
    const sum = this.scratch.first;
    for (let k = 0; k < change.length; k++) sum[k] = values[k] + change[k];
    return sum;
  }

  protected override bias(): Float64Array {
    return this.layer.bias.map((value, j) => value + this.parameters[1][j]);
  }

  protected pull(x: Float64Array, gy: Float64Array, tokens: number): void {
    const [ofWeights, ofBias] = this.gradients;
    multiplyInto(ofWeights, [this.rows, tokens, this.cols], x, gy, 'left', true);
    addSumOfRows(gy, tokens, ofBias);
    const mask = this.#mask;
    if (mask) for (let k = 0; k < mask.length; k++) if (!mask[k]) ofWeights[k] = 0;
  }

  /** The score of each weight for training: the magnitude of its gradient now, its own, or the square of its gradient. */
  scores(by: ChosenBy): Float64Array {
    const values = by === 'magnitude' ? this.layer.weights.values : this.gradients[0];
    return Float64Array.from(values, (value) => (by === 'sensitivity' ? value * value : Math.abs(value)));
  }

  /** From now on trains only the inputs of every output that have the largest scores. */
  chooseInputs(inputs: number, scores: Float64Array): void {
    const { rows, cols } = this;
    const mask = new Uint8Array(rows * cols);
    for (let j = 0; j < cols; j++) {
      const order = Array.from({ length: rows }, (_, i) => i).sort((p, q) => scores[q * cols + j] - scores[p * cols + j]);
      for (const i of order.slice(0, inputs)) mask[i * cols + j] = 1;
    }
    this.#mask = mask;
  }

  /** From now on trains only weights whose scores are at least as large. */
  chooseAbove(least: number, scores: Float64Array): void {
    this.#mask = Uint8Array.from(scores, (score) => (score >= least ? 1 : 0));
  }
}

/** The criterion by which `gps` selects the weights that it trains. */
export type ChosenBy = 'gradient' | 'magnitude' | 'sensitivity';

/** Inputs of an output that `gps` trains. */
const CHOSEN_INPUTS = 8;

/** Chooses as many inputs of every output, or as many weights of all layers together by their sensitivity, and clears gradients. */
export function chooseWeights(layers: readonly DenseLinear[], by: ChosenBy): void {
  const scores = layers.map((layer) => layer.scores(by));
  if (by === 'sensitivity') {
    const sorted = new Float64Array(scores.reduce((sum, { length }) => sum + length, 0));
    let [at, wanted] = [0, 0];
    layers.forEach(({ rows, cols }, l) => {
      sorted.set(scores[l], at);
      at += scores[l].length;
      wanted += Math.min(rows, CHOSEN_INPUTS) * cols;
    });
    // None with zero gradient: it would be an arbitrary choice.
    const least = Math.max(sorted.sort()[sorted.length - wanted], Number.MIN_VALUE);
    layers.forEach((layer, l) => {
      layer.chooseAbove(least, scores[l]);
    });
    return;
  }
  layers.forEach((layer, l) => {
    layer.chooseInputs(CHOSEN_INPUTS, scores[l]);
  });
}

/** y -> gamma o y + delta: merged into weights and bias exactly. */
class ScaledLinear extends TunableLinear {
  constructor(layer: Layer, scratch: Scratch) {
    super(layer, scratch, [new Float64Array(layer.bias.length).fill(1), new Float64Array(layer.bias.length)]);
  }

  protected override weights(): Float64Array {
    const { rows, cols, layer } = this;
    const [gamma] = this.parameters;
    const scaled = this.scratch.first;
    for (let k = 0; k < rows * cols; k++) scaled[k] = layer.weights.values[k] * gamma[k % cols];
    return scaled;
  }

  protected override bias(): Float64Array {
    const [gamma, delta] = this.parameters;
    return this.layer.bias.map((value, j) => value * gamma[j] + delta[j]);
  }

  protected pull(x: Float64Array, gy: Float64Array, tokens: number): void {
    const { rows, cols, layer } = this;
    const [ofGamma, ofDelta] = this.gradients;
    const before = new Float64Array(tokens * cols);
    multiplyInto(before, [tokens, rows, cols], x, layer.weights.values as Float64Array);
    for (let t = 0; t < tokens; t++) {
      for (let j = 0; j < cols; j++) ofGamma[j] += gy[t * cols + j] * (before[t * cols + j] + layer.bias[j]);
    }
    addSumOfRows(gy, tokens, ofDelta);
  }
}

/** LoRA: x W + (x A) B', with A of n x r and B of m x r numbers; nothing as large as the layer is ever made. */
export class LowRankLinear extends TunableLinear {
  readonly rank: number;

  constructor(layer: Layer, scratch: Scratch, options: SnellAdapterOptions) {
    const { rows, cols } = layer.weights;
    const { rank = 8 } = options;
    const { parameters } = createSnellAdapter(rows, cols, { ...options, kernel: 'linear', heads: 1, sparsity: 0 });
    super(layer, scratch, parameters);
    this.rank = rank;
  }

  protected override map(x: Float64Array, tokens: number, out: Float64Array): void {
    super.map(x, tokens, out);
    multiplyInto(out, [tokens, this.rank, this.cols], this.#inner(x, tokens), this.parameters[1], 'right', true);
  }

  protected override mapBack(x: Float64Array, gy: Float64Array, tokens: number, gx?: Float64Array): void {
    const { rows, cols, rank } = this;
    const [a, b] = this.parameters;
    const [ofA, ofB] = this.gradients;
    const ofInner = new Float64Array(tokens * rank);
    multiplyInto(ofInner, [tokens, cols, rank], gy, b);
    multiplyInto(ofB, [cols, tokens, rank], gy, this.#inner(x, tokens), 'left', true);
    multiplyInto(ofA, [rows, tokens, rank], x, ofInner, 'left', true);
    if (!gx) return;
    super.mapBack(x, gy, tokens, gx);
    multiplyInto(gx, [tokens, rank, rows], ofInner, a, 'right', true);
  }

  protected override mergedMap(): AffineMap {
    const { rows, cols, rank, layer } = this;
    const values = Float64Array.from(layer.weights.values);
    multiplyInto(values, [rows, rank, cols], this.parameters[0], this.parameters[1], 'right', true);
    return { weights: { rows, cols, values }, bias: layer.bias.slice() };
  }

  /** x A. */
  #inner(x: Float64Array, tokens: number): Float64Array {
    const inner = new Float64Array(tokens * this.rank);
    multiplyInto(inner, [tokens, this.rows, this.rank], x, this.parameters[0]);
    return inner;
  }

  protected pull(): void {}
}

/** A bottleneck behind the layer, whose own weights stay fixed. */
export class AdapterLinear extends TunableLinear {
  readonly adapter: Bottleneck;

  constructor(layer: Layer, scratch: Scratch, adapter: Bottleneck) {
    super({ ...layer, adapter }, scratch, numbersOf(adapter));
    this.adapter = adapter;
  }

  protected override ofAdapter(): readonly Float64Array[] {
    return this.gradients;
  }

  protected pull(): void {}
}

/** SNELL: the sparse merge of two thin matrices, recomputed in every pass, in scratch that all layers share. */
export class KernelizedLinear extends TunableLinear {
  readonly adapter: SnellAdapter;
  /** Whether `importance` is measured in every backward pass. */
  isMeasured = false;
  /** What the layer contributed in the last one. */
  importance = 0;
  #tau = 0;

  constructor(layer: Layer, scratch: Scratch, options: SnellAdapterOptions) {
    const adapter = createSnellAdapter(layer.weights.rows, layer.weights.cols, options);
    super(layer, scratch, adapter.parameters);
    this.adapter = adapter;
  }

  protected override weights(): Float64Array {
    const { first, second } = this.scratch;
    const size = this.rows * this.cols;
    const out = first.subarray(0, size);
    const base = this.layer.weights.values as Float64Array;
    this.#tau = this.adapter.mergeInto(out, base, second.subarray(0, size)).tau;
    return out;
  }

  protected override mapBack(x: Float64Array, gy: Float64Array, tokens: number, gx?: Float64Array): void {
    // The threshold is that of the forward pass: nothing was trained in between.
    const { rows, cols } = this;
    const [first, second] = [this.scratch.first, this.scratch.second].map((array) => array.subarray(0, rows * cols));
    const [ofA, ofB] = this.gradients;
    multiplyInto(second, [rows, tokens, cols], x, gy, 'left');
    if (this.isMeasured) this.importance = this.adapter.importance(second);
    if (!gx) {
      this.adapter.backward(second, ofA, ofB, this.#tau);
      return;
    }
    this.adapter.backwardInto(first, this.layer.weights.values as Float64Array, second, ofA, ofB, this.#tau);
    multiplyInto(gx, [tokens, cols, rows], gy, first, 'right');
  }

  protected pull(): void {}
}

/** A layer with the trainable part of the method; an existing adapter stays fixed, or is trained further by `adapter`. */
export function tunable(method: TuningMethod, layer: Layer, scratch: Scratch, options: SnellAdapterOptions): TunableLinear {
  switch (method) {
    case 'full':
    case 'gps':
      return new DenseLinear(layer, scratch);
    case 'linear-probe':
      return new FrozenLinear(layer, scratch);
    case 'adapter': {
      const { rank = 8, seed = 0 } = options;
      const adapter = layer.adapter ? copyBottleneck(layer.adapter) : freshBottleneck(layer.weights.cols, rank, seed);
      return new AdapterLinear(layer, scratch, adapter);
    }
    case 'bitfit':
      return new BiasLinear(layer, scratch);
    case 'ssf':
      return new ScaledLinear(layer, scratch);
    case 'lora':
      return new LowRankLinear(layer, scratch, options);
    case 'kernelized-lora':
      return new KernelizedLinear(layer, scratch, { ...options, sparsity: 0 });
    case 'snell':
      return new KernelizedLinear(layer, scratch, options);
  }
}

/** A new head: small weights, no bias. */
export function freshHead({ weights, bias }: AffineMap, uniform: () => number): Layer {
  const bound = 1 / Math.sqrt(weights.rows);
  const values = Float64Array.from(weights.values, () => bound * (2 * uniform() - 1));
  return { weights: { ...weights, values }, bias: new Float64Array(bias.length) };
}
