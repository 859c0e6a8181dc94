// Networks with one hidden layer of ReLUs, or of convolutions with average pooling: training problem, cost, and attacks.
import type { MatrixLike, VectorLike } from '@infimum/core';
import {
  asMatrix,
  asVector,
  checkInteger,
  checkList,
  checkMatrix,
  checkNumber,
  checkNumbers,
  checkObject,
  checkVector,
  describeValue,
  fault,
} from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { largestMagnitude, norm, rowDot } from '@infimum/linalg/numerics';

/** yhat(x) = sum_j alpha_j max(0, u_j . x), or its mean over the patches of a sample. */
export interface ReluNetwork {
  /** The units u_j, a row each. */
  readonly hidden: DenseMatrix;
  /** Their weights alpha_j. */
  readonly output: Float64Array;
  /** Patches of a sample, over which the network takes its mean; 1 where it is not given. */
  readonly patches?: number;
}

/** The loss of predictions. */
export type ReluLoss = 'squared' | 'logistic' | 'hinge';

/** Data, loss and penalty. */
export interface ReluInstance {
  /** Samples, a row each, or their patches, a row each and those of a sample one after the other; append a column of ones for a bias. */
  readonly points: DenseMatrix;
  /** The targets, a number a sample: numbers for the squared loss, 1 and -1 for the others. */
  readonly targets: Float64Array;
  /** 1/2 |yhat - y|², sum log(1 + exp(-2 y yhat)), or the mean of (1 - y yhat)_+. */
  readonly loss: ReluLoss;
  /** The penalty's factor. */
  readonly beta: number;
  /**
   * Largest change of every column by an adversary, for robust training; zero for columns that stay fixed, such as the bias.
   */
  readonly radii?: Float64Array;
  /**
   * Rows of `points` that are the patches of one sample, K: its prediction is the mean over them, that of a convolution with
   * average pooling. 1 by default.
   */
  readonly patches?: number;
}

/** Data, loss and penalty, as given by the caller. */
export interface ReluLike extends Omit<ReluInstance, 'points' | 'targets' | 'radii'> {
  /** Samples, a row each, or their patches. */
  readonly points: MatrixLike;
  /** The targets, a number a sample. */
  readonly targets: VectorLike;
  /** Largest change of every column by an adversary. */
  readonly radii?: VectorLike;
}

/** An instance in the form in which methods compute. */
export function asRelu(instance: ReluLike): ReluInstance {
  checkObject(instance, 'instance');
  const { radii, ...rest } = instance;
  return {
    ...rest,
    points: asMatrix(instance.points, 'points'),
    targets: asVector(instance.targets, 'targets'),
    ...(radii !== undefined && { radii: asVector(radii, 'radii') }),
  };
}

/**
 * Checks data, loss and penalty.
 *
 * @throws {InvalidInputError} naming the field at fault
 */
export function checkRelu(instance: ReluInstance): void {
  if (typeof instance !== 'object' || instance === null) {
    throw fault('expected { points, targets, loss, beta }', 'instance', 'type');
  }
  const { points, targets, loss, beta, radii, patches = 1 } = instance;
  checkMatrix(points, 'points');
  checkVector(targets, 'targets', samplesOf(points, patches));
  if (loss !== 'squared' && loss !== 'logistic' && loss !== 'hinge') {
    throw fault(`expected 'squared', 'logistic' or 'hinge', got ${describeValue(loss)}`, 'loss', 'unknown');
  }
  if (loss === 'squared') checkSquares(targets);
  const index = loss === 'squared' ? -1 : targets.findIndex((target) => target !== 1 && target !== -1);
  if (index >= 0) throw fault(`is ${targets[index]} at index ${index}; classes are 1 and -1`, 'targets', 'unknown', index);
  checkNumber(beta, 'beta', { above: 0 });
  if (radii === undefined) return;
  checkVector(radii, 'radii', points.cols);
  const negative = radii.findIndex((radius) => radius < 0);
  if (negative >= 0) throw fault(`is negative (${radii[negative]}) at index ${negative}`, 'radii', 'negative', negative);
}

/**
 * The number of samples of which the rows are the patches.
 *
 * @throws {InvalidInputError} naming `patches`, or `points` if their number of rows is not a multiple of it
 */
export function samplesOf({ rows }: DenseMatrix, patches: number): number {
  checkInteger(patches, 'patches', { min: 1 });
  if (rows % patches === 0) return rows / patches;
  throw fault(`${rows} rows are not a multiple of ${patches} patches per sample`, 'points', 'shape');
}

