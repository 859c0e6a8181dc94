// Feed-forward networks: their layers, checks and evaluation.
import type { Listed, VectorLike } from '@infimum/core';
import {
  asIndices,
  asMatrix,
  asVector,
  checkInteger,
  checkList,
  checkNumber,
  checkText,
  checkVector,
  describeValue,
  fault,
} from '@infimum/core';
import type { AffineMap } from './affine-map.ts';
import { convolutionMap, denseMap } from './affine-map.ts';
import type { CurveName } from './curves.ts';
import { CURVES, curveRange } from './curves.ts';
import type { SparseParts } from './sparse-map.ts';
import { sparseMap } from './sparse-map.ts';

/** The activation after an affine layer, entry by entry: see `CurveName` for the later ones. */
export type Activation = 'linear' | 'relu' | 'leaky-relu' | CurveName;

/** The fields of every layer besides its affine map. */
interface Activated {
  /** The activation after the affine map. */
  readonly activation: Activation;
  /** The slope of `leaky-relu` below zero, 0.01 by default, or the factor of `elu` there, 1 by default; from 0 to 1. */
  readonly slope?: number;
  /** Marks by 1 the outputs that have no activation: numbers that branches of a network carry past a layer. */
  readonly carried?: Uint8Array;
}

/** z = W x + b. */
export interface DenseLayer extends Activated {
  /** The kind of layer. */
  readonly kind: 'dense';
  /** Length of x. */
  readonly inputs: number;
  /** Length of z. */
  readonly outputs: number;
  /** W, a row an output: the weight from input j to output i is `weight[i * inputs + j]`. */
  readonly weight: Float64Array;
  /** b, a number an output. */
  readonly bias: Float64Array;
}

/** z = the cross-correlation of an image with kernels, zeros around it, and a bias a channel. */
export interface ConvolutionLayer extends Activated {
  /** The kind of layer. */
  readonly kind: 'convolution';
  /** Channels, height and width of the input, which is stored in this order. */
  readonly shape: readonly [channels: number, height: number, width: number];
  /** Channels of the output. */
  readonly channels: number;
  /** Height and width of a kernel. */
  readonly size: readonly [height: number, width: number];
  /** Steps from one place to the next, down and to the right. */
  readonly stride: readonly [down: number, right: number];
  /** Zeros around the input: above, left, below, right. */
  readonly padding: readonly [top: number, left: number, bottom: number, right: number];
  /** The kernels: output channel, input channel, row, column. */
  readonly kernel: Float64Array;
  /** A number an output channel. */
  readonly bias: Float64Array;
}

/** z = W x + b with a sparse W: pools, permutations, and branches side by side. */
export interface SparseLayer extends Activated, SparseParts {
  /** The kind of layer. */
  readonly kind: 'sparse';
}

/** An affine map and its activation. */
export type Layer = DenseLayer | ConvolutionLayer | SparseLayer;

/** A chain of layers; the outputs are those of the last one. */
export interface Network {
  /** The layers in the order of evaluation. */
  readonly layers: readonly Layer[];
}

/** A network whose numbers are in any lists. */
export interface NetworkLike {
  /** The layers in the order of evaluation. */
  readonly layers: readonly (Listed<DenseLayer> | Listed<ConvolutionLayer> | Listed<SparseLayer>)[];
}

/** The lists of a layer. */
const VECTORS = ['weight', 'bias', 'kernel'] as const;
const INDICES = ['starts', 'columns'] as const;

/** A network in typed arrays, checked: @throws {InvalidInputError} naming the field and the index. */
export function asNetwork(given: NetworkLike, argument = 'network'): Network {
  const network = given as Network;
  if (!Array.isArray(network?.layers) || network.layers.every(isTyped)) {
    checkNetwork(network, argument);
    return network;
  }
  const layers = network.layers.map((layer, k) => {
    const typed: Record<string, unknown> = { ...layer };
    for (const field of VECTORS)
      if (field in typed) typed[field] = asVector(typed[field] as VectorLike, `${argument}.layers[${k}].${field}`);
    for (const field of INDICES)
      if (field in typed) typed[field] = asIndices(typed[field] as VectorLike, `${argument}.layers[${k}].${field}`);
    return typed as unknown as Layer;
  });
  checkNetwork({ layers }, argument);
  return { layers };
}

function isTyped(layer: Layer): boolean {
  return [...VECTORS, ...INDICES].every((field) => {
    const list = (layer as unknown as Record<string, unknown> | null)?.[field];
    return list === undefined || ArrayBuffer.isView(list);
  });
}

/** A layer prepared for multiplication. */
interface PreparedLayer {
  readonly map: AffineMap;
  /** The signs of the weights, for statements that hold without rounding. */
  readonly signs: AffineMap;
  readonly activation: Activation;
  readonly slope: number;
  readonly carried: Uint8Array | undefined;
}

