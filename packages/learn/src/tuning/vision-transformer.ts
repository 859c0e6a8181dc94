// A vision transformer as plain data: the names of its tensors in files, and checks of their shapes.
//
// A. Dosovitskiy et al.: An image is worth 16x16 words (2021), arXiv 2010.11929; with the names of the Transformers library.
import {
  checkInteger,
  checkList,
  checkMatrix,
  checkNumber,
  checkNumbers,
  checkObject,
  checkVector,
  fault,
  Random,
} from '@infimum/core';
import type { Tensor } from '@infimum/core/data';
import type { AffineMap, Bottleneck } from './bottleneck.ts';
import { checkBottleneck } from './bottleneck.ts';
import type { Layer } from './tunable-linear.ts';

/** Scale and shift of a layer normalisation. */
export interface NormScale {
  /** Factors, one a channel. */
  readonly scale: Float64Array;
  /** Summands, one a channel. */
  readonly shift: Float64Array;
}

/** One block: attention and a perceptron, each with a normalisation before it. */
export interface TransformerBlock {
  /** Before the attention. */
  readonly norm: NormScale;
  /** Queries. */
  readonly query: Layer;
  /** Keys. */
  readonly key: Layer;
  /** Values. */
  readonly value: Layer;
  /** The projection of the heads' outputs. */
  readonly output: Layer;
  /** Before the perceptron. */
  readonly secondNorm: NormScale;
  /** To the perceptron's units. */
  readonly up: Layer;
  /** And back. */
  readonly down: Layer;
}

/** A vision transformer; all numbers are plain arrays. */
export interface VisionTransformer {
  /** Rows and columns of an image in pixels. */
  readonly imageSize: readonly [number, number];
  /** Numbers a pixel. */
  readonly channels: number;
  /** Rows, and columns, of a patch. */
  readonly patchSize: number;
  /** Attention heads. */
  readonly heads: number;
  /** Added to variances. */
  readonly epsilon: number;
  /** From a patch's pixels to a token. */
  readonly patch: Layer;
  /** The class token. */
  readonly classToken: Float64Array;
  /** Added to the tokens, that of the class first; a row each. */
  readonly positions: Float64Array;
  /** The blocks in their order. */
  readonly blocks: readonly TransformerBlock[];
  /** After the last block. */
  readonly norm: NormScale;
  /** From the class's token to scores. */
  readonly head: Layer;
}

/** Settings that a file of tensors does not contain. */
export interface VisionTransformerConfig {
  /** Attention heads, `num_attention_heads`. */
  readonly heads: number;
  /** Rows and columns of an image; a square by default. */
  readonly imageSize?: readonly [number, number];
  /** `layer_norm_eps`; 1e-12 by default, as in the library. */
  readonly layerNormEpsilon?: number;
}

/** The linear maps of a block, by their names in files; the order of `TransformerBlock`. */
const BLOCK_MAPS = {
  query: 'attention.attention.query',
  key: 'attention.attention.key',
  value: 'attention.attention.value',
  output: 'attention.output.dense',
  up: 'intermediate.dense',
  down: 'output.dense',
} as const;

/** The path of a linear map of a block. */
export function mapPath(block: number, map: keyof typeof BLOCK_MAPS): string {
  return `vit.encoder.layer.${block}.${BLOCK_MAPS[map]}`;
}

/** The linear maps of a block. */
export const blockMaps = Object.keys(BLOCK_MAPS) as readonly (keyof typeof BLOCK_MAPS)[];

/** The positions of the adapters of a block, behind its attention and its perceptron, by their names in files of AdapterHub's library. */
const ADAPTERS = { output: 'attention_adapters', down: 'output.output_adapters' } as const;

/** Whether the linear map of a block may have an adapter behind it. */
export const isAdapted = (map: string): map is keyof typeof ADAPTERS => map in ADAPTERS;

