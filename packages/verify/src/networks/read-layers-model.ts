// Sequential networks of Keras as TensorFlow.js stores them: `model.json` with its topology, and the numbers in other files.
import type { InvalidInputError } from '@infimum/core';
import { checkInteger, checkList, checkObject, checkText, describeValue, fault } from '@infimum/core';
import { decodeNumbers } from '@infimum/core/data';
import type { Chain } from './chains.ts';
import { activated, merged, product, scaledBy, selected } from './chains.ts';
import type { Activation, Layer, Network } from './network.ts';
import { checkNetwork, convolvedSize } from './network.ts';
import { pool, samePadding } from './pools.ts';

/** The content of a model. */
export interface LayersModel {
  /** The network. */
  readonly network: Network;
  /** The shape of the input without the batch, channels last, as Keras orders it. */
  readonly shape: readonly number[];
  /** A softmax at the end was removed: margins keep their signs, Lipschitz constants are those of the logits. */
  readonly hasSoftmax: boolean;
}

interface StoredWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
}

interface KerasLayer {
  readonly class_name: string;
  readonly config: Readonly<Record<string, unknown>>;
}

type Tensors = ReadonlyMap<string, { readonly shape: readonly number[]; readonly values: Float64Array }>;

const TYPES: Readonly<Record<string, readonly [type: string, bytes: number]>> = { float32: ['F32', 4], float16: ['F16', 2] };

/**
 * Reads a sequential model of the layers Dense, Conv2D, MaxPooling2D, AveragePooling2D, GlobalAveragePooling2D,
 * BatchNormalization, Flatten, Dropout, Activation, ReLU, LeakyReLU and Softmax (removed at the end). Inputs are in the
 * order of Keras: rows, columns, channels.
 *
 * @param model - the parsed `model.json`
 * @param weights - the files that it lists, concatenated
 * @throws {InvalidInputError} `unsupported`, naming class and layer, for other layers; `missing` or `shape` for weights
 *
 * @example
 * ```ts
 * import { evaluateNetwork, readLayersModel } from '@infimum/verify';
 *
 * const dense = { class_name: 'Dense', config: { name: 'd', units: 1, activation: 'relu', batch_input_shape: [null, 2] } };
 * const model = {
 *   modelTopology: { model_config: { class_name: 'Sequential', config: { layers: [dense] } } },
 *   weightsManifest: [{ paths: ['w.bin'], weights: [{ name: 'd/kernel', shape: [2, 1], dtype: 'float32' }] }],
 * };
 * const { network } = readLayersModel(model, new Uint8Array(Float32Array.of(2, 3).buffer));
 * console.log(evaluateNetwork(network, Float64Array.of(1, 1))[0]); // 5
 * ```
 */
export function readLayersModel(model: unknown, weights: Uint8Array): LayersModel {
  const stored = model as {
    readonly modelTopology?: { readonly model_config?: unknown };
    readonly weightsManifest?: readonly { readonly weights: readonly StoredWeight[] }[];
  } | null;
  const config = (stored?.modelTopology?.model_config ?? stored?.modelTopology) as
    | { readonly class_name?: string; readonly config?: { readonly layers?: readonly KerasLayer[] } | readonly KerasLayer[] }
    | undefined;
  const listed = config?.config;
  const layers = Array.isArray(listed) ? (listed as KerasLayer[]) : (listed as { layers?: KerasLayer[] })?.layers;
  if (!Array.isArray(layers) || !Array.isArray(stored?.weightsManifest)) throw fault('is not a layers model', 'model', 'type');
  if (config?.class_name !== 'Sequential')
    throw refusal(`is a ${describeValue(config?.class_name)}: only sequential models are read; save branches as ONNX`);
  if (!(weights instanceof Uint8Array)) throw fault('expected the bytes of the files', 'weights', 'type');
  const groups = Array.from(stored.weightsManifest as readonly { readonly weights: readonly StoredWeight[] }[]);
  for (const [k, group] of groups.entries()) checkGroup(group, `model.weightsManifest[${k}]`);
  const tensors = tensorsOf(
    groups.flatMap((group) => group.weights),
    weights,
  );
  for (const [k, layer] of layers.entries()) {
    checkObject(layer, `model.layers[${k}]`);
    checkText(layer.class_name, `model.layers[${k}].class_name`);
    checkObject(layer.config, `model.layers[${k}].config`);
    checkText(layer.config['name'] ?? '', `model.layers[${k}].config.name`);
  }
  const inputShape = layers.map(({ config: c }) => c['batch_input_shape'] ?? c['batch_shape']).find(Array.isArray);
  if (!inputShape) throw refusal('does not give the shape of its input');
  const shape = (inputShape as (number | null)[]).slice(1).map((size) => size ?? 1);
  let chain: Chain = { layers: [], shape };
  if (shape.length === 3) chain = channelsFirst(chain);
  let hasSoftmax = false;
  for (const layer of layers) {
    if (hasSoftmax) throw refusal(`continues after a softmax with ${describeValue(layer.class_name)}`);
    hasSoftmax = layer.class_name === 'Softmax' || layer.config['activation'] === 'softmax';
    chain = follow(layer, chain, tensors);
  }
  if (chain.layers.length === 0) throw refusal('has no layer');
  const network = { layers: merged(chain.layers) };
  checkNetwork(network, 'model');
  return { network, shape, hasSoftmax };
}

