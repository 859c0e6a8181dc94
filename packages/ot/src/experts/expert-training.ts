// Training of a small mixture of linear experts, to measure the effect of balancing on the loss. It replaces the paper's
// language models, which a laptop cannot train.
import { Random } from '@infimum/core';
import { portableExp } from '@infimum/core/portable-math';
import { norm, rowDot } from '@infimum/linalg/numerics';
import type { Routing } from './expert-assignment.ts';
import { maxViolationOf } from './expert-assignment.ts';
import type { ExpertBalancerOptions } from './expert-balancer.ts';
import { createExpertBalancer } from './expert-balancer.ts';
import { topKRoute } from './expert-routing.ts';
import { addScaledRow } from './expert-rows.ts';
import { keepBest } from './keep-best.ts';

const DIMENSION = 16;
const CLUSTERS = 32;
const RATE = 0.05;
/** Longer gradients are shortened to this length, as those of language models are: some seeds would diverge. */
const LONGEST_GRADIENT = 4;
const NOISE = 0.1;

/** What is trained, and for how long. */
export interface TrainingOptions {
  /** Number of experts. */
  readonly experts: number;
  /** Experts of every token. */
  readonly expertsPerToken: number;
  /** Tokens of a step; K times the tokens must be a multiple of the experts. */
  readonly tokens: number;
  /** Steps of gradient descent. */
  readonly steps: number;
  /** A balancer of the routing, or experts that choose their tokens; by default tokens choose greedily. */
  readonly balancer?: Omit<ExpertBalancerOptions, 'experts' | 'expertsPerToken'> | 'expert-choice';
  /** Weight of the auxiliary loss; 0 by default. */
  readonly auxiliaryWeight?: number;
}

/** What the last quarter of the steps was like. */
export interface TrainingResult {
  /** Mean squared error of the predictions, the mean over these steps; tokens without an expert are predicted as 0. */
  readonly loss: number;
  /** Largest load divided by its target, minus one, the mean over these steps. */
  readonly maxViolation: number;
  /** How far biases have come over these steps, the root of the mean square over the experts. */
  readonly drift: number;
  /** The length of their way, measured alike: much more than `drift` where biases go to and fro. */
  readonly path: number;
}

/** Routes a batch of scores; gives the biases that it was routed by, where there are any. */
interface RoutingRule {
  route(scores: Scores): Routing;
  readonly bias: Float64Array;
  release(): void;
}

interface Scores {
  readonly rows: number;
  readonly cols: number;
  readonly values: Float64Array;
}

/**
 * Trains a linear router with sigmoid gates and linear experts to predict, for tokens of Gaussian clusters of very
 * unequal sizes (Zipf's law), a linear function that differs from cluster to cluster.
 */
export function trainExperts(options: TrainingOptions, seed: number): TrainingResult {
  const { experts, tokens, steps, expertsPerToken, auxiliaryWeight = 0 } = options;
  const random = new Random(seed);
  const task = clusters(random);
  const router = random.normals(new Float64Array(experts * DIMENSION)).map((value) => 0.3 * value);
  const readers = random.normals(new Float64Array(experts * DIMENSION)).map((value) => 0.1 * value);
  const rule = ruleOf(options);
  const targets = new Float64Array(experts).fill((tokens * expertsPerToken) / experts);
  const from = Math.floor(0.75 * steps);
  let loss = 0;
  let maxViolation = 0;
  let path = 0;
  let first = rule.bias.slice();
  let last = first;
  for (let step = 0; step < steps; step++) {
    const batch = drawBatch(task, tokens, random);
    const scores = { rows: tokens, cols: experts, values: gates(router, batch.x, tokens, experts) };
    if (step === from) first = last = rule.bias.slice();
    const routing = rule.route(scores);
    const error = learn(router, readers, batch, scores, routing, auxiliaryWeight);
    if (step < from) continue;
    loss += error / (steps - from);
    maxViolation += maxViolationOf(routing.loads, targets) / (steps - from);
    path += distance(last, rule.bias);
    last = rule.bias.slice();
  }
  const drift = distance(first, last);
  rule.release();
  return { loss, maxViolation, drift, path };
}

