// Networks from ONNX files, as PyTorch, scikit-learn and Keras write them: chains of affine maps and activations.
//
// https://onnx.ai: the messages of onnx.proto, read by number.
import { InvalidInputError } from '@infimum/core';
import {
  type Activation,
  checkNetwork,
  convolvedSize,
  type DenseLayer,
  type Layer,
  type Network,
} from './network.ts';
import { packedVarints, textOf, WireError, wireFields } from './protobuf.ts';
import type { StoredTensor } from './read-safetensors.ts';
import { decodeNumbers, halfFloat } from './tensor-data.ts';

/** Options of `readOnnx`. */
export interface ReadOnnxOptions {
  /**
   * The tensor that the network ends with; by default the last one before nodes that make labels of it (ArgMax, ZipMap, …)
   * and before a softmax.
   */
  readonly output?: string;
}

/** What a file holds. */
export interface OnnxNetwork {
  /** The network. */
  readonly network: Network;
  /** The name of the input. */
  readonly input: string;
  /** The shape of the input without the batch. */
  readonly shape: readonly number[];
  /** The name of the tensor that the network ends with. */
  readonly output: string;
  /** A softmax after it was left out: margins keep their signs, Lipschitz constants are those of the logits. */
  readonly hasSoftmax: boolean;
}

interface Node {
  readonly inputs: string[];
  readonly outputs: string[];
  readonly name: string;
  readonly type: string;
  readonly attributes: Map<string, Attribute>;
}

interface Attribute {
  readonly value: number;
  readonly text: string;
  readonly values: number[];
  readonly tensor: StoredTensor | undefined;
}

/** A tensor that depends on the input: the layers that lead to it. */
interface Chain {
  readonly layers: readonly Layer[];
  readonly shape: readonly number[];
}

/** Nodes that make labels of numbers: nothing behind them is part of the network. */
const LABELS = [
  'ArgMax',
  'ArrayFeatureExtractor',
  'ZipMap',
  'LabelEncoder',
  'TopK',
  'Normalizer',
  'Concat',
  'Cast',
];

const ACTIVATIONS: Readonly<Record<string, Activation>> = {
  Relu: 'relu',
  LeakyRelu: 'leaky-relu',
  Sigmoid: 'sigmoid',
  Tanh: 'tanh',
  Softplus: 'softplus',
};

/**
 * Reads a network: Gemm, MatMul, Add, Sub, Mul, Div, Conv, BatchNormalization, AveragePool, GlobalAveragePool, Flatten,
 * Reshape, Transpose, Squeeze, Unsqueeze, Identity, Dropout, Cast, Scaler, Relu, LeakyRelu, Sigmoid, Tanh, Softplus. A
 * symbolic batch is 1; affine nodes that follow each other are made one layer.
 *
 * @param bytes - the file
 * @throws {InvalidInputError} `unsupported`, naming operation and node, for what is no chain of these; `type` for a file that
 *   is damaged; `missing` for weights in other files, naming them
 *
 * @example
 * ```ts
 * import { readOnnx } from '@infimum/verify';
 *
 * // import { readFile } from 'node:fs/promises'; const { network } = readOnnx(await readFile('model.onnx'));
 * const complaint = (() => { try { readOnnx(new Uint8Array(3)); } catch (error) { return (error as Error).message; } })();
 * console.log(complaint?.startsWith('bytes: is no ONNX file')); // true
 * ```
 */
export function readOnnx(bytes: Uint8Array, options: ReadOnnxOptions = {}): OnnxNetwork {
  if (!(bytes instanceof Uint8Array)) {
    throw new InvalidInputError('expected the bytes of a file', { argument: 'bytes', code: 'type' });
  }
  try {
    return readModel(bytes, options);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    throw new InvalidInputError(`is no ONNX file: it ${error.message}`, { argument: 'bytes', code: 'type' });
  }
}

