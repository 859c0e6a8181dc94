// Networks in the `.nnet` text format, used for collision avoidance networks (Stanford Intelligent Systems
// Laboratory, NNet): dense layers with ReLUs, and the scaling of their inputs and outputs.
import { fault } from '@infimum/core';
import type { DenseLayer, Network } from './network.ts';
import { checkNetwork } from './network.ts';

/** The content of a file. */
export interface NnetNetwork {
  /** The network of unscaled inputs and outputs: the scaling is part of its first and its last layer. */
  readonly network: Network;
  /** The valid inputs by the file: a region for bounds. */
  readonly region: {
    /** The least value of every input. */
    readonly lower: Float64Array;
    /** The greatest value of every input. */
    readonly upper: Float64Array;
  };
}

/**
 * Reads a network in the `.nnet` format. Time O(weights).
 *
 * @param text - the content of the file
 * @throws {InvalidInputError} for an invalid text, naming the line
 *
 * @example
 * ```ts
 * import { evaluateNetwork, readNnet } from '@infimum/verify';
 *
 * const { network, region } = readNnet('// by hand\n1,1,1,1,\n1,1,\n0\n-1,\n3,\n1,0,\n2,1,\n4,\n0.5,\n');
 * console.log(evaluateNetwork(network, Float64Array.of(2))[0], region.upper[0]); // 2.5 3
 * ```
 */
export function readNnet(text: string): NnetNetwork {
  if (typeof text !== 'string') throw fault('expected the text of a file', 'text', 'type');
  const lines = text.split(/\r?\n/).map((line, k) => ({ line: line.trim(), number: k + 1 }));
  const rest = lines.filter(({ line }) => line !== '' && !line.startsWith('//'));
  let at = 0;
  const take = (length: number, what: string): Float64Array => {
    const { line, number } = rest[at++] ?? { line: '', number: lines.length };
    const values = line.replace(/,\s*$/, '').split(',').map(Number);
    if (values.length < length || !values.slice(0, length).every(Number.isFinite)) {
      throw fault(`expected ${length} numbers (${what}) in line ${number}`, 'text', 'shape', number - 1);
    }
    return Float64Array.from(values.slice(0, length));
  };
  const [count, inputs, outputs] = take(4, 'layers, inputs, outputs, largest layer');
  const sizes = Array.from(take(count + 1, 'layer sizes'));
  if (!sizes.every((size) => Number.isInteger(size) && size > 0) || sizes[0] !== inputs || sizes[count] !== outputs) {
    throw fault(`has layers of the sizes ${sizes.join(', ')}`, 'text', 'shape');
  }
  take(1, 'a flag that is not used');
  const lower = take(inputs, 'least inputs');
  const upper = take(inputs, 'largest inputs');
  const means = take(inputs + 1, 'means of inputs and outputs');
  const ranges = take(inputs + 1, 'ranges of inputs and outputs');
  const layers: DenseLayer[] = [];
  for (let k = 0; k < count; k++) {
    const [from, to] = [sizes[k], sizes[k + 1]];
    const weight = new Float64Array(from * to);
    for (let i = 0; i < to; i++) weight.set(take(from, `weights of layer ${k + 1}`), i * from);
    const bias = Float64Array.from({ length: to }, () => take(1, `a bias of layer ${k + 1}`)[0]);
    layers.push({ kind: 'dense', inputs: from, outputs: to, weight, bias, activation: k === count - 1 ? 'linear' : 'relu' });
  }
  // Inputs are scaled to (x - mean) / range, outputs to range y + mean.
  const [first] = layers;
  for (let i = 0; i < first.outputs; i++) {
    for (let j = 0; j < inputs; j++) {
      first.weight[i * inputs + j] /= ranges[j];
      first.bias[i] -= first.weight[i * inputs + j] * means[j];
    }
  }
  const last = layers[count - 1];
  for (let at = 0; at < last.weight.length; at++) last.weight[at] *= ranges[inputs];
  for (let i = 0; i < outputs; i++) last.bias[i] = last.bias[i] * ranges[inputs] + means[inputs];
  const network = { layers };
  checkNetwork(network, 'text');
  return { network, region: { lower, upper } };
}
