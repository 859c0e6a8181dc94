// Networks from safetensors files: tensors by name, and a description of the layers that they belong to.
//
// https://github.com/huggingface/safetensors: eight bytes of length, a header of JSON, the numbers.
import { checkFunction, checkList, checkObject, InvalidInputError } from '@infimum/core';
import { type Activation, checkNetwork, convolvedSize, type Layer, type Network } from './network.ts';
import { decodeNumbers } from './tensor-data.ts';

/** A stored tensor. */
export interface StoredTensor {
  /** Length of every axis. */
  readonly shape: readonly number[];
  /** The numbers, the last axis the fastest. */
  readonly values: Float64Array;
}

/** A layer whose weights are stored under names. */
export interface StoredLayer {
  /** The tensor of the weights. */
  readonly weight: string;
  /** The tensor of the biases; none by default. */
  readonly bias?: string;
  /** The activation after it; `linear` by default. */
  readonly activation?: Activation;
  /** The slope of `leaky-relu`. */
  readonly slope?: number;
  /**
   * The order of the axes: `out-in` (PyTorch, the default) or `in-out` (Keras) for dense layers, `OIHW` (PyTorch, the
   * default) or `HWIO` (Keras) for convolutions.
   */
  readonly layout?: 'out-in' | 'in-out' | 'OIHW' | 'HWIO';
  /** Steps of a convolution; 1 by default. */
  readonly stride?: number;
  /** Zeros around the input of a convolution; 0 by default. */
  readonly padding?: number;
}

/** What a file of tensors means. */
export interface StoredNetwork {
  /** The layers in the order of evaluation. */
  readonly layers: readonly StoredLayer[];
  /** Channels, height and width of the input, if the first layer is a convolution. */
  readonly shape?: readonly [number, number, number];
  /** How images are flattened before a dense layer: `CHW` (PyTorch, the default) or `HWC` (Keras). */
  readonly flatten?: 'CHW' | 'HWC';
}

/**
 * Reads all tensors of a safetensors file of F64, F32, F16, BF16, I32 or I64 numbers.
 *
 * @param bytes - the file
 * @throws {InvalidInputError} for a file that is damaged, and for other types
 *
 * @example
 * ```ts
 * import { readSafetensors } from '@infimum/verify';
 *
 * const header = new TextEncoder().encode(JSON.stringify({ w: { dtype: 'F32', shape: [2], data_offsets: [0, 8] } }));
 * const file = new Uint8Array(8 + header.length + 8);
 * new DataView(file.buffer).setUint32(0, header.length, true);
 * file.set(header, 8);
 * new DataView(file.buffer).setFloat32(8 + header.length, 1.5, true);
 * console.log(readSafetensors(file).get('w')?.values.join(' ')); // 1.5 0
 * ```
 */
export function readSafetensors(bytes: Uint8Array): Map<string, StoredTensor> {
  const fail = (problem: string): never => {
    throw new InvalidInputError(problem, { argument: 'bytes', code: 'type' });
  };
  if (!(bytes instanceof Uint8Array) || bytes.length < 8) fail('is no safetensors file');
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigUint64(0, true));
  if (!(length <= bytes.length - 8)) fail('is no safetensors file: its header is longer than the file');
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  } catch {
    fail('is no safetensors file: its header is no JSON');
  }
  const tensors = new Map<string, StoredTensor>();
  for (const [name, entry] of Object.entries(header as Record<string, unknown>)) {
    if (name === '__metadata__') continue;
    const {
      dtype,
      shape,
      data_offsets: offsets,
    } = entry as { dtype: string; shape: number[]; data_offsets: number[] };
    const [from, to] = offsets ?? [];
    if (!Array.isArray(shape) || !(from >= 0 && from <= to && to <= bytes.length - 8 - length)) {
      fail(`has a tensor ${name} that lies outside of the file`);
    }
    const values = decodeNumbers(bytes.subarray(8 + length + from, 8 + length + to), dtype, name);
    const expected = shape.reduce((product, size) => product * size, 1);
    if (values.length !== expected)
      fail(`has a tensor ${name} of ${values.length} numbers instead of ${expected}`);
    tensors.set(name, { shape, values });
  }
  return tensors;
}