function readModel(bytes: Uint8Array, options: ReadOnnxOptions): OnnxNetwork {
  let graph: Uint8Array | undefined;
  for (const { field, bytes: content } of wireFields(bytes)) if (field === 7) graph = content;
  if (!graph) throw new WireError('has no graph');
  const nodes: Node[] = [];
  const constants = new Map<string, StoredTensor>();
  const inputs: { readonly name: string; readonly dims: readonly number[] }[] = [];
  for (const { field, bytes: content } of wireFields(graph)) {
    if (!content) continue;
    if (field === 1) nodes.push(readNode(content));
    else if (field === 5) {
      const { name, tensor } = readTensor(content);
      constants.set(name, tensor);
    } else if (field === 11) inputs.push(readInput(content));
  }
  // Old files list their weights among the inputs.
  const open = inputs.filter(({ name }) => !constants.has(name));
  if (open.length !== 1) {
    throw refusal(`has ${open.length} inputs (${open.map(({ name }) => name).join(', ')}), one is expected`);
  }
  const { name: input, dims } = open[0];
  const shape = withoutBatch(dims, input);
  const chains = new Map<string, Chain>([[input, { layers: [], shape }]]);
  let last = input;
  let softmax: string | undefined;
  for (const node of nodes) {
    const from = node.inputs.find((name) => chains.has(name));
    if (from === undefined) {
      if (node.type === 'Constant') {
        const value = node.attributes.get('value')?.tensor;
        if (value) constants.set(node.outputs[0], value);
      }
      // Whatever hangs on what was left out (labels, say) is left out as well.
      continue;
    }
    const chain = chains.get(from) as Chain;
    if (node.type === 'Softmax') {
      if (last === from) softmax = node.outputs[0];
      continue;
    }
    const isLabel = LABELS.includes(node.type) && chain.layers.length > 0;
    if (isLabel && node.type !== 'Cast') continue;
    if (options.output !== undefined && chains.has(options.output)) break;
    const next = follow(node, chain, from, chains, constants);
    chains.set(node.outputs[0], next);
    last = node.outputs[0];
  }
  const output = options.output ?? last;
  const chosen = chains.get(output);
  if (!chosen)
    throw refusal(
      `has no tensor '${output}' that the input leads to; there are ${[...chains.keys()].join(', ')}`,
    );
  if (chosen.layers.length === 0) throw refusal('has no layer between input and output');
  const network = { layers: merged(chosen.layers) };
  checkNetwork(network, 'network');
  return { network, input, shape, output, hasSoftmax: softmax !== undefined && output === last };
}

function refusal(problem: string): InvalidInputError {
  return new InvalidInputError(problem, { argument: 'bytes', code: 'unsupported' });
}

function refuseNode({ type, name, outputs }: Node, problem: string): never {
  throw refusal(`the operation ${type} of node '${name || outputs[0]}' ${problem}`);
}

function readNode(bytes: Uint8Array): Node {
  const node = {
    inputs: [] as string[],
    outputs: [] as string[],
    name: '',
    type: '',
    attributes: new Map<string, Attribute>(),
  };
  for (const { field, bytes: content } of wireFields(bytes)) {
    if (field === 1) node.inputs.push(textOf(content));
    else if (field === 2) node.outputs.push(textOf(content));
    else if (field === 3) node.name = textOf(content);
    else if (field === 4) node.type = textOf(content);
    else if (field === 5 && content) {
      let name = '';
      let value = 0;
      let text = '';
      const values: number[] = [];
      let tensor: StoredTensor | undefined;
      for (const part of wireFields(content)) {
        if (part.field === 1) name = textOf(part.bytes);
        else if (part.field === 2 || part.field === 3) value = part.value;
        else if (part.field === 4) text = textOf(part.bytes);
        else if (part.field === 5 && part.bytes) tensor = readTensor(part.bytes).tensor;
        else if (part.field === 7) values.push(...(part.bytes ? floats(part.bytes) : [part.value]));
        else if (part.field === 8) values.push(...(part.bytes ? packedVarints(part.bytes) : [part.value]));
      }
      node.attributes.set(name, { value, text, values, tensor });
    }
  }
  return node;
}

