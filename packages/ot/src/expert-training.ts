// A small mixture of linear experts in training, to see what balancing does to the loss: it stands in for the paper's
// language models, which a laptop cannot train.
import { Random } from '@infimum/core';
import type { Routing } from './expert-assignment.ts';
import { maxViolationOf } from './expert-assignment.ts';
import { type BalancedBatch, createExpertBalancer, type ExpertBalancerOptions } from './expert-balancer.ts';
import { topKRoute } from './expert-routing.ts';

const DIMENSION = 16;
const CLUSTERS = 32;
const RATE = 0.05;
const NOISE = 0.1;

/** What is trained, and for how long. */
export interface TrainingOptions {
  /** Number of experts. */
  readonly experts: number;
  /** Experts of every token. */
  readonly expertsPerToken: number;
  /** Tokens of a step. */
  readonly tokens: number;
  /** Steps of gradient descent. */
  readonly steps: number;
  /** A balancer of the routing; none by default. */
  readonly balancer?: Omit<ExpertBalancerOptions, 'experts' | 'expertsPerToken'>;
  /** Weight of the auxiliary loss; 0 by default. */
  readonly auxiliaryWeight?: number;
}

/** Means over the last quarter of the steps. */
export interface TrainingResult {
  /** Mean squared error of the predictions. */
  readonly loss: number;
  /** Largest load divided by its target, minus one. */
  readonly maxViolation: number;
}

/**
 * Trains a linear router with sigmoid gates and linear experts to predict, for tokens of Gaussian clusters of very
 * unequal sizes (Zipf's law), a linear function that differs from cluster to cluster.
 */
export function trainExperts(options: TrainingOptions, seed: number): TrainingResult {
  const { experts, expertsPerToken, tokens, steps, balancer, auxiliaryWeight = 0 } = options;
  const random = new Random(seed);
  const task = clusters(random);
  const router = random.normals(new Float64Array(experts * DIMENSION)).map((value) => 0.3 * value);
  const readers = random.normals(new Float64Array(experts * DIMENSION)).map((value) => 0.1 * value);
  const balancing = balancer && createExpertBalancer({ experts, expertsPerToken, ...balancer });
  const targets = new Float64Array(experts).fill((tokens * expertsPerToken) / experts);
  let loss = 0;
  let maxViolation = 0;
  const from = Math.floor(0.75 * steps);
  for (let step = 0; step < steps; step++) {
    const batch = drawBatch(task, tokens, random);
    const scores = { rows: tokens, cols: experts, values: gates(router, batch.x, tokens, experts) };
    const routing: Routing | BalancedBatch = balancing?.route(scores) ?? topKRoute(scores, expertsPerToken);
    const error = learn(router, readers, batch, scores, routing, expertsPerToken, auxiliaryWeight);
    if (step < from) continue;
    loss += error / (steps - from);
    maxViolation += maxViolationOf(routing.loads, targets) / (steps - from);
  }
  balancing?.release();
  return { loss, maxViolation };
}

/** Centres and functions of the clusters, and the sums of their sizes. */
interface Clusters {
  readonly centers: Float64Array;
  readonly functions: Float64Array;
  readonly cumulative: Float64Array;
}

function clusters(random: Random): Clusters {
  let sum = 0;
  const cumulative = new Float64Array(CLUSTERS).map((_, c) => {
    sum += 1 / (c + 1);
    return sum;
  });
  return {
    centers: random.normals(new Float64Array(CLUSTERS * DIMENSION)),
    functions: random.normals(new Float64Array(CLUSTERS * DIMENSION)),
    cumulative: cumulative.map((value) => value / sum),
  };
}