/** The path of the adapters behind a map. */
function adapterPath(block: number, map: keyof typeof ADAPTERS): string {
  return `vit.encoder.layer.${block}.${ADAPTERS[map]}.adapters`;
}

/** The tensors of an adapter behind a map. */
export function adapterTensors(block: number, map: keyof typeof ADAPTERS, { down, up }: Bottleneck): [string, Tensor][] {
  const path = `${adapterPath(block, map)}.tuned`;
  return [...layerTensors(`${path}.adapter_down.0`, down), ...layerTensors(`${path}.adapter_up`, up)];
}

/** Weights, out x in unless another shape is given, and bias of a layer. */
function layerTensors(
  path: string,
  { weights: { rows, cols, values }, bias }: AffineMap,
  shape = [cols, rows],
): [string, Tensor][] {
  return [
    [`${path}.weight`, { shape, values: transposed(values, rows, cols) }],
    [`${path}.bias`, { shape: [cols], values: bias.slice() }],
  ];
}

/**
 * A vision transformer from tensors with the Transformers library's names (`vit.encoder.layer.0.attention.attention.query.weight`,
 * out x in, …, `classifier.weight`), for instance those of `readSafetensors`. Bottleneck adapters have the names of AdapterHub's library
 * (`vit.encoder.layer.0.attention_adapters.adapters.NAME.adapter_down.0.weight`, …), one a place, and the unit is the Gaussian one.
 *
 * @param tensors - by name; a pooler is ignored, and every other unknown name is an error
 * @param config - the settings that the tensors do not contain
 * @throws {InvalidInputError} naming the tensor that is missing, does not fit, or belongs to nothing
 *
 * @example
 * ```ts
 * import { randomVisionTransformer, readVisionTransformer, visionTransformerTensors } from '@infimum/learn/tuning';
 *
 * const model = randomVisionTransformer({ imageSize: [8, 8], patchSize: 4, width: 16, blocks: 2, heads: 4, classes: 10 });
 * const tensors = visionTransformerTensors(model);
 * console.log(tensors.get('vit.encoder.layer.1.intermediate.dense.weight')?.shape.join(' x ')); // 64 x 16
 * console.log(readVisionTransformer(tensors, { heads: 4 }).blocks.length); // 2
 * ```
 */
export function readVisionTransformer(
  tensors: ReadonlyMap<string, Tensor>,
  config: VisionTransformerConfig,
): VisionTransformer {
  if (!(tensors instanceof Map)) throw fault('expected a Map of tensors', 'tensors', 'type');
  checkObject(config, 'config');
  const { heads, layerNormEpsilon = 1e-12 } = config;
  checkInteger(heads, 'config.heads', { min: 1 });
  const source = new TensorSource(tensors);
  const projection = source.get('vit.embeddings.patch_embeddings.projection.weight', 4);
  const [width, channels, patchSize] = projection.shape;
  if (width % heads !== 0) {
    throw fault(`${width} channels are not a multiple of ${heads} heads`, 'config.heads', 'out-of-range');
  }
  const positions = source.get('vit.embeddings.position_embeddings', 3);
  const side = Math.round(Math.sqrt(positions.shape[1] - 1)) * patchSize;
  const { imageSize = [side, side] } = config;
  checkNumbers(imageSize, 'config.imageSize', 2);
  const patches = (imageSize[0] / patchSize) * (imageSize[1] / patchSize);
  if (patches !== positions.shape[1] - 1) {
    const problem = `${imageSize.join(' x ')} pixels make ${patches} patches, and there are positions for ${positions.shape[1] - 1}`;
    throw fault(problem, 'config.imageSize', 'shape');
  }
  let count = 0;
  while (tensors.has(`${mapPath(count, 'query')}.weight`)) count++;
  const blocks = Array.from({ length: count }, (_, l): TransformerBlock => {
    const path = `vit.encoder.layer.${l}`;
    const maps = Object.fromEntries(
      blockMaps.map((map): [string, Layer] => {
        const layer = source.layer(mapPath(l, map));
        const adapter = isAdapted(map) ? source.adapter(adapterPath(l, map), width) : undefined;
        return [map, adapter ? { ...layer, adapter } : layer];
      }),
    );
    return {
      ...(maps as Record<keyof typeof BLOCK_MAPS, Layer>),
      norm: source.norm(`${path}.layernorm_before`, width),
      secondNorm: source.norm(`${path}.layernorm_after`, width),
    };
  });
  const model: VisionTransformer = {
    imageSize,
    channels,
    patchSize,
    heads,
    epsilon: layerNormEpsilon,
    patch: layerOf(
      { shape: [width, channels * patchSize * patchSize], values: projection.values },
      source.get('vit.embeddings.patch_embeddings.projection.bias', 1),
    ),
    classToken: source.get('vit.embeddings.cls_token', 3).values,
    positions: positions.values,
    blocks,
    norm: source.norm('vit.layernorm', width),
    head: source.layer('classifier'),
  };
  source.refuseRest();
  return model;
}