const floats = (bytes: Uint8Array): Float64Array => decodeNumbers(bytes, 'F32', 'bytes');

/** Types of tensors by number. */
const TYPES: Readonly<Record<number, string>> = {
  1: 'F32',
  6: 'I32',
  7: 'I64',
  10: 'F16',
  11: 'F64',
  16: 'BF16',
};

function readTensor(bytes: Uint8Array): { name: string; tensor: StoredTensor } {
  const shape: number[] = [];
  let name = '';
  let type = 0;
  let raw: Uint8Array | undefined;
  let isExternal = false;
  const listed: number[] = [];
  for (const { field, value, bytes: content } of wireFields(bytes)) {
    if (field === 1) shape.push(...(content ? packedVarints(content) : [value]));
    else if (field === 2) type = value;
    else if (field === 4)
      listed.push(
        ...(content && content.length !== 4 ? floats(content) : content ? floats(content) : [value]),
      );
    else if (field === 5 || field === 7) listed.push(...(content ? packedVarints(content) : [value]));
    else if (field === 8) name = textOf(content);
    else if (field === 9) raw = content;
    else if (field === 10) listed.push(...(content ? decodeNumbers(content, 'F64', 'bytes') : [value]));
    else if (field === 14 && value === 1) isExternal = true;
  }
  if (isExternal) {
    throw new InvalidInputError(
      `keeps the tensor ${name} in another file: save the model with its weights inside`,
      {
        argument: 'bytes',
        code: 'missing',
      },
    );
  }
  const known = TYPES[type];
  // Texts and truth values are kept empty: labels hang on them, and no layer.
  if (!known) return { name, tensor: { shape, values: new Float64Array(0) } };
  const values = raw
    ? decodeNumbers(raw, known, name)
    : Float64Array.from(listed, (bits) => (type === 10 ? halfFloat(bits) : bits));
  return { name, tensor: { shape, values } };
}

function readInput(bytes: Uint8Array): { name: string; dims: number[] } {
  let name = '';
  const dims: number[] = [];
  for (const { field, bytes: content } of wireFields(bytes)) {
    if (field === 1) name = textOf(content);
    if (field !== 2 || !content) continue;
    for (const type of wireFields(content)) {
      if (type.field !== 1 || !type.bytes) continue;
      for (const part of wireFields(type.bytes)) {
        if (part.field !== 2 || !part.bytes) continue;
        for (const dim of wireFields(part.bytes)) {
          let size = 0;
          for (const entry of wireFields(dim.bytes ?? new Uint8Array(0)))
            if (entry.field === 1) size = entry.value;
          dims.push(size);
        }
      }
    }
  }
  return { name, dims };
}

/** The shape of one input: a symbolic first axis, or one of length 1 before others, is the batch. */
function withoutBatch(dims: readonly number[], input: string): number[] {
  const shape = dims.length > 1 && dims[0] <= 1 ? dims.slice(1) : dims.slice();
  if (shape.length === 0 || shape.some((size) => !(size >= 1))) {
    throw refusal(`has an input '${input}' of unknown shape (${dims.join(', ')})`);
  }
  if (dims.length > 1 && dims[0] > 1 && dims.length !== 3)
    throw refusal(`has an input '${input}' for a batch of ${dims[0]}`);
  return shape;
}

const product = (shape: readonly number[]): number => shape.reduce((so, size) => so * size, 1);

