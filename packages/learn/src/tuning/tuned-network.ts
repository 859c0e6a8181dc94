// A small multilayer perceptron in plain arrays, and the ways in which it may be tuned: what is trained, what is kept.
//
// E. Hu et al.: LoRA (2021), arXiv 2106.09685; E. Ben Zaken et al.: BitFit (2021), arXiv 2106.10199; D. Lian et al.: Scaling and
// shifting your features (2022), arXiv 2210.08823; Z. Zhang et al.: Gradient-based parameter selection (2023), arXiv 2312.10136.
import { checkList, checkObject, InvalidInputError, Random } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { createSnellAdapter, type SnellAdapter, type SnellAdapterOptions } from './snell-adapter.ts';

/** A layer y = x W + b. */
export interface Layer {
  /** W, inputs x outputs. */
  readonly weights: DenseMatrix;
  /** b, as many as there are outputs. */
  readonly bias: Float64Array;
}

/** What is trained: the new head always, and beside it nothing, biases, scales, thin matrices, chosen weights, or all. */
export type TuningMethod =
  | 'snell'
  | 'kernelized-lora'
  | 'lora'
  | 'bitfit'
  | 'ssf'
  | 'gps'
  | 'full'
  | 'linear-probe';

/** Inputs a row, and the class of each. */
export interface Labelled {
  /** One point a row. */
  readonly points: DenseMatrix;
  /** Class of each point. */
  readonly classes: Uint8Array;
}

/** The trainable parts of one layer. */
interface Trainable {
  /** Adds to W what the tuning says, and gives the effective weights and bias. */
  effective(weights: Float64Array, bias: Float64Array): void;
  /** Gradients of the trainable numbers from those of the effective weights and bias. */
  pull(ofWeights: Float64Array, ofBias: Float64Array): void;
  readonly parameters: readonly Float64Array[];
  readonly gradients: readonly Float64Array[];
}

/** A network that is being tuned: relu layers and a head. */
export class TunedNetwork {
  readonly #layers: readonly Layer[];
  readonly #trainables: readonly Trainable[];
  readonly #effective: readonly { readonly weights: Float64Array; readonly bias: Float64Array }[];
  readonly #moments: readonly { readonly first: Float64Array; readonly second: Float64Array }[][];
  #steps = 0;

  constructor(
    layers: readonly Layer[],
    method: TuningMethod,
    options: SnellAdapterOptions,
    seed: number,
    first: Labelled,
  ) {
    const last = layers.length - 1;
    const random = new Random(seed);
    // The head is new: small weights, no bias.
    const head = layers[last];
    const bound = 1 / Math.sqrt(head.weights.rows);
    const fresh: Layer = {
      weights: {
        ...head.weights,
        values: Float64Array.from(head.weights.values, () => bound * (2 * random.uniform() - 1)),
      },
      bias: new Float64Array(head.bias.length),
    };
    this.#layers = [...layers.slice(0, last), fresh];
    this.#effective = this.#layers.map(({ weights, bias }) => ({
      weights: weights.values.slice(),
      bias: bias.slice(),
    }));
    const masks = method === 'gps' ? this.#largestGradients(first, 8) : undefined;
    this.#trainables = this.#layers.map((layer, l) =>
      l === last ? dense(layer) : trainable(method, layer, { ...options, seed: seed + l }, masks?.[l]),
    );
    this.#moments = this.#trainables.map(({ parameters }) =>
      parameters.map(({ length }) => ({ first: new Float64Array(length), second: new Float64Array(length) })),
    );
    this.#refresh();
  }

  /** Numbers that are trained. */
  get trained(): number {
    return this.#trainables.reduce(
      (sum, { parameters }) => sum + parameters.reduce((s, p) => s + p.length, 0),
      0,
    );
  }

  /** The layers as they are now, to be used without any adapter. */
  layers(): Layer[] {
    return this.#layers.map(({ weights }, l) => ({
      weights: { ...weights, values: this.#effective[l].weights.slice() },
      bias: this.#effective[l].bias.slice(),
    }));
  }

  /** One step of AdamW on a batch; the mean cross-entropy before it. */
  step(batch: Labelled, learningRate: number, weightDecay: number): number {
    const gradients = this.#effective.map(({ weights, bias }) => ({
      weights: new Float64Array(weights.length),
      bias: new Float64Array(bias.length),
    }));
    const loss = backPropagate(this.#layers, this.#effective, batch, gradients);
    this.#steps++;
    const [a, b] = [1 - 0.9 ** this.#steps, 1 - 0.999 ** this.#steps];
    this.#trainables.forEach((part, l) => {
      for (const gradient of part.gradients) gradient.fill(0);
      part.pull(gradients[l].weights, gradients[l].bias);
      part.parameters.forEach((values, p) => {
        const gradient = part.gradients[p];
        const { first, second } = this.#moments[l][p];
        for (let k = 0; k < values.length; k++) {
          first[k] = 0.9 * first[k] + 0.1 * gradient[k];
          second[k] = 0.999 * second[k] + 0.001 * gradient[k] * gradient[k];
          values[k] -=
            learningRate * (first[k] / a / (Math.sqrt(second[k] / b) + 1e-8) + weightDecay * values[k]);
        }
      });
    });
    this.#refresh();
    return loss;
  }

  #refresh(): void {
    this.#layers.forEach(({ weights, bias }, l) => {
      const effective = this.#effective[l];
      effective.weights.set(weights.values);
      effective.bias.set(bias);
      this.#trainables[l].effective(effective.weights, effective.bias);
    });
  }

  /** For each output the inputs with the largest gradients of the loss at the start: a mask a layer. */
  #largestGradients(data: Labelled, inputs: number): Uint8Array[] {
    const gradients = this.#effective.map(({ weights, bias }) => ({
      weights: new Float64Array(weights.length),
      bias: new Float64Array(bias.length),
    }));
    backPropagate(this.#layers, this.#effective, data, gradients);
    return this.#layers.map(({ weights: { rows, cols } }, l) => {
      const mask = new Uint8Array(rows * cols);
      for (let j = 0; j < cols; j++) {
        const order = Array.from({ length: rows }, (_, i) => i).sort(
          (x, y) =>
            Math.abs(gradients[l].weights[y * cols + j]) - Math.abs(gradients[l].weights[x * cols + j]),
        );
        for (const i of order.slice(0, inputs)) mask[i * cols + j] = 1;
      }
      return mask;
    });
  }
}