/** Tensors requested by name, each once. */
class TensorSource {
  readonly #tensors: ReadonlyMap<string, Tensor>;
  readonly #seen = new Set<string>();

  constructor(tensors: ReadonlyMap<string, Tensor>) {
    this.#tensors = tensors;
  }

  get(name: string, axes: number): Tensor {
    const tensor = this.#tensors.get(name);
    if (!tensor) this.#fail(`${name} is missing`, 'unknown');
    else if (tensor.shape.length !== axes) this.#fail(`${name} has ${tensor.shape.length} axes, not ${axes}`, 'shape');
    this.#seen.add(name);
    return tensor as Tensor;
  }

  layer(path: string): AffineMap {
    const weights = this.get(`${path}.weight`, 2);
    const bias = this.get(`${path}.bias`, 1);
    if (bias.values.length !== weights.shape[0])
      this.#fail(`${path}.bias has ${bias.values.length} numbers for ${weights.shape[0]} outputs`, 'shape');
    return layerOf(weights, bias);
  }

  /** The adapter of a place, if there is one, whatever its name. */
  adapter(path: string, width: number): Bottleneck | undefined {
    const end = '.adapter_down.0.weight';
    const first = [...this.#tensors.keys()].find((name) => name.startsWith(path) && name.endsWith(end));
    if (!first) return undefined;
    const own = first.slice(0, -end.length);
    const [down, up] = [this.layer(`${own}.adapter_down.0`), this.layer(`${own}.adapter_up`)];
    const isRight = down.weights.rows === width && up.weights.cols === width && up.weights.rows === down.weights.cols;
    if (!isRight) this.#fail(`${own} is not a bottleneck of ${width} channels`, 'shape');
    return { down, up };
  }

  norm(path: string, width: number): NormScale {
    const [scale, shift] = ['weight', 'bias'].map((part) => this.get(`${path}.${part}`, 1).values);
    if (scale.length !== width || shift.length !== width) this.#fail(`${path} is not of ${width} channels`, 'shape');
    return { scale, shift };
  }

  refuseRest(): void {
    for (const name of this.#tensors.keys()) {
      if (!this.#seen.has(name) && !name.startsWith('vit.pooler.'))
        this.#fail(`${name} belongs to no part of a vision transformer`, 'unknown');
    }
  }

  #fail(problem: string, code: 'unknown' | 'shape'): never {
    throw fault(problem, 'tensors', code);
  }
}

/** A layer from weights of out x in. */
function layerOf({ shape: [outputs, inputs], values }: Tensor, bias: Tensor): AffineMap {
  return { weights: { rows: inputs, cols: outputs, values: transposed(values, outputs, inputs) }, bias: bias.values.slice() };
}

function transposed(values: ArrayLike<number>, rows: number, cols: number): Float64Array {
  const out = new Float64Array(rows * cols);
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) out[j * rows + i] = values[i * cols + j];
  return out;
}