/** The chain behind a node. */
function follow(
  node: Node,
  chain: Chain,
  from: string,
  chains: ReadonlyMap<string, Chain>,
  constants: ReadonlyMap<string, StoredTensor>,
): Chain {
  const others = node.inputs.filter((name) => name !== from && name !== '');
  const joined = node.inputs.filter((name) => chains.has(name));
  if (joined.length > 1) refuseNode(node, 'joins two branches: only chains are supported');
  const constant = (index: number): StoredTensor => {
    const found = constants.get(node.inputs[index] ?? '');
    if (found) return found;
    return refuseNode(node, `needs the constant ${node.inputs[index] ?? `number ${index}`}`);
  };
  const number = (name: string, otherwise: number) => node.attributes.get(name)?.value ?? otherwise;
  const { layers, shape } = chain;
  const activation = ACTIVATIONS[node.type];
  if (activation) {
    const slope = activation === 'leaky-relu' ? { slope: number('alpha', 0.01) } : {};
    return { shape, layers: activated(layers, shape, activation, slope) };
  }
  switch (node.type) {
    case 'Identity':
    case 'Dropout':
    case 'Cast':
      return chain;
    case 'Flatten':
      return { layers, shape: [product(shape)] };
    case 'Reshape': {
      const target = Array.from(constant(1).values);
      const rest = target.length > 1 ? target.slice(1) : target;
      const known = rest.reduce((so, size) => so * (size > 0 ? size : 1), 1);
      const next = rest.map((size) => (size > 0 ? size : product(shape) / known));
      if (product(next) !== product(shape))
        refuseNode(node, `makes the shape ${target.join(' x ')} of ${shape.join(' x ')}`);
      return { layers, shape: next };
    }
    case 'Squeeze':
    case 'Unsqueeze':
      return { layers, shape: shape.length > 1 ? shape.filter((size) => size !== 1) : shape };
    case 'Transpose': {
      const order = node.attributes.get('perm')?.values ?? [];
      return transposed(node, chain, order);
    }
    case 'MatMul': {
      const isLeft = node.inputs[0] === from;
      const weight = constant(isLeft ? 1 : 0);
      return dense(node, chain, weight, isLeft, 1, undefined);
    }
    case 'Gemm': {
      if (number('transA', 0) !== 0) refuseNode(node, 'transposes its input');
      const bias = node.inputs[2] ? constant(2) : undefined;
      const scaled = bias && { ...bias, values: bias.values.map((b) => b * number('beta', 1)) };
      return dense(node, chain, constant(1), number('transB', 0) === 0, number('alpha', 1), scaled);
    }
    case 'Add':
    case 'Sub':
    case 'Mul':
    case 'Div': {
      const index = node.inputs[0] === from ? 1 : 0;
      const values = spreadOver(node, constant(index), shape);
      const isFirst = index === 1;
      const ones = new Float64Array(values.length).fill(1);
      if (node.type === 'Add') return scaledBy(chain, ones, values);
      if (node.type === 'Sub')
        return scaledBy(
          chain,
          isFirst ? ones : ones.map((x) => -x),
          isFirst ? values.map((x) => -x) : values,
        );
      if (node.type === 'Mul') return scaledBy(chain, values, new Float64Array(values.length));
      if (!isFirst) refuseNode(node, 'divides by the input');
      return scaledBy(
        chain,
        values.map((x) => 1 / x),
        new Float64Array(values.length),
      );
    }
    case 'Scaler': {
      const [offset, scale] = ['offset', 'scale'].map((name) =>
        Float64Array.from(node.attributes.get(name)?.values ?? []),
      );
      return scaledBy(
        chain,
        scale,
        scale.map((s, i) => -s * offset[i]),
      );
    }
    case 'BatchNormalization': {
      const [gamma, beta, mean, variance] = [1, 2, 3, 4].map((index) => constant(index).values);
      const epsilon = number('epsilon', 1e-5);
      const scale = gamma.map((g, c) => g / Math.sqrt(variance[c] + epsilon));
      const shift = beta.map((b, c) => b - mean[c] * scale[c]);
      const plane = product(shape.slice(1));
      const each = (values: Float64Array) =>
        Float64Array.from({ length: product(shape) }, (_, i) => values[Math.floor(i / plane)]);
      return scaledBy(chain, each(scale), each(shift));
    }
    case 'Conv':
      return convolved(node, chain, constant(1), node.inputs[2] ? constant(2).values : undefined);
    case 'AveragePool':
    case 'GlobalAveragePool':
      return pooled(node, chain);
    default:
      return refuseNode(node, others.length > 0 || chain ? 'is not supported' : '');
  }
}

