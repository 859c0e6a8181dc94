// Networks from named tensors, such as those of safetensors files, and a description of the layers.
import { checkFunction, checkList, checkObject, fault } from '@infimum/core';
import type { Tensor } from '@infimum/core/data';
import type { Activation, Layer, Network } from './network.ts';
import { checkNetwork, convolvedSize } from './network.ts';

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

/** The description of a file of tensors. */
export interface StoredNetwork {
  /** The layers in the order of evaluation. */
  readonly layers: readonly StoredLayer[];
  /** Channels, height and width of the input, if the first layer is a convolution. */
  readonly shape?: readonly [number, number, number];
  /** How images are flattened before a dense layer: `CHW` (PyTorch, the default) or `HWC` (Keras). */
  readonly flatten?: 'CHW' | 'HWC';
}

/**
 * Makes a network from stored tensors.
 *
 * @param tensors - the tensors by name, those of `readSafetensors`
 * @param description - the layers to which they belong
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
export function networkFromTensors(tensors: ReadonlyMap<string, Tensor>, description: StoredNetwork): Network {
  checkObject(tensors, 'tensors');
  checkFunction(tensors.get, 'tensors.get');
  checkObject(description, 'description');
  checkList(description.layers, 'description.layers');

  const layers: Layer[] = [];
  let image: readonly [number, number, number] | undefined = description.shape;
  for (const [k, stored] of description.layers.entries()) {
    checkObject(stored, `description.layers[${k}]`);
    const tensor = (name: string): Tensor => {
      const found = tensors.get(name);
      if (found) return found;
      throw fault(`is not in the file; there are ${[...tensors.keys()].join(', ')}`, name, 'missing');
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
        throw fault('is a convolution of an unknown shape: state the shape of the input', stored.weight, 'shape');
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
      throw fault(`has ${shape.length} axes: two belong to a dense layer, four to a convolution`, stored.weight, 'shape');
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