/**
 * Checks that a model has all its parts and that their sizes fit.
 *
 * @throws {InvalidInputError} naming the part
 */
export function checkVisionTransformer(model: unknown): asserts model is VisionTransformer {
  checkObject(model, 'model');
  const { patch, classToken, positions, blocks, norm, head, channels, patchSize, imageSize, heads, epsilon } =
    model as VisionTransformer;
  checkNumber(epsilon, 'model.epsilon', { min: 0 });
  for (const [name, value] of Object.entries({ channels, patchSize, heads })) checkInteger(value, `model.${name}`, { min: 1 });
  checkList(imageSize, 'model.imageSize');
  for (const axis of [0, 1]) checkInteger(imageSize[axis], `model.imageSize[${axis}]`, { min: 1 });
  checkVector(classToken, 'model.classToken');
  const width = classToken.length;
  if (width % heads !== 0) {
    throw fault(`${width} numbers per token are not a multiple of ${heads} heads`, 'model.heads', 'out-of-range');
  }
  const patches = (imageSize[0] * imageSize[1]) / patchSize ** 2;
  checkVector(positions, 'model.positions', (patches + 1) * width);
  checkLayer(patch, 'model.patch', channels * patchSize ** 2, width);
  checkLayer(head, 'model.head', width);
  checkNorm(norm, 'model.norm', width);
  checkList(blocks, 'model.blocks');
  for (const [l, block] of blocks.entries()) {
    const argument = `model.blocks[${l}]`;
    checkObject(block, argument);
    checkNorm(block.norm, `${argument}.norm`, width);
    checkNorm(block.secondNorm, `${argument}.secondNorm`, width);
    for (const map of ['query', 'key', 'value', 'output'] as const)
      checkLayer(block[map], `${argument}.${map}`, width, width, isAdapted(map));
    checkLayer(block.up, `${argument}.up`, width);
    checkLayer(block.down, `${argument}.down`, block.up.weights.cols, width, true);
  }
}

function checkLayer(layer: unknown, argument: string, rows: number, cols?: number, mayHaveAdapter = false): void {
  checkObject(layer, argument);
  const { weights, bias, adapter } = layer as Layer;
  checkMatrix(weights, `${argument}.weights`);
  checkVector(bias, `${argument}.bias`, weights.cols);
  if (adapter !== undefined && !mayHaveAdapter) {
    const problem = 'adapters are only allowed after the attention output and the perceptron’s down map';
    throw fault(problem, `${argument}.adapter`, 'unknown');
  }
  checkBottleneck(adapter, `${argument}.adapter`, weights.cols);
  if (weights.rows === rows && weights.cols === (cols ?? weights.cols)) return;
  throw fault(`expected ${rows}x${cols ?? 'any'} weights, got ${weights.rows}x${weights.cols}`, `${argument}.weights`, 'shape');
}

function checkNorm(norm: unknown, argument: string, width: number): void {
  checkObject(norm, argument);
  checkVector((norm as NormScale).scale, `${argument}.scale`, width);
  checkVector((norm as NormScale).shift, `${argument}.shift`, width);
}

