// A small multilayer perceptron in plain arrays that is being tuned: ReLU layers and a head.
import type { MatrixLike, VectorLike } from '@infimum/core';
import { asMatrix, asVector, checkList, checkMatrix, checkObject, checkVector, fault, Random } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import type { TrainingMemory } from './adamw.ts';
import { AdamW } from './adamw.ts';
import { applyBottleneck, applyMap, checkBottleneck } from './bottleneck.ts';
import { crossEntropyGradient, largestOfRows } from './cross-entropy.ts';
import type { LayerSettings } from './fine-tune-options.ts';
import type { Layer, Scratch, TunableLinear, TuningMethod } from './tunable-linear.ts';
import { chooseWeights, DenseLinear, freshHead, scratchFor, tunable } from './tunable-linear.ts';

/** Inputs a row, and the class of each. */
export interface Labeled {
  /** One point a row. */
  readonly points: DenseMatrix;
  /** Class of each point. */
  readonly classes: Uint8Array;
}

/** Inputs a row, and the class of each, as given by the caller. */
export interface LabeledLike {
  /** One point a row. */
  readonly points: MatrixLike;
  /** Class of each point: 0 to 255. */
  readonly classes: VectorLike;
}

/** Labelled rows in the form in which methods compute. */
export function asLabeled(given: LabeledLike, argument: string): Labeled {
  checkObject(given, argument);
  const labels = asVector(given.classes, `${argument}.classes`);
  const classes = Uint8Array.from(labels);
  const index = classes.findIndex((label, k) => label !== labels[k]);
  if (index < 0) return { points: asMatrix(given.points, `${argument}.points`), classes };
  throw fault(`is ${labels[index]} at index ${index}; classes are 0 to 255`, `${argument}.classes`, 'out-of-range', index);
}

/** A network, examples of a new task, and further ones for evaluation. */
export interface TuningInstance {
  /** The trained layers; the last one is the head, which is replaced. */
  readonly layers: readonly Layer[];
  /** The training examples. */
  readonly train: Labeled;
  /** The test examples, never used for training. */
  readonly test: Labeled;
}

/** A perceptron with its optimiser; the head is new and fully trained. */
export class TunedNetwork {
  readonly #layers: readonly TunableLinear[];
  readonly #scratch: Scratch;
  readonly #optimizer: AdamW;