/** Activations that are linear on either side of zero: their cells can be split into two. */
export function isPiecewiseLinear(activation: Activation): boolean {
  return activation === 'relu' || activation === 'leaky-relu' || activation === 'linear';
}

/** The activation of neuron i of a layer. */
export function activationOf(
  { activation, carried }: { readonly activation: Activation; readonly carried?: Uint8Array | undefined },
  i: number,
): Activation {
  return carried?.[i] ? 'linear' : activation;
}

/** A prepared network: the last layer is linear, so that outputs are affine in the last hidden layer. */
export interface PreparedNetwork {
  readonly inputs: number;
  readonly outputs: number;
  readonly layers: readonly PreparedLayer[];
}

/** The default slopes. */
const SLOPES = { 'leaky-relu': 0.01, elu: 1 };

const ACTIVATIONS: readonly string[] = ['linear', 'relu', 'leaky-relu', ...Object.keys(CURVES)];

/**
 * A dense network from the shapes m_0, …, m_n: the same activation after every layer but the last.
 *
 * @param weights - of every layer, row by row or as a list of rows, a row an output
 * @param biases - of every layer, a number an output
 */
export function denseNetwork(
  weights: readonly (VectorLike | readonly VectorLike[])[],
  biases: readonly VectorLike[],
  activation: Activation = 'relu',
): Network {
  checkList(weights, 'weights');
  checkList(biases, 'biases');
  checkText(activation, 'activation');
  if (biases.length !== weights.length) {
    throw fault(`expected ${weights.length} arrays, one for each of weights, got ${biases.length}`, 'biases', 'shape');
  }
  const layers = Array.from(weights, (given, k): DenseLayer => {
    const isNested = Array.isArray(given) && typeof given[0] === 'object';
    const weight = isNested
      ? asMatrix(given as readonly VectorLike[], `weights[${k}]`).values
      : asVector(given as VectorLike, `weights[${k}]`);
    const bias = asVector(biases[k], `biases[${k}]`);
    const outputs = bias.length;
    const last = k === weights.length - 1;
    return { kind: 'dense', inputs: weight.length / outputs, outputs, weight, bias, activation: last ? 'linear' : activation };
  });
  return { layers };
}

/**
 * Checks a network.
 *
 * @throws {InvalidInputError} naming the field, such as `network.layers[1].weight`, and the index where there is one
 */
export function checkNetwork(value: unknown, argument = 'network'): asserts value is Network {
  const layers = (value as Network | null)?.layers;
  if (!Array.isArray(layers)) throw fault('expected an object with a list of layers', argument, 'type');
  if (layers.length === 0) throw fault('has no layer', `${argument}.layers`, 'empty');
  let inputs: number | undefined;
  for (const [k, layer] of (layers as Layer[]).entries()) {
    const name = `${argument}.layers[${k}]`;
    if (layer?.kind === 'dense') checkDense(layer, name);
    else if (layer?.kind === 'convolution') checkConvolution(layer, name);
    else if (layer?.kind === 'sparse') checkSparse(layer, name);
    else throw fault("expected the kind 'dense', 'convolution' or 'sparse'", `${name}.kind`, 'unknown');
    if (!ACTIVATIONS.includes(layer.activation)) {
      const problem = `expected one of ${ACTIVATIONS.join(', ')}, got ${describeValue(layer.activation)}`;
      throw fault(problem, `${name}.activation`, 'unknown');
    }
    if (layer.slope !== undefined) checkNumber(layer.slope, `${name}.slope`, { min: 0, max: 1 });
    if (layer.carried !== undefined && layer.carried?.length !== outputsOf(layer)) {
      throw fault(`expected a mark for each of ${outputsOf(layer)} outputs`, `${name}.carried`, 'shape');
    }
    const taken = inputsOfLayer(layer);
    if (inputs !== undefined && taken !== inputs) {
      throw fault(`takes ${taken} numbers, the layer before it gives ${inputs}`, name, 'shape');
    }
    inputs = outputsOf(layer);
  }
}

function checkDense({ inputs, outputs, weight, bias }: DenseLayer, name: string): void {
  checkInteger(inputs, `${name}.inputs`, { min: 1 });
  checkInteger(outputs, `${name}.outputs`, { min: 1 });
  checkVector(weight, `${name}.weight`, inputs * outputs);
  checkVector(bias, `${name}.bias`, outputs);
  checkMagnitude(weight, `${name}.weight`);
  checkMagnitude(bias, `${name}.bias`);
}

/** Bounds of values near the largest numbers would overflow at the next sum. */
const LARGEST_ENTRY = 1e200;