function ruleOf({ experts, expertsPerToken, tokens, balancer }: TrainingOptions): RoutingRule {
  if (typeof balancer === 'object') return createExpertBalancer({ experts, expertsPerToken, ...balancer });
  const capacities = new Int32Array(experts).fill((tokens * expertsPerToken) / experts);
  return {
    bias: new Float64Array(experts),
    route: (scores) =>
      balancer === 'expert-choice' ? keepBest(scores, capacities, () => true) : topKRoute(scores, expertsPerToken),
    release() {},
  };
}

/** The root of the mean square of the differences. */
function distance(a: Float64Array, b: Float64Array): number {
  let squares = 0;
  for (let k = 0; k < a.length; k++) squares += (a[k] - b[k]) * (a[k] - b[k]);
  return Math.sqrt(squares / a.length);
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
      const logit = rowDot(router, k * DIMENSION, x, i * DIMENSION, DIMENSION);
      values[i * experts + k] = 1 / (1 + portableExp(-logit));
    }
  }
  return values;
}

/** One step of gradient descent on router and experts; returns the mean squared error before it. */
function learn(
  router: Float64Array,
  readers: Float64Array,
  { x, y }: Batch,
  scores: Scores,
  { tokenPointers, experts, loads }: Routing,
  auxiliaryWeight: number,
): number {
  const { rows, cols, values } = scores;
  const routerGradient = new Float64Array(router.length);
  const readerGradient = new Float64Array(readers.length);
  const outputs = new Float64Array(cols);
  let squares = 0;
  for (let i = 0; i < rows; i++) {
    const from = i * DIMENSION;
    const chosen = experts.subarray(tokenPointers[i], tokenPointers[i + 1]);
    let sum = 0;
    let prediction = 0;
    for (const k of chosen) {
      outputs[k] = rowDot(readers, k * DIMENSION, x, from, DIMENSION);
      sum += values[i * cols + k];
      prediction += values[i * cols + k] * outputs[k];
    }
    if (sum > 0) prediction /= sum;
    const error = prediction - y[i];
    squares += error * error;
    for (const k of chosen) {
      const score = values[i * cols + k];
      const share = (error * score) / (sum * rows);
      addScaledRow(readerGradient, k * DIMENSION, x, from, DIMENSION, share);
      const slope = share * (outputs[k] - prediction) * (1 - score);
      addScaledRow(routerGradient, k * DIMENSION, x, from, DIMENSION, slope);
    }
    if (auxiliaryWeight > 0) addAuxiliary(routerGradient, x, i, scores, loads, auxiliaryWeight);
  }
  const rate = RATE * Math.min(cols, LONGEST_GRADIENT / Math.hypot(norm(routerGradient), norm(readerGradient)));
  addScaledRow(router, 0, routerGradient, 0, router.length, -rate);
  addScaledRow(readers, 0, readerGradient, 0, readers.length, -rate);
  return squares / rows;
}

/** Gradient of weight * E sum_k F_k P_ik / T for the softmax P of the logits, which are those of the sigmoid gates. */
function addAuxiliary(
  gradient: Float64Array,
  x: Float64Array,
  token: number,
  { rows, cols, values }: Scores,
  loads: Int32Array,
  weight: number,
): void {
  let odds = 0;
  let meanLoad = 0;
  let slots = 0;
  for (let k = 0; k < cols; k++) {
    const mass = values[token * cols + k] / (1 - values[token * cols + k]);
    odds += mass;
    meanLoad += mass * loads[k];
    slots += loads[k];
  }
  for (let k = 0; k < cols; k++) {
    const probability = values[token * cols + k] / (1 - values[token * cols + k]) / odds;
    const difference = (loads[k] - meanLoad / odds) / slots;
    const factor = (weight * cols * probability * difference) / rows;
    addScaledRow(gradient, k * DIMENSION, x, token * DIMENSION, DIMENSION, factor);
  }
}
