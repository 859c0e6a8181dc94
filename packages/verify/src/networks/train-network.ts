// Small dense networks trained in place: Adam on mini-batches, for instance families that need a network of real data.
//
// D. P. Kingma, J. Ba: Adam (2014), arXiv 1412.6980.
import type { DenseLike } from '@infimum/core';
import { Random } from '@infimum/core';
import { AdamMoments } from '@infimum/linalg/numerics';
import type { Activation, DenseLayer, Network } from './network.ts';
import { activate, activationSlope } from './network.ts';

/** How a network is trained. */
export interface TrainingSettings {
  /** Widths of the hidden layers. */
  readonly hidden: readonly number[];
  readonly outputs: number;
  readonly activation: Activation;
  /** `classes`: softmax and cross entropy on labels. `values`: mean squares on targets. */
  readonly loss: 'classes' | 'values';
  readonly epochs: number;
  readonly batch: number;
  readonly rate: number;
  readonly seed: number;
}

/** Trains on rows of `inputs` with a row of `targets` (or a label) each. */
export function trainNetwork(inputs: DenseLike, targets: ArrayLike<number>, settings: TrainingSettings): Network {
  const { hidden, outputs, activation, epochs, batch, rate, seed } = settings;
  const random = new Random(seed);
  const dims = [inputs.cols, ...hidden, outputs];
  const layers = dims.slice(1).map((width, k): DenseLayer => {
    const weight = random.normals(new Float64Array(width * dims[k]));
    const scale = Math.sqrt((activation === 'relu' ? 2 : 1) / dims[k]);
    for (let i = 0; i < weight.length; i++) weight[i] *= scale;
    const last = k === dims.length - 2;
    return {
      kind: 'dense',
      inputs: dims[k],
      outputs: width,
      weight,
      bias: new Float64Array(width),
      activation: last ? 'linear' : activation,
    };
  });
  const arrays = layers.flatMap(({ weight, bias }) => [weight, bias]);
  const gradients = arrays.map(({ length }) => new Float64Array(length));
  const traces = layers.map(
    ({ outputs: width }): Trace => ({
      sums: new Float64Array(width),
      values: new Float64Array(width),
      slopes: new Float64Array(width),
    }),
  );
  const moments = arrays.map(({ length }) => new AdamMoments(length));
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = random.permutation(inputs.rows);
    for (let from = 0; from < order.length; from += batch) {
      const samples = order.subarray(from, from + batch);
      for (const gradient of gradients) gradient.fill(0);
      for (const sample of samples) addGradient(layers, traces, gradients, inputs, targets, sample, settings.loss);
      // The rate falls to a tenth over the run.
      const length = rate * 0.1 ** (epoch / epochs);
      for (const [k, array] of arrays.entries()) {
        const gradient = gradients[k].map((entry) => entry / samples.length);
        moments[k].direction(gradient, gradient).forEach((entry, i) => {
          array[i] -= length * entry;
        });
      }
    }
  }
  return { layers };
}

/** The values of a sample in a layer. */
interface Trace {
  /** Weighted sums, activations, and the loss's derivatives by the sums. */
  readonly sums: Float64Array;
  readonly values: Float64Array;
  readonly slopes: Float64Array;
}

/** Adds the gradient of a sample's loss. */
function addGradient(
  layers: readonly DenseLayer[],
  traces: readonly Trace[],
  gradients: readonly Float64Array[],
  { cols, values }: DenseLike,
  targets: ArrayLike<number>,
  sample: number,
  loss: TrainingSettings['loss'],
): void {
  const input = values.subarray(sample * cols, (sample + 1) * cols);
  for (let k = 0; k < layers.length; k++) {
    const { inputs, outputs, weight, bias, activation } = layers[k];
    const { sums, values: after } = traces[k];
    const before = k > 0 ? traces[k - 1].values : input;
    for (let i = 0; i < outputs; i++) {
      let sum = bias[i];
      for (let j = 0; j < inputs; j++) sum += weight[i * inputs + j] * before[j];
      sums[i] = sum;
      after[i] = activate(activation, 0.01, sum);
    }
  }
  const { values: outputs, slopes } = traces[layers.length - 1];
  if (loss === 'classes') {
    let top = -Infinity;
    for (const value of outputs) top = Math.max(top, value);
    let total = 0;
    for (let i = 0; i < outputs.length; i++) {
      slopes[i] = Math.exp(outputs[i] - top);
      total += slopes[i];
    }
    for (let i = 0; i < outputs.length; i++) slopes[i] = slopes[i] / total - (targets[sample] === i ? 1 : 0);
  } else {
    for (let i = 0; i < outputs.length; i++) slopes[i] = outputs[i] - targets[sample * outputs.length + i];
  }
  for (let k = layers.length - 1; k >= 0; k--) {
    const { inputs, outputs, weight, activation } = layers[k];
    const { sums, slopes: back } = traces[k];
    const before = k > 0 ? traces[k - 1].values : input;
    const next = k > 0 ? traces[k - 1].slopes : undefined;
    const [weightGradient, biasGradient] = [gradients[2 * k], gradients[2 * k + 1]];
    next?.fill(0);
    for (let i = 0; i < outputs; i++) {
      const factor = back[i] * activationSlope(activation, 0.01, sums[i]);
      if (factor === 0) continue;
      biasGradient[i] += factor;
      const row = i * inputs;
      for (let j = 0; j < inputs; j++) weightGradient[row + j] += factor * before[j];
      if (next) for (let j = 0; j < inputs; j++) next[j] += factor * weight[row + j];
    }
  }
}