function checkMagnitude(values: ArrayLike<number>, argument: string): void {
  for (let index = 0; index < values.length; index++) {
    if (Math.abs(values[index]) <= LARGEST_ENTRY) continue;
    throw fault(`is ${values[index]} at index ${index}, beyond ${LARGEST_ENTRY}`, argument, 'out-of-range', index);
  }
}

function checkSparse({ inputs, outputs, starts, columns, weight, bias }: SparseLayer, name: string): void {
  checkInteger(inputs, `${name}.inputs`, { min: 1 });
  checkInteger(outputs, `${name}.outputs`, { min: 1 });
  checkVector(bias, `${name}.bias`, outputs);
  if (!(starts instanceof Int32Array) || starts.length !== outputs + 1 || starts[0] !== 0) {
    throw fault(`expected an Int32Array of ${outputs + 1} numbers from 0`, `${name}.starts`, 'shape');
  }
  const falling = starts.findIndex((start, i) => i > 0 && start < starts[i - 1]);
  if (falling >= 0) throw fault('falls', `${name}.starts`, 'out-of-range', falling);
  checkVector(weight, `${name}.weight`, starts[outputs]);
  if (!(columns instanceof Int32Array) || columns.length !== weight.length) {
    throw fault(`expected an Int32Array of ${weight.length} numbers`, `${name}.columns`, 'shape');
  }
  const outside = columns.findIndex((column) => column < 0 || column >= inputs);
  if (outside >= 0) throw fault(`expected inputs from 0 to ${inputs - 1}`, `${name}.columns`, 'out-of-range', outside);
}

function checkConvolution(layer: ConvolutionLayer, name: string): void {
  const { shape, channels, size, stride, padding, kernel, bias } = layer;
  checkInteger(channels, `${name}.channels`, { min: 1 });
  const lists = { shape: [shape, 3, 1], size: [size, 2, 1], stride: [stride, 2, 1], padding: [padding, 4, 0] };
  for (const [field, [list, length, min]] of Object.entries(lists)) {
    const numbers = list as readonly number[];
    if (!Array.isArray(numbers) || numbers.length !== length) {
      throw fault(`expected ${length} numbers`, `${name}.${field}`, 'shape');
    }
    for (const number of numbers) checkInteger(number, `${name}.${field}`, { min: min as number });
  }
  const [rows, cols] = convolvedSize(layer);
  if (!(rows >= 1 && cols >= 1)) throw fault('is larger than the padded image', `${name}.size`, 'shape');
  checkVector(kernel, `${name}.kernel`, channels * shape[0] * size[0] * size[1]);
  checkVector(bias, `${name}.bias`, channels);
}

/** Height and width of a convolution's output. */
export function convolvedSize({ shape, size, stride, padding }: ConvolutionLayer): [number, number] {
  return [
    Math.floor((shape[1] + padding[0] + padding[2] - size[0]) / stride[0]) + 1,
    Math.floor((shape[2] + padding[1] + padding[3] - size[1]) / stride[1]) + 1,
  ];
}

/** Number of outputs of a layer. */
export function outputsOf(layer: Layer): number {
  return layer.kind === 'convolution' ? layer.channels * product(convolvedSize(layer)) : layer.outputs;
}

/** Number of inputs of a layer. */
export function inputsOfLayer(layer: Layer): number {
  return layer.kind === 'convolution' ? product(layer.shape) : layer.inputs;
}

/** Number of inputs of a network. */
export function inputsOf({ layers }: Network): number {
  return inputsOfLayer(layers[0]);
}

/** A checked and prepared network. */
export function prepareNetwork({ layers }: Network): PreparedNetwork {
  const prepared = layers.map(
    (layer): PreparedLayer => ({
      map: mapOf(layer),
      signs: mapOf(
        layer.kind === 'convolution'
          ? { ...layer, kernel: layer.kernel.map(Math.sign) }
          : { ...layer, weight: layer.weight.map(Math.sign) },
      ),
      activation: layer.activation,
      slope: layer.activation in SLOPES ? (layer.slope ?? SLOPES[layer.activation as 'elu']) : 0,
      carried: layer.carried,
    }),
  );
  const last = prepared[prepared.length - 1];
  if (last.activation !== 'linear') {
    // Outputs behind an activation become an identity behind it.
    const { outputs } = last.map;
    const map = sparseMap({
      inputs: outputs,
      outputs,
      starts: Int32Array.from({ length: outputs + 1 }, (_, i) => i),
      columns: Int32Array.from({ length: outputs }, (_, i) => i),
      weight: new Float64Array(outputs).fill(1),
      bias: new Float64Array(outputs),
    });
    prepared.push({ map, signs: map, activation: 'linear', slope: 0, carried: undefined });
  }
  return { inputs: prepared[0].map.inputs, outputs: last.map.outputs, layers: prepared };
}