/**
 * The network's predictions, one a row, or one for as many rows as the network takes patches.
 *
 * @throws {InvalidInputError} for points of another width than the units', and a number of rows that is not a multiple of the patches
 *
 * @example
 * ```ts
 * import { predictRelu } from '@infimum/learn';
 *
 * const network = { hidden: { rows: 1, cols: 2, values: Float64Array.of(1, -1) }, output: Float64Array.of(3) };
 * const points = { rows: 2, cols: 2, values: Float64Array.of(2, 1, 1, 2) };
 * console.log(predictRelu(network, points).join(' ')); // 3 0
 * ```
 */
export function predictRelu(network: ReluNetwork, points: MatrixLike): Float64Array {
  const given = asMatrix(points, 'points');
  checkFits(network, given);
  const { hidden, output, patches = 1 } = network;
  const { rows, cols, values } = given;
  const predictions = new Float64Array(rows / patches);
  for (let k = 0; k < rows; k++) {
    let sum = 0;
    for (let j = 0; j < output.length; j++) {
      const height = rowDot(values, k * cols, hidden.values, j * cols, cols);
      if (height > 0) sum += output[j] * height;
    }
    predictions[Math.floor(k / patches)] += sum / patches;
  }
  return predictions;
}

/** Checks that points have as many columns as the units of the network. */
function checkFits(network: ReluNetwork, points: DenseMatrix): void {
  checkNetwork(network);
  const { hidden, output, patches = 1 } = network;
  checkMatrix(points, 'points');
  samplesOf(points, patches);
  if (output.length === 0 || hidden.cols === points.cols) return;
  throw fault(`expected ${hidden.cols} columns, as many as units have, got ${points.cols}`, 'points', 'shape');
}

/** Checks that a network has a weight for every unit; there may be none. */
function checkNetwork(network: unknown): asserts network is ReluNetwork {
  checkObject(network, 'network');
  const { hidden, output } = network as ReluNetwork;
  checkList(output, 'network.output');
  checkObject(hidden, 'network.hidden');
  if (output.length === 0) return;
  checkVector(output, 'network.output');
  checkMatrix(hidden, 'network.hidden');
  if (hidden.rows === output.length) return;
  throw fault(`expected ${hidden.rows} weights, one for each unit, got ${output.length}`, 'network.output', 'shape');
}

/** The loss of predictions. */
export function lossOf(loss: ReluLoss, predictions: Float64Array, targets: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < targets.length; k++) {
    const [f, y] = [predictions[k], targets[k]];
    if (loss === 'squared') sum += 0.5 * (f - y) ** 2;
    else if (loss === 'logistic') sum += Math.log1p(Math.exp(-Math.abs(2 * y * f))) + Math.max(-2 * y * f, 0);
    else sum += Math.max(0, 1 - y * f) / targets.length;
  }
  return sum;
}

/** -l'(predictions), the corresponding dual point. */
export function dualOf(
  loss: ReluLoss,
  predictions: Float64Array,
  targets: Float64Array,
  out: Float64Array = new Float64Array(targets.length),
): Float64Array {
  for (let k = 0; k < targets.length; k++) {
    const [f, y] = [predictions[k], targets[k]];
    if (loss === 'squared') out[k] = y - f;
    else if (loss === 'logistic') out[k] = (2 * y) / (1 + Math.exp(2 * y * f));
    else out[k] = y * f < 1 ? y / targets.length : 0;
  }
  return out;
}

/** F = l(yhat, y) + (beta/2) sum_j (|u_j|² + alpha_j²). */
export function reluObjective(instance: ReluLike, network: ReluNetwork): number {
  checkObject(network, 'network');
  checkObject(network.hidden, 'network.hidden');
  checkNumbers(network.hidden.values, 'network.hidden.values');
  checkNumbers(network.output, 'network.output');
  const { points, targets, loss, beta, patches = 1 } = asRelu(instance);
  checkNumbers(targets, 'targets', samplesOf(points, patches));
  checkNumber(beta, 'beta', { min: 0 });
  let penalty = 0;
  for (const value of network.hidden.values) penalty += value * value;
  for (const value of network.output) penalty += value * value;
  return lossOf(loss, predictRelu({ ...network, patches }, points), targets) + (beta / 2) * penalty;
}

/**
 * The network of a convex solution: a block v_i becomes the unit v_i / sqrt|v_i| with weight sqrt|v_i|, a block w_i the same
 * with a negative weight; blocks below 1e-8 of the largest are left out.
 *
 * @param blocks - v_1 … v_P, w_1 … w_P, of `dimension` numbers each
 */
