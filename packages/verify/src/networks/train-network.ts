// Small dense networks trained in place: Adam on mini-batches, for instance families that need a network of real data.
//
// D. P. Kingma, J. Ba: Adam (2014), arXiv 1412.6980.
import { type MatrixLike, Random } from '@infimum/core';
import { type Activation, activate, activationSlope, type DenseLayer, type Network } from './network.ts';

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
export function trainNetwork(
  inputs: MatrixLike,
  targets: ArrayLike<number>,
  settings: TrainingSettings,
): Network {
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
  const moments = arrays.map(({ length }) => new Float64Array(length));
  const squares = arrays.map(({ length }) => new Float64Array(length));
  let step = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = random.permutation(inputs.rows);
    for (let from = 0; from < order.length; from += batch) {
      const samples = order.subarray(from, from + batch);
      for (const gradient of gradients) gradient.fill(0);
      for (const sample of samples) addGradient(layers, gradients, inputs, targets, sample, settings.loss);
      step++;
      // The rate falls to a tenth over the run.
      const length = (rate * 0.1 ** (epoch / epochs) * Math.sqrt(1 - 0.999 ** step)) / (1 - 0.9 ** step);
      for (const [k, array] of arrays.entries()) {
        for (let i = 0; i < array.length; i++) {
          const gradient = gradients[k][i] / samples.length;
          moments[k][i] += 0.1 * (gradient - moments[k][i]);
          squares[k][i] += 0.001 * (gradient * gradient - squares[k][i]);
          array[i] -= (length * moments[k][i]) / (Math.sqrt(squares[k][i]) + 1e-8);
        }
      }
    }
  }
  return { layers };
}

function addGradient(
  layers: readonly DenseLayer[],
  gradients: readonly Float64Array[],
  { cols, values }: MatrixLike,
  targets: ArrayLike<number>,
  sample: number,
  loss: TrainingSettings['loss'],
): void {
  const activations: Float64Array[] = [
    Float64Array.from(values.subarray(sample * cols, (sample + 1) * cols)),
  ];
  const sums: Float64Array[] = [];
  for (const [k, { inputs, outputs, weight, bias, activation }] of layers.entries()) {
    const z = bias.slice();
    for (let i = 0; i < outputs; i++) {
      for (let j = 0; j < inputs; j++) z[i] += weight[i * inputs + j] * activations[k][j];
    }
    sums.push(z);
    activations.push(z.map((entry) => activate(activation, 0.01, entry)));
  }
  const outputs = activations[layers.length];
  let back: Float64Array;
  if (loss === 'classes') {
    const top = outputs.reduce((most, value) => Math.max(most, value), -Infinity);
    const shares = outputs.map((value) => Math.exp(value - top));
    const total = shares.reduce((sum, share) => sum + share, 0);
    back = shares.map((share, i) => share / total - (targets[sample] === i ? 1 : 0));
  } else back = outputs.map((value, i) => value - targets[sample * outputs.length + i]);
  for (let k = layers.length - 1; k >= 0; k--) {
    const { inputs, weight, activation } = layers[k];
    const before = activations[k];
    for (let i = 0; i < back.length; i++) back[i] *= activationSlope(activation, 0.01, sums[k][i]);
    const next = new Float64Array(inputs);
    for (let i = 0; i < back.length; i++) {
      const factor = back[i];
      gradients[2 * k + 1][i] += factor;
      for (let j = 0; j < inputs; j++) {
        gradients[2 * k][i * inputs + j] += factor * before[j];
        next[j] += factor * weight[i * inputs + j];
      }
    }
    back = next;
  }
}