  constructor(
    layers: readonly Layer[],
    method: TuningMethod,
    { adapter, chosenBy = 'gradient', adaptiveSteps = 0 }: LayerSettings,
    seed: number,
    first: Labeled,
  ) {
    const last = layers.length - 1;
    const random = new Random(seed);
    const fresh = freshHead(layers[last], () => random.uniform());
    this.#scratch = scratchFor(layers);
    this.#layers = layers.map((layer, l) =>
      l === last
        ? new DenseLinear(fresh, this.#scratch)
        : tunable(method, layer, this.#scratch, { ...adapter, seed: seed + l }),
    );
    if (method === 'gps') {
      this.#backPropagate(first);
      chooseWeights(this.#layers.slice(0, last) as DenseLinear[], chosenBy);
      for (const { gradients } of this.#layers) for (const gradient of gradients) gradient.fill(0);
    }
    this.#optimizer = new AdamW(this.#layers, adapter?.sparsity, adaptiveSteps);
  }

  /** Numbers that are trained. */
  get trained(): number {
    return this.#optimizer.memory(this.#scratch).trained;
  }

  /** The numbers held for all layers except the head, which is the same for every method. */
  memory(): TrainingMemory {
    return this.#optimizer.memory(this.#scratch, this.#layers.slice(0, -1));
  }

  /** The current layers, with everything merged that can be. */
  layers(): Layer[] {
    return this.#layers.map((layer) => layer.merged());
  }

  /** One step of AdamW on a batch; the mean cross-entropy before it. */
  step(batch: Labeled, learningRate: number, weightDecay: number): number {
    const loss = this.#backPropagate(batch);
    this.#optimizer.step(learningRate, weightDecay);
    return loss;
  }

  /** Adds the gradients of the mean cross-entropy; its value. */
  #backPropagate({ points, classes }: Labeled): number {
    const layers = this.#layers;
    const tokens = points.rows;
    const activations: Float64Array[] = [points.values as Float64Array];
    layers.forEach((layer, l) => {
      const output = new Float64Array(tokens * layer.cols);
      layer.forward(activations[l], tokens, output);
      if (l < layers.length - 1) rectify(output);
      activations.push(output);
    });
    let delta = activations[layers.length];
    const loss = crossEntropyGradient(delta, layers[layers.length - 1].cols, classes);
    for (let l = layers.length - 1; l >= 0; l--) {
      const input = activations[l];
      const before = l > 0 ? new Float64Array(input.length) : undefined;
      layers[l].backward(input, delta, tokens, before);
      if (!before) break;
      for (let k = 0; k < before.length; k++) if (!(input[k] > 0)) before[k] = 0;
      delta = before;
    }
    return loss;
  }
}

function rectify(values: Float64Array): void {
  for (let k = 0; k < values.length; k++) values[k] = Math.max(0, values[k]);
}

/** The head's output for every row. */
function scoresOf(layers: readonly Layer[], points: DenseMatrix): Float64Array {
  let values = points.values as Float64Array;
  layers.forEach((layer, l) => {
    const output = applyMap(layer, values, points.rows);
    if (layer.adapter) applyBottleneck(layer.adapter, output, points.rows);
    if (l < layers.length - 1) rectify(output);
    values = output;
  });
  return values;
}

/** Checks that layers are matrices with a bias for every output, each as wide as the one before it gives. */
function checkLayers(layers: unknown): asserts layers is readonly Layer[] {
  checkList(layers, 'layers');
  if (layers.length === 0) throw fault('must not be empty', 'layers', 'empty');
  for (let l = 0; l < layers.length; l++) {
    const argument = `layers[${l}]`;
    checkObject(layers[l], argument);
    const { weights, bias, adapter } = layers[l] as Layer;
    checkMatrix(weights, `${argument}.weights`);
    checkVector(bias, `${argument}.bias`, weights.cols);
    checkBottleneck(adapter, `${argument}.adapter`, weights.cols);
    const inputs = l > 0 ? (layers[l - 1] as Layer).weights.cols : weights.rows;
    if (weights.rows !== inputs) {
      const problem = `expected ${inputs} rows, as many as the layer before has outputs, got ${weights.rows}`;
      throw fault(problem, `${argument}.weights`, 'shape');
    }
  }
}

/** The predicted class of each row. */
export function predictClasses(layers: readonly Layer[], points: MatrixLike): Uint8Array {
  checkLayers(layers);
  const given = asMatrix(points, 'points');
  if (layers[0].weights.rows !== given.cols) {
    const problem = `expected ${layers[0].weights.rows} columns, as the first layer has inputs, got ${given.cols}`;
    throw fault(problem, 'points', 'shape');
  }
  return largestOfRows(scoresOf(layers, given), layers[layers.length - 1].weights.cols);
}

/** The mean cross-entropy of a network. */
export function crossEntropy(layers: readonly Layer[], { points, classes }: Labeled): number {
  return crossEntropyGradient(scoresOf(layers, points), layers[layers.length - 1].weights.cols, classes);
}

/** Some rows of labelled data. */
export function chosenRows({ points, classes }: Labeled, rows: ArrayLike<number>): Labeled {
  const { cols, values } = points;
  const chosen = new Float64Array(rows.length * cols);
  const labels = new Uint8Array(rows.length);
  for (let k = 0; k < rows.length; k++) {
    chosen.set(values.subarray(rows[k] * cols, (rows[k] + 1) * cols), k * cols);
    labels[k] = classes[rows[k]];
  }
  return { points: { rows: rows.length, cols, values: chosen }, classes: labels };
}