/** All weights and biases. */
function dense(layer: Layer, mask?: Uint8Array): Trainable {
  const weights = new Float64Array(layer.weights.values.length);
  const bias = new Float64Array(layer.bias.length);
  const gradients = [new Float64Array(weights.length), new Float64Array(bias.length)];
  return {
    parameters: [weights, bias],
    gradients,
    effective: (w, b) => {
      for (let k = 0; k < w.length; k++) w[k] += weights[k];
      for (let k = 0; k < b.length; k++) b[k] += bias[k];
    },
    pull: (ofWeights, ofBias) => {
      for (let k = 0; k < ofWeights.length; k++) gradients[0][k] = mask && !mask[k] ? 0 : ofWeights[k];
      gradients[1].set(ofBias);
    },
  };
}

/** Nothing but what the method names. */
function trainable(
  method: TuningMethod,
  layer: Layer,
  options: SnellAdapterOptions,
  mask?: Uint8Array,
): Trainable {
  switch (method) {
    case 'full':
      return dense(layer);
    case 'gps':
      return dense(layer, mask);
    case 'linear-probe':
      return { parameters: [], gradients: [], effective: () => {}, pull: () => {} };
    case 'bitfit':
      return biases(layer);
    case 'ssf':
      return scaleAndShift(layer);
    case 'lora':
      return adapted(layer, { ...options, kernel: 'linear', heads: 1, sparsity: 0 });
    case 'kernelized-lora':
      return adapted(layer, { ...options, sparsity: 0 });
    case 'snell':
      return adapted(layer, options);
  }
}

function biases({ bias }: Layer): Trainable {
  const values = new Float64Array(bias.length);
  const gradient = new Float64Array(bias.length);
  return {
    parameters: [values],
    gradients: [gradient],
    effective: (_, b) => {
      for (let k = 0; k < b.length; k++) b[k] += values[k];
    },
    pull: (_, ofBias) => gradient.set(ofBias),
  };
}

/** y -> gamma o y + delta: merged into weights and bias exactly. */
function scaleAndShift({ weights: { rows, cols, values }, bias }: Layer): Trainable {
  const gamma = new Float64Array(cols).fill(1);
  const delta = new Float64Array(cols);
  const gradients = [new Float64Array(cols), new Float64Array(cols)];
  return {
    parameters: [gamma, delta],
    gradients,
    effective: (w, b) => {
      for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) w[i * cols + j] *= gamma[j];
      for (let j = 0; j < cols; j++) b[j] = b[j] * gamma[j] + delta[j];
    },
    pull: (ofWeights, ofBias) => {
      for (let j = 0; j < cols; j++) {
        let sum = ofBias[j] * bias[j];
        for (let i = 0; i < rows; i++) sum += ofWeights[i * cols + j] * values[i * cols + j];
        gradients[0][j] = sum;
        gradients[1][j] = ofBias[j];
      }
    },
  };
}

function adapted({ weights: { rows, cols } }: Layer, options: SnellAdapterOptions): Trainable {
  const adapter: SnellAdapter = createSnellAdapter(rows, cols, options);
  const gradients = adapter.parameters.map(({ length }) => new Float64Array(length));
  const merged = new Float64Array(rows * cols);
  return {
    parameters: adapter.parameters,
    gradients,
    effective: (w) => {
      adapter.mergeInto(merged);
      for (let k = 0; k < w.length; k++) w[k] += merged[k];
    },
    pull: (ofWeights) => adapter.backward(ofWeights, gradients[0], gradients[1]),
  };
}