/** The activation belongs to the last layer; where there is none, to an identity. */
function activated(
  layers: readonly Layer[],
  shape: readonly number[],
  activation: Activation,
  slope: { slope?: number },
): Layer[] {
  const base = endsLinear(layers) ? layers : [...layers, diagonal(new Float64Array(product(shape)).fill(1))];
  const last = base[base.length - 1];
  return [...base.slice(0, -1), { ...last, activation, ...slope } as Layer];
}

const endsLinear = (layers: readonly Layer[]): boolean =>
  layers.length > 0 && layers[layers.length - 1].activation === 'linear';

/** Entries up to which a scaling is written out as a matrix. */
const MOST_DIAGONAL = 4096;

function diagonal(scale: Float64Array, shift: Float64Array = new Float64Array(scale.length)): DenseLayer {
  const n = scale.length;
  if (n > MOST_DIAGONAL)
    throw refusal(`scales ${n} numbers by themselves: fold the scaling into the next layer`);
  const weight = new Float64Array(n * n);
  for (let i = 0; i < n; i++) weight[i * n + i] = scale[i];
  return { kind: 'dense', inputs: n, outputs: n, weight, bias: shift, activation: 'linear' };
}

/** y -> scale o y + shift: into the last layer if it is linear. */
function scaledBy({ layers, shape }: Chain, scale: Float64Array, shift: Float64Array): Chain {
  const last = layers[layers.length - 1];
  if (endsLinear(layers) && last.kind === 'dense') {
    const { inputs, weight, bias } = last;
    const changed: DenseLayer = {
      ...last,
      weight: weight.map((w, at) => w * scale[Math.floor(at / inputs)]),
      bias: bias.map((b, i) => b * scale[i] + shift[i]),
    };
    return { shape, layers: [...layers.slice(0, -1), changed] };
  }
  const channels = shape[0];
  const plane = product(shape) / channels;
  const isByChannel = scale.every(
    (s, i) => s === scale[Math.floor(i / plane) * plane] && shift[i] === shift[Math.floor(i / plane) * plane],
  );
  const per = (values: Float64Array) => Float64Array.from({ length: channels }, (_, c) => values[c * plane]);
  if (endsLinear(layers) && last.kind === 'convolution' && isByChannel) {
    const size = last.kernel.length / last.channels;
    const [s, t] = [per(scale), per(shift)];
    const changed: Layer = {
      ...last,
      kernel: last.kernel.map((w, at) => w * s[Math.floor(at / size)]),
      bias: last.bias.map((b, c) => b * s[c] + t[c]),
    };
    return { shape, layers: [...layers.slice(0, -1), changed] };
  }
  if (shape.length === 3 && isByChannel) {
    const kernel = new Float64Array(channels * channels);
    per(scale).forEach((s, c) => {
      kernel[c * channels + c] = s;
    });
    const layer: Layer = {
      kind: 'convolution',
      shape: shape as [number, number, number],
      channels,
      size: [1, 1],
      stride: [1, 1],
      padding: [0, 0, 0, 0],
      kernel,
      bias: per(shift),
      activation: 'linear',
    };
    return { shape, layers: [...layers, layer] };
  }
  return { shape, layers: [...layers, diagonal(scale, shift)] };
}