function checkGroup(group: unknown, argument: string): void {
  checkObject(group, argument);
  const { weights } = group as { readonly weights?: unknown };
  checkList(weights, `${argument}.weights`);
  for (let k = 0; k < weights.length; k++) {
    checkObject(weights[k], `${argument}.weights[${k}]`);
    const { name, shape, dtype } = weights[k] as Partial<StoredWeight>;
    checkText(name, `${argument}.weights[${k}].name`);
    checkList(shape, `${argument}.weights[${k}].shape`);
    for (let axis = 0; axis < shape.length; axis++) {
      checkInteger(shape[axis], `${argument}.weights[${k}].shape[${axis}]`, { min: 0 });
    }
    checkText(dtype, `${argument}.weights[${k}].dtype`);
  }
}

function refusal(problem: string): InvalidInputError {
  return fault(problem, 'model', 'unsupported');
}

function tensorsOf(stored: readonly StoredWeight[], bytes: Uint8Array): Tensors {
  let at = 0;
  return new Map(
    stored.map(({ name, shape, dtype }) => {
      const known = Object.hasOwn(TYPES, dtype) ? TYPES[dtype] : undefined;
      if (!known) throw refusal(`stores ${name} as ${dtype}`);
      const end = at + product(shape) * known[1];
      if (end > bytes.length) throw fault(`ends within ${name}`, 'weights', 'shape');
      const values = decodeNumbers(bytes.subarray(at, end), known[0]);
      at = end;
      return [name, { shape, values }] as const;
    }),
  );
}

const ACTIVATIONS: Readonly<Record<string, Activation>> = {
  relu: 'relu',
  tanh: 'tanh',
  sigmoid: 'sigmoid',
  softplus: 'softplus',
};