/** Tokens, row by row, and what is to be predicted. */
interface Batch {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

function drawBatch({ centers, functions, cumulative }: Clusters, tokens: number, random: Random): Batch {
  const x = random.normals(new Float64Array(tokens * DIMENSION));
  const y = random.normals(new Float64Array(tokens));
  for (let i = 0; i < tokens; i++) {
    const u = random.uniform();
    const cluster = cumulative.findIndex((value) => u < value);
    y[i] *= NOISE;
    for (let j = 0; j < DIMENSION; j++) {
      x[i * DIMENSION + j] = centers[cluster * DIMENSION + j] + 0.5 * x[i * DIMENSION + j];
      y[i] += (functions[cluster * DIMENSION + j] * x[i * DIMENSION + j]) / Math.sqrt(DIMENSION);
    }
  }
  return { x, y };
}

function gates(router: Float64Array, x: Float64Array, tokens: number, experts: number): Float64Array {
  const values = new Float64Array(tokens * experts);
  for (let i = 0; i < tokens; i++) {
    for (let k = 0; k < experts; k++) {
      values[i * experts + k] = 1 / (1 + Math.exp(-product(router, k * DIMENSION, x, i * DIMENSION)));
    }
  }
  return values;
}

/** One step of gradient descent on router and experts; returns the mean squared error before it. */
function learn(
  router: Float64Array,
  readers: Float64Array,
  { x, y }: Batch,
  { rows, cols, values }: { rows: number; cols: number; values: Float64Array },
  { experts, loads }: Routing,
  expertsPerToken: number,
  auxiliaryWeight: number,
): number {
  const routerGradient = new Float64Array(router.length);
  const readerGradient = new Float64Array(readers.length);
  const outputs = new Float64Array(expertsPerToken);
  let squares = 0;
  for (let i = 0; i < rows; i++) {
    const chosen = experts.subarray(i * expertsPerToken, (i + 1) * expertsPerToken);
    let sum = 0;
    let prediction = 0;
    for (let at = 0; at < chosen.length; at++) {
      const score = values[i * cols + chosen[at]];
      outputs[at] = product(readers, chosen[at] * DIMENSION, x, i * DIMENSION);
      sum += score;
      prediction += score * outputs[at];
    }
    prediction /= sum;
    const error = prediction - y[i];
    squares += error * error;
    for (let at = 0; at < chosen.length; at++) {
      const score = values[i * cols + chosen[at]];
      addScaled(readerGradient, chosen[at] * DIMENSION, x, i * DIMENSION, (error * score) / (sum * rows));
      const slope = (error * (outputs[at] - prediction) * score * (1 - score)) / (sum * rows);
      addScaled(routerGradient, chosen[at] * DIMENSION, x, i * DIMENSION, slope);
    }
    if (auxiliaryWeight > 0) {
      addAuxiliary(routerGradient, x, i, { rows, cols, values }, loads, expertsPerToken, auxiliaryWeight);
    }
  }
  for (let at = 0; at < router.length; at++) router[at] -= RATE * cols * routerGradient[at];
  for (let at = 0; at < readers.length; at++) readers[at] -= RATE * cols * readerGradient[at];
  return squares / rows;
}

/** Gradient of weight * E sum_k F_k P_ik / T for the softmax P of the logits, which are those of the sigmoid gates. */
function addAuxiliary(
  gradient: Float64Array,
  x: Float64Array,
  token: number,
  { rows, cols, values }: { rows: number; cols: number; values: Float64Array },
  loads: Int32Array,
  expertsPerToken: number,
  weight: number,
): void {
  let odds = 0;
  let meanShare = 0;
  for (let k = 0; k < cols; k++) {
    const mass = values[token * cols + k] / (1 - values[token * cols + k]);
    odds += mass;
    meanShare += (mass * loads[k]) / (rows * expertsPerToken);
  }
  for (let k = 0; k < cols; k++) {
    const probability = values[token * cols + k] / (1 - values[token * cols + k]) / odds;
    const difference = loads[k] / (rows * expertsPerToken) - meanShare / odds;
    addScaled(
      gradient,
      k * DIMENSION,
      x,
      token * DIMENSION,
      (weight * cols * probability * difference) / rows,
    );
  }
}

function product(values: Float64Array, offset: number, x: Float64Array, row: number): number {
  let sum = 0;
  for (let j = 0; j < DIMENSION; j++) sum += values[offset + j] * x[row + j];
  return sum;
}

function addScaled(values: Float64Array, offset: number, x: Float64Array, row: number, factor: number): void {
  for (let j = 0; j < DIMENSION; j++) values[offset + j] += factor * x[row + j];
}