/** A constant as one number for every entry of a shape, by the rules of broadcasting. */
function spreadOver(
  node: Node,
  { shape: given, values }: StoredTensor,
  shape: readonly number[],
): Float64Array {
  const n = product(shape);
  const dims = given.filter((size, axis) => !(size === 1 && axis < given.length - shape.length));
  if (values.length === 1) return new Float64Array(n).fill(values[0]);
  const padded = [...new Array<number>(Math.max(0, shape.length - dims.length)).fill(1), ...dims];
  if (padded.length !== shape.length || padded.some((size, axis) => size !== 1 && size !== shape[axis])) {
    refuseNode(node, `combines the shapes ${shape.join(' x ')} and ${given.join(' x ')}`);
  }
  return Float64Array.from({ length: n }, (_, at) => {
    let [rest, index, stride] = [at, 0, 1];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const place = rest % shape[axis];
      rest = Math.floor(rest / shape[axis]);
      if (padded[axis] === 1) continue;
      index += place * stride;
      stride *= padded[axis];
    }
    return values[index];
  });
}

/** y W (with `isRight`), or W y. */
function dense(
  node: Node,
  { layers, shape }: Chain,
  { shape: dims, values }: StoredTensor,
  isRight: boolean,
  alpha: number,
  bias: StoredTensor | undefined,
): Chain {
  if (dims.length !== 2) refuseNode(node, `multiplies with ${dims.length} axes`);
  const [outputs, inputs] = isRight ? [dims[1], dims[0]] : [dims[0], dims[1]];
  if (product(shape) !== inputs || (shape.length > 1 && shape[0] !== 1)) {
    refuseNode(node, `takes ${inputs} numbers, the shape before it is ${shape.join(' x ')}`);
  }
  const weight = new Float64Array(outputs * inputs);
  for (let i = 0; i < outputs; i++) {
    for (let j = 0; j < inputs; j++)
      weight[i * inputs + j] = alpha * (isRight ? values[j * outputs + i] : values[i * inputs + j]);
  }
  const offsets = bias ? spreadOver(node, bias, [outputs]) : new Float64Array(outputs);
  const layer: DenseLayer = { kind: 'dense', inputs, outputs, weight, bias: offsets, activation: 'linear' };
  return { shape: [outputs], layers: [...layers, layer] };
}

function imageOf(node: Node, shape: readonly number[]): [number, number, number] {
  if (shape.length !== 3)
    refuseNode(node, `wants channels, height and width, the shape before it is ${shape.join(' x ')}`);
  return shape as [number, number, number];
}

function convolved(
  node: Node,
  { layers, shape }: Chain,
  weight: StoredTensor,
  bias: Float64Array | undefined,
): Chain {
  const image = imageOf(node, shape);
  const list = (name: string, otherwise: number[]) => node.attributes.get(name)?.values ?? otherwise;
  if (weight.shape.length !== 4) refuseNode(node, `has a kernel of ${weight.shape.length} axes`);
  if ((node.attributes.get('group')?.value ?? 1) !== 1) refuseNode(node, 'convolves in groups');
  if (list('dilations', [1, 1]).some((d) => d !== 1)) refuseNode(node, 'is dilated');
  const automatic = node.attributes.get('auto_pad')?.text ?? 'NOTSET';
  const [channels, , height, width] = weight.shape;
  const stride = list('strides', [1, 1]) as [number, number];
  const padding = paddingOf(node, automatic, image, [height, width], stride, list('pads', [0, 0, 0, 0]));
  const layer: Layer = {
    kind: 'convolution',
    shape: image,
    channels,
    size: [height, width],
    stride,
    padding,
    kernel: weight.values.slice(),
    bias: bias?.slice() ?? new Float64Array(channels),
    activation: 'linear',
  };
  return { shape: [channels, ...convolvedSize(layer)], layers: [...layers, layer] };
}