function follow({ class_name: type, config }: KerasLayer, chain: Chain, tensors: Tensors): Chain {
  const name = String(config['name'] ?? type);
  const refuse = (problem: string): never => {
    throw refusal(`has the layer ${type} '${name}', which ${problem}`);
  };
  const tensor = (kind: string) => {
    const found = tensors.get(`${name}/${kind}`);
    if (found) return found;
    throw fault(`has no weights ${name}/${kind}`, 'model', 'missing');
  };
  const biasOf = (outputs: number) => tensors.get(`${name}/bias`)?.values.slice() ?? new Float64Array(outputs);
  const pair = (field: string, otherwise: readonly number[]): readonly [number, number] => {
    const value = config[field];
    if (typeof value === 'number') return [value, value];
    const [down, right] = Array.isArray(value) ? (value as number[]) : otherwise;
    return [down, right];
  };
  const behind = (next: Chain, activation: unknown): Chain => {
    if (activation === undefined || activation === null || activation === 'linear' || activation === 'softmax') return next;
    const known = ACTIVATIONS[String(activation)];
    return known ? activated(next, known) : refuse(`has the activation ${describeValue(activation)}, which is not supported`);
  };
  const paddingOf = (size: readonly number[], stride: readonly number[]): readonly [number, number, number, number] =>
    config['padding'] === 'same' ? samePadding(chain.shape.slice(1), size, stride) : [0, 0, 0, 0];
  const image = (): [number, number, number] =>
    chain.shape.length === 3 ? (chain.shape as [number, number, number]) : refuse('works on images');
  switch (type) {
    case 'InputLayer':
    case 'Dropout':
    case 'Softmax':
      return chain;
    case 'Flatten':
      return flattened(chain);
    case 'Activation':
      return behind(chain, config['activation']);
    case 'ReLU':
      if ((config['max_value'] ?? null) !== null || config['threshold']) refuse('has limits');
      return config['negative_slope']
        ? activated(chain, 'leaky-relu', { slope: Number(config['negative_slope']) })
        : activated(chain, 'relu');
    case 'LeakyReLU':
      return activated(chain, 'leaky-relu', { slope: Number(config['negative_slope'] ?? config['alpha'] ?? 0.3) });
    case 'Dense': {
      const { shape, values } = tensor('kernel');
      const [inputs, outputs] = shape;
      if (chain.shape.length !== 1 || chain.shape[0] !== inputs)
        refuse(`takes ${inputs} numbers, the shape before it is ${chain.shape.join(' x ')}`);
      const weight = new Float64Array(values.length);
      for (let i = 0; i < outputs; i++) for (let j = 0; j < inputs; j++) weight[i * inputs + j] = values[j * outputs + i];
      const layer: Layer = { kind: 'dense', inputs, outputs, weight, bias: biasOf(outputs), activation: 'linear' };
      return behind({ layers: [...chain.layers, layer], shape: [outputs] }, config['activation']);
    }
    case 'Conv2D': {
      const { shape, values } = tensor('kernel');
      const [height, width, depth, channels] = shape;
      if (depth !== image()[0]) refuse('convolves in groups');
      if (pair('dilation_rate', [1, 1]).some((rate) => rate !== 1)) refuse('is dilated');
      const kernel = new Float64Array(values.length);
      for (let at = 0; at < height * width; at++) {
        for (let c = 0; c < depth; c++) {
          for (let o = 0; o < channels; o++)
            kernel[(o * depth + c) * height * width + at] = values[(at * depth + c) * channels + o];
        }
      }
      const stride = pair('strides', [1, 1]);
      const layer: Layer = {
        kind: 'convolution',
        shape: image(),
        channels,
        size: [height, width],
        stride,
        padding: paddingOf([height, width], stride),
        kernel,
        bias: biasOf(channels),
        activation: 'linear',
      };
      return behind({ layers: [...chain.layers, layer], shape: [channels, ...convolvedSize(layer)] }, config['activation']);
    }
    case 'MaxPooling2D':
    case 'AveragePooling2D': {
      image();
      const size = pair('pool_size', [2, 2]);
      const stride = pair('strides', size);
      const kind = type === 'MaxPooling2D' ? 'largest' : 'mean';
      return pool(chain, kind, { size, stride, padding: paddingOf(size, stride) }) ?? refuse('has empty windows');
    }
    case 'GlobalAveragePooling2D': {
      const [channels, ...size] = image();
      const mean = pool(chain, 'mean', { size, stride: [1, 1], padding: [0, 0, 0, 0] }) as Chain;
      return { ...mean, shape: [channels] };
    }
    case 'BatchNormalization':
      return normalized(chain, Number(config['epsilon'] ?? 1e-3), (kind) => tensors.get(`${name}/${kind}`)?.values);
    default:
      return refuse('is not supported');
  }
}

/** (x - mean) / sqrt(variance + epsilon), scaled and shifted channel by channel. */
function normalized(chain: Chain, epsilon: number, weight: (kind: string) => Float64Array | undefined): Chain {
  const channels = chain.shape[0];
  const plane = product(chain.shape) / channels;
  const of = (kind: string, otherwise: number) => weight(kind) ?? new Float64Array(channels).fill(otherwise);
  const [gamma, beta] = [of('gamma', 1), of('beta', 0)];
  const [mean, variance] = [of('moving_mean', 0), of('moving_variance', 1)];
  const scale = gamma.map((g, c) => g / Math.sqrt(variance[c] + epsilon));
  const shift = beta.map((b, c) => b - mean[c] * scale[c]);
  const each = (values: Float64Array) =>
    Float64Array.from({ length: product(chain.shape) }, (_, i) => values[Math.floor(i / plane)]);
  return scaledBy(chain, each(scale), each(shift));
}

/** From rows, columns, channels to channels, rows, columns. */
function channelsFirst(chain: Chain): Chain {
  const [height, width, channels] = chain.shape;
  const source = Int32Array.from({ length: product(chain.shape) }, (_, at) => {
    const [c, pixel] = [Math.floor(at / (height * width)), at % (height * width)];
    return pixel * channels + c;
  });
  return selected(chain, source, [channels, height, width]);
}

/** One row of numbers in the order of Keras: channels last. */
function flattened(chain: Chain): Chain {
  const n = product(chain.shape);
  if (chain.shape.length !== 3) return { layers: chain.layers, shape: [n] };
  const [channels, height, width] = chain.shape;
  const source = Int32Array.from({ length: n }, (_, at) => {
    const [pixel, c] = [Math.floor(at / channels), at % channels];
    return c * height * width + pixel;
  });
  return selected(chain, source, [n]);
}