function mapOf(layer: Layer): AffineMap {
  if (layer.kind === 'sparse') return sparseMap(layer);
  return layer.kind === 'dense' ? denseMap(layer) : convolutionMap(layer, convolvedSize(layer));
}

/** s(z). */
export function activate(activation: Activation, slope: number, z: number): number {
  switch (activation) {
    case 'linear':
      return z;
    case 'relu':
      return Math.max(z, 0);
    case 'leaky-relu':
      return z > 0 ? z : slope * z;
    default:
      return CURVES[activation].value(z, slope);
  }
}

/** Bounds of s on [l, u]. */
export function activationRange(activation: Activation, slope: number, l: number, u: number): [number, number] {
  if (activation in CURVES) return curveRange(CURVES[activation as CurveName], slope, l, u);
  return [activate(activation, slope, l), activate(activation, slope, u)];
}

/** Whether the slope of an activation may exceed about 1. */
export function isSteep(activation: Activation): boolean {
  return activation in CURVES && CURVES[activation as CurveName].isSteep;
}

/** s'(z); at the kink of a piecewise linear activation the slope to the left. */
export function activationSlope(activation: Activation, slope: number, z: number): number {
  switch (activation) {
    case 'linear':
      return 1;
    case 'relu':
      return z > 0 ? 1 : 0;
    case 'leaky-relu':
      return z > 0 ? 1 : slope;
    default:
      return CURVES[activation].derivative(z, slope);
  }
}

/** The pre-activations z_1, …, z_n at x; the last are the outputs. */
export function preActivations({ layers }: PreparedNetwork, x: Float64Array): Float64Array[] {
  const values: Float64Array[] = [];
  let input = x;
  for (const layer of layers) {
    const { map, slope } = layer;
    const z = map.apply(input);
    for (let i = 0; i < z.length; i++) z[i] += map.bias[i];
    values.push(z);
    input = z.map((entry, i) => activate(activationOf(layer, i), slope, entry));
  }
  return values;
}

/** The gradient of g · f at the point with these pre-activations: g' W_n D_{n-1} … D_1 W_1. */
export function pullBack({ layers }: PreparedNetwork, values: readonly Float64Array[], g: Float64Array): Float64Array {
  let row = g;
  for (let k = layers.length - 1; k >= 0; k--) {
    row = layers[k].map.applyTransposed(row);
    if (k === 0) break;
    const { slope } = layers[k - 1];
    for (let i = 0; i < row.length; i++) {
      row[i] *= activationSlope(activationOf(layers[k - 1], i), slope, values[k - 1][i]);
    }
  }
  return row;
}

/**
 * The outputs of a network, in double precision. Time O(weights).
 *
 * @param network - the network
 * @param x - an input
 * @throws {InvalidInputError} for an inconsistent network, and for an input of another size
 *
 * @example
 * ```ts
 * import { denseNetwork, evaluateNetwork } from '@infimum/verify';
 *
 * const network = denseNetwork([[[1, -1], [2, -1]], [[1, -1]]], [[0, 0], [0]]);
 * console.log(evaluateNetwork(network, [1, 0.5])[0]); // -1
 * ```
 */
export function evaluateNetwork(network: NetworkLike, x: VectorLike): Float64Array {
  const prepared = prepareNetwork(asNetwork(network));
  const values = preActivations(prepared, asVector(x, 'x', prepared.inputs));
  return values[values.length - 1];
}

/** The outputs in single precision: every number rounded to 24 bits after every step. */
export function evaluateSinglePrecision({ layers }: PreparedNetwork, x: Float64Array): Float64Array {
  let input: Float64Array = x.map(Math.fround);
  for (const [k, layer] of layers.entries()) {
    const z = layer.map.applySingle(input);
    const slope = Math.fround(layer.slope);
    const last = k === layers.length - 1;
    input = last ? z : z.map((entry, i) => Math.fround(activate(activationOf(layer, i), slope, entry)));
  }
  return input;
}

/** The gradient of one output at x, as `evaluateNetwork` the value. At kinks it is that of the cell on the left. */
export function networkGradient(network: NetworkLike, x: VectorLike, output: number): Float64Array {
  const prepared = prepareNetwork(asNetwork(network));
  const values = preActivations(prepared, asVector(x, 'x', prepared.inputs));
  checkInteger(output, 'output', { min: 0, max: prepared.outputs - 1 });
  const selector = new Float64Array(prepared.outputs);
  selector[output] = 1;
  return pullBack(prepared, values, selector);
}

function product(numbers: readonly number[]): number {
  return numbers.reduce((so, number) => so * number, 1);
}
