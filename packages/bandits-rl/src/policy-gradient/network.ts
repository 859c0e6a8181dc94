// A network of tanh layers at fixed parameters, laid out for the kernels: forwards for one step or a block of them, and backwards for
// the block.
import { int32, layout, scratch } from '@infimum/linalg/kernels';
import { networkKernels, RECORD, tanhTable } from './network-kernels.ts';

/** Steps of a block: what its layers hold fits the second level of the cache. */
export const BLOCK = 128;

/** Where the parameters of a network are. */
export interface NetworkShape {
  /** Widths of observation, hidden layers and outputs. */
  readonly sizes: readonly number[];
  /** Where the weights of each layer begin, a row an output, and its constant terms behind them. */
  readonly offsets: readonly number[];
}

/** A network in memory; disposing releases it for reuse. */
export interface LoadedNetwork extends Disposable {
  /** Observations of a block of steps, `inputStride` numbers a row. */
  readonly inputs: Float64Array;
  readonly inputStride: number;
  /** The outputs of the last layer, and the slopes by them from which `backward` starts: `outputStride` numbers a row. */
  readonly outputs: Float64Array;
  readonly outputSlopes: Float64Array;
  readonly outputStride: number;
  /** Fills the outputs of the first rows. */
  forward(count: number): void;
  /** Goes back through the first rows, whose outputs have been filled, and adds to the gradient. */
  backward(count: number): void;
  /** out += the gradient, in the order of the parameters. */
  addGradient(out: Float64Array): void;
}

/** Lays a network out. */
export function loadNetwork({ sizes, offsets }: NetworkShape, parameters: Float64Array): LoadedNetwork {
  const layers = sizes.length - 1;
  const widths = sizes.map((size) => size + (size % 2));
  /** The first number of each part where one of every layer, of some length, lies behind that of the layer before. */
  const starts = (lengthOf: (l: number) => number) => {
    let at = 0;
    return [...sizes.keys(), sizes.length].map((l) => {
      const start = at;
      if (l < sizes.length) at += lengthOf(l);
      return start;
    });
  };
  const forwards = starts((l) => (l < layers ? (sizes[l] + 1) * widths[l + 1] : 0));
  const backwards = starts((l) => (l < layers ? (sizes[l + 1] + 1) * widths[l] : 0));
  const rows = starts((l) => BLOCK * widths[l]);
  const memory = layout({
    constants: tanhTable,
    records: int32(layers * RECORD),
    forwardWeights: forwards[layers],
    backwardWeights: backwards[layers],
    gradient: forwards[layers],
    values: rows[layers + 1],
    slopes: scratch(rows[layers + 1]),
  });
  const { workspace, constants, records, forwardWeights, backwardWeights, gradient, values, slopes } = memory;
  for (let l = 0; l < layers; l++) {
    const [width, next] = [sizes[l], sizes[l + 1]];
    const offsetOf = (array: Float64Array, start: number) => array.byteOffset + 8 * start;
    records.set(
      [
        ...[width, next, offsetOf(forwardWeights, forwards[l]), offsetOf(backwardWeights, backwards[l])],
        ...[offsetOf(values, rows[l]), offsetOf(values, rows[l + 1])],
        ...[offsetOf(slopes, rows[l]), offsetOf(slopes, rows[l + 1]), offsetOf(gradient, forwards[l])],
      ],
      RECORD * l,
    );
    let at = offsets[l];
    for (let i = 0; i < next; i++) {
      const row = backwards[l] + i * widths[l];
      for (let k = 0, to = forwards[l] + i; k < width; k++, to += widths[l + 1]) {
        const weight = parameters[at++];
        backwardWeights[row + k] = weight;
        forwardWeights[to] = weight;
      }
    }
    for (let i = 0; i < next; i++) forwardWeights[forwards[l] + width * widths[l + 1] + i] = parameters[at++];
  }
  const { forwardNetwork, backwardNetwork } = workspace.kernels(networkKernels);

  return {
    inputs: values.subarray(0, rows[1]),
    inputStride: widths[0],
    outputs: values.subarray(rows[layers]),
    outputSlopes: slopes.subarray(rows[layers]).fill(0),
    outputStride: widths[layers],
    forward: (count) => forwardNetwork(count, layers, records.byteOffset, constants.byteOffset),
    backward: (count) => backwardNetwork(count, layers, records.byteOffset),
    addGradient(out) {
      for (let l = 0; l < layers; l++) {
        const [width, next, stride] = [sizes[l], sizes[l + 1], widths[l + 1]];
        let at = offsets[l];
        for (let i = 0; i < next; i++) {
          for (let k = 0, from = forwards[l] + i; k < width; k++, from += stride) out[at++] += gradient[from];
        }
        for (let i = 0; i < next; i++) out[at++] += gradient[forwards[l] + width * stride + i];
      }
    },
    [Symbol.dispose]: () => memory[Symbol.dispose](),
  };
}