function paddingOf(
  node: Node,
  automatic: string,
  [, height, width]: readonly number[],
  size: readonly number[],
  stride: readonly number[],
  pads: number[],
): [number, number, number, number] {
  if (automatic === 'NOTSET' || automatic === '') return [pads[0], pads[1], pads[2], pads[3]];
  if (automatic === 'VALID') return [0, 0, 0, 0];
  if (!automatic.startsWith('SAME')) refuseNode(node, `pads by ${automatic}`);
  const total = [height, width].map((extent, axis) =>
    Math.max(0, (Math.ceil(extent / stride[axis]) - 1) * stride[axis] + size[axis] - extent),
  );
  const small = total.map((pad) => Math.floor(pad / 2));
  const [top, left] = automatic === 'SAME_LOWER' ? total.map((pad, axis) => pad - small[axis]) : small;
  return [top, left, total[0] - top, total[1] - left];
}

/** The mean over windows, as a convolution of each channel with itself. */
function pooled(node: Node, { layers, shape }: Chain): Chain {
  const image = imageOf(node, shape);
  const [channels, rows, cols] = image;
  const isGlobal = node.type === 'GlobalAveragePool';
  const size = (isGlobal ? [rows, cols] : (node.attributes.get('kernel_shape')?.values ?? [1, 1])) as [
    number,
    number,
  ];
  const pads = node.attributes.get('pads')?.values ?? [0, 0, 0, 0];
  if (pads.some((pad) => pad !== 0)) refuseNode(node, 'averages over padding');
  const stride = (isGlobal ? [1, 1] : (node.attributes.get('strides')?.values ?? [1, 1])) as [number, number];
  const taps = size[0] * size[1];
  const kernel = new Float64Array(channels * channels * taps);
  for (let c = 0; c < channels; c++)
    kernel.fill(1 / taps, (c * channels + c) * taps, (c * channels + c + 1) * taps);
  const layer: Layer = {
    kind: 'convolution',
    shape: image,
    channels,
    size,
    stride,
    padding: [0, 0, 0, 0],
    kernel,
    bias: new Float64Array(channels),
    activation: 'linear',
  };
  return { shape: [channels, ...convolvedSize(layer)], layers: [...layers, layer] };
}

/** A transposition with the batch in place: a permutation of the entries. */
function transposed(node: Node, { layers, shape }: Chain, order: readonly number[]): Chain {
  if (order.length !== shape.length + 1 || order[0] !== 0)
    refuseNode(node, `reorders the axes ${order.join(', ')}`);
  const axes = order.slice(1).map((axis) => axis - 1);
  const next = axes.map((axis) => shape[axis]);
  // A permutation that moves axes of length one only leaves the entries where they are.
  const n = product(shape);
  const strides = shape.map((_, axis) => product(shape.slice(axis + 1)));
  const source = Int32Array.from({ length: n }, (_, at) => {
    let rest = at;
    let from = 0;
    for (let axis = next.length - 1; axis >= 0; axis--) {
      from += (rest % next[axis]) * strides[axes[axis]];
      rest = Math.floor(rest / next[axis]);
    }
    return from;
  });
  if (source.every((from, at) => from === at)) return { layers, shape: next };
  const layer = diagonal(new Float64Array(n));
  source.forEach((from, at) => {
    layer.weight[at * n + from] = 1;
  });
  return { shape: next, layers: [...layers, layer] };
}

/** Dense layers without an activation between them become one. */
function merged(layers: readonly Layer[]): Layer[] {
  const out: Layer[] = [];
  for (const layer of layers) {
    const before = out[out.length - 1];
    if (before?.activation !== 'linear' || before.kind !== 'dense' || layer.kind !== 'dense') {
      out.push(layer);
      continue;
    }
    const weight = new Float64Array(layer.outputs * before.inputs);
    const bias = layer.bias.slice();
    for (let i = 0; i < layer.outputs; i++) {
      for (let k = 0; k < layer.inputs; k++) {
        const a = layer.weight[i * layer.inputs + k];
        if (a === 0) continue;
        bias[i] += a * before.bias[k];
        for (let j = 0; j < before.inputs; j++)
          weight[i * before.inputs + j] += a * before.weight[k * before.inputs + j];
      }
    }
    out[out.length - 1] = { ...layer, inputs: before.inputs, weight, bias };
  }
  return out;
}