export function networkOf(blocks: Float64Array, dimension: number): ReluNetwork {
  const count = blocks.length / dimension;
  const norms = Float64Array.from({ length: count }, (_, i) => norm(blocks.subarray(i * dimension, (i + 1) * dimension)));
  const most = largestMagnitude(norms);
  const kept = Array.from(norms.keys()).filter((i) => norms[i] > 1e-8 * most);
  const hidden = new Float64Array(kept.length * dimension);
  const output = new Float64Array(kept.length);
  kept.forEach((i, unit) => {
    const root = Math.sqrt(norms[i]);
    for (let j = 0; j < dimension; j++) hidden[unit * dimension + j] = blocks[i * dimension + j] / root;
    output[unit] = i < count / 2 ? root : -root;
  });
  return { hidden: { rows: kept.length, cols: dimension, values: hidden }, output };
}

/** Options of `attackRelu`. */
export interface AttackReluOptions {
  /** Steps; 40 by default. */
  readonly steps?: number;
  /** Length of a step over the radius; 0.1 by default. */
  readonly stepSize?: number;
}

/**
 * Moves every sample within its box against its class, by signed gradients of the score itself (the hinge has no gradient
 * beyond a margin of 1). Patches of a sample are moved each within its own box, also where they overlap in an image.
 *
 * @returns the moved samples, the worst seen for each
 */
export function attackRelu(
  network: ReluNetwork,
  points: MatrixLike,
  targets: VectorLike,
  radii: VectorLike,
  options: AttackReluOptions = {},
): DenseMatrix {
  const { rows, cols, values } = asMatrix(points, 'points');
  checkFits(network, { rows, cols, values });
  const { patches = 1 } = network;
  const sides = asVector(targets, 'targets', rows / patches);
  const box = asVector(radii, 'radii', cols);
  checkObject(options, 'options');
  const { steps = 40, stepSize = 0.1 } = options;
  checkInteger(steps, 'steps', { min: 0, max: 1_000_000 });
  checkNumber(stepSize, 'stepSize', { min: 0 });

  const worst = values.slice();
  const gradient = new Float64Array(cols);
  const x = new Float64Array(cols);
  for (let k = 0; k < rows; k++) {
    const original = values.subarray(k * cols, (k + 1) * cols);
    x.set(original);
    const target = sides[Math.floor(k / patches)];
    let least = Infinity;
    for (let step = 0; step <= steps; step++) {
      const score = target * scoreAt(network, x, gradient);
      if (score < least) {
        least = score;
        worst.set(x, k * cols);
      }
      for (let j = 0; j < cols; j++) {
        const moved = x[j] - target * stepSize * box[j] * Math.sign(gradient[j]);
        x[j] = Math.max(original[j] - box[j], Math.min(original[j] + box[j], moved));
      }
    }
  }
  return { rows, cols, values: worst };
}

/** The score at x, and its gradient. */
function scoreAt({ hidden, output }: ReluNetwork, x: Float64Array, gradient: Float64Array): number {
  gradient.fill(0);
  let score = 0;
  for (let j = 0; j < output.length; j++) {
    const height = rowDot(x, 0, hidden.values, j * x.length, x.length);
    if (!(height > 0)) continue;
    score += output[j] * height;
    for (let i = 0; i < x.length; i++) gradient[i] += output[j] * hidden.values[j * x.length + i];
  }
  return score;
}

/** The share of samples whose sign is right, attacked first where radii are given. */
export function reluAccuracy(network: ReluNetwork, points: MatrixLike, targets: VectorLike, radii?: VectorLike): number {
  const attacked = radii ? attackRelu(network, points, targets, radii) : points;
  const predictions = predictRelu(network, attacked);
  checkNumbers(targets, 'targets', predictions.length);
  let right = 0;
  for (let k = 0; k < targets.length; k++) if (targets[k] * predictions[k] > 0) right++;
  return right / targets.length;
}

/** Targets whose squares overflow have no finite loss. */
function checkSquares(targets: Float64Array): void {
  const index = targets.findIndex((target) => Math.abs(target) > LARGEST_TARGET);
  if (index < 0) return;
  throw fault(`is ${targets[index]} at index ${index}; the loss would overflow`, 'targets', 'out-of-range', index);
}

const LARGEST_TARGET = 1e152;

/** Whether all patterns of the samples can be listed. */
export function isSmall({ rows, cols }: { readonly rows: number; readonly cols: number }): boolean {
  return cols <= 3 && rows <= 30;
}