/** The tensors of a model by the Transformers library's names, to be written by `writeSafetensors`. */
export function visionTransformerTensors(model: VisionTransformer): Map<string, Tensor> {
  checkVisionTransformer(model);
  const { patch, classToken, positions, blocks, norm, head, channels, patchSize } = model;
  const width = classToken.length;
  const tensors = new Map<string, Tensor>();
  const add = (name: string, shape: readonly number[], values: Float64Array) => tensors.set(name, { shape, values });
  const addAll = (named: readonly [string, Tensor][]) => {
    for (const [name, tensor] of named) tensors.set(name, tensor);
  };
  const addNorm = (path: string, { scale, shift }: NormScale) => {
    add(`${path}.weight`, [width], scale.slice());
    add(`${path}.bias`, [width], shift.slice());
  };
  add('vit.embeddings.cls_token', [1, 1, width], classToken.slice());
  add('vit.embeddings.position_embeddings', [1, positions.length / width, width], positions.slice());
  addAll(layerTensors('vit.embeddings.patch_embeddings.projection', patch, [width, channels, patchSize, patchSize]));
  blocks.forEach((block, l) => {
    addNorm(`vit.encoder.layer.${l}.layernorm_before`, block.norm);
    for (const map of blockMaps) {
      const layer = block[map];
      addAll(layerTensors(mapPath(l, map), layer));
      if (layer.adapter && isAdapted(map)) addAll(adapterTensors(l, map, layer.adapter));
    }
    addNorm(`vit.encoder.layer.${l}.layernorm_after`, block.secondNorm);
  });
  addNorm('vit.layernorm', norm);
  addAll(layerTensors('classifier', head));
  return tensors;
}

/** Sizes of a model. */
export interface VisionTransformerSizes {
  /** Rows and columns of an image in pixels. */
  readonly imageSize: readonly [number, number];
  /** Rows, and columns, of a patch. */
  readonly patchSize: number;
  /** Numbers a token. */
  readonly width: number;
  /** Blocks. */
  readonly blocks: number;
  /** Attention heads. */
  readonly heads: number;
  /** Classes of the head. */
  readonly classes: number;
  /** Numbers a pixel; 1 by default. */
  readonly channels?: number;
}

/**
 * An untrained model: weights uniform in (-1, 1) / sqrt(inputs), biases zero.
 *
 * @throws {InvalidInputError} for sizes that do not fit each other
 */
export function randomVisionTransformer(sizes: VisionTransformerSizes, seed = 0): VisionTransformer {
  checkObject(sizes, 'sizes');
  const { imageSize, patchSize, width, blocks, heads, classes, channels = 1 } = sizes;
  checkNumbers(imageSize, 'sizes.imageSize', 2);
  for (const [name, value] of Object.entries({ patchSize, width, blocks, heads, classes, channels }))
    checkInteger(value, `sizes.${name}`, { min: 1 });
  const [down, across] = [imageSize[0] / patchSize, imageSize[1] / patchSize];
  if (!Number.isInteger(down) || !Number.isInteger(across)) {
    const problem = `${imageSize.join(' x ')} pixels are not a whole number of patches of ${patchSize}`;
    throw fault(problem, 'sizes.patchSize', 'shape');
  }
  if (width % heads !== 0) {
    throw fault(`${width} numbers per token are not a multiple of ${heads} heads`, 'sizes.heads', 'out-of-range');
  }
  const random = new Random(seed);
  const uniform = (length: number, bound: number) => Float64Array.from({ length }, () => bound * (2 * random.uniform() - 1));
  const layer = (rows: number, cols: number): Layer => ({
    weights: { rows, cols, values: uniform(rows * cols, 1 / Math.sqrt(rows)) },
    bias: new Float64Array(cols),
  });
  const norm = (): NormScale => ({ scale: new Float64Array(width).fill(1), shift: new Float64Array(width) });
  return {
    imageSize,
    channels,
    patchSize,
    heads,
    epsilon: 1e-12,
    patch: layer(channels * patchSize * patchSize, width),
    classToken: uniform(width, 0.5),
    positions: uniform((down * across + 1) * width, 0.5),
    blocks: Array.from({ length: blocks }, () => ({
      norm: norm(),
      query: layer(width, width),
      key: layer(width, width),
      value: layer(width, width),
      output: layer(width, width),
      secondNorm: norm(),
      up: layer(width, 4 * width),
      down: layer(4 * width, width),
    })),
    norm: norm(),
    head: layer(width, classes),
  };
}