/**
 * Makes a network of stored tensors.
 *
 * @param tensors - the tensors by name, as `readSafetensors` gives them
 * @param description - which layers they belong to
 * @throws {InvalidInputError} for tensors that are missing or do not fit, naming them
 *
 * @example
 * ```ts
 * import { evaluateNetwork, networkFromTensors } from '@infimum/verify';
 *
 * const tensors = new Map([['fc.weight', { shape: [1, 2], values: Float64Array.of(2, 3) }]]);
 * const network = networkFromTensors(tensors, { layers: [{ weight: 'fc.weight' }] });
 * console.log(evaluateNetwork(network, Float64Array.of(1, 1))[0]); // 5
 * ```
 */
export function networkFromTensors(
  tensors: ReadonlyMap<string, StoredTensor>,
  description: StoredNetwork,
): Network {
  checkObject(tensors, 'tensors');
  checkFunction(tensors.get, 'tensors.get');
  checkObject(description, 'description');
  checkList(description.layers, 'description.layers');

  const layers: Layer[] = [];
  let image: readonly [number, number, number] | undefined = description.shape;
  for (const [k, stored] of description.layers.entries()) {
    checkObject(stored, `description.layers[${k}]`);
    const tensor = (name: string): StoredTensor => {
      const found = tensors.get(name);
      if (found) return found;
      throw new InvalidInputError(`is not in the file; there are ${[...tensors.keys()].join(', ')}`, {
        argument: name,
        code: 'missing',
      });
    };
    const { shape, values } = tensor(stored.weight);
    const activation = stored.activation ?? 'linear';
    const slope = stored.slope === undefined ? {} : { slope: stored.slope };
    const biasOf = (outputs: number) =>
      stored.bias === undefined ? new Float64Array(outputs) : tensor(stored.bias).values.slice();
    if (shape.length === 2) {
      const transposed = stored.layout === 'in-out';
      const [outputs, inputs] = transposed ? [shape[1], shape[0]] : [shape[0], shape[1]];
      const order = image && description.flatten === 'HWC' ? channelsLast(image) : undefined;
      const weight = new Float64Array(outputs * inputs);
      for (let i = 0; i < outputs; i++) {
        for (let j = 0; j < inputs; j++) {
          const from = order?.[j] ?? j;
          weight[i * inputs + j] = transposed ? values[from * outputs + i] : values[i * inputs + from];
        }
      }
      layers.push({ kind: 'dense', inputs, outputs, weight, bias: biasOf(outputs), activation, ...slope });
      image = undefined;
    } else if (shape.length === 4) {
      if (!image) {
        throw new InvalidInputError(
          'is a convolution of something whose shape is not known: state the shape of the input',
          {
            argument: stored.weight,
            code: 'shape',
          },
        );
      }
      const isLast = stored.layout === 'HWIO';
      const [channels, depth, height, width] = isLast ? [shape[3], shape[2], shape[0], shape[1]] : shape;
      const kernel = isLast ? toOihw(values, channels, depth, height, width) : values.slice();
      const { stride = 1, padding = 0 } = stored;
      const layer: Layer = {
        kind: 'convolution',
        shape: image,
        channels,
        size: [height, width],
        stride: [stride, stride],
        padding: [padding, padding, padding, padding],
        kernel,
        bias: biasOf(channels),
        activation,
        ...slope,
      };
      layers.push(layer);
      const [rows, cols] = convolvedSize(layer);
      image = [channels, rows, cols];
    } else {
      throw new InvalidInputError(
        `has ${shape.length} axes: two belong to a dense layer, four to a convolution`,
        {
          argument: stored.weight,
          code: 'shape',
        },
      );
    }
  }
  const network = { layers };
  checkNetwork(network, 'description');
  return network;
}

/** Where in an image with the channels last the entry j of one with the channels first lies. */
function channelsLast([channels, height, width]: readonly [number, number, number]): Int32Array {
  return Int32Array.from({ length: channels * height * width }, (_, j) => {
    const [c, pixel] = [Math.floor(j / (height * width)), j % (height * width)];
    return pixel * channels + c;
  });
}

function toOihw(values: Float64Array, o: number, i: number, h: number, w: number): Float64Array {
  const kernel = new Float64Array(values.length);
  for (let a = 0; a < o; a++) {
    for (let b = 0; b < i; b++) {
      for (let at = 0; at < h * w; at++) kernel[(a * i + b) * h * w + at] = values[(at * i + b) * o + a];
    }
  }
  return kernel;
}