/** Activations of every layer for some rows: the inputs, then what each layer gives. */
function forward(
  layers: readonly Layer[],
  effective: readonly { readonly weights: Float64Array; readonly bias: Float64Array }[],
  points: DenseMatrix,
): Float64Array[] {
  const activations: Float64Array[] = [points.values as Float64Array];
  layers.forEach(({ weights: { rows, cols } }, l) => {
    const input = activations[l];
    const output = new Float64Array(points.rows * cols);
    const { weights, bias } = effective[l];
    for (let t = 0; t < points.rows; t++) {
      const at = t * cols;
      for (let j = 0; j < cols; j++) output[at + j] = bias[j];
      for (let i = 0; i < rows; i++) {
        const value = input[t * rows + i];
        if (value === 0) continue;
        for (let j = 0; j < cols; j++) output[at + j] += value * weights[i * cols + j];
      }
    }
    if (l < layers.length - 1) for (let k = 0; k < output.length; k++) output[k] = Math.max(0, output[k]);
    activations.push(output);
  });
  return activations;
}

/** The mean cross-entropy, and its gradients by weights and biases. */
function backPropagate(
  layers: readonly Layer[],
  effective: readonly { readonly weights: Float64Array; readonly bias: Float64Array }[],
  { points, classes }: Labelled,
  gradients: readonly { readonly weights: Float64Array; readonly bias: Float64Array }[],
): number {
  const activations = forward(layers, effective, points);
  const scores = activations[layers.length];
  const outputs = layers[layers.length - 1].weights.cols;
  let delta = new Float64Array(scores.length);
  let loss = 0;
  for (let t = 0; t < points.rows; t++) {
    let most = -Infinity;
    for (let j = 0; j < outputs; j++) most = Math.max(most, scores[t * outputs + j]);
    let total = 0;
    for (let j = 0; j < outputs; j++) total += Math.exp(scores[t * outputs + j] - most);
    for (let j = 0; j < outputs; j++) {
      const p = Math.exp(scores[t * outputs + j] - most) / total;
      delta[t * outputs + j] = (p - (j === classes[t] ? 1 : 0)) / points.rows;
    }
    loss += (Math.log(total) + most - scores[t * outputs + classes[t]]) / points.rows;
  }
  for (let l = layers.length - 1; l >= 0; l--) {
    const { rows, cols } = layers[l].weights;
    const input = activations[l];
    const { weights: ofWeights, bias: ofBias } = gradients[l];
    const before = new Float64Array(points.rows * rows);
    for (let t = 0; t < points.rows; t++) {
      for (let j = 0; j < cols; j++) ofBias[j] += delta[t * cols + j];
      for (let i = 0; i < rows; i++) {
        const value = input[t * rows + i];
        let sum = 0;
        for (let j = 0; j < cols; j++) {
          const pull = delta[t * cols + j];
          ofWeights[i * cols + j] += value * pull;
          sum += pull * effective[l].weights[i * cols + j];
        }
        before[t * rows + i] = l > 0 && value > 0 ? sum : 0;
      }
    }
    delta = before;
  }
  return loss;
}

/** The class of each row that a network names. */
export function predictClasses(layers: readonly Layer[], points: DenseMatrix): Uint8Array {
  checkList(layers, 'layers');
  checkObject(points, 'points');

  if (layers.length === 0 || layers[0].weights.rows !== points.cols) {
    const problem = `expected ${layers[0]?.weights.rows} columns, as the first layer has inputs, got ${points.cols}`;
    throw new InvalidInputError(problem, { argument: 'points', code: 'shape' });
  }
  const effective = layers.map(({ weights, bias }) => ({ weights: weights.values as Float64Array, bias }));
  const scores = forward(layers, effective, points)[layers.length];
  const outputs = layers[layers.length - 1].weights.cols;
  return Uint8Array.from({ length: points.rows }, (_, t) => {
    let best = 0;
    for (let j = 1; j < outputs; j++) if (scores[t * outputs + j] > scores[t * outputs + best]) best = j;
    return best;
  });
}

/** The mean cross-entropy of a network. */
export function crossEntropy(layers: readonly Layer[], { points, classes }: Labelled): number {
  const effective = layers.map(({ weights, bias }) => ({ weights: weights.values as Float64Array, bias }));
  const empty = layers.map(({ weights, bias }) => ({
    weights: new Float64Array(weights.values.length),
    bias: new Float64Array(bias.length),
  }));
  return backPropagate(layers, effective, { points, classes }, empty);
}

/** Some rows of labelled data. */
export function chosenRows({ points, classes }: Labelled, rows: ArrayLike<number>): Labelled {
  const { cols, values } = points;
  const chosen = new Float64Array(rows.length * cols);
  const labels = new Uint8Array(rows.length);
  for (let k = 0; k < rows.length; k++) {
    chosen.set(values.subarray(rows[k] * cols, (rows[k] + 1) * cols), k * cols);
    labels[k] = classes[rows[k]];
  }
  return { points: { rows: rows.length, cols, values: chosen }, classes: labels };
}
