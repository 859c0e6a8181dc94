// Gate scores on real data: a small mixture of experts learns to read handwritten digits, without any balancing.
import { Random } from '@infimum/core';
import { portableExp } from '@infimum/core/portable-math';
import type { DenseMatrix } from '@infimum/linalg';
import { rowDot } from '@infimum/linalg/numerics';
import { addScaledRow } from './expert-rows.ts';

const CLASSES = 10;
const LEARNING_RATE = 0.05;

/** Images with a class each. */
export interface LabeledRows {
  /** One image a row. */
  readonly images: DenseMatrix;
  /** Class of every image, 0 to 9. */
  readonly labels: Uint8Array;
}

/** Sizes of a router. */
export interface DigitsRouterOptions {
  /** Number of experts. */
  readonly experts: number;
  /** Experts of every token. */
  readonly expertsPerToken: number;
  /** Passes over the images. */
  readonly epochs: number;
}

/**
 * Trains router and experts together by stochastic gradient descent and gives the router's scores of all images.
 *
 * Scores are gamma_ik = sigmoid(w_k x_i). Of the K experts of highest score each gives class logits V_k x; they are
 * averaged with the scores as weights, and the cross-entropy is minimised. Popular experts become more popular, so the
 * loads of the greedy routing are far from equal.
 */
export function digitsRouterScores(
  { images, labels }: LabeledRows,
  { experts, expertsPerToken, epochs }: DigitsRouterOptions,
  seed: number,
): DenseMatrix {
  const random = new Random(seed);
  const inputs = images.cols;
  const scale = images.values.reduce((most, value) => Math.max(most, value), 0);
  const x = images.values.map((value) => value / scale);
  const router = random.normals(new Float64Array(experts * inputs)).map((value) => 0.3 * value);
  const readers = random.normals(new Float64Array(experts * CLASSES * inputs)).map((value) => 0.01 * value);
  const scores = new Float64Array(experts);
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const i of random.permutation(images.rows)) {
      const image = x.subarray(i * inputs, (i + 1) * inputs);
      gate(router, image, scores);
      learn(router, readers, image, labels[i], scores, best(scores, expertsPerToken));
    }
  }
  const values = new Float64Array(images.rows * experts);
  for (let i = 0; i < images.rows; i++) {
    gate(router, x.subarray(i * inputs, (i + 1) * inputs), values.subarray(i * experts, (i + 1) * experts));
  }
  return { rows: images.rows, cols: experts, values };
}

function gate(router: Float64Array, image: Float64Array, scores: Float64Array): void {
  for (let k = 0; k < scores.length; k++) {
    scores[k] = 1 / (1 + portableExp(-rowDot(router, k * image.length, image, 0, image.length)));
  }
}

function best(scores: Float64Array, count: number): number[] {
  return Array.from(scores.keys())
    .sort((k, j) => scores[j] - scores[k] || k - j)
    .slice(0, count);
}

/** One step of gradient descent on the cross-entropy of one image. */
function learn(
  router: Float64Array,
  readers: Float64Array,
  image: Float64Array,
  label: number,
  scores: Float64Array,
  chosen: readonly number[],
): void {
  const inputs = image.length;
  const sum = chosen.reduce((total, k) => total + scores[k], 0);
  const outputs = chosen.map((k) =>
    Array.from({ length: CLASSES }, (_, c) => rowDot(readers, (k * CLASSES + c) * inputs, image, 0, inputs)),
  );
  const logits = Array.from({ length: CLASSES }, (_, c) =>
    chosen.reduce((total, k, at) => total + (scores[k] / sum) * outputs[at][c], 0),
  );
  const most = Math.max(...logits);
  const masses = logits.map((logit) => portableExp(logit - most));
  const mass = masses.reduce((total, value) => total + value, 0);
  const errors = masses.map((value, c) => value / mass - (c === label ? 1 : 0));
  // Gradient with respect to the weight of each expert, and to the weights' common part.
  const weightGradients = outputs.map((output) => output.reduce((total, value, c) => total + value * errors[c], 0));
  const mean = chosen.reduce((total, k, at) => total + (scores[k] / sum) * weightGradients[at], 0);
  chosen.forEach((k, at) => {
    for (let c = 0; c < CLASSES; c++) {
      const factor = (-LEARNING_RATE * errors[c] * scores[k]) / sum;
      addScaledRow(readers, (k * CLASSES + c) * inputs, image, 0, inputs, factor);
    }
    const slope = (scores[k] * (1 - scores[k]) * (weightGradients[at] - mean)) / sum;
    addScaledRow(router, k * inputs, image, 0, inputs, -LEARNING_RATE * slope);
  });
}
